import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cahoots, drawn, launch, open, ready, serious, write } from "./browser.mjs";

// The page of the built-in case; demo opens with everything it holds.
let browser, press, demo;
before(async () => {
  press = write("demo.html", ["demo", "--format", "html"]);
  demo = press + "#depth=statistician";
  browser = await launch();
});
after(() => browser?.close());

test("the file of the built-in case is under 3 MB", () => {
  assert.ok(statSync(fileURLToPath(press)).size < 3e6);
});

test("each view renders from the built-in case, from disk, without a request or a fault", async () => {
  const { page, faults, requests, close } = await open(browser, demo);
  const lead = await page.locator("#answer .lead").textContent();
  assert.match(lead, /pairs|pair/);
  assert.ok((await page.locator(".matrix .cell").count()) > 5, "the matrix has cells");
  assert.match(await page.locator(".matrix .cell").first().getAttribute("aria-label"), /confidence/);
  for (const id of ["timeline", "network", "who-says", "attacks-timeline", "p-values"]) {
    assert.ok((await drawn(page, id)) > 500, `${id} is drawn`);
  }
  for (const id of ["pairs", "measurements", "attacks", "agreements", "claims", "channels"]) {
    await page.locator(`table[data-table="${id}"] tbody tr`).first().waitFor({ state: "attached" });
  }
  assert.ok((await page.locator("#source-list li").count()) > 10);
  assert.deepEqual(requests, [press]);
  assert.deepEqual(faults, []);
  await close();
});

test("the timeline has a lane for each actor with an act, agreements above them, and its table", async () => {
  const { page, faults, close } = await open(browser, demo);
  assert.ok((await drawn(page, "timeline")) > 2000);
  const figure = page.locator('figure[data-chart="timeline"]');
  assert.match(await figure.locator(".legend").first().innerText(), /side A[\s\S]*side B[\s\S]*agreement/);
  await figure.locator("summary").click();
  await figure.locator("tbody tr").first().waitFor();
  const words = await figure.locator("tbody").innerText();
  for (const lane of ["Agreements", "Statements", "Mustang Panda", "APT29"]) assert.ok(words.includes(lane), lane);
  assert.match(await page.locator("#activity").innerText(), /dated acts of both sides are on record/);
  await page.fill("#filter-to", "2021");
  await page.press("#filter-to", "Enter");
  await ready(page);
  assert.match(await page.locator("#activity").innerText(), /\d+ of \d+ marks match the filters/);
  assert.deepEqual(faults, []);
  await close();
});

test("a pair has the timeline of the two alone", async () => {
  const { page, close } = await open(browser, press + "#pair=mustang-panda--apt28");
  assert.ok((await drawn(page, "pair-timeline")) > 500);
  const figure = page.locator('figure[data-chart="pair-timeline"]');
  await figure.locator("summary").click();
  await figure.locator("tbody tr").first().waitFor();
  const lanes = new Set(await figure.locator("tbody th").allTextContents());
  assert.ok(lanes.has("Mustang Panda") && lanes.has("APT28") && lanes.has("Agreements") && !lanes.has("APT29"), [...lanes].join());
  await close();
});

test("a file saved by an earlier version shows its records by date", async () => {
  const saved = JSON.parse(cahoots(["demo", "--format", "json", "-q"]));
  delete saved.activity;
  const { page, faults, close } = await open(browser, write("earlier.html", ["report", "-", "--format", "html"], JSON.stringify(saved)));
  assert.equal(await page.locator("#activity").count(), 0);
  assert.ok((await drawn(page, "timeline")) > 500);
  assert.deepEqual(faults, []);
  await close();
});

test("a pair opens with its channels, records and sources, by mouse and by keyboard", async () => {
  const { page, faults, close } = await open(browser, demo);
  const cell = page.locator(".cell").first();
  const id = await cell.getAttribute("data-pair");
  await cell.click();
  assert.equal(new URL(page.url()).hash, `#pair=${id}&depth=statistician`);
  assert.ok((await page.locator("#pair .facts dd").count()) >= 4);
  assert.ok((await drawn(page, "measurements")) > 300, "channels are drawn");
  await page.locator("#pair ol li a").first().waitFor({ state: "attached" });
  assert.match(await page.locator("#pair").innerText(), /How firm this is/);
  await page.locator("#pair .bar button").click();
  assert.equal(await page.locator("#pair").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.pair), id, "focus returns to the cell");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator("#pair").waitFor();
  assert.notEqual(await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("pair")), id);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#pair").count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test("filters live in the address and survive a reload", async () => {
  const { page, faults, close } = await open(browser, demo);
  const rows = () => page.locator('table[data-table="attacks"] tbody tr').count();
  const all = await rows();
  await page.fill("#filter-from", "2022-03");
  await page.press("#filter-from", "Enter");
  await page.selectOption("#filter-channel", "technique");
  await page.selectOption("#filter-publisher", "US");
  const hash = new URL(page.url()).hash;
  assert.equal(hash, "#from=2022-03&channel=technique&publisher=US&depth=statistician");
  await ready(page);
  const few = await rows();
  assert.ok(few < all, `${few} of ${all} rows`);
  const tests = await page.locator('table[data-table="measurements"] tbody tr').count();
  await page.reload();
  await ready(page);
  assert.equal(new URL(page.url()).hash, hash);
  assert.equal(await page.inputValue("#filter-from"), "2022-03");
  assert.equal(await page.inputValue("#filter-channel"), "technique");
  assert.equal(await page.inputValue("#filter-publisher"), "US");
  assert.equal(await rows(), few);
  assert.equal(await page.locator('table[data-table="measurements"] tbody tr').count(), tests);
  for (const channel of await page.locator('table[data-table="measurements"] tbody tr td:nth-child(3)').allTextContents())
    assert.equal(channel, "technique");
  await page.goBack();
  assert.equal(await page.inputValue("#filter-publisher"), "");
  await page.click(".filters button");
  await ready(page);
  assert.equal(await rows(), all);
  assert.deepEqual(faults, []);
  await close();
});

test("every chart has a table with its facts, and every table downloads as CSV", async () => {
  const { page, close } = await open(browser, demo);
  for (const figure of await page.locator("figure:has(.chart)").all()) {
    await figure.scrollIntoViewIfNeeded();
    await figure.locator("summary").click();
    await figure.locator("tbody tr").first().waitFor(); // rows are made when the table is opened
  }
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('table[data-table="pairs"] [data-csv]')]);
  const csv = readFileSync(await download.path(), "utf8");
  assert.match(csv, /^a,a_country,b,b_country,/);
  assert.equal(csv.trim().split("\n").length, 22);
  await close();
});

test("a table sorts by the heading that is pressed", async () => {
  const { page, close } = await open(browser, demo);
  const column = () => page.locator('table[data-table="pairs"] tbody td:nth-child(2)').allTextContents();
  await page.click('table[data-table="pairs"] th[data-column="b"] button');
  const up = await column();
  assert.deepEqual(
    up,
    [...up].sort((a, b) => new Intl.Collator("en", { numeric: true }).compare(a, b)),
  );
  await page.click('table[data-table="pairs"] th[data-column="b"] button');
  assert.equal(await page.getAttribute('table[data-table="pairs"] th[data-column="b"]', "aria-sort"), "descending");
  assert.equal((await column())[0], up.at(-1));
  await close();
});

for (const [width, height] of [
  [360, 740],
  [1920, 1080],
]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`usable at ${width} px, ${colorScheme}: nothing is cut off and axe-core finds no serious fault`, async () => {
      const { page, faults, close } = await open(browser, demo, { viewport: { width, height }, colorScheme });
      await page.locator(".cell").first().click();
      await page.locator("#pair").waitFor();
      for (const d of await page.locator("section > details > summary").all()) await d.click();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
      assert.deepEqual(await serious(page), []);
      assert.deepEqual(faults, []);
      await close();
    });
  }
}

test("without JavaScript the same document reads as plain tables", async () => {
  const { page, faults, close } = await open(browser, demo, { javaScriptEnabled: false });
  assert.match(await page.locator("noscript, main").first().innerText(), /pairs/);
  assert.equal((await page.locator("main table").count()) > 5, true);
  assert.deepEqual(faults, []);
  await close();
});

test("the page prints with its matrix, and without its controls", async () => {
  const { page, close } = await open(browser, demo, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".filterbar").isVisible(), false);
  assert.equal(await page.locator("nav").isVisible(), false);
  assert.equal(await page.locator(".matrix").isVisible(), true);
  assert.ok((await page.pdf()).length > 20_000);
  await close();
});

const hostile = [
  '<img src=x onerror="document.title=1">',
  '"><script>document.title=1</script>',
  "</script><script>document.title=1</script>",
  '=HYPERLINK("http://evil.example")',
  "javascript:alert(1)",
  "{a|x}",
  "a\u202eb",
  "__proto__",
];

test("names from sources become neither markup, script nor formulas", async () => {
  const saved = JSON.parse(readFileSync(new URL("../../internal/tell/report/testdata/small.json", import.meta.url), "utf8"));
  for (const name of hostile) {
    const a = structuredClone(saved);
    for (const p of a.pairs) {
      p.a.name = p.why = p.missing = name;
      p.warnings = [name];
      for (const l of p.links) l.text = name;
      for (const c of p.channels) {
        c.channel = name;
        c.warnings = [name];
      }
    }
    a.sides.a.label = name;
    a.sides.a.actors = [name];
    for (const r of Object.values(a.records)) {
      r.value = r.citation.title = r.citation.publisher = r.citation.locator = name;
    }
    const { page, faults, requests, close } = await open(
      browser,
      write("hostile.html", ["report", "-", "--format", "html"], JSON.stringify(a)),
    );
    await page.locator("[data-pair]").first().click();
    await page.locator("#pair").waitFor();
    assert.equal(await page.locator("#page img, #page script, #page iframe, #page [onerror]").count(), 0, name);
    assert.equal(await page.evaluate(() => document.title === "1"), false, name);
    assert.equal(await page.locator('#page a[href^="javascript:"]').count(), 0, name);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('table[data-table="pairs"] [data-csv]')]);
    assert.doesNotMatch(readFileSync(await download.path(), "utf8"), /(^|,)"?[=@]/m, name);
    assert.equal(requests.length, 1, name);
    assert.deepEqual(faults, [], name);
    await close();
  }
});
