import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cahoots, drawn, folder, launch, open, ready, serious, serve, write } from "./browser.mjs";

let browser, server, saved;
const db = join(folder, "served.db");
before(async () => {
  const file = join(folder, "case.yaml");
  cahoots(["demo", "-q", "--export", file]);
  cahoots(["ingest", "-q", "--db", db, file]);
  cahoots(["assess", "-q", "--db", db, "--a", "Mustang Panda, Scarab", "--b", "Turla, APT28", "--save"]);
  server = await serve(db);
  saved = (await (await fetch(server.base + "/api/v1/assessments")).json())[0].id;
  browser = await launch();
});
after(async () => { await browser?.close(); await server?.stop(); });

test("every served page opens without a fault, asks this server only, and axe-core finds no serious fault", async () => {
  for (const path of ["/", "/actors", "/actors/Mustang%20Panda", "/conflicts", "/sources", `/assessments/${saved}`]) {
    const { page, faults, requests, close } = await open(browser, server.base + path, { plain: path === "/" });
    assert.ok((await page.locator("h1").textContent()).length > 3, path);
    assert.deepEqual(faults, [], path);
    assert.ok(requests.every((r) => r.startsWith(server.base + "/")), path);
    assert.deepEqual(await serious(page), [], path);
    await close();
  }
});

test("an actor's page tells its names, who coined them and its conflicts", async () => {
  const { page, close } = await open(browser, server.base + "/actors/Mustang%20Panda");
  assert.ok(await page.locator('table[data-table="names"] tbody tr').count() > 0);
  assert.match(await page.locator('table[data-table="names"] thead').textContent(), /coined by/);
  assert.equal(await page.locator("#conflicts").count(), 1);
  await close();
});

test("an actor in the list leads to its page", async () => {
  const { page, faults, close } = await open(browser, server.base + "/actors");
  await page.locator('table[data-table="actors"] tbody th a').first().click();
  await ready(page);
  assert.equal(await page.locator('table[data-table="names"]').count(), 1);
  assert.deepEqual(faults, []);
  await close();
});

test("the served page is the page of the file", async () => {
  const { page, close } = await open(browser, `${server.base}/assessments/${saved}#pair=mustang-panda--turla`);
  assert.ok(await page.locator(".matrix .cell").count() >= 4);
  assert.equal(await page.locator("#pair h3").textContent(), "Mustang Panda and Turla");
  assert.ok(await drawn(page, "timeline") > 300);
  await close();
});

test("a question is asked, waited for and answered on the pages alone", async () => {
  const { page, faults, close } = await open(browser, server.base + "/", { plain: true });
  await page.fill('input[name="a"]', "Scarab");
  await page.fill('input[name="b"]', "APT29");
  await page.click('form[action="/ask"] button');
  await page.waitForURL(/\/jobs\/[0-9a-f]+\/report$/, { timeout: 20_000 });
  await ready(page);
  assert.match(await page.locator("h1").textContent(), /Scarab/);
  assert.deepEqual(faults, []);
  await close();
});

test("the table of who attacks whom shows a heat map by year", async () => {
  const { page, faults, requests, close } = await open(browser, write("dyads.html", ["dyads", "--db", db, "--format", "html"]));
  assert.ok(await drawn(page, "dyad-years") > 300);
  assert.ok(await page.locator('table[data-table="dyads"] tbody tr').count() > 0);
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(faults, []);
  assert.equal(requests.length, 1);
  await close();
});
