// What the charts mark, how a reader walks them, and that they are there on paper.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cahoots, drawn, folder, launch, open, ready, root, serious, write } from "./browser.mjs";

let browser, demo, large, friends;

// A question of 261 groups against 112; of a third nothing is on record, but that
// eleven of these attack the state.
// Planted: one group takes another over, one attacks the other's state seven times,
// one five times, ten others once; a link that sources disagree on.
const hostile = [
  "A 031 hacks B 007",
  "A 104 against Russia: 7 cases, all aimed at it alone",
  "A 009 against Russia: 5 cases, all aimed at it alone",
];
function question() {
  const one = JSON.parse(cahoots(["demo", "--format", "json", "-q"]));
  const id = (n) => n.toString(16).padStart(32, "0");
  const record = Object.values(one.records).find((r) => r.class === "attack-on-state");
  const big = { ...one, pairs: [], records: {}, activity: undefined };
  const name = (side, i) => `${side} ${String(i).padStart(3, "0")}`;
  const attacks = new Map([[104, 7], [9, 5], ...Array.from({ length: 10 }, (_, i) => [20 + 3 * i, 1])]);
  let n = 0;
  const link = (over) => {
    const r = { ...record, id: id(++n), value: `act ${n}` };
    big.records[r.id] = r;
    return {
      channel: "attacks",
      class: "attack-on-state",
      direction: "a-to-b",
      status: "asserted",
      text: r.value,
      when: "2021",
      when_kind: "activity",
      incident: `i${n}`,
      state: "RU",
      victims: 1,
      records: [r.id],
      ...over,
    };
  };
  const acts = new Map([...attacks].map(([i, k]) => [i, Array.from({ length: k }, () => link({}))]));
  for (let i = 0; i < 261; i++)
    for (let k = 0; k < 112; k++) {
      const blind = i % 3 === 2 || k % 3 === 2;
      const p = {
        a: { id: `a${i}`, name: name("A", i), country: "CN" },
        b: { id: `b${k}`, name: name("B", k), country: "RU" },
        level: blind ? null : 0,
        sign: "none",
        confidence: "low",
        channels: [],
        links: acts.get(i) ?? [],
        evidence: [],
        why: "",
        missing: "",
      };
      if (i === 31 && k === 7) Object.assign(p, { level: 0, sign: "unilateral", links: [link({ channel: "ledger", class: "takeover" })] });
      if (i === 60 && k === 40) Object.assign(p, { contested: true });
      big.pairs.push(p);
    }
  return big;
}

before(async () => {
  demo = write("demo.html", ["demo", "--format", "html"]);
  large = write("large.html", ["report", "-", "--format", "html"], JSON.stringify(question()));
  const db = join(folder, "friends.db");
  cahoots(["ingest", "--db", db, join(root, "cases", "agreements.yaml"), "-q"]);
  friends = write("friends.html", ["dyads", "--db", db, "--friends", "--format", "html"]);
  browser = await launch();
});
after(() => browser?.close());

// marks reads a drawn matrix: how far each cell and margin stands out from the paper.
const marks = (page) =>
  page.locator('figure[data-chart="levels"] canvas').evaluate((c) => {
    const { x, y, w, h, margin } = Object.fromEntries(Object.entries(c.dataset).map(([k, v]) => [k, Number(v)]));
    const ratio = c.width / c.clientWidth;
    const g = c.getContext("2d");
    const all = g.getImageData(0, 0, c.width, c.height).data;
    const far = (px, py) => {
      const d = all.subarray(4 * (Math.round(py * ratio) * c.width + Math.round(px * ratio)));
      return Math.hypot(255 - d[0], 255 - d[1], 255 - d[2]) * (d[3] / 255);
    };
    const out = [];
    for (let i = 0; y + (i + 1) * h < c.clientHeight; i++) {
      out.push([`margin ${i}`, far(x - margin + 4, y + i * h + 4)]);
      for (let j = 0; x + (j + 1) * w < c.clientWidth; j++) out.push([`cell ${i} ${j}`, far(x + j * w + 4, y + i * h + 4)]);
    }
    return out.sort((a, b) => b[1] - a[1]);
  });

for (const [width, height] of [
  [1280, 900],
  [360, 740],
])
  test(`the three most hostile of 261 by 112 stand out and are named, at ${width} px`, async () => {
    const { page, faults, close } = await open(browser, large, { viewport: { width, height } });
    await page.locator('figure[data-chart="levels"] .chart[data-drawn]').waitFor();
    assert.deepEqual(
      (await page.locator('figure[data-chart="levels"] .ranks li').allInnerTexts()).map((t) =>
        t.replace(/^\S+\s+/, "").replace(" and acts through it, unasked", ""),
      ),
      hostile,
    );
    const found = await marks(page);
    // Rows stand by what was found: the takeover first, then by cases.
    assert.deepEqual(
      new Set(found.slice(0, 3).map(([at]) => at)),
      new Set(["cell 0 0", "margin 1", "margin 2"]),
      JSON.stringify(found.slice(0, 6)),
    );
    assert.ok(found[2][1] > found[3][1] * 1.3, "they are far from what follows");
    assert.match(await page.locator('figure[data-chart="levels"] .more').innerText(), /76 of 261 in rows and 37 of 112 in columns/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
    assert.deepEqual(faults, []);
    await close();
  });

test("261 by 112 cells are drawn in a second and filtered in a tenth of one", async () => {
  const { page, close } = await open(browser, large);
  await drawn(page, "levels");
  const button = page.locator('figure[data-chart="levels"] .more button');
  const draws = [];
  for (let i = 0; i < 6; i++)
    draws.push(
      await button.evaluate(
        (b) =>
          new Promise((r) => {
            const t = performance.now();
            b.click();
            requestAnimationFrame(() => setTimeout(() => r(performance.now() - t), 0));
          }),
      ),
    );
  const filters = [];
  for (const from of ["2019", "2020", "", "2021", ""]) {
    await ready(page);
    filters.push(
      await page.evaluate((value) => {
        const e = document.getElementById("filter-from");
        const t = performance.now();
        return new Promise((r) => {
          e.value = value;
          e.dispatchEvent(new Event("change"));
          requestAnimationFrame(() => setTimeout(() => r(performance.now() - t), 0));
        });
      }, from),
    );
  }
  console.log(`drawn: ${draws.map(Math.round).join(", ")} ms; filter to next frame: ${filters.map(Math.round).join(", ")} ms`);
  assert.ok(Math.min(...draws) < 1000);
  assert.ok(Math.min(...filters) < 100);
  await close();
});

test("a large matrix is walked with the arrows; Enter opens a pair and Esc closes it", async () => {
  const { page, close } = await open(browser, large);
  await drawn(page, "levels");
  await page.locator(".grid").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.match(await page.locator(".said").innerText(), /A 104 against Russia: 7 cases/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.locator(".said").innerText(), /A 031 and B 007/);
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#pair-title").innerText(), /A 031 and B 007/);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#pair").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.className), "grid");
  await close();
});

test("a filter says how many pairs it leaves", async () => {
  const { page, close } = await open(browser, demo);
  await page.selectOption("#filter-publisher", "US");
  await ready(page);
  const bright = await page.locator('figure[data-chart="levels"] .cell:not(.dim)').count();
  assert.ok(bright > 0 && bright < 21, `${bright} cells are bright`);
  assert.match(await page.locator('figure[data-chart="levels"] [role="status"]').innerText(), new RegExp(`^${bright} of 21 pairs`));
  await close();
});

test("the network draws links and attacks, and what chance gives behind a switch that the address keeps", async () => {
  const { page, close } = await open(browser, demo);
  await drawn(page, "network");
  const figure = page.locator('figure[data-chart="network"]');
  assert.doesNotMatch(await figure.locator(".legend").innerText(), /shared item/);
  await page.locator("#items").check();
  await ready(page);
  await drawn(page, "network");
  assert.match(await figure.locator(".legend").innerText(), /shared item/);
  await page.reload();
  await ready(page);
  assert.equal(await page.locator("#items").isChecked(), true);
  await close();
});

test("three depths: a newcomer sees the answer and its pictures, an analyst the evidence, a statistician the tests", async () => {
  const { page, faults, close } = await open(browser, demo);
  const has = async (id) => (await page.locator(`table[data-table="${id}"]`).count()) > 0;
  const shows = async () => [await has("pairs"), await has("attacks"), await has("measurements")];
  assert.deepEqual(await shows(), [true, false, false]);
  await page.locator("#depth-analyst").check();
  await ready(page);
  assert.deepEqual(await shows(), [true, true, false]);
  await page.locator("#depth-statistician").check();
  await ready(page);
  assert.deepEqual(await shows(), [true, true, true]);
  assert.match(page.url(), /depth=statistician/);
  await page.reload();
  await ready(page);
  assert.deepEqual(await shows(), [true, true, true]);
  await page.goBack();
  await ready(page);
  assert.deepEqual(await shows(), [true, true, false]);
  assert.deepEqual(faults, []);
  await close();
});

test("the map of trust: every number stands under its state, and leads to the two", async () => {
  const { page, faults, close } = await open(browser, friends, { viewport: { width: 1920, height: 1080 } });
  const figure = page.locator('figure[data-chart="trust"]');
  const [said] = await figure.locator(".ranks li").allInnerTexts();
  const [, from, against, n] = said.match(/^\S+\s+(.+) against (.+): (\d+) incidents/);
  const lines = await figure.locator("tr").evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.innerText.trim())));
  const at = lines[0].indexOf(against);
  for (const l of lines) assert.equal(l.length, lines[0].length, "every row has every column");
  assert.match(lines.find((l) => l[0] === from)[at], new RegExp(`① ${n}\\n\\(\\d+\\)`));
  await figure.locator('.cell[data-rank="1"]').click();
  assert.match(await page.locator("#pair-title").innerText(), new RegExp(`${from}|${against}`));
  assert.ok((await page.locator('#pair table[data-table="incidents"] tbody tr').count()) > 3);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#pair").count(), 0);
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("charts that were never in view are drawn for a capture and on paper, with legends and axes", async (t) => {
  const { page, close } = await open(browser, demo + "#depth=statistician", { colorScheme: "dark" });
  await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((c) => c.dataset.drawn || c.clientWidth === 0), null, {
    timeout: 20_000,
  });
  const pdf = join(folder, "demo.pdf");
  writeFileSync(pdf, await page.pdf({ format: "A4" }));
  await close();
  try {
    execFileSync("pdftoppm", ["-v"], { stdio: "ignore" });
  } catch {
    t.skip("pdftoppm is missing (Debian: apt-get install poppler-utils)");
    return;
  }
  execFileSync("pdftoppm", ["-r", "72", pdf, join(folder, "sheet")]);
  // Pixels of each colour of the keys, and long straight lines as axes have.
  const hues = {
    together: [0, 0x72, 0xb2],
    hostile: [0xc0, 0x4a, 0],
    agreement: [0, 0x87, 0x5f],
    a: [0x44, 0x54, 0x6a],
    b: [0xe6, 0x9f, 0],
  };
  const count = Object.fromEntries(Object.keys(hues).map((k) => [k, 0]));
  let axes = 0,
    black = 0;
  for (const name of readdirSync(folder).filter((f) => /^sheet.*\.ppm$/.test(f))) {
    const b = readFileSync(join(folder, name));
    const [, w, h] = b
      .subarray(0, 20)
      .toString("latin1")
      .match(/P6\s(\d+) (\d+)\s255\s/)
      .map(Number);
    const px = b.subarray(b.length - 3 * w * h);
    for (let y = 0; y < h; y++) {
      let run = 0;
      for (let x = 0; x < w; x++) {
        const [r, g, bl] = px.subarray(3 * (y * w + x), 3 * (y * w + x) + 3);
        for (const [k, c] of Object.entries(hues)) if (Math.abs(r - c[0]) + Math.abs(g - c[1]) + Math.abs(bl - c[2]) < 24) count[k]++;
        const line = Math.abs(r - g) < 6 && Math.abs(g - bl) < 6 && r > 90 && r < 215;
        run = line ? run + 1 : 0;
        if (run === 220) axes++;
        if (r + g + bl < 120) black++;
      }
    }
    assert.ok(black < w * h * 20, "the sheet is not dark");
  }
  for (const [k, n] of Object.entries(count)) assert.ok(n > 40, `${k}: ${n} pixels on paper`);
  assert.ok(axes >= 10, `${axes} long lines`);
});
