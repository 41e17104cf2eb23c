// Writes the pictures of the README and of docs/walks.md from the built-in cases:
// npm run pictures.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cahoots, drawn, folder, launch, open, root, write } from "./browser.mjs";

const to = join(root, "docs", "pictures");
mkdirSync(to, { recursive: true });
const browser = await launch();
const demo = write("demo.html", ["demo", "--format", "html"]);
const db = join(folder, "pictures.db");
cahoots(["ingest", "--db", db, join(root, "cases", "agreements.yaml"), "-q"]);
const friends = write("friends.html", ["dyads", "--db", db, "--friends", "--format", "html"]);

async function picture(name, address, size, prepare, part) {
  const { page, faults, close } = await open(browser, address, { viewport: size, colorScheme: "light", deviceScaleFactor: 1 });
  await prepare?.(page);
  // The bar of filters would cover what it scrolls over.
  await page.locator(".filterbar").evaluate((b) => {
    b.style.position = "static";
  });
  await page.waitForTimeout(300);
  const what = part ? page.locator(part).first() : page;
  await what.screenshot({ path: join(to, name) });
  if (faults.length) throw new Error(`${name}: ${faults}`);
  console.log(join("docs", "pictures", name));
  await close();
}

const size = { width: 1100, height: 900 };
const chart = (name, id, address) =>
  picture(name, address, size, id === "trust" || id === "levels" ? undefined : (p) => drawn(p, id), `figure[data-chart="${id}"]`);
await picture("verdict.png", demo, size);
await picture("pair.png", demo + "#pair=mustang-panda--apt28&depth=statistician", size, (p) => drawn(p, "measurements"), "#pair");
await chart("timeline.png", "timeline", demo);
await chart("network.png", "network", demo);
await chart("matrix.png", "levels", demo);
await chart("trust.png", "trust", friends);
await browser.close();
