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
  const logs = join(folder, "sim");
  cahoots(["simulate", "telemetry", "-q", "--preset", "telecom-month", "--events", "20000", "--seed", "11", "--out", logs]);
  cahoots([
    "match",
    "-q",
    "--db",
    db,
    "--indicators",
    join(logs, "indicators.json"),
    "--organisations",
    join(logs, "organisations.csv"),
    join(logs, "logs"),
  ]);
  cahoots(["assess", "-q", "--db", db, "--a", "Mustang Panda, Scarab", "--b", "Turla, APT28", "--save"]);
  server = await serve(db);
  saved = (await (await fetch(server.base + "/api/v1/assessments")).json())[0].id;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("every served page opens without a fault, asks this server only, and axe-core finds no serious fault", async () => {
  for (const path of [
    "/",
    "/actors",
    "/actors/Mustang%20Panda",
    "/conflicts",
    "/sources",
    "/dyads",
    "/landscape",
    `/assessments/${saved}`,
  ]) {
    const { page, faults, requests, close } = await open(browser, server.base + path, { plain: path === "/" });
    assert.ok((await page.locator("h1").textContent()).length > 3, path);
    assert.deepEqual(faults, [], path);
    assert.ok(
      requests.every((r) => r.startsWith(server.base + "/")),
      path,
    );
    assert.deepEqual(await serious(page), [], path);
    await close();
  }
});

test("an actor's page tells its names, who coined them and its conflicts", async () => {
  const { page, close } = await open(browser, server.base + "/actors/Mustang%20Panda");
  await page.locator('table[data-table="names"] tbody tr').first().waitFor({ state: "attached" });
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
  assert.ok((await page.locator(".matrix .cell").count()) >= 4);
  assert.equal(await page.locator("#pair h3").textContent(), "Mustang Panda and Turla");
  assert.ok((await drawn(page, "timeline")) > 300);
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
  assert.ok((await drawn(page, "dyad-years")) > 300);
  await page.locator('table[data-table="dyads"] tbody tr').first().waitFor({ state: "attached" });
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(faults, []);
  assert.equal(requests.length, 1);
  await close();
});

// everyChart draws every chart of a page and returns their names.
async function everyChart(page) {
  const names = await page.locator("figure[data-chart]:has(.chart)").evaluateAll((all) => all.map((f) => f.dataset.chart));
  for (const name of names) assert.ok((await drawn(page, name)) > 300, `${name} is drawn`);
  return names;
}

// unfold opens everything that is closed; its tables are made when it opens.
const unfold = (page) =>
  page.locator("#sections details").evaluateAll((all) =>
    all.forEach((d) => {
      d.open = true;
    }),
  );

test("who attacks whom opens from the first page, with its chart and its tables", async () => {
  const { page, faults, requests, close } = await open(browser, server.base + "/", { plain: true });
  await page.click('nav a[href="/dyads"]');
  await ready(page);
  assert.ok((await everyChart(page)).includes("dyad-years"));
  assert.ok((await page.locator('table[data-table="dyads"] tbody tr').count()) > 10);
  await page.locator('table[data-table="friends"] tbody tr').first().waitFor({ state: "attached" });
  await page.click(".home a");
  await page.fill('form[action="/dyads"] input[name="a"]', "CN");
  await page.fill('form[action="/dyads"] input[name="b"]', "RU");
  await page.click('form[action="/dyads"] button');
  await ready(page);
  assert.match(await page.locator("h1").textContent(), /China.*Russia/);
  assert.equal(new URL(page.url()).searchParams.get("a"), "CN");
  assert.ok((await everyChart(page)).length > 0);
  assert.deepEqual(faults, []);
  assert.ok(requests.every((r) => r.startsWith(server.base + "/")));
  await close();
});

test("what the sensors saw opens from the first page, with its charts and its tables", async () => {
  const { page, faults, requests, close } = await open(browser, server.base + "/", { plain: true });
  await page.click('nav a[href="/landscape"]');
  await ready(page);
  assert.match(await page.locator("h1").textContent(), /SYNTHETIC/);
  const shown = await everyChart(page);
  assert.ok(shown.length > 0);
  await unfold(page);
  for (const id of ["groups", "states", "sectors"])
    await page.locator(`table[data-table="${id}"] tbody tr`).first().waitFor({ timeout: 5_000 });
  const month = (await page.locator("h1").textContent()).match(/\d{4}-\d{2}/)[0];
  await page.click(".home a");
  await page.fill('form[action="/landscape"] input[name="from"]', month + "-02");
  await page.fill('form[action="/landscape"] input[name="to"]', month + "-08");
  await page.fill('form[action="/landscape"] input[name="gap"]', "3");
  await page.click('form[action="/landscape"] button');
  await ready(page);
  assert.match(await page.locator("h1").textContent(), new RegExp(`${month}-02 to ${month}-08`));
  await everyChart(page);
  await unfold(page);
  await page.locator('table[data-table="changes"] tbody tr').first().waitFor({ timeout: 5_000 }); // the period before stands beside it
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(faults, []);
  assert.ok(requests.every((r) => r.startsWith(server.base + "/")));
  await close();
});

test("who signs out leaves no token in the browser", async () => {
  const tokens = join(folder, "tokens.json");
  const token = cahoots(["serve", "token", "-q", "--tokens", tokens, "--name", "desk"]).trim();
  const kept = await serve(db, "--tokens", tokens);
  const { page, close } = await open(browser, kept.base.replace("//", `//desk:${token}@`) + "/", { plain: true });
  assert.equal((await page.goto(kept.base + "/")).status(), 200); // the browser sends it by itself
  const [answer] = await Promise.all([page.waitForResponse(/sign-out/), page.click("text=Sign out")]);
  assert.equal(answer.status(), 401);
  const after = await page.goto(kept.base + "/").then(
    (r) => r.status(),
    (e) => (e.message.includes("INVALID_AUTH") ? 401 : e.message),
  );
  assert.equal(after, 401);
  await close();
  await kept.stop();
});

for (const path of ["/dyads", "/landscape", "/"]) {
  test(`${path} is usable at 360 px and in the dark`, async () => {
    const { page, faults, close } = await open(browser, server.base + path, {
      plain: path === "/",
      viewport: { width: 360, height: 740 },
      colorScheme: "dark",
    });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
    assert.deepEqual(await serious(page), []);
    assert.deepEqual(faults, []);
    await close();
  });
}
