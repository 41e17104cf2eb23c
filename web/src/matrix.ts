// The matrix of verdicts: what was found of every pair, in two hues, with the
// attacks on states in its margins. Small ones are a table of buttons, large ones
// are drawn (grid.ts); both are walked with the arrows, Enter and Esc.

import { type Point, type Series, type Table, cell as cellOf, column, text, value } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { toneOf } from "./palette";
import { saveButton } from "./csv";
import { pointsTable } from "./chart";
import { change } from "./state";
import { grid } from "./grid";

export const signMark: Record<string, string> = { cooperative: "●", unilateral: "▸", adversarial: "✕", undetermined: "?", none: "" };
const confidenceMark: Record<string, string> = { low: "•", moderate: "••", high: "•••" };
export const circled = ["", "①", "②", "③"];

const largest = 900; // cells of a matrix that is a table

export interface Pair {
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

// How much of its colour a cell takes: cooperation by its level, all else in full.
export const strength = (p: Point): number =>
  p.tone === "together" && !p.status ? 0.3 + 0.14 * Math.max(0, p.value) : p.tone === "none" ? (p.value > 0 ? 1 : 0.5) : 1;

export const states = (s: Series, group: string): string[] => [
  ...new Set((s.margins ?? []).filter((m) => m.group === group).map((m) => m.label ?? "")),
];

export function matrix(s: Series, pairs: Table, filter: Filter): HTMLElement {
  const known = pairsOf(pairs);
  const kept = () => new Set(filter.rows(pairs, pairs.rows).map((r) => r.pair));
  const large = (s.rows?.length ?? 0) * (s.columns?.length ?? 0) > largest;
  const figure = el("figure", { "data-chart": s.id, class: "levels" });
  let all = false;
  const draw = () => {
    figure.replaceChildren(captioned(s), ranks(s));
    const lines = [shown(s.rows!, s.blank_rows, all), shown(s.columns!, s.blank_columns, all)];
    if (lines[0] && lines[1]) figure.append(large ? grid(s, known, kept, lines, filter) : written(s, known, kept(), lines));
    if (filter.active) {
      const bright = kept();
      figure.append(
        el(
          "p",
          { class: "note", role: "status" },
          `${s.points.filter((p) => bright.has(p.label)).length} of ${s.points.length} pairs match the filters.`,
        ),
      );
    }
    const blank = [s.blank_rows ?? 0, s.blank_columns ?? 0];
    if (blank[0] + blank[1] > 0)
      figure.append(
        el(
          "p",
          { class: "more" },
          `Of ${blank[0]} of ${s.rows!.length} in rows and ${blank[1]} of ${s.columns!.length} in columns nothing is on record of what they did. `,
          el(
            "button",
            {
              type: "button",
              "aria-expanded": String(all),
              click: () => {
                all = !all;
                draw();
                figure.querySelector<HTMLElement>(".more button")?.focus();
              },
            },
            all ? "Fold them" : "Show them",
          ),
        ),
      );
    figure.append(legend(s));
  };
  draw();
  return figure;
}

const shown = (names: string[], blank = 0, all = false): number => (all ? names.length : names.length - blank);

// captioned is the title of a matrix with its points to take away.
export function captioned(s: Series): HTMLElement {
  const save = saveButton(
    s.id,
    () => pointsTable(s).columns,
    () => pointsTable(s).rows,
  );
  return el("figcaption", {}, s.title, " ", save);
}

// ranks names the most hostile as they are marked.
export function ranks(s: Series): Node {
  const marked = [...s.points, ...(s.margins ?? [])].filter((p) => p.rank).sort((a, b) => a.rank! - b.rank!);
  if (marked.length === 0) return document.createTextNode("");
  return el(
    "ol",
    { class: "ranks", "aria-label": "The most hostile" },
    marked.map((p) => el("li", { "data-rank": p.rank }, el("span", { "aria-hidden": "true" }, circled[p.rank!], " "), p.text ?? "")),
  );
}

function legend(s: Series): HTMLElement {
  const swatch = (c: string, t: string, mark = "") => el("li", {}, el("span", { class: `swatch ${c}` }, mark), " ", t);
  return el(
    "ul",
    { class: "legend", "aria-label": "Key to the matrix" },
    swatch("tone-together", "work together (darker: a higher level)"),
    swatch("tone-hostile", "hostile: one hacks the other, acts through it unasked or poses as it"),
    swatch("tone-supplier", "common supplier, consent not shown"),
    swatch("tone-together contested", "hatched: sources disagree"),
    swatch("tone-none", "looked at, nothing found"),
    swatch("", "empty: nothing is on record of one of the two"),
    (s.margins ?? []).length > 0
      ? el("li", {}, "in the margins: attacks on a state, with the number of cases; palest where none was aimed at it alone")
      : null,
    el("li", {}, "L0 to L5: level; ● cooperative ▸ unilateral ✕ adversarial ? undetermined"),
    el("li", {}, "• low •• moderate ••• high confidence"),
    el("li", {}, "① ② ③ the most hostile: groups against groups, then against states, by cases aimed at the state alone"),
  );
}

// walk moves the one cell of a table that a Tab reaches with the arrows.
function walk(e: KeyboardEvent): void {
  const step: Record<string, [number, number]> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -999],
    End: [0, 999],
  };
  const by = step[e.key];
  const from = (e.target as HTMLElement).closest<HTMLElement>(".cell");
  if (!by || !from) return;
  e.preventDefault();
  const lines = [...from.closest("tbody")!.rows].map((r) => [...r.querySelectorAll<HTMLElement>(".cell")]);
  const i = lines.findIndex((l) => l.includes(from));
  const j = lines[i].indexOf(from);
  const line = lines[Math.max(0, Math.min(lines.length - 1, i + by[0]))];
  const to = line[Math.max(0, Math.min(line.length - 1, j + by[1]))];
  if (!to) return;
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

function written(s: Series, known: Map<string, Pair>, kept: Set<string | undefined>, [rows, columns]: number[]): HTMLElement {
  const places = s.rows!.map(() => new Array<Point | undefined>(s.columns!.length).fill(undefined));
  for (const p of s.points) places[p.row][p.column] = p;
  let first = true;
  const cell = (at: Point | undefined) => {
    const id = at?.label;
    const p = id === undefined ? undefined : known.get(id);
    if (!at || !p) return el("td", { class: "blank" });
    const tone = p.level < 0 && !at.tone ? "unassessable" : `tone-${toneOf[at.tone ?? "none"]}`;
    const button = el(
      "button",
      {
        type: "button",
        class: `cell ${tone}${at.status ? " contested" : ""}${kept.has(id) ? "" : " dim"}`,
        "data-pair": id,
        "data-rank": at.rank,
        tabindex: first ? 0 : -1,
        "aria-label": at.rank ? `${circled[at.rank]} L${p.level}: ${p.words}` : p.words,
        title: p.words,
        click: () => change({ pair: id }),
      },
      p.level < 0
        ? null
        : el(
            "span",
            { class: "level" },
            at.rank ? circled[at.rank] + " " : "",
            `L${p.level}`,
            signMark[p.sign] ? ` ${signMark[p.sign]}` : "",
            at.status ? " ~" : "",
          ),
      p.level < 0 ? null : el("span", { class: "confidence" }, confidenceMark[p.confidence] ?? ""),
    );
    button.style.setProperty("--much", `${Math.round(100 * strength(at))}%`);
    first = false;
    return el("td", {}, button);
  };
  const most = Math.max(1, ...(s.margins ?? []).map((m) => m.value));
  const margin = (of: "row" | "column", i: number, state: string) => {
    const m = (s.margins ?? []).find((m) => m.group === of && m[of] === i && m.label === state);
    if (!m) return el("td", { class: "margin" });
    const box = el(
      "td",
      { class: `margin tone-hostile${m.status ? " contested" : ""}`, title: m.text, "data-rank": m.rank },
      m.rank ? circled[m.rank] + " " : "",
      String(m.value),
    );
    box.style.setProperty("--much", m.rank ? "100%" : m.low ? `${20 + Math.round((50 * m.value) / most)}%` : "15%");
    return box;
  };
  const [left, above] = [states(s, "row"), states(s, "column")];
  return el(
    "div",
    { class: "scroll", role: "region", tabindex: 0, "aria-label": s.title },
    el(
      "table",
      { class: "matrix", keydown: walk as EventListener },
      el("caption", { class: "note" }, "Rows: ", s.y ?? "", ". Columns: ", s.x ?? "", ". Arrows walk, Enter opens a pair, Esc closes it."),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("td", {}),
          left.map((t) => el("th", { scope: "col", class: "against" }, `attacks on ${t}`)),
          s.columns!.slice(0, columns).map((c) => el("th", { scope: "col" }, el("span", {}, c))),
        ),
        above.map((t) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", class: "against" }, `attacks on ${t}`),
            left.map(() => el("td", {})),
            s.columns!.slice(0, columns).map((_, i) => margin("column", i, t)),
          ),
        ),
      ),
      el(
        "tbody",
        {},
        s.rows!.slice(0, rows).map((r, i) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, r),
            left.map((t) => margin("row", i, t)),
            places[i].slice(0, columns).map(cell),
          ),
        ),
      ),
    ),
  );
}
