// Charts of the kinds a document may hold. Each shows the points as they are.

import { Document, Point, Series } from "./document";
import { el } from "./element";
import { Filter } from "./filter";
import { chart, hues, pointsTable, signHue, theme } from "./chart";
import { moment, span } from "./period";
import { matrix } from "./matrix";
import { tables } from "./document";

export function seriesView(s: Series, d: Document, filter: Filter): HTMLElement | null {
  if (s.points.length === 0) return null;
  const pairs = tables(d).find((t) => t.id === "pairs");
  if (s.id === "levels" && pairs) return matrix(s, pairs, filter);
  const points = s.points.filter((p) => filter.point(p));
  const few = points.length < s.points.length ? el("p", { class: "note" }, `${points.length} of ${s.points.length} marks match the filters.`) : null;
  if (points.length === 0) return el("figure", { "data-chart": s.id }, el("figcaption", {}, s.title), few);
  switch (s.series) {
    case "intervals": return el("div", {}, intervals(s, points, filter), few);
    case "matrix": return el("div", {}, heat(s, points, filter), few);
    case "histogram": return el("div", {}, bars(s, points, filter), few);
    case "line": return el("div", {}, lines(s, points, filter), few);
    case "network": return el("div", {}, network(s, points, filter), few);
  }
  return null; // a kind of a later version; its table stands in the section
}

const unique = (s: (string | undefined)[]): string[] => [...new Set(s.map((x) => x ?? ""))];

function key(groups: string[], colours: (g: string) => string): Node | undefined {
  const named = groups.filter(Boolean);
  if (named.length < 1) return undefined;
  return el("ul", { class: "legend" }, named.map((g) => {
    const dot = el("span", { class: "swatch" });
    dot.style.background = colours(g);
    return el("li", {}, dot, " ", g);
  }));
}

const axis = (c: { soft: string; line: string }, name?: string) => ({
  name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: c.soft }, axisLabel: { color: c.soft, hideOverlap: true }, axisLine: { lineStyle: { color: c.line } }, splitLine: { lineStyle: { color: c.line } },
});

// Open ends of an interval are drawn to the edge of what else is shown.
function intervals(s: Series, points: Point[], filter: Filter): HTMLElement {
  const special = (l: string) => (l === "Agreements" || l === "Statements" ? 1 : 0);
  const lanes = unique(points.map((p) => p.label)).sort((a, b) => special(b) - special(a) || (a < b ? -1 : 1));
  const groups = unique(points.map((p) => p.group)).sort();
  const colour = (g?: string) => hues[Math.max(0, groups.indexOf(g ?? "")) % hues.length];
  const days = points.map((p) => span(`${p.from || ".."}/${p.to || ".."}`) ?? ["", ""]);
  const closed = days.flat().filter((x) => x > "0000-01-01" && x < "9999-12-31").map(moment);
  let low = Infinity, high = -Infinity;
  for (const x of closed) { low = Math.min(low, x); high = Math.max(high, x); }
  const pad = Math.max(30 * 864e5, (high - low) * 0.03);
  const clip = (x: string, open: number) => (x <= "0000-01-01" || x >= "9999-12-31" ? open : moment(x));
  const lane = new Map(lanes.map((l, i) => [l, i]));
  const data = points.map((p, i) => [lane.get(p.label ?? "")!, clip(days[i][0], low - pad), clip(days[i][1], high + pad) + 864e5]);
  return chart(s.title, {
    height: Math.min(1600, 64 + 26 * lanes.length), filter, table: () => pointsTable(s, points), id: s.id, key: key(groups, colour),
    label: `${points.length} dated records in ${lanes.length} lanes.`,
    draw: () => {
      const c = theme();
      return {
        grid: { left: 132, right: 16, top: 8, bottom: 40 },
        xAxis: { type: "time", min: low - pad, max: high + pad, ...axis(c) },
        yAxis: { type: "category", data: lanes, inverse: true, axisLabel: { color: c.ink, width: 120, overflow: "truncate" }, splitLine: { show: true, lineStyle: { color: c.line } }, axisTick: { show: false } },
        dataZoom: [{ type: "inside", filterMode: "weakFilter", zoomOnMouseWheel: "ctrl" }],
        tooltip: { formatter: (q: { dataIndex: number }) => { const p = points[q.dataIndex]; return `${p.label}\n${p.from || ".."}${p.to !== p.from ? " to " + (p.to || "..") : ""} (${p.group})\n${p.text ?? ""}`; } },
        series: [{
          type: "custom", data, encode: { x: [1, 2], y: 0 },
          renderItem: (q: { dataIndex: number }, api: { value(i: number): number; coord(p: number[]): number[] }) => {
            const lane = api.value(0);
            const [x1, y] = api.coord([api.value(1), lane]);
            const [x2] = api.coord([api.value(2), lane]);
            const g = points[q.dataIndex].group;
            const point = x2 - x1 < 5;
            return point
              ? { type: "polygon", shape: { points: [[x1, y - 7], [x1 + 6, y], [x1, y + 7], [x1 - 6, y]] }, style: { fill: colour(g), stroke: c.paper, lineWidth: 1 } }
              : { type: "rect", shape: { x: x1, y: y - 6, width: x2 - x1, height: 12, r: 2 }, style: { fill: colour(g), opacity: 0.6, stroke: c.paper, lineWidth: 1 } };
          },
        }],
      };
    },
  });
}

function heat(s: Series, points: Point[], filter: Filter): HTMLElement {
  let high = 0;
  for (const p of points) high = Math.max(high, p.value);
  return chart(s.title, {
    height: Math.min(1200, 110 + 30 * (s.rows?.length ?? 0)), filter, table: () => pointsTable(s, points), id: s.id, label: `${points.length} cells.`,
    draw: () => {
      const c = theme();
      return {
        grid: { left: 140, right: 16, top: 8, bottom: 92 },
        xAxis: { type: "category", data: s.columns, ...axis(c, s.x), nameGap: 74, axisLabel: { color: c.soft, rotate: (s.columns?.length ?? 0) > 8 ? 60 : 0, width: 90, overflow: "truncate" }, splitArea: { show: true, areaStyle: { color: [c.tint, c.paper] } } },
        yAxis: { type: "category", data: s.rows, inverse: true, axisLabel: { color: c.ink, width: 128, overflow: "truncate" } },
        visualMap: { min: 0, max: high || 1, show: false, inRange: { color: ["#d6e6f4", "#6baed6", "#2171b5", "#08306b"] } },
        tooltip: { formatter: (q: { dataIndex: number }) => { const p = points[q.dataIndex]; return `${s.rows?.[p.row]} / ${s.columns?.[p.column]}: ${p.value}${p.text ? "\n" + p.text : ""}`; } },
        series: [{ type: "heatmap", data: points.map((p) => [p.column, p.row, p.value]), label: { show: points.length <= 200, fontSize: 11 }, itemStyle: { borderColor: c.paper, borderWidth: 1 } }],
      };
    },
  });
}

function bars(s: Series, points: Point[], filter: Filter): HTMLElement {
  const labels = unique(points.map((p) => p.label));
  const groups = unique(points.map((p) => p.group));
  return chart(s.title, {
    height: 260, filter, table: () => pointsTable(s, points), id: s.id, label: `${labels.length} bars.`,
    draw: () => {
      const c = theme();
      return {
        color: hues, grid: { left: 64, right: 16, top: groups.length > 1 ? 32 : 10, bottom: 56 }, legend: groups.length > 1 ? { textStyle: { color: c.ink } } : undefined,
        xAxis: { type: "category", data: labels, ...axis(c, s.x), nameGap: 36 }, yAxis: { type: "value", ...axis(c, s.y), nameGap: 40 },
        tooltip: { trigger: "item" },
        series: groups.map((g) => ({
          name: g || s.y, type: "bar", stack: "all",
          data: labels.map((l) => points.filter((p) => (p.group ?? "") === g && p.label === l).map((p) => p.value)[0] ?? null),
        })),
      };
    },
  });
}

function lines(s: Series, points: Point[], filter: Filter): HTMLElement {
  const groups = unique(points.map((p) => p.group));
  const dated = points.every((p) => span(p.from ?? "") !== undefined);
  const labels = unique(points.map((p) => p.from || p.label));
  const x = (p: Point) => (dated ? moment(span(p.from!)![0]) : p.from || p.label || "");
  return chart(s.title, {
    height: 300, filter, table: () => pointsTable(s, points), id: s.id, label: `${groups.length === 1 ? "One line" : groups.length + " lines"} of ${points.length} points.`,
    draw: () => {
      const c = theme();
      return {
        color: hues, grid: { left: 64, right: 16, top: groups.length > 1 ? 32 : 10, bottom: 48 }, legend: groups.length > 1 ? { textStyle: { color: c.ink }, type: "scroll" } : undefined,
        xAxis: dated ? { type: "time", ...axis(c, s.x) } : { type: "category", data: labels, ...axis(c, s.x) },
        yAxis: { type: "value", ...axis(c, s.y), nameGap: 44 }, tooltip: { trigger: "item" },
        series: groups.flatMap((g, k) => {
          const own = points.filter((p) => (p.group ?? "") === g);
          const bounded = own.some((p) => p.low || p.high);
          return [
            { name: g || s.title, type: "line", showSymbol: own.length < 80, data: own.map((p) => [x(p), p.value]) },
            ...(bounded ? [{
              name: g || s.title, type: "custom", silent: true, data: own.map((p) => [x(p), p.low ?? p.value, p.high ?? p.value]),
              renderItem: (_: unknown, api: { value(i: number): number; coord(q: number[]): number[] }) => {
                const [px, top] = api.coord([api.value(0), api.value(2)]);
                const [, low] = api.coord([api.value(0), api.value(1)]);
                return { type: "line", shape: { x1: px, x2: px, y1: top, y2: low }, style: { stroke: hues[k % hues.length], lineWidth: 2, opacity: 0.5 } };
              },
            }] : []),
          ];
        }),
      };
    },
  });
}

const shapes: Record<string, string> = { a: "circle", b: "diamond", state: "rect", item: "triangle" };
const drawnEdges = 1500;

function network(s: Series, points: Point[], filter: Filter): HTMLElement {
  const signs = unique(points.map((p) => p.group)).sort();
  const shown = points.slice(0, drawnEdges);
  const used = new Set(shown.flatMap((p) => [p.row, p.column]));
  const nodes = (s.nodes ?? []).map((n, i) => ({ ...n, i })).filter((n) => used.has(n.i));
  const place = layout(nodes);
  const kinds: [string, string][] = [["a", "●"], ["b", "◆"], ["state", "■"], ["item", "▲"]];
  const names: Record<string, string> = { a: "group of side A", b: "group of side B", state: "state", item: "shared item" };
  const legend = el("ul", { class: "legend" }, kinds.map(([k, mark]) => el("li", {}, mark, " ", names[k])),
    signs.map((g) => { const dot = el("span", { class: "swatch" }); dot.style.background = signHue[g] ?? hues[6]; return el("li", {}, dot, " ", g === "none" ? "no sign" : g); }));
  return chart(s.title, {
    height: Math.max(320, 60 + 24 * Math.max(...["a", "b", "state", "item"].map((g) => nodes.filter((n) => n.group === g).length))), filter, table: () => pointsTable(s, points), id: s.id, key: legend,
    label: `${nodes.length} actors, states and items, ${points.length} joins.`,
    draw: () => {
      const c = theme();
      return {
        tooltip: { formatter: (q: { dataType: string; dataIndex: number }) => {
          if (q.dataType !== "edge") return nodes[q.dataIndex]?.label ?? "";
          const p = shown[q.dataIndex];
          return `${s.nodes?.[p.row]?.label} → ${s.nodes?.[p.column]?.label}\n${p.label}, ${p.group}: ${p.text}${p.value > 1 ? ` (${p.value} times)` : ""}`;
        } },
        series: [{
          type: "graph", layout: "none", roam: "move", left: 120, right: 150, top: 20, bottom: 20,
          label: { show: true, position: "right", color: c.ink, fontSize: 11, width: 140, overflow: "truncate" },
          data: nodes.map((n, k) => ({ id: String(n.i), name: n.label, x: place[k][0], y: place[k][1], symbol: shapes[n.group ?? ""] ?? "circle", symbolSize: n.group === "item" ? 8 : 13,
            label: n.group === "a" ? { position: "left" } : undefined, itemStyle: { color: n.group === "a" ? hues[0] : n.group === "b" ? hues[2] : c.soft } })),
          edges: shown.map((p) => ({ source: String(p.row), target: String(p.column),
            symbol: p.label === "attack" ? ["none", "arrow"] : "none", symbolSize: 8,
            lineStyle: { color: signHue[p.group ?? ""] ?? hues[6], width: p.label === "shared item" ? 0.7 : 1 + Math.min(4, p.value), opacity: p.label === "shared item" ? 0.5 : 0.9, type: p.group === "unilateral" ? "dashed" : "solid", curveness: 0.08 } })),
        }],
      };
    },
  });
}

// layout puts the groups of side A to the left, those of side B to the right,
// and between them what they share, with the states they attacked: the same
// input gives the same picture.
function layout(nodes: { label: string; group?: string }[]): [number, number][] {
  const lane: Record<string, number> = { a: 0, item: 50, state: 62, b: 100 };
  const n: Record<string, number> = {}, total: Record<string, number> = {};
  const side = (g?: string) => (g === "state" || g === "item" ? "middle" : g ?? "middle");
  for (const x of nodes) total[side(x.group)] = (total[side(x.group)] ?? 0) + 1;
  return nodes.map((x) => {
    const g = side(x.group);
    n[g] = (n[g] ?? 0) + 1;
    return [lane[x.group ?? "item"] ?? 50, (n[g] - 0.5) / total[g] * 100];
  });
}
