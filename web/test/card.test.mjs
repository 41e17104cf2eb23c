import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cahoots, folder, launch, open, serious, write } from "./browser.mjs";

// What the card says and shows, for a question of each kind. The store holds the
// built-in case; the other links are built in.
const asked = {
  demo: {
    of: ["demo"],
    finding: "hacks",
    says: /hacks Russia, .*; no sign that the two sides work together/,
    arrows: ["hacks forth", "hacks forth", "together both contested"],
  },
  hijack: {
    a: "Turla",
    b: "OilRig",
    finding: "unasked",
    says: /^Turla hacks OilRig and acts through it, unasked/,
    arrows: ["unasked forth"],
  },
  disputed: {
    a: "Gamaredon",
    b: "Turla",
    finding: "together",
    says: /may work together; the sources disagree/,
    arrows: ["together both contested"],
  },
  states: { a: "IR", b: "RU", finding: "unasked", says: /^Turla hacks OilRig/, arrows: ["unasked back"] },
  nothing: { a: "BR", b: "NO", finding: "unseen", says: /could not be seen/, arrows: [] },
};

let browser;
before(async () => {
  const file = join(folder, "case.yaml");
  const db = join(folder, "card.db");
  for (const name of ["controls/x1-turla-oilrig", "sino-russian"]) {
    cahoots(["demo", name, "-q", "--export", file]);
    cahoots(["ingest", "-q", "--db", db, file]);
  }
  for (const [name, q] of Object.entries(asked))
    q.address = write(`card-${name}.html`, [...(q.of ?? ["assess", "--db", db, "--a", q.a, "--b", q.b]), "--format", "html"]);
  browser = await launch();
});
after(() => browser?.close());

for (const [name, q] of Object.entries(asked))
  test(`the card of ${name} has the right word and picture`, async () => {
    const { page, faults, close } = await open(browser, q.address);
    const card = page.locator("#card");
    assert.equal(await card.getAttribute("data-finding"), q.finding);
    assert.match(await card.locator(".headline").innerText(), q.says);
    const arrows = await card.locator(".arrow:not(.none)").evaluateAll((all) => all.map((a) => a.className.replace("arrow ", "")));
    for (const want of q.arrows) assert.ok(arrows.includes(want), `${want} among ${arrows.join("; ")}`);
    if (q.arrows.length === 0) assert.deepEqual(arrows, []);
    if (q.finding === "unseen") assert.match(await card.locator(".arrow.none").innerText(), /could be seen/);
    assert.match(await card.innerText(), /Not seen/);
    assert.deepEqual(faults, []);
    await close();
  });

test("the answer is above the fold of a phone, the whole within fifteen screens, in light and dark without fault", async () => {
  for (const colorScheme of ["light", "dark"])
    for (const width of [360, 1280, 1920]) {
      const { page, close } = await open(browser, asked.demo.address, { viewport: { width, height: 740 }, colorScheme });
      const at = await page.evaluate(() => ({
        top: document.getElementById("card").getBoundingClientRect().top,
        screens: document.documentElement.scrollHeight / window.innerHeight,
        wide: document.documentElement.scrollWidth,
      }));
      assert.ok(at.top < 320, `${width}: the card begins at ${at.top}`);
      assert.ok(at.wide <= width, `${width}: ${at.wide} px wide`);
      if (width === 360) assert.ok(at.screens < 15, `${at.screens} screens`);
      assert.deepEqual(await serious(page), [], `${width} ${colorScheme}`);
      await close();
    }
});

test("what matters first opens by keyboard, and its pair opens from there", async () => {
  const { page, close } = await open(browser, asked.disputed.address);
  await page.locator("#card summary").focus();
  await page.keyboard.press("Enter");
  const row = page.locator('#card table[data-table="matters"] tbody button').first();
  await row.focus();
  await page.keyboard.press("Enter");
  await page.locator("#pair").waitFor();
  assert.match(await page.locator("#pair-title").innerText(), /Gamaredon.* and Turla/);
  await close();
});
