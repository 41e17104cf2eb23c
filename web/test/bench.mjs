// How fast the page is with 200 actors, 14,000 pairs and 20,000 records:
// npm run bench. Prints figures and judges nothing.

import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cahoots, launch, open, ready, write } from "./browser.mjs";

const one = JSON.parse(cahoots(["demo", "--format", "json", "-q"]));
const names = Array.from({ length: 200 }, (_, i) => `Group ${String(i + 1).padStart(3, "0")}`);
const template = one.pairs.find((p) => p.channels.some((c) => c.verdict === "not distinguishable"));
const link = one.pairs.flatMap((p) => p.links)[0];
const record = Object.values(one.records).find((r) => r.activity) ?? Object.values(one.records)[0];
const hex = (n) => n.toString(16).padStart(32, "0");
let seed = 7;
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;

const big = { ...one, pairs: [], records: {} };
for (let i = 0; i < 20000; i++) {
  big.records[hex(i)] = {
    ...record,
    id: hex(i),
    value: `record ${i}`,
    activity: `${2008 + random(16)}-${String(1 + random(12)).padStart(2, "0")}`,
    citation: {
      ...record.citation,
      publisher: `Publisher ${random(300)}`,
      publisher_country: ["US", "GB", "RU", "CN", "DE", "FR"][random(6)],
      title: `Report ${random(4000)}`,
      locator: `https://example.org/${random(4000)}`,
    },
  };
}
let n = 0;
outer: for (let i = 0; i < 200; i++) {
  for (let k = i + 1; k < 200; k++) {
    if (big.pairs.length === 14000) break outer;
    const links = random(3) ? [] : [{ ...link, records: [hex(n++ % 20000), hex(n++ % 20000)], text: `link ${n}` }];
    big.pairs.push({
      ...template,
      a: { id: `a${i}`, name: names[i], country: "CN" },
      b: { id: `b${k}`, name: names[k], country: "RU" },
      level: random(20) ? 0 : 1 + random(3),
      links,
      evidence: links.flatMap((l) => l.records),
    });
  }
}
const t0 = performance.now();
const file = write("large.html", ["report", "-", "--format", "html"], JSON.stringify(big));
const wrote = performance.now() - t0;
const browser = await launch();
const opens = [],
  filters = [];
for (let i = 0; i < 5; i++) {
  const { page, faults, close } = await open(browser, file);
  if (faults.length) console.log(faults);
  // From the start of the navigation to a page that answers: the script has
  // marked it ready and a frame has been painted after that.
  opens.push(
    await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => setTimeout(() => r(window.readyAt ?? performance.now()), 0)))),
  );
  for (const [id, value] of [
    ["filter-publisher", "RU"],
    ["filter-from", "2015"],
    ["filter-sign", "adversarial"],
    ["filter-publisher", ""],
  ]) {
    await ready(page); // the filter before has been drawn to the end of the page
    filters.push(
      await page.evaluate(
        ([id, value]) => {
          const e = document.getElementById(id);
          if (!e) return NaN;
          const t = performance.now();
          return new Promise((r) => {
            e.value = value;
            e.dispatchEvent(new Event("change"));
            requestAnimationFrame(() => setTimeout(() => r(performance.now() - t), 0));
          });
        },
        [id, value],
      ),
    );
  }
  await close();
}
await browser.close();
const load = (await import("node:os")).loadavg()[0].toFixed(1);
const of = (x) => {
  const s = x.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  return `median ${Math.round(s[s.length >> 1])} ms, worst ${Math.round(s.at(-1))} ms, n=${s.length}`;
};
console.log(
  `${big.pairs.length} pairs of 200 actors, ${Object.keys(big.records).length} records; file ${(statSync(fileURLToPath(file)).size / 1e6).toFixed(1)} MB, written in ${(wrote / 1000).toFixed(1)} s`,
);
console.log(`load of the machine ${load}`);
console.log(`interactive: ${of(opens)}`);
console.log(`filter to next frame: ${of(filters)}`);
