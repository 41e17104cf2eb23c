// Where the data end: what lies beyond is hatched, once for each set of data that
// has ended, so that nothing there is not taken for nothing happened.

import type { Series } from "./document";
import { el } from "./element";
import { moment, span } from "./period";
import type { Theme } from "./palette";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const lastDay = (d: string): number | undefined => {
  const s = span(d);
  return s && s[1] < "9999" ? moment(s[1]) : undefined;
};

function hatched(x: number, box: Box, c: Theme, step: number): object {
  const right = box.x + box.width,
    from = Math.max(x, box.x);
  const children: object[] = [
    {
      type: "line",
      shape: { x1: from, x2: from, y1: box.y, y2: box.y + box.height },
      style: { stroke: c.soft, lineWidth: 1, lineDash: [2, 3] },
    },
  ];
  for (let d = from - box.height; d < right; d += step)
    children.push({
      type: "line",
      shape: { x1: d, y1: box.y + box.height, x2: d + box.height, y2: box.y },
      style: { stroke: c.soft, lineWidth: 0.7, opacity: 0.45 },
    });
  return {
    type: "group",
    silent: true,
    z2: -20,
    children,
    clipPath: { type: "rect", shape: { x: from, y: box.y, width: Math.max(0, right - from), height: box.height } },
  };
}

interface Drawn {
  coordSys: Box;
  dataIndex: number;
}

// beyond is the hatching for a chart whose x axis is time, or with years as columns.
export function beyond(s: Series, c: Theme): object[] {
  const ends = (s.ends ?? []).map((e) => lastDay(e.value)).filter((m): m is number => m !== undefined);
  if (ends.length === 0) return [];
  const years = s.series === "matrix" ? s.columns! : undefined;
  return [
    {
      type: "custom",
      silent: true,
      data: ends.map((e) => (years ? [0, 0] : [e, 0])),
      encode: { x: 0, y: 1, tooltip: [] },
      renderItem: (q: Drawn, api: { coord(p: number[]): number[] }) => {
        const box = q.coordSys,
          end = ends[q.dataIndex];
        const day = new Date(end);
        const x = years
          ? box.x + (box.width * (day.getUTCFullYear() - Number(years[0]) + (day.getUTCMonth() + 1) / 12)) / years.length
          : api.coord([end, 0])[0];
        return x < box.x + box.width ? hatched(x, box, c, 11 + 4 * q.dataIndex) : undefined;
      },
    },
  ];
}

// endsKey says in words what the hatching stands for.
export function endsKey(s: Series): HTMLElement | null {
  if (!s.ends?.length) return null;
  return el(
    "ul",
    { class: "legend ends", "aria-label": "Where the data end" },
    el(
      "li",
      {},
      el("span", { class: "swatch hatch" }),
      " hatched: after the end of ",
      s.ends.map((e) => `${e.name} (${e.value})`).join(", "),
    ),
  );
}
