// Rankings and ranges: a lane for each name, longest names cut on the chart and
// whole in the table.

import type { Point, Series } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { chart, pointsTable } from "./chart";
import { hue, theme } from "./palette";

const unique = (s: (string | undefined)[]): string[] => [...new Set(s.map((x) => x ?? ""))];

// gutter is the room that names take to the left of a chart.
export const gutter = (labels: string[], width: number): number =>
  Math.min(width * 0.42, 24 + 6.6 * Math.max(4, ...labels.map((l) => l.length)));

// In brief, the figure is written beside its bar.
const figure = (v: number): string => v.toLocaleString("en", { maximumFractionDigits: 1 });

// swatches is a key to colours, in words that a screen reader reads.
export function swatches(names: string[], colours: string[] = names.map((_, i) => hue(i))): HTMLElement | undefined {
  if (names.filter(Boolean).length === 0) return undefined;
  return el(
    "ul",
    { class: "legend" },
    names.map((g, i) => {
      const dot = el("span", { class: "swatch" });
      dot.style.background = colours[i % colours.length];
      return el("li", {}, dot, " ", g);
    }),
  );
}

// ranking draws the values of labels in their order; those of several groups
// beside one another, never stacked: distinct things do not add up.
export function ranking(s: Series, points: Point[], filter: Filter): HTMLElement {
  const labels = unique(points.map((p) => p.label));
  const groups = unique(points.map((p) => p.group));
  const many = groups.length > 1;
  return chart(s.title, {
    height: 44 + labels.length * (many ? 30 : 22),
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    key: many ? swatches(groups) : undefined,
    label:
      points
        .slice(0, 6)
        .map((p) => `${p.label}${p.group ? ", " + p.group : ""}: ${figure(p.value)}`)
        .join("; ") + ` (${s.x}).`,
    draw: (width) => {
      const c = theme();
      const left = gutter(labels, width);
      return {
        color: c.series,
        grid: { left, right: 52, top: 4, bottom: 38 },
        xAxis: {
          type: "value",
          name: s.x,
          nameLocation: "middle",
          nameGap: 22,
          nameTextStyle: { color: c.soft },
          minInterval: 1,
          axisLabel: { color: c.soft, hideOverlap: true },
          splitLine: { lineStyle: { color: c.line } },
        },
        yAxis: {
          type: "category",
          data: labels,
          inverse: true,
          axisLabel: { color: c.ink, width: left - 12, overflow: "truncate", interval: 0 },
          axisTick: { show: false },
          axisLine: { lineStyle: { color: c.line } },
        },
        tooltip: {
          formatter: (q: { seriesIndex: number; dataIndex: number }) => {
            const p = points.find((p) => p.label === labels[q.dataIndex] && (p.group ?? "") === groups[q.seriesIndex]);
            return p ? `${p.label}${p.group ? "\n" + p.group : ""}\n${figure(p.value)} ${s.x}${p.text ? "\n" + p.text : ""}` : "";
          },
        },
        series: groups.map((g) => ({
          name: g || s.title,
          type: "bar",
          barMaxWidth: 16,
          barGap: "8%",
          label: { show: true, position: "right", color: c.soft, fontSize: 11, formatter: (q: { value: number }) => figure(q.value) },
          data: labels.map((l) => points.find((p) => p.label === l && (p.group ?? "") === g)?.value ?? null),
        })),
      };
    },
  });
}

// spans draws for each label the least, the most, and the value between.
export function spans(s: Series, points: Point[], filter: Filter): HTMLElement {
  const labels = points.map((p) => p.label ?? "");
  const data = points.map((p, i) => [i, p.low ?? 0, p.high ?? 0, p.value]);
  return chart(s.title, {
    height: 52 + labels.length * 22,
    filter,
    table: () => pointsTable(s, points),
    id: s.id,
    label:
      points
        .slice(0, 6)
        .map((p) => `${p.label}: ${figure(p.low ?? 0)} to ${figure(p.high ?? 0)}, median ${figure(p.value)}`)
        .join("; ") + ` (${s.x}).`,
    draw: (width) => {
      const c = theme();
      const left = gutter(labels, width);
      let low = 0,
        high = 1;
      for (const d of data) {
        low = Math.min(low, d[1]);
        high = Math.max(high, d[2]);
      }
      return {
        grid: { left, right: 20, top: 4, bottom: 42 },
        xAxis: {
          type: "value",
          min: low < 0 ? low * 1.05 : 0,
          max: high * 1.05,
          name: s.x,
          nameLocation: "middle",
          nameGap: 24,
          nameTextStyle: { color: c.soft },
          axisLabel: {
            color: c.soft,
            showMinLabel: false,
            showMaxLabel: false,
            formatter: (v: number) => String(Math.round(v)),
            hideOverlap: true,
          },
          splitLine: { lineStyle: { color: c.line } },
        },
        yAxis: {
          type: "category",
          data: labels,
          inverse: true,
          axisLabel: { color: c.ink, width: left - 12, overflow: "truncate", interval: 0 },
          axisTick: { show: false },
          axisLine: { onZero: false, lineStyle: { color: c.line } },
        },
        tooltip: {
          formatter: (q: { dataIndex: number }) => {
            const p = points[q.dataIndex];
            return `${p.label}\nmedian ${figure(p.value)}, ${figure(p.low ?? 0)} to ${figure(p.high ?? 0)}\n${p.text ?? ""}`;
          },
        },
        series: [
          {
            type: "custom",
            data,
            encode: { x: [1, 2, 3], y: 0 },
            renderItem: (_: unknown, api: { value(i: number): number; coord(p: number[]): number[] }) => {
              const at = (i: number) => api.coord([api.value(i), api.value(0)]);
              const [x1, y] = at(1),
                [x2] = at(2),
                [x3] = at(3),
                [zero] = api.coord([0, api.value(0)]);
              return {
                type: "group",
                children: [
                  ...(low < 0
                    ? [
                        {
                          type: "line",
                          silent: true,
                          shape: { x1: zero, x2: zero, y1: y - 11, y2: y + 11 },
                          style: { stroke: c.ink, lineWidth: 1 },
                        },
                      ]
                    : []),
                  {
                    type: "rect",
                    shape: { x: x1, y: y - 4, width: Math.max(2, x2 - x1), height: 8, r: 2 },
                    style: { fill: c.soft, opacity: 0.4 },
                  },
                  { type: "circle", shape: { cx: x3, cy: y, r: 5 }, style: { fill: c.ink, stroke: c.paper, lineWidth: 1 } },
                ],
              };
            },
          },
        ],
      };
    },
  });
}
