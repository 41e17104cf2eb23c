// Writes the pictures of the README from the built-in case: npm run pictures.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { drawn, launch, open, root, write } from "./browser.mjs";

const to = join(root, "docs", "pictures");
mkdirSync(to, { recursive: true });
const browser = await launch();
const demo = write("demo.html", ["demo", "--format", "html"]);

async function picture(name, address, size, prepare, part) {
  const { page, faults, close } = await open(browser, address, { viewport: size, colorScheme: "light", deviceScaleFactor: 1 });
  await prepare?.(page);
  await page.waitForTimeout(300);
  const what = part ? page.locator(part).first() : page;
  await what.screenshot({ path: join(to, name) });
  if (faults.length) throw new Error(`${name}: ${faults}`);
  console.log(join("docs", "pictures", name));
  await close();
}

await picture("verdict.png", demo, { width: 1100, height: 900 });
await picture("pair.png", demo + "#pair=mustang-panda--apt28", { width: 1100, height: 900 }, (p) => drawn(p, "measurements"), "#pair");
await picture("timeline.png", demo, { width: 1100, height: 900 }, (p) => drawn(p, "timeline"), 'figure[data-chart="timeline"]');
await picture("network.png", demo, { width: 1100, height: 900 }, (p) => drawn(p, "network"), 'figure[data-chart="network"]');
await browser.close();
