// The matrix of verdicts: level, sign and confidence of every pair. Small ones
// are a table of buttons, which a keyboard and a screen reader can walk; large
// ones are drawn, and the table of pairs beside them says the same.

import { Row, Series, Table, cell as cellOf, column, text, value } from "./document";
import { el } from "./element";
import { Filter } from "./filter";
import { chart, pointsTable, signHue, theme } from "./chart";
import { change } from "./state";

// Levels in one hue from light to dark: the order stays without colour, and
// every cell of the table carries its level in letters.
export const levelHue = ["#e8eef4", "#b8d4ea", "#7fb2d9", "#3f86bd", "#145a92", "#06304f"];

export const signMark: Record<string, string> = { cooperative: "●", unilateral: "▸", adversarial: "✕", undetermined: "?", none: "" };
const confidenceMark: Record<string, string> = { low: "•", moderate: "••", high: "•••" };

const largest = 900; // cells of a matrix that is a table

interface Pair { level: number; sign: string; confidence: string; contested: boolean; tested: number; words: string }

export function matrix(s: Series, pairs: Table, filter: Filter): HTMLElement {
  const of = (id: string) => column(pairs, id);
  const [level, name, sign, confidence, contested, tested] = ["level", "level_name", "sign", "confidence", "contested", "tested"].map(of);
  const [a, b] = [of("a"), of("b")];
  const kept = new Set(filter.rows(pairs, pairs.rows).map((r) => r.pair));
  const known = new Map<string, Pair>();
  const pairOf = (r: Row): Pair => {
    const at = (i: number) => cellOf(pairs, r, i);
    const l = value(at(level));
    return {
      level: typeof l === "number" ? l : -1, sign: text(at(sign)), confidence: text(at(confidence)),
      contested: text(at(contested)) !== "", tested: Number(value(at(tested))),
      get words() {
        return `${text(at(a))} and ${text(at(b))}: ${text(at(name))}, sign ${this.sign || "none"}, confidence ${this.confidence}` +
          (this.contested ? ", contested" : "") + (this.level >= 0 && this.tested === 0 ? ", not measurable on any channel" : "");
      },
    };
  };
  for (const r of pairs.rows) {
    if (!r.pair) continue;
    known.set(r.pair, pairOf(r));
  }
  const large = (s.rows?.length ?? 0) * (s.columns?.length ?? 0) > largest;
  return large ? drawn(s, known, kept, filter) : written(s, known, kept);
}

function legend(): HTMLElement {
  const swatch = (c: string, t: string, mark = "") => el("li", {}, el("span", { class: `swatch ${c}` }, mark), " ", t);
  return el("ul", { class: "legend", "aria-label": "Key to the matrix" },
    ["L0 none found", "L1 incidental overlap", "L2 shared supply", "L3 information exchange", "L4 tasking alignment", "L5 joint operation"]
      .map((t, i) => swatch(`level-${i}`, t)),
    swatch("unassessable", "not assessable"), swatch("unmeasurable", "no channel measurable"),
    swatch("", "cooperative", "●"), swatch("", "unilateral", "▸"), swatch("", "adversarial", "✕"), swatch("", "undetermined", "?"),
    el("li", {}, "• low, •• moderate, ••• high confidence"), el("li", {}, "~ contested"));
}

function written(s: Series, known: Map<string, Pair>, kept: Set<string | undefined>): HTMLElement {
  const grid = s.rows!.map(() => new Array<string | undefined>(s.columns!.length));
  for (const p of s.points) grid[p.row][p.column] = p.label;
  const cell = (id: string | undefined) => {
    const p = id === undefined ? undefined : known.get(id);
    if (!p) return el("td", { class: "blank" });
    const kind = p.level < 0 ? "unassessable" : `level-${p.level}${p.tested === 0 ? " unmeasurable" : ""}`;
    return el("td", {}, el("button", {
      type: "button", class: `cell ${kind}${kept.has(id) ? "" : " dim"}`, "data-pair": id, "aria-label": p.words, title: p.words,
      click: () => change({ pair: id }),
    }, el("span", { class: "level" }, p.level < 0 ? "n/a" : `L${p.level}`, signMark[p.sign] ? ` ${signMark[p.sign]}` : "", p.contested ? " ~" : ""),
    el("span", { class: "confidence" }, confidenceMark[p.confidence] ?? "")));
  };
  return el("figure", { "data-chart": s.id },
    el("figcaption", {}, s.title),
    el("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": s.title },
      el("table", { class: "matrix" },
        el("caption", { class: "note" }, "Rows: ", s.y ?? "", ". Columns: ", s.x ?? "", ". Open a cell for the pair."),
        el("thead", {}, el("tr", {}, el("td", {}), s.columns!.map((c) => el("th", { scope: "col" }, el("span", {}, c))))),
        el("tbody", {}, s.rows!.map((r, i) => el("tr", {}, el("th", { scope: "row" }, r), grid[i].map(cell)))))),
    legend());
}

function drawn(s: Series, known: Map<string, Pair>, kept: Set<string | undefined>, filter: Filter): HTMLElement {
  const ids = s.points.map((p) => p.label!);
  return chart(s.title, {
    height: Math.min(900, Math.max(320, s.rows!.length * 9 + 90)), filter, table: () => pointsTable(s), id: s.id, key: legend(),
    label: `${ids.length} pairs; choose a cell to open the pair.`,
    click: (i) => change({ pair: ids[i] }),
    draw: () => {
      const c = theme();
      const styles = new Map<string, object>();
      const style = (k: Pair | undefined, bright: boolean) => {
        const linked = k !== undefined && k.level > 0;
        const name = `${k?.level ?? -1} ${linked ? k.sign : ""} ${bright}`;
        if (!styles.has(name)) {
          styles.set(name, {
            color: k === undefined || k.level < 0 ? "transparent" : levelHue[k.level], opacity: bright ? 1 : 0.15,
            borderColor: linked ? signHue[k.sign] ?? c.line : c.line, borderWidth: linked ? 1.5 : 0,
          });
        }
        return styles.get(name)!;
      };
      return {
        grid: { left: 120, right: 16, top: 8, bottom: 96 },
        xAxis: { type: "category", data: s.columns, axisLabel: { rotate: 60, color: c.soft, width: 90, overflow: "truncate" }, axisTick: { show: false } },
        yAxis: { type: "category", data: s.rows, inverse: true, axisLabel: { color: c.soft, width: 110, overflow: "truncate" }, axisTick: { show: false } },
        tooltip: { formatter: (p: { dataIndex: number }) => known.get(ids[p.dataIndex])?.words ?? "" },
        series: [{
          type: "heatmap", progressive: 0, animation: false, emphasis: { disabled: true }, itemStyle: { borderWidth: 0 },
          data: s.points.map((p, i) => {
            const k = known.get(ids[i]);
            return { value: [p.column, p.row, k?.level ?? -1], itemStyle: style(k, kept.has(ids[i])) };
          }),
        }],
      };
    },
  });
}
