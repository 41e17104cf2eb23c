import { defineConfig } from "vite";

const banner = `/*! The page of cahoots (Apache-2.0). Includes Apache ECharts (Apache-2.0; Copyright 2017-2026 The Apache Software Foundation), zrender (BSD-3-Clause; Copyright (c) 2017, Baidu Inc.), tslib (0BSD; Copyright (c) Microsoft Corporation). Licences: web/licenses. */`;

// One script and one style sheet with fixed names, which the Go program embeds
// (web.go) and writes into every page. Nothing of the time or the place of the
// build may enter them: the same sources give the same bytes.
export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: "src/main.ts",
      output: { format: "iife", entryFileNames: "page.js", assetFileNames: "page[extname]", postBanner: banner },
    },
  },
});
