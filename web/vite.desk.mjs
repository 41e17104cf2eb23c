import config from "./vite.config.mjs";

// The script and the style of the server's own pages, which a report written to a
// file does not need.
export default {
  ...config,
  build: {
    ...config.build,
    emptyOutDir: false,
    rollupOptions: {
      input: "src/desk.ts",
      output: { format: "iife", entryFileNames: "desk.js", assetFileNames: "desk[extname]" },
    },
  },
};
