// Charts of the kinds a document may hold. Each shows the points as they are.

import type { Document, Point, Series } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { chart, pointsTable } from "./chart";
import { shades, theme, toneOf, toneOfSign } from "./palette";
import { moment, span } from "./period";
import { beyond, endsKey } from "./ends";
import { matrix } from "./matrix";
import { stateMap } from "./trust";
import { intervals } from "./timeline";
import { gutter, ranking, spans, swatches } from "./ranking";
import { tables } from "./document";
import { change, now } from "./state";

export function seriesView(s: Series, d: Document, filter: Filter): HTMLElement | null {
  if (s.points.length === 0) return null;
  const pairs = tables(d).find((t) => t.id === "pairs");
  if (s.id === "levels" && pairs) return matrix(s, pairs, filter);
  if (s.id === "states" || s.id === "trust") return stateMap(s, filter);
  const points = s.points.filter((p) => filter.point(p));
  const few =
    points.length < s.points.length ? el("p", { class: "note" }, `${points.length} of ${s.points.length} marks match the filters.`) : null;
  if (points.length === 0) return el("figure", { "data-chart": s.id }, el("figcaption", {}, s.title), few);
  switch (s.series) {
    case "intervals":
      return el("div", {}, intervals(s, points, filter), few);
    case "matrix":
      return el("div", {}, heat(s, points, filter), few);
    case "histogram":
      return el("div", {}, bars(s, points, filter), few);
    case "line":
      return el("div", {}, lines(s, points, filter), few);
    case "bars":
      return el("div", {}, ranking(s, points, filter), few);
    case "ranges":
      return el("div", {}, spans(s, points, filter), few);
    case "network":
      return el("div", {}, network(s, points, filter), few);
  }
  return null; // a kind of a later version; its table stands in the section
}

const unique = (s: (string | undefined)[]): string[] => [...new Set(s.map((x) => x ?? ""))];

const axis = (c: { soft: string; line: string }, name?: string) => ({
  name,
  nameLocation: "middle",
  nameGap: 28,
  nameTextStyle: { color: c.soft },
  axisLabel: { color: c.soft, hideOverlap: true },
  axisLine: { lineStyle: { color: c.line } },
  splitLine: { lineStyle: { color: c.line } },
});

// steps are the ticks of an axis of time: months are told in months.
const steps = (step: Series["step"], c: { soft: string }) =>
  step === "month"
    ? {
        minInterval: 28 * 864e5,
        axisLabel: {
          color: c.soft,
          hideOverlap: true,
          formatter: (t: number) => (new Date(t).getUTCDate() > 1 ? "" : new Date(t).toISOString().slice(0, 7)),
        },
      }
    : step === "day"
      ? { minInterval: 864e5 }
      : {};

function heat(s: Series, points: Point[], filter: Filter): HTMLElement {
  let high = 0;
  for (const p of points) high = Math.max(high, p.value);
  const columns = s.columns?.length ?? 0,
    dense = columns > 60;
  const rows = s.rows ?? [];
  return chart(s.title, {
    height: Math.min(1200, (dense ? 84 : 110) + (dense ? 20 : 30) * rows.length),
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    label: `${points.length} cells.`,
    key: el(
      "div",
      {},
      el(
        "ul",
        { class: "legend", "aria-label": "Scale" },
        el("li", {}, el("span", { class: `scale ${s.tone ? toneOf[s.tone] : ""}` }), ` 1 to ${high}`),
      ),
      endsKey(s),
    ),
    draw: (width) => {
      const c = theme();
      const left = gutter(rows, width);
      return {
        grid: { left, right: 16, top: 8, bottom: dense ? 66 : 92 },
        xAxis: {
          type: "category",
          data: s.columns,
          ...axis(c, s.x),
          nameGap: dense ? 46 : 74,
          splitLine: { show: false },
          axisTick: { show: !dense },
          axisLabel: { color: c.soft, rotate: dense ? 0 : columns > 8 ? 60 : 0, hideOverlap: true, width: 90, overflow: "truncate" },
          splitArea: { show: !dense, areaStyle: { color: [c.tint, c.paper] } },
        },
        yAxis: {
          type: "category",
          data: rows,
          inverse: true,
          axisLabel: { color: c.ink, width: left - 12, overflow: "truncate", interval: 0 },
          axisTick: { show: false },
          splitLine: { show: dense, lineStyle: { color: c.line } },
        },
        visualMap: { min: 0, max: high || 1, show: false, seriesIndex: 0, inRange: { color: shades(c, s.tone) } },
        tooltip: {
          formatter: (q: { dataIndex: number }) => {
            const p = points[q.dataIndex];
            return `${rows[p.row]} / ${s.columns?.[p.column]}: ${p.text || p.value}`;
          },
        },
        series: [
          {
            type: "heatmap",
            data: points.map((p) => [p.column, p.row, p.value]),
            label: { show: points.length <= 200, fontSize: 11 },
            itemStyle: { borderColor: c.paper, borderWidth: dense ? 0 : 1 },
          },
          ...(s.step === "year" ? beyond(s, c) : []),
        ],
      };
    },
  });
}

function bars(s: Series, points: Point[], filter: Filter): HTMLElement {
  const labels = unique(points.map((p) => p.label));
  const groups = unique(points.map((p) => p.group));
  const at = new Map(labels.map((l, i) => [l, i]));
  return chart(s.title, {
    height: 260,
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    label: `${labels.length} bars.`,
    key: groups.length > 1 ? swatches(groups) : undefined,
    draw: (width) => {
      const c = theme();
      const crowded = labels.length * 7 * Math.max(...labels.map((l) => l.length)) > width - 80;
      return {
        color: c.series,
        grid: { left: 64, right: 16, top: 10, bottom: crowded ? 92 : 56 },
        xAxis: {
          type: "category",
          data: labels,
          ...axis(c, s.x),
          nameGap: crowded ? 72 : 36,
          axisLabel: {
            color: c.soft,
            hideOverlap: labels.length > 24,
            interval: labels.length > 24 ? undefined : 0,
            rotate: crowded ? 55 : 0,
          },
        },
        yAxis: { type: "value", ...axis(c, s.y), nameGap: 40, minInterval: 1 },
        tooltip: { trigger: "item" },
        series: groups.map((g) => {
          const own: (number | null)[] = labels.map(() => null);
          for (const p of points) if ((p.group ?? "") === g) own[at.get(p.label ?? "")!] = p.value;
          return { name: g || s.y, type: "bar", stack: "all", data: own };
        }),
      };
    },
  });
}

function lines(s: Series, points: Point[], filter: Filter): HTMLElement {
  const groups = unique(s.points.map((p) => p.group)).sort(); // the same colour on every chart, whatever the filters
  const dated = points.every((p) => span(p.from ?? "") !== undefined);
  const labels = unique(points.map((p) => p.from || p.label));
  const x = (p: Point) => (dated ? moment(span(p.from!)![0]) : p.from || p.label || "");
  return chart(s.title, {
    height: 300,
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    key: groups.length > 1 ? swatches(groups) : undefined,
    label: `${groups.length === 1 ? "One line" : groups.length + " lines"} of ${points.length} points.`,
    draw: () => {
      const c = theme();
      return {
        color: c.series,
        grid: { left: 64, right: 16, top: 10, bottom: 48 },
        xAxis: dated ? { type: "time", ...axis(c, s.x), ...steps(s.step, c) } : { type: "category", data: labels, ...axis(c, s.x) },
        yAxis: { type: "value", ...axis(c, s.y), nameGap: 44 },
        tooltip: { trigger: "item" },
        series: groups.flatMap((g, k) => {
          const own = points.filter((p) => (p.group ?? "") === g);
          const bounded = own.some((p) => p.low || p.high);
          return [
            { name: g || s.title, type: "line", showSymbol: own.length < 80, data: own.map((p) => [x(p), p.value]) },
            ...(bounded
              ? [
                  {
                    name: g || s.title,
                    type: "custom",
                    silent: true,
                    data: own.map((p) => [x(p), p.low ?? p.value, p.high ?? p.value]),
                    renderItem: (_: unknown, api: { value(i: number): number; coord(q: number[]): number[] }) => {
                      const [px, top] = api.coord([api.value(0), api.value(2)]);
                      const [, low] = api.coord([api.value(0), api.value(1)]);
                      return {
                        type: "line",
                        shape: { x1: px, x2: px, y1: top, y2: low },
                        style: { stroke: c.series[k % 8], lineWidth: 2, opacity: 0.5 },
                      };
                    },
                  },
                ]
              : []),
          ];
        }),
      };
    },
  });
}

const shapes: Record<string, string> = { a: "circle", b: "diamond", state: "rect", item: "triangle" };
const drawnEdges = 1500;

function network(s: Series, points: Point[], filter: Filter): HTMLElement {
  // What chance gives many groups in common is drawn when it is asked for.
  const chance = points.filter((p) => p.label === "shared item").length;
  const items = now().items !== undefined;
  const all = items ? points : points.filter((p) => p.label !== "shared item");
  const box = el("input", {
    type: "checkbox",
    id: "items",
    checked: items,
    change: (e) => change({ items: (e.currentTarget as HTMLInputElement).checked ? "shown" : undefined }),
  });
  const toggle =
    chance > 0
      ? el("label", { class: "toggle" }, box, ` with what both sides happen to have in common (${chance} joins), which is no link`)
      : null;
  if (all.length === 0)
    return el(
      "figure",
      { "data-chart": s.id },
      el("figcaption", {}, s.title),
      el("p", {}, "No cited link and no attack is on record."),
      toggle,
    );
  return el("div", {}, toggle, linked(s, all, filter));
}

function linked(s: Series, points: Point[], filter: Filter): HTMLElement {
  const signs = unique(points.map((p) => p.group)).sort();
  const shown = points.slice(0, drawnEdges);
  const used = new Set(shown.flatMap((p) => [p.row, p.column]));
  const nodes = (s.nodes ?? []).map((n, i) => ({ ...n, i })).filter((n) => used.has(n.i));
  const kinds: [string, string, string][] = [
    ["a", "●", "group of side A"],
    ["b", "◆", "group of side B"],
    ["state", "■", "state"],
    ["item", "▲", "shared item"],
  ];
  const dot = (colour: string) => {
    const e = el("span", { class: "swatch" });
    e.style.background = colour;
    return e;
  };
  const legend = el(
    "ul",
    { class: "legend", "aria-label": "Key to the network" },
    kinds.filter(([k]) => nodes.some((n) => n.group === k)).map(([, mark, t]) => el("li", {}, mark, " ", t)),
    signs.map((g) => el("li", {}, dot(`var(--${toneOfSign[g] ?? "soft"})`), " ", g === "none" ? "no sign" : g)),
    points.some((p) => p.label === "attack") ? el("li", {}, "→ attack on a state, broader with more") : null,
  );
  const height = Math.max(
    220,
    60 +
      24 *
        Math.max(
          ...["a", "b"].map((g) => nodes.filter((n) => n.group === g).length),
          nodes.filter((n) => n.group === "state" || n.group === "item").length,
        ),
  );
  return chart(s.title, {
    height,
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    key: legend,
    label: `${nodes.length} actors, states and items, ${points.length} joins.`,
    draw: (width) => {
      const c = theme();
      const narrow = width < 560;
      const [left, right] = narrow ? [96, 96] : [120, 150];
      const place = layout(nodes, width - left - right, height - 68);
      return {
        tooltip: {
          formatter: (q: { dataType: string; dataIndex: number }) => {
            if (q.dataType !== "edge") return nodes[q.dataIndex]?.label ?? "";
            const p = shown[q.dataIndex];
            return `${s.nodes?.[p.row]?.label} → ${s.nodes?.[p.column]?.label}\n${p.label}, ${p.group}: ${p.text}${p.value > 1 ? ` (${p.value} times)` : ""}`;
          },
        },
        series: [
          {
            type: "graph",
            layout: "none",
            roam: false,
            left,
            right,
            top: 34,
            bottom: 34,
            label: { show: true, position: "right", color: c.ink, fontSize: 11, width: narrow ? 90 : 140, overflow: "truncate" },
            data: nodes.map((n, k) => ({
              id: String(n.i),
              name: n.label,
              x: place[k][0],
              y: place[k][1],
              symbol: shapes[n.group ?? ""] ?? "circle",
              symbolSize: n.group === "item" ? 8 : 13,
              label: n.group === "a" ? { position: "left" } : undefined,
              itemStyle: { color: n.group === "a" ? c.a : n.group === "b" ? c.b : c.soft },
            })),
            edges: shown.map((p) => ({
              source: String(p.row),
              target: String(p.column),
              symbol: p.label === "attack" ? ["none", "arrow"] : "none",
              symbolSize: 8,
              lineStyle: {
                color: c[toneOfSign[p.group ?? ""] ?? "soft"],
                width: p.label === "shared item" ? 0.7 : 1 + Math.min(4, p.value),
                opacity: p.label === "shared item" ? 0.5 : 0.9,
                type: p.status ? "dashed" : "solid",
                curveness: 0.05,
              },
            })),
          },
        ],
      };
    },
  });
}

// layout puts the groups of side A to the left, those of side B to the right,
// and between them what they share, with the states they attacked: the same
// input gives the same picture. It fills the box, or marks would be drawn askew.
function layout(nodes: { label: string; group?: string }[], width: number, height: number): [number, number][] {
  const lane: Record<string, number> = { a: 0, item: 50, state: 62, b: 100 };
  const n: Record<string, number> = {},
    total: Record<string, number> = {};
  const side = (g?: string) => (g === "state" || g === "item" ? "middle" : (g ?? "middle"));
  for (const x of nodes) total[side(x.group)] = (total[side(x.group)] ?? 0) + 1;
  const at = nodes.map((x): [number, number] => {
    const g = side(x.group);
    n[g] = (n[g] ?? 0) + 1;
    return [lane[x.group ?? "item"] ?? 50, ((n[g] - 0.5) / total[g]) * 100];
  });
  const fill = (k: 0 | 1, room: number) => {
    const low = Math.min(...at.map((p) => p[k])),
      span = Math.max(...at.map((p) => p[k])) - low;
    for (const p of at) p[k] = span > 0 ? ((p[k] - low) / span) * room : room / 2;
  };
  fill(0, width);
  fill(1, height);
  return at;
}
