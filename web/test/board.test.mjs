// Landscapes and the table of who attacks whom, as files opened from disk.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cahoots, drawn, folder, launch, open, ready, root, serious, write } from "./browser.mjs";

let browser, board, dyads;
before(async () => {
  const sim = join(folder, "sim"),
    db = join(folder, "board.db");
  cahoots(["simulate", "telemetry", "--preset", "telecom-month", "--events", "40000", "--seed", "7", "--out", sim, "-q"]);
  cahoots([
    "match",
    "--db",
    db,
    "--indicators",
    join(sim, "indicators.json"),
    "--organisations",
    join(sim, "organisations.csv"),
    join(sim, "logs"),
    "-q",
  ]);
  cahoots(["ingest", "--db", db, join(root, "cases", "agreements.yaml"), "-q"]);
  board = write("landscape.html", ["landscape", "--db", db, "--from", "2023-09-15", "--to", "2023-09-30", "--format", "html"]);
  dyads = write("dyads.html", ["dyads", "--db", db, "--format", "html"]);
  browser = await launch();
});
after(() => browser?.close());

const charts = [
  "class_shares",
  "objective_shares",
  "group_organisations",
  "group_systems",
  "state_organisations",
  "state_systems",
  "systems_per_month",
  "organisations_per_month",
  "systems_per_day",
  "organisations_per_day",
  "group_systems_per_day",
  "group_organisations_per_day",
  "dwell_incidents",
  "disclosure_incidents",
  "dwell_groups",
  "disclosure_groups",
  "sector_organisations",
  "change_systems",
  "agreement_incidents",
];

test("a landscape draws each of its figures, from disk, without a request or a fault", async () => {
  const { page, faults, requests, close } = await open(browser, board);
  assert.match(await page.locator("#answer .lead").first().textContent(), /incidents/);
  assert.equal(await page.locator(".tiles dt").count(), 6); // connections among them
  for (const id of charts) assert.ok((await drawn(page, id)) > 200, `${id} is drawn`);
  assert.deepEqual(requests, [board]);
  assert.deepEqual(faults, []);
  await close();
});

test("every figure of made-up data says so where it stands, on screen and on paper", async () => {
  const { page, close } = await open(browser, board);
  for (const media of ["screen", "print"]) {
    await page.emulateMedia({ media });
    for (const caption of await page.locator("figure:visible figcaption, table:visible caption").all())
      assert.match(await caption.innerText(), /synthetic/i);
    assert.match(await page.locator(".ribbon").innerText(), /synthetic data/i);
  }
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  assert.equal(
    await page.evaluate(() => {
      const b = document.querySelector(".ribbon").getBoundingClientRect();
      return b.top >= 0 && b.bottom <= innerHeight;
    }),
    true,
    "the ribbon stays in view",
  );
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('figure[data-chart="group_systems"] [data-csv]')]);
  assert.equal(download.suggestedFilename(), "cahoots-synthetic-group_systems.csv");
  assert.match(readFileSync(await download.path(), "utf8"), /^label,text,systems\n/);
  await close();
});

test("each chart of a landscape has a table with its unit", async () => {
  const { page, close } = await open(browser, board);
  for (const id of charts) {
    const figure = page.locator(`figure[data-chart="${id}"]`);
    await figure.locator("summary").click();
    await figure.locator("tbody tr").first().waitFor();
    assert.match(await figure.locator("thead").innerText(), /incidents|organisations|systems|least|value/i, id);
  }
  await close();
});

test("the period chosen on a landscape survives a reload by its address", async () => {
  const { page, faults, close } = await open(browser, board);
  const days = async () => {
    const d = page.locator("#days details", { hasText: "By sponsor state" }).last();
    if (!(await d.evaluate((x) => x.open))) await d.locator("summary").first().click();
    return d.locator("table .more, .more").first().innerText();
  };
  await page.fill("#filter-from", "2023-09-20");
  await page.press("#filter-from", "Enter");
  await ready(page);
  const said = await days();
  assert.match(said, /rows match the filters/);
  assert.match(await page.locator('[role="status"]').innerText(), /those of the whole period/);
  await page.reload();
  await ready(page);
  assert.equal(await page.inputValue("#filter-from"), "2023-09-20");
  assert.equal(new URL(page.url()).hash, "#from=2023-09-20");
  assert.equal(await days(), said);
  assert.deepEqual(faults, []);
  await close();
});

test("who attacks whom opens with its heat map, and its filters survive a reload", async () => {
  const { page, faults, requests, close } = await open(browser, dyads);
  assert.ok((await drawn(page, "dyad-years")) > 300);
  const sources = () => page.locator("#source-list li").count();
  const all = await sources();
  await page.fill("#filter-to", "2015");
  await page.press("#filter-to", "Enter");
  await ready(page);
  const few = await sources();
  assert.ok(few > 0 && few < all, `${few} of ${all} sources`);
  await page.reload();
  await ready(page);
  assert.equal(await page.inputValue("#filter-to"), "2015");
  assert.equal(await sources(), few);
  assert.deepEqual([...new Set(requests)], [dyads]);
  assert.deepEqual(faults, []);
  await close();
});

for (const [name, address] of [
  ["landscape", () => board],
  ["who attacks whom", () => dyads],
]) {
  for (const [width, height, colorScheme] of [
    [360, 740, "dark"],
    [1920, 1080, "light"],
  ]) {
    test(`${name} at ${width} px, ${colorScheme}: nothing is cut off and axe-core finds no serious fault`, async () => {
      const { page, faults, close } = await open(browser, address(), { viewport: { width, height }, colorScheme });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
      assert.deepEqual(await serious(page), []);
      assert.deepEqual(faults, []);
      await close();
    });
  }
}
