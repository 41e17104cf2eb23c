// Intervals on lanes: what lasted from when to when. The lanes of a document
// that knows the sides stand in its order, with agreements, statements and links
// laid over the acts below them.

import type { Node as Lane, Point, Series } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { chart, pointsTable } from "./chart";
import { type Theme, hue, theme } from "./palette";
import { moment, span } from "./period";
import { beyond, endsKey } from "./ends";

export const special = new Set(["agreement", "statement", "link"]);
const sideHue: Record<string, keyof Theme & string> = {
  a: "a",
  b: "b",
  both: "both",
  agreement: "agreement",
  statement: "soft",
  link: "ink",
};
const kinds: Record<string, string> = { activity: "act", disclosure: "publication", detection: "detection" };
const mostLines = 40; // of agreements and links, drawn down through the lanes

interface Layout {
  bars: Bar[];
  data: number[][];
  low: number;
  high: number;
  pad: number;
  first: number;
  last: number;
  lines: boolean;
}

function place(s: Series, points: Point[], at: Map<string, number>, groups: string[]): Layout {
  const sided = s.nodes !== undefined && s.nodes.length > 0;
  const bars = points.map((p): Bar => {
    const side = sided ? (s.nodes![p.row].group ?? "") : "";
    return {
      lane: at.get(sided ? String(p.row) : (p.label ?? ""))!,
      colour: (c) => (sided ? (c[sideHue[side] ?? "soft"] as string) : c.series[Math.max(0, groups.indexOf(p.group ?? "")) % 8]),
      hollow: sided && !special.has(side) && p.group !== "activity",
      line: side === "agreement" || side === "link",
    };
  });
  const days = points.map((p) => span(`${p.from || ".."}/${p.to || ".."}`) ?? ["", ""]);
  const closed = days
    .flat()
    .filter((x) => x > "0000-01-01" && x < "9999-12-31")
    .map(moment);
  let low = Infinity,
    high = -Infinity;
  for (const x of closed) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  const pad = Math.max(30 * 864e5, (high - low) * 0.03);
  // Open ends are drawn to the edge of what else is shown.
  const clip = (x: string, open: number) => (x <= "0000-01-01" || x >= "9999-12-31" ? open : moment(x));
  const data = points.map((_, i) => [bars[i].lane, clip(days[i][0], low - pad), clip(days[i][1], high + pad) + 864e5]);
  const [first, last] = sided ? window(data, bars, low - pad, high + pad) : [low - pad, high + pad];
  const lines = bars.filter((b) => b.line).length <= mostLines;
  return { bars, data, low, high, pad, first, last, lines };
}

interface Bar {
  lane: number;
  colour: (c: Theme) => string;
  hollow: boolean;
  line: boolean;
}

export function intervals(s: Series, points: Point[], filter: Filter): HTMLElement {
  const sided = s.nodes !== undefined && s.nodes.length > 0;
  const lanes = sided ? sidedLanes(s.nodes!, points) : namedLanes(points);
  const at = new Map(lanes.map((l, i) => [l.key, i]));
  const groups = [...new Set(points.map((p) => p.group ?? ""))].sort();
  // Where a mark stands is worked out when the chart comes into view.
  let made: Layout | undefined;
  const layout = () => (made ??= place(s, points, at, groups));
  return chart(s.title, {
    height: Math.min(2600, (sided ? 104 : 64) + 28 * lanes.length),
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    key: el("div", {}, sided ? sidedKey(lanes, points) : groupKey(groups), endsKey(s)),
    label: `${points.length} marks in ${lanes.length} lanes.`,
    draw: (width) => {
      const c = theme();
      const { bars, data, low, high, pad, first, last, lines } = layout();
      const left = width < 560 ? 104 : 168;
      const rows = stacked(data, lanes.length, ((last - first) * 11) / Math.max(100, width - left - 16));
      return {
        grid: { left, right: 16, top: 8, bottom: sided ? 80 : 40 },
        xAxis: {
          type: "time",
          min: low - pad,
          max: high + pad,
          name: s.x,
          nameLocation: "middle",
          nameGap: 28,
          nameTextStyle: { color: c.soft },
          axisLabel: { color: c.soft, hideOverlap: true },
          axisLine: { lineStyle: { color: c.line } },
          splitLine: { lineStyle: { color: c.line } },
        },
        yAxis: {
          type: "category",
          data: lanes.map((l) => l.key),
          inverse: true,
          axisLabel: {
            color: c.ink,
            width: left - 12,
            overflow: "truncate",
            interval: 0,
            formatter: (k: string) => lanes[at.get(k)!].label,
          },
          splitLine: { show: true, lineStyle: { color: c.line } },
          axisTick: { show: false },
        },
        dataZoom: [
          { type: "inside", filterMode: "weakFilter", zoomOnMouseWheel: "ctrl", startValue: first, endValue: last },
          ...(sided
            ? [
                {
                  type: "slider",
                  filterMode: "weakFilter",
                  startValue: first,
                  endValue: last,
                  height: 18,
                  bottom: 8,
                  showDetail: false,
                  brushSelect: false,
                  borderColor: c.line,
                  textStyle: { color: c.soft },
                },
              ]
            : []),
        ],
        tooltip: { formatter: (q: { dataIndex: number }) => told(points[q.dataIndex]) },
        series: [
          ...beyond(s, c),
          {
            type: "custom",
            data,
            encode: { x: [1, 2], y: 0 },
            clip: true,
            renderItem: (q: Item, api: Api) => {
              const p = points[q.dataIndex],
                b = bars[q.dataIndex],
                colour = b.colour(c);
              const [x1, middle] = api.coord([api.value(1), b.lane]);
              const [x2] = api.coord([api.value(2), b.lane]);
              const { row, of } = rows[q.dataIndex];
              const high = Math.min(12, (api.size([0, 1])[1] - 6) / of);
              const y = middle + (row - (of - 1) / 2) * (high + 1);
              const half = Math.min(6, high / 2 + 1);
              const children: object[] = [];
              if (b.line && lines) children.push(...down(x1, y, q.coordSys, colour));
              const style = {
                fill: b.hollow ? c.paper : colour,
                stroke: b.hollow || p.status ? colour : c.paper,
                lineWidth: b.hollow ? 1.5 : 1,
                opacity: p.status ? 0.45 : b.hollow ? 1 : 0.75,
                lineDash: p.status ? [3, 2] : undefined,
              };
              if (x2 - x1 < 7)
                children.push({
                  type: "polygon",
                  shape: {
                    points: [
                      [x1, y - half - 1],
                      [x1 + half, y],
                      [x1, y + half + 1],
                      [x1 - half, y],
                    ],
                  },
                  style,
                });
              else children.push({ type: "rect", shape: { x: x1, y: y - high / 2, width: x2 - x1, height: high, r: 2 }, style });
              if (p.across) {
                const x = x2 - x1 < 7 ? x1 : Math.max(x1, q.coordSys.x) + 7;
                const r = Math.min(4, high / 2);
                for (const [dx, dy] of [
                  [r, r],
                  [r, -r],
                ])
                  children.push({
                    type: "line",
                    silent: true,
                    shape: { x1: x - dx, y1: y - dy, x2: x + dx, y2: y + dy },
                    style: { stroke: c.ink, lineWidth: 2 },
                  });
              }
              if (p.value > 1 && sided)
                children.push({
                  type: "text",
                  silent: true,
                  style: { text: String(p.value), x: x2 - x1 < 7 ? x1 + 8 : x2 + 2, y, verticalAlign: "middle", fontSize: 9, fill: c.soft },
                });
              return { type: "group", children };
            },
          },
        ],
      };
    },
  });
}

interface Item {
  dataIndex: number;
  coordSys: { x: number; y: number; width: number; height: number };
}
interface Api {
  value(i: number): number;
  coord(p: number[]): number[];
  size(p: number[]): number[];
}

// window is the time that the chart opens on: that of the acts, where
// agreements reach much further back.
function window(data: number[][], bars: Bar[], low: number, high: number): [number, number] {
  const own = data.filter((_, i) => !bars[i].line && data[i][1] > low);
  if (own.length < 2) return [low, high];
  let from = Infinity;
  for (const d of own) from = Math.min(from, d[1]);
  from -= (high - from) * 0.04;
  return from - low > (high - low) * 0.25 ? [from, high] : [low, high];
}

// stacked puts what would cover one another on a lane onto up to three rows of
// it; gap is the time that a mark takes at least.
function stacked(data: number[][], lanes: number, gap: number): { row: number; of: number }[] {
  const out = data.map(() => ({ row: 0, of: 1 }));
  const byLane: number[][] = Array.from({ length: lanes }, () => []);
  data.forEach((d, i) => byLane[d[0]].push(i));
  for (const own of byLane) {
    own.sort((a, b) => data[a][1] - data[b][1] || data[b][2] - data[a][2]);
    const ends: number[] = [];
    for (const i of own) {
      let row = ends.findIndex((e) => e <= data[i][1]);
      if (row < 0) row = ends.length < 3 ? ends.length : ends.indexOf(Math.min(...ends));
      ends[row] = Math.max(data[i][2], data[i][1] + gap);
      out[i].row = row;
    }
    for (const i of own) out[i].of = ends.length;
  }
  return out;
}

// down is a line from the beginning of an agreement or link through the lanes
// below it.
function down(x: number, y: number, box: Item["coordSys"], colour: string): object[] {
  if (x < box.x || x > box.x + box.width) return [];
  return [
    {
      type: "line",
      silent: true,
      z2: -10,
      shape: { x1: x, x2: x, y1: y, y2: box.y + box.height },
      style: { stroke: colour, lineWidth: 1, lineDash: [4, 3], opacity: 0.6 },
    },
  ];
}

function told(p: Point): string {
  const dates = `${p.from || ".."}${p.to !== p.from ? " to " + (p.to || "..") : ""}`;
  return `${p.label}\n${dates} (${kinds[p.group ?? ""] ?? p.group})${p.status ? ", " + p.status : ""}${p.across ? ", against the other side" : ""}\n${p.text ?? ""}`;
}

interface Named {
  key: string;
  label: string;
  group?: string;
}

const sidedLanes = (nodes: Lane[], points: Point[]): Named[] =>
  [...new Set(points.map((p) => p.row))]
    .sort((a, b) => a - b)
    .map((i) => ({ key: String(i), label: nodes[i].label, group: nodes[i].group }));

// namedLanes are those of a document that knows no sides: what lies between the
// states first, then by name.
function namedLanes(points: Point[]): Named[] {
  const first = (l: string) => Number(l === "Agreements" || l === "Statements");
  return [...new Set(points.map((p) => p.label ?? ""))]
    .sort((a, b) => first(b) - first(a) || (a < b ? -1 : 1))
    .map((l) => ({ key: l, label: l }));
}

function mark(colour: string, kind = ""): HTMLElement {
  const dot = el("span", { class: "swatch" });
  if (kind === "hollow" || kind === "dashed") {
    dot.style.background = "transparent";
    dot.style.border = `2px ${kind === "dashed" ? "dashed" : "solid"} ${colour}`;
  } else dot.style.background = colour;
  return dot;
}

function sidedKey(lanes: Named[], points: Point[]): HTMLElement {
  const has = (g: string) => lanes.some((l) => l.group === g);
  const names: [string, string][] = [
    ["a", "side A"],
    ["b", "side B"],
    ["both", "on both sides"],
    ["agreement", "agreement"],
    ["statement", "statement"],
    ["link", "link between groups"],
  ];
  return el(
    "ul",
    { class: "legend", "aria-label": "Key to the timeline" },
    names.filter(([g]) => has(g)).map(([g, t]) => el("li", {}, mark(`var(--${sideHue[g]})`), " ", t)),
    points.some((p) => p.group === "activity") ? el("li", {}, mark("var(--soft)"), " filled: date of the act") : null,
    points.some((p) => p.group !== "activity")
      ? el("li", {}, mark("var(--soft)", "hollow"), " outlined: only the publication or detection is dated")
      : null,
    points.some((p) => p.status) ? el("li", {}, mark("var(--soft)", "dashed"), " contested or denied") : null,
    points.some((p) => p.across) ? el("li", {}, "✕ against a state of the other side") : null,
    points.some((p) => p.value > 1) ? el("li", {}, "number: acts counted together") : null,
    el("li", {}, "bars are as long as the date is vague or the act lasted; ◆ a day or so; open ends reach the edge"),
  );
}

const groupKey = (groups: string[]): HTMLElement =>
  el(
    "ul",
    { class: "legend" },
    groups.filter(Boolean).map((g, i) => el("li", {}, mark(hue(groups[0] ? i : i + 1)), " ", kinds[g] ?? g)),
  );

// ofPair is the part of a timeline that is about the two groups of a pair: their
// own lanes, the agreements, and of statements and links those that are cited.
export function ofPair(s: Series, a: string, b: string, cited: Set<number>): Point[] {
  return s.points.filter((p) => {
    const group = s.nodes?.[p.row]?.group ?? "";
    if (group === "agreement") return true;
    if (special.has(group)) return (p.refs ?? []).some((n) => cited.has(n));
    return p.label === a || p.label === b;
  });
}
