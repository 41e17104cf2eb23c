// The atlas, opened from disk: no page asks for anything beyond the folder, nothing
// goes wrong, and the first page finds.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { cahoots, folder, launch, open, ready, serious } from "./browser.mjs";

let browser;
const dir = join(folder, "atlas");
const db = join(folder, "atlas.db");
const at = (path) => pathToFileURL(join(dir, path)).href;

before(async () => {
  const file = join(folder, "atlas-case.yaml");
  cahoots(["demo", "controls/x1-turla-oilrig", "-q", "--export", file]);
  cahoots(["ingest", "-q", "--db", db, file]);
  cahoots(["atlas", "-q", "--db", db, "--out", dir]);
  browser = await launch();
});
after(() => browser?.close());

test("the atlas opens from disk without a request, finds, and has no serious fault", async () => {
  const first = await open(browser, at("index.html"), { plain: true });
  await first.page.fill("#search", "turla oilrig");
  assert.match(await first.page.textContent("#found"), /^1 of \d+ pages$/);
  assert.deepEqual(first.faults, []);
  assert.deepEqual(await serious(first.page), []); // axe-core itself asks for the style once more, which a file may not
  await first.close();
  const group = readdirSync(join(dir, "groups")).find((f) => f.startsWith("oilrig--turla") && f.endsWith(".html"));
  for (const path of ["data.html", `groups/${group}`, "states/IR-RU.html"]) {
    const p = await open(browser, at(path), { plain: true });
    await ready(p.page);
    assert.ok(
      p.requests.every((r) => r.startsWith("file:")),
      `${path}: ${p.requests}`,
    );
    assert.deepEqual(p.faults, [], path);
    assert.deepEqual(await serious(p.page), [], path);
    await p.close();
  }
});
