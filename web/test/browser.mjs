// What the browser tests share: the program, what it writes, and Chromium.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.CAHOOTS ?? join(root, "bin", "cahoots");
export const folder = mkdtempSync(join(tmpdir(), "cahoots-page-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export const cahoots = (args, input) =>
  execFileSync(program, args, { input, maxBuffer: 1 << 30, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

// write runs the program and returns the address of the file it wrote.
export function write(name, args, input) {
  const path = join(folder, name);
  cahoots([...args, "-q", "-o", path], input);
  return pathToFileURL(path).href;
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

// open opens a page, and keeps account of what it asks for and what goes wrong.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [],
    requests = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") faults.push(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => faults.push(`error: ${e.message}`));
  page.on("request", (r) => requests.push(r.url()));
  await page.goto(address);
  if (options.javaScriptEnabled !== false && !options.plain) await ready(page);
  return { page, faults, requests, close: () => context.close() };
}

export const ready = (page) => page.waitForSelector("html[data-ready]:not([data-busy])", { state: "attached", timeout: 20_000 });

// drawn waits until a chart has been painted and returns how many of its pixels
// are not those of the background.
export async function drawn(page, id) {
  const figure = page.locator(`figure[data-chart="${id}"]`).first();
  await figure.scrollIntoViewIfNeeded();
  await figure.locator(".chart[data-drawn]").waitFor({ timeout: 10_000 });
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
  return figure.locator("canvas").evaluateAll((layers) => {
    let n = 0;
    for (const c of layers) {
      const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++;
    }
    return n;
  });
}

const axe = readFileSync(join(root, "web", "node_modules", "axe-core", "axe.min.js"), "utf8");

// serious lists what axe-core finds of serious and critical faults.
export async function serious(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const r = await window.axe.run(document, { resultTypes: ["violations"] });
    return r.violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 160)}`);
  });
}

// serve runs the server over a store on a free port until stop is called.
export function serve(db, ...args) {
  const p = spawn(program, ["serve", "--db", db, "--addr", "127.0.0.1:0", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    p.stderr.on("data", (b) => {
      said += b;
      const m = said.match(/at (http:\/\/[^/]+)\//);
      if (m)
        resolve({
          base: m[1],
          stop: () =>
            new Promise((done) => {
              p.on("exit", done);
              p.kill("SIGINT");
            }),
        });
    });
    p.on("exit", (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}
