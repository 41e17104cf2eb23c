// The server as a workplace: from an empty folder to an answer that is taken away,
// by the keyboard alone and without a command line.
//
// CAHOOTS_WALK names a folder with files to be added instead of the small ones here
// (the public data sets); the question is then about Turla and APT28 as well.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { folder, launch, open, ready, serious, serve } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const id = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const when = { created: "2024-01-01T00:00:00.000Z", modified: "2024-01-01T00:00:00.000Z" };
const cited = [{ source_name: "mitre-attack", external_id: "G0001", url: "https://attack.mitre.org/groups/G0001" }];
const set = (n, name) => ({
  type: "intrusion-set",
  id: `intrusion-set--${id(n)}`,
  ...when,
  name,
  external_references: [{ ...cited[0], external_id: `G000${n}` }],
});

// files are three small ones, each of another kind.
function files() {
  const dir = mkdtempSync(join(folder, "files-"));
  const objects = [set(1, "Turla"), set(2, "APT28")];
  for (let n = 1; n < 6; n++) {
    const malware = { type: "malware", id: `malware--${id(10 + n)}`, ...when, name: `Tool ${n}`, external_references: cited };
    objects.push(malware);
    for (const of of [1, 2])
      objects.push({
        type: "relationship",
        id: `relationship--${id(100 * of + n)}`,
        ...when,
        relationship_type: "uses",
        source_ref: `intrusion-set--${id(of)}`,
        target_ref: malware.id,
        external_references: cited,
      });
  }
  writeFileSync(join(dir, "bundle.json"), JSON.stringify({ type: "bundle", id: `bundle--${id(0)}`, spec_version: "2.0", objects }));
  const value = (n, name, country) => ({
    uuid: id(200 + n),
    value: name,
    description: name,
    meta: { country, synonyms: [`${name} Team`], refs: ["https://example.org/"], "cfr-suspected-state-sponsor": country },
  });
  writeFileSync(
    join(dir, "galaxy.json"),
    JSON.stringify({
      name: "Threat Actor",
      type: "threat-actor",
      uuid: id(300),
      version: 1,
      source: "MISP Project",
      category: "actor",
      authors: ["Various"],
      description: "Actors",
      values: [value(1, "Turla", "RU"), value(2, "APT28", "RU"), value(3, "Mustang Panda", "CN")],
    }),
  );
  const head =
    "ID,name,start_date,end_date,incident_type,receiver_name,receiver_country,receiver_category,receiver_category_subcode,initiator_name,initiator_country,initiator_category,attribution_basis,attributing_country,sources_url";
  const row = (n, who, country) =>
    `${n},Incident ${n},2022-0${n}-11,,"['Data theft']","['Ministry']","['Germany']","['State institutions / political system']","['Government / ministries']","['${who}']","['${country}']","['State']",Media report,Germany,"['https://example.org/${n}']"`;
  writeFileSync(
    join(dir, "eurepoc.csv"),
    [head, row(1, "Turla", "Russia"), row(2, "APT28", "Russia"), row(3, "Mustang Panda", "China")].join("\n"),
  );
  return dir;
}

const dropped = () => {
  const dir = process.env.CAHOOTS_WALK ?? files();
  return readdirSync(dir)
    .sort()
    .map((name) => join(dir, name));
};

// tab goes by the keyboard to the element with a selector.
async function tab(page, selector) {
  for (let n = 0; n < 400; n++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the keyboard does not reach ${selector}`);
}

async function fits(page, where) {
  assert.deepEqual(await serious(page), [], where);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where} scrolls sideways`);
}

// side types the beginning of a name and takes the first completion.
async function side(page, name, begins, want) {
  await tab(page, `input[name="${name}"]`);
  await page.keyboard.type(begins);
  await page.locator('.names:not([hidden]) [role="option"]').first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue(`input[name="${name}"]`), want);
}

const screens = [
  { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" },
];
for (const screen of screens)
  test(`from an empty folder to an answer taken away, by keyboard, at ${screen.viewport.width} px`, async (t) => {
    const db = join(mkdtempSync(join(folder, "empty-")), "cahoots.db");
    const server = await serve(db);
    t.after(() => server.stop());
    assert.ok(existsSync(db));
    const began = performance.now();
    const clock = [];
    const at = (what) => clock.push(`${what} ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const { page, faults, requests, close } = await open(browser, server.base + "/", { plain: true, ...screen });
    t.after(close);
    assert.match(await page.locator("main").textContent(), /holds no evidence yet.*First add some/s);
    await fits(page, "the first page");
    await tab(page, "#files");
    await page.setInputFiles("#files", dropped());
    await tab(page, ".drop button");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/drafts\/[0-9a-f]{32}$/);
    await page.locator("#accept").waitFor({ timeout: 60_000 });
    at("draft");
    const draft = await page.locator("main").textContent();
    assert.match(draft, /Nothing of this is in the store yet/);
    for (const heading of ["Which verdicts would change", "What would be read", "What would be left out", "What its markings allow"])
      assert.match(draft, new RegExp(heading));
    for (const kind of ["stix", "misp-galaxy", "incidents"]) assert.match(draft, new RegExp(kind));
    assert.deepEqual(await (await fetch(server.base + "/api/v1/sources")).json(), []);
    await page.locator(".effect").first().waitFor({ timeout: 120_000 });
    at("effect");
    assert.match(await page.locator(".effect").first().textContent(), /Now.*Then/s);
    await fits(page, "the draft");
    await tab(page, "#accept");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Added to the store" }).waitFor({ timeout: 60_000 });
    at("accepted");
    await fits(page, "what was added");
    for (const name of ["a", "b"]) await page.fill(`input[name="${name}"]`, "");
    await page.locator("#content").focus();
    await side(page, "a", "Turl", "Turla");
    await side(page, "b", "APT2", "APT28");
    await fits(page, "the question");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/jobs\/[0-9a-f]+\/report$/, { timeout: 120_000 });
    await ready(page);
    at("card");
    assert.match(await page.locator(".card .headline").textContent(), /Turla.*APT28|APT28.*Turla/);
    await fits(page, "the answer");
    await tab(page, ".downloads summary");
    await page.keyboard.press("Enter");
    await tab(page, '.downloads a[href*="format=html"]');
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    const saved = join(folder, `answer-${screen.viewport.width}.html`);
    await file.saveAs(saved);
    at("file");
    assert.equal(file.suggestedFilename(), "cahoots.html");
    assert.deepEqual(faults, []);
    assert.ok(requests.every((r) => r.startsWith(server.base + "/")));
    const offline = await open(browser, pathToFileURL(saved).href);
    assert.equal(await offline.page.locator(".card .headline").textContent(), await page.locator(".card .headline").textContent());
    assert.equal(offline.requests.length, 1, "the file asks for nothing");
    assert.equal(await offline.page.locator(".downloads").count(), 0);
    await offline.close();
    t.diagnostic(clock.join(", "));
    if (process.env.CAHOOTS_CLOCK) console.error(screen.viewport.width, clock.join(", "));
  });

test("files dropped on the page are a draft; refused, nothing of them is left", async (t) => {
  const server = await serve(join(mkdtempSync(join(folder, "refused-")), "cahoots.db"));
  t.after(() => server.stop());
  const { page, close } = await open(browser, server.base + "/", { plain: true });
  t.after(close);
  const data = await page.evaluateHandle(
    (texts) => {
      const all = new DataTransfer();
      for (const [name, text] of texts) all.items.add(new File([text], name));
      return all;
    },
    dropped().map((path) => [path.split("/").pop(), readFileSync(path, "utf8")]),
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
  await page.locator("#refuse").waitFor({ timeout: 60_000 });
  const address = page.url();
  await page.click("#refuse");
  await page.waitForURL(server.base + "/");
  assert.match(await page.locator("main").textContent(), /holds no evidence yet/);
  assert.equal((await fetch(address)).status, 404);
  await page.goto(address);
  assert.match(await page.locator("main").textContent(), /no such object/);
  await page.click("main a");
  assert.equal(page.url(), server.base + "/");
});

test("a job is listed, cancelled and kept from the pages", async (t) => {
  const server = await serve(join(mkdtempSync(join(folder, "jobs-")), "cahoots.db"));
  t.after(() => server.stop());
  const { page, close } = await open(browser, server.base + "/", { plain: true });
  t.after(close);
  await page.setInputFiles("#files", dropped());
  await page.click(".drop button");
  await page.click("#accept", { timeout: 60_000 });
  await page.getByRole("heading", { name: "Added to the store" }).waitFor({ timeout: 60_000 });
  await page.fill('input[name="a"]', "Turla");
  await page.fill('input[name="b"]', "APT28");
  await page.click('form[action="/ask"] button');
  await page.waitForURL(/\/report$/, { timeout: 120_000 });
  await page.click('.home a[href="/jobs"]');
  await fits(page, "the jobs");
  await page.getByRole("button", { name: "Keep Turla and APT28" }).click();
  await page.waitForURL(/\/assessments\/[0-9a-f]{32}$/);
  await page.click('.home a[href="/"]');
  assert.equal(await page.locator('td:has-text("any time")').count(), 1);
});

const report =
  "<html><head><title>Two groups, one foothold</title></head><body><p>In November 2024 Turla let APT28 use a foothold that it had built. " +
  "APT28, which others know as Sofacy, exploited CVE-2024-12345 against a ministry in Vietnam.</p></body></html>";

test("from a report to the changed verdict, without a command line", async (t) => {
  const server = await serve(join(mkdtempSync(join(folder, "report-")), "cahoots.db"));
  t.after(() => server.stop());
  const began = performance.now();
  const { page, faults, close } = await open(browser, server.base + "/", { plain: true });
  t.after(close);
  const ask = async () => {
    await page.fill('input[name="a"]', "Turla");
    await page.fill('input[name="b"]', "APT28");
    await page.click('form[action="/ask"] button');
    await page.waitForURL(/\/report$/, { timeout: 120_000 });
    await ready(page);
    return page.locator(".card .headline").textContent();
  };
  await page.setInputFiles("#files", dropped());
  await page.click(".drop button");
  await page.click("#accept", { timeout: 60_000 });
  await page.getByRole("heading", { name: "Added to the store" }).waitFor({ timeout: 60_000 });
  const before = await ask();
  assert.doesNotMatch(before, /work together$/);

  const send = async () => {
    await page.goto(server.base + "/");
    await page.setInputFiles("#files", { name: "foothold.html", mimeType: "text/html", buffer: Buffer.from(report) });
    await page.click(".drop button");
    await page.fill('input[name="publisher"]', "Example Labs", { timeout: 60_000 });
    await page.fill('input[name="published"]', "2024-12");
    await page.click("#review");
    await page.waitForURL(/\/reviews\//);
  };
  await send();
  await fits(page, "the review");
  const claims = await page.locator(".claim").count();
  assert.ok(claims >= 2, `${claims} claims`);
  const handover = page.locator(".claim", { hasText: "access-handover" });
  assert.match(await handover.locator("blockquote").textContent(), /Turla let APT28 use a foothold that it had built/);
  assert.match(await handover.textContent(), /foothold\.html, byte/);
  await page.click("#try");
  await handover.locator(".effect").waitFor({ timeout: 120_000 });
  assert.match(await handover.locator(".effect").textContent(), /Verdict now.*With this claim/s);
  assert.match(await handover.locator(".effect").textContent(), /Turla and APT28|APT28 and Turla/);

  // One is refused with a reason, which stays; that is undone, and done again.
  const other = page.locator(".claim", { hasText: "CVE-2024-12345" }).first();
  const id = await other.getAttribute("id");
  const there = page.locator(`[id="${id}"]`);
  await there.locator('input[name="reason"]').fill("the ministry is not named");
  await there.locator('button[value="refuse"]').click();
  await there.getByText("Refused: the ministry is not named.").waitFor();
  await there.locator('button[value="undo"]').click();
  await there.locator('input[name="reason"]').fill("not named");
  await there.locator('button[value="refuse"]').click();
  await there.getByText("Refused: not named.").waitFor();

  await handover.locator('select[name="consent"]').selectOption("shown");
  await handover.locator('button[value="accept"]').click();
  await page.locator("#add").waitFor();
  await fits(page, "the review with decisions");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click('a[href$="/case.yaml"]')]);
  const saved = join(folder, "reviewed.yaml");
  await file.saveAs(saved);
  assert.match(readFileSync(saved, "utf8"), /consent: shown/);
  assert.match(readFileSync(saved, "utf8"), /refused: not named/);
  await page.click("#add");
  await page.waitForURL(/added=true/);
  const after = await ask();
  assert.notEqual(after, before);
  assert.match(after, /together|hand/i);
  t.diagnostic(`from the report to the verdict "${after}", before "${before}", after ${((performance.now() - began) / 1000).toFixed(1)} s`);

  await send(); // the same report asks nothing that was decided
  assert.equal(await page.locator(".claim").count(), claims);
  await page.getByText("Refused: not named.").waitFor();
  assert.equal(await page.locator(".claim", { hasText: "access-handover" }).locator('button[value="accept"]').count(), 0);
  assert.deepEqual(faults, []);
});
