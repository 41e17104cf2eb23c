// The matrix of verdicts: level, sign and confidence of every pair. Small ones
// are a table of buttons, which a keyboard and a screen reader can walk; large
// ones are drawn, and the table of pairs beside them says the same.

import { type Series, type Table, cell as cellOf, column, text, value } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { chart, pointsTable, signHue, theme } from "./chart";
import { change } from "./state";

// Levels in one hue from light to dark: the order stays without colour, and
// every cell of the table carries its level in letters.
export const levelHue = ["#e8eef4", "#b8d4ea", "#7fb2d9", "#3f86bd", "#145a92", "#06304f"];

export const signMark: Record<string, string> = { cooperative: "●", unilateral: "▸", adversarial: "✕", undetermined: "?", none: "" };
const confidenceMark: Record<string, string> = { low: "•", moderate: "••", high: "•••" };

const largest = 900; // cells of a matrix that is a table

interface Pair {
  level: number;
  sign: string;
  confidence: string;
  contested: boolean;
  tested: number;
  words: string;
}

// Pairs are read once: filters change which are bright, not what they say.
const read = new WeakMap<Table, Map<string, Pair>>();

function pairsOf(pairs: Table): Map<string, Pair> {
  const before = read.get(pairs);
  if (before) return before;
  const of = (id: string) => column(pairs, id);
  const [level, name, sign, confidence, contested, tested] = ["level", "level_name", "sign", "confidence", "contested", "tested"].map(of);
  const [a, b] = [of("a"), of("b")];
  const known = new Map<string, Pair>();
  for (const r of pairs.rows) {
    const id = r.pair;
    if (!id) continue;
    const at = (i: number) => cellOf(pairs, r, i);
    const l = value(at(level));
    known.set(id, {
      level: typeof l === "number" ? l : -1,
      sign: text(at(sign)),
      confidence: text(at(confidence)),
      contested: text(at(contested)) !== "",
      tested: Number(value(at(tested))),
      get words() {
        return (
          `${text(at(a))} and ${text(at(b))}: ${text(at(name))}, sign ${this.sign || "none"}, confidence ${this.confidence}` +
          (this.contested ? ", contested" : "") +
          (this.level >= 0 && this.tested === 0 ? ", not measurable on any channel" : "")
        );
      },
    });
  }
  read.set(pairs, known);
  return known;
}

export function matrix(s: Series, pairs: Table, filter: Filter): HTMLElement {
  const known = pairsOf(pairs);
  const large = (s.rows?.length ?? 0) * (s.columns?.length ?? 0) > largest;
  // A large one asks which are bright when it comes into view.
  return large
    ? drawn(s, known, () => new Set(filter.rows(pairs, pairs.rows).map((r) => r.pair)), filter)
    : written(s, known, new Set(filter.rows(pairs, pairs.rows).map((r) => r.pair)));
}

function legend(): HTMLElement {
  const swatch = (c: string, t: string, mark = "") => el("li", {}, el("span", { class: `swatch ${c}` }, mark), " ", t);
  return el(
    "ul",
    { class: "legend", "aria-label": "Key to the matrix" },
    [
      "L0 none found",
      "L1 incidental overlap",
      "L2 shared supply",
      "L3 information exchange",
      "L4 tasking alignment",
      "L5 joint operation",
    ].map((t, i) => swatch(`level-${i}`, t)),
    swatch("unassessable", "not assessable"),
    swatch("unmeasurable", "no channel measurable"),
    swatch("", "cooperative", "●"),
    swatch("", "unilateral", "▸"),
    swatch("", "adversarial", "✕"),
    swatch("", "undetermined", "?"),
    el("li", {}, "• low, •• moderate, ••• high confidence"),
    el("li", {}, "~ contested"),
  );
}

function written(s: Series, known: Map<string, Pair>, kept: Set<string | undefined>): HTMLElement {
  const grid = s.rows!.map(() => new Array<string | undefined>(s.columns!.length));
  for (const p of s.points) grid[p.row][p.column] = p.label;
  const cell = (id: string | undefined) => {
    const p = id === undefined ? undefined : known.get(id);
    if (!p) return el("td", { class: "blank" });
    const kind = p.level < 0 ? "unassessable" : `level-${p.level}${p.tested === 0 ? " unmeasurable" : ""}`;
    return el(
      "td",
      {},
      el(
        "button",
        {
          type: "button",
          class: `cell ${kind}${kept.has(id) ? "" : " dim"}`,
          "data-pair": id,
          "aria-label": p.words,
          title: p.words,
          click: () => change({ pair: id }),
        },
        el(
          "span",
          { class: "level" },
          p.level < 0 ? "n/a" : `L${p.level}`,
          signMark[p.sign] ? ` ${signMark[p.sign]}` : "",
          p.contested ? " ~" : "",
        ),
        el("span", { class: "confidence" }, confidenceMark[p.confidence] ?? ""),
      ),
    );
  };
  return el(
    "figure",
    { "data-chart": s.id },
    el("figcaption", {}, s.title),
    el(
      "div",
      { class: "scroll", role: "region", tabindex: 0, "aria-label": s.title },
      el(
        "table",
        { class: "matrix" },
        el("caption", { class: "note" }, "Rows: ", s.y ?? "", ". Columns: ", s.x ?? "", ". Open a cell for the pair."),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("td", {}),
            s.columns!.map((c) => el("th", { scope: "col" }, el("span", {}, c))),
          ),
        ),
        el(
          "tbody",
          {},
          s.rows!.map((r, i) => el("tr", {}, el("th", { scope: "row" }, r), grid[i].map(cell))),
        ),
      ),
    ),
    legend(),
  );
}

// drawn is a matrix of so many cells that a general chart library would hold
// the page up: it fills rectangles, and nothing else.
function drawn(s: Series, known: Map<string, Pair>, bright: () => Set<string | undefined>, filter: Filter): HTMLElement {
  const rows = s.rows!,
    columns = s.columns!;
  let kept: Set<string | undefined> | undefined, places: Map<number, string> | undefined;
  const at = (place: number) => (places ??= new Map(s.points.map((p) => [p.row * columns.length + p.column, p.label!]))).get(place);
  const tip = el("div", { class: "tip", hidden: true });
  let canvas: HTMLCanvasElement | undefined;
  const height = Math.min(900, Math.max(320, rows.length * 9 + 90));
  const frame = (width: number) => ({
    left: Math.min(120, width * 0.3),
    top: 8,
    right: 16,
    bottom: 96,
    get w() {
      return Math.max(1, (width - this.left - this.right) / columns.length);
    },
    get h() {
      return (height - this.top - this.bottom) / rows.length;
    },
  });
  const hit = (e: MouseEvent): string | undefined => {
    const f = frame(canvas!.clientWidth);
    const x = Math.floor((e.offsetX - f.left) / f.w),
      y = Math.floor((e.offsetY - f.top) / f.h);
    return x < 0 || y < 0 || x >= columns.length || y >= rows.length ? undefined : at(y * columns.length + x);
  };
  const begin = (box: HTMLElement): HTMLCanvasElement => {
    const made = el("canvas", {
      mousemove: (e) => {
        const id = hit(e as MouseEvent);
        tip.hidden = id === undefined;
        made.style.cursor = id ? "pointer" : "";
        if (!id) return;
        tip.textContent = known.get(id)?.words ?? "";
        tip.style.left = `${Math.min((e as MouseEvent).offsetX + 12, Math.max(0, box.clientWidth - 260))}px`;
        tip.style.top = `${(e as MouseEvent).offsetY + 14}px`;
      },
      mouseleave: () => {
        tip.hidden = true;
      },
      click: (e) => {
        const id = hit(e as MouseEvent);
        if (id) change({ pair: id });
      },
    });
    made.style.display = "block";
    box.style.position = "relative";
    box.append(made, tip);
    return made;
  };
  return chart(s.title, {
    height,
    filter,
    table: () => pointsTable(s),
    id: s.id,
    key: legend(),
    label: `${s.points.length} pairs; choose a cell to open the pair.`,
    own: (box) => {
      canvas ??= begin(box);
      kept ??= bright();
      const c = theme(),
        width = box.clientWidth,
        f = frame(width),
        ratio = devicePixelRatio || 1;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      const g = canvas.getContext("2d")!;
      g.scale(ratio, ratio);
      const gap = Math.min(f.w, f.h) > 5 ? 0.6 : 0;
      const linked: [number, number, Pair, boolean][] = [];
      // One pass for each look: changing the colour costs more than a cell does.
      const looks = new Map<string, [number, number][]>();
      for (const p of s.points) {
        const k = known.get(p.label!),
          bright = kept.has(p.label);
        const look = k === undefined || k.level < 0 ? "" : `${k.level} ${bright}`;
        if (!looks.has(look)) looks.set(look, []);
        looks.get(look)!.push([f.left + p.column * f.w, f.top + p.row * f.h]);
        if (k && k.level > 0) linked.push([f.left + p.column * f.w, f.top + p.row * f.h, k, bright]);
      }
      for (const [look, cells] of looks) {
        const [level, bright] = look.split(" ");
        g.globalAlpha = look === "" ? 0.35 : bright === "true" ? 1 : 0.15;
        g.fillStyle = look === "" ? c.line : levelHue[+level];
        // What is not assessable is a thin line, not a colour of the scale.
        for (const [x, y] of cells)
          look === "" ? g.fillRect(x + f.w * 0.2, y + f.h / 2, f.w * 0.6, 1) : g.fillRect(x, y, f.w - gap, f.h - gap);
      }
      for (const [x, y, k, bright] of linked) {
        g.globalAlpha = bright ? 1 : 0.15;
        g.strokeStyle = signHue[k.sign] ?? c.line;
        g.lineWidth = 1.5;
        g.strokeRect(x + 0.75, y + 0.75, f.w - 1.5, f.h - 1.5);
      }
      g.globalAlpha = 1;
      g.fillStyle = c.soft;
      g.font = "10px system-ui, sans-serif";
      g.textBaseline = "middle";
      const cut = (t: string, n: number) => (t.length > n ? t.slice(0, n - 1) + "…" : t);
      const stepY = Math.ceil(11 / f.h),
        stepX = Math.ceil(12 / f.w);
      g.textAlign = "right";
      rows.forEach((t, i) => {
        if (i % stepY === 0) g.fillText(cut(t, Math.floor(f.left / 5.6)), f.left - 6, f.top + (i + 0.5) * f.h);
      });
      columns.forEach((t, i) => {
        if (i % stepX !== 0) return;
        g.save();
        g.translate(f.left + (i + 0.5) * f.w, height - f.bottom + 6);
        g.rotate(-Math.PI / 3);
        g.fillText(cut(t, 16), 0, 0);
        g.restore();
      });
    },
  });
}
