// A chart stands in a figure with its title, its table and its download. It is
// drawn on a canvas when it comes into view; tool tips are drawn too, so that
// no text of a source is ever parsed as markup.

import { init, use, type EChartsCoreOption, type EChartsType } from "echarts/core";
import { BarChart, CustomChart, GraphChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import type { Row, Series, Table } from "./document";
import { el } from "./element";
import { Filter } from "./filter";
import { tableView } from "./table";
import { badge, saveButton } from "./csv";
import { dark, theme } from "./palette";

use([
  BarChart,
  CustomChart,
  GraphChart,
  HeatmapChart,
  LineChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

// A drawing is one of ECharts, or draws itself.
interface Drawing {
  chart?: EChartsType;
  own?: (box: HTMLElement) => void;
  painted?: boolean;
  box: HTMLElement;
  draw: (width: number) => EChartsCoreOption;
  click?: (index: number) => void;
}
const drawings = new Set<Drawing>();

const observer = new IntersectionObserver(
  (entries) => {
    for (const e of entries) {
      if (!e.isIntersecting) continue;
      for (const d of drawings) if (d.box === e.target && !d.painted) paint(d);
    }
  },
  { rootMargin: "200px" },
);

const sizes = new ResizeObserver((entries) => {
  for (const e of entries)
    for (const d of drawings)
      if (d.box === e.target && d.painted) {
        if (d.own) d.own(d.box);
        else d.chart?.resize();
      }
});

function paint(d: Drawing): void {
  d.painted = true;
  if (d.own) {
    d.own(d.box);
    d.box.dataset.drawn = "yes";
    return;
  }
  d.chart ??= init(d.box, null, { renderer: "canvas" });
  const c = theme();
  d.chart.setOption(
    {
      animation: false,
      backgroundColor: "transparent",
      textStyle: { color: c.ink, fontFamily: "system-ui, sans-serif" },
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: c.paper,
        borderColor: c.line,
        textStyle: { color: c.ink, fontSize: 12, width: 320, overflow: "break" },
      },
      ...d.draw(d.box.clientWidth),
    },
    true,
  );
  if (d.click) {
    d.chart.off("click");
    d.chart.on("click", (p) => d.click!(p.dataIndex));
  }
  d.box.dataset.drawn = "yes";
}

function repaint(): void {
  for (const d of drawings) if (d.painted) paint(d);
}
dark.addEventListener("change", repaint);

// Charts out of view are drawn when nothing else is to do, so that a page that is
// captured or kept in an archive has them all.
let waiting = false;
function later(): void {
  if (waiting) return;
  waiting = true;
  const idle = window.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 50));
  idle(
    () => {
      waiting = false;
      if (document.documentElement.dataset.busy) return later();
      for (const d of drawings)
        if (!d.painted && d.box.isConnected && d.box.clientWidth > 0) {
          paint(d);
          return later();
        }
    },
    { timeout: 2000 },
  );
}

// On paper every chart is as wide as the sheet, in the colours of paper.
const sheet = 680;
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  for (const d of drawings) {
    if (!d.box.isConnected) continue;
    d.box.style.width = `${sheet}px`;
    d.chart?.resize({ width: sheet });
    paint(d);
  }
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  for (const d of drawings) {
    d.box.style.width = "";
    d.chart?.resize({ width: "auto" });
  }
  repaint();
});

// forget lets go of the charts of a part of the page that is replaced.
export function forget(within: Element): void {
  for (const d of drawings) {
    if (!within.contains(d.box)) continue;
    d.chart?.dispose();
    observer.unobserve(d.box);
    sizes.unobserve(d.box);
    drawings.delete(d);
  }
}

// pointsTable is a series as a table, made of its marks.
export function pointsTable(s: Series, points = s.points): Table {
  const columns: [string, string, (i: number) => string | number][] = [];
  const has = (f: (i: number) => unknown) => points.some((_, i) => f(i));
  const add = (id: string, title: string, f: (i: number) => string | number) => columns.push([id, title, f]);
  const at = (i: number) => points[i];
  if (s.series === "network") {
    add("from", "From", (i) => s.nodes?.[at(i).row]?.label ?? "");
    add("to", "To", (i) => s.nodes?.[at(i).column]?.label ?? "");
  }
  if (s.series === "matrix") {
    add("row", s.y ?? "Row", (i) => s.rows?.[at(i).row] ?? "");
    add("column", s.x ?? "Column", (i) => s.columns?.[at(i).column] ?? "");
  }
  if (has((i) => at(i).label) && s.id !== "levels")
    add("label", s.series === "histogram" ? (s.x ?? "Bin") : (s.y ?? "Label"), (i) => at(i).label ?? "");
  if (has((i) => at(i).group)) add("group", "Kind", (i) => at(i).group ?? "");
  if (has((i) => at(i).from || at(i).to)) {
    add("from_date", "From", (i) => at(i).from ?? "");
    add("to_date", "To", (i) => at(i).to ?? "");
  }
  if (has((i) => at(i).status)) add("status", "Status", (i) => at(i).status ?? "");
  if (has((i) => at(i).text)) add("text", "What", (i) => at(i).text ?? "");
  const unit = (s.series === "line" || s.series === "histogram" ? s.y : s.series === "bars" ? s.x : undefined) ?? "";
  const id =
    unit
      .toLowerCase()
      .replaceAll("%", "percent")
      .replaceAll(/[^a-z]+/g, "_") || "value";
  if (s.series !== "intervals") add(id, s.series === "ranges" ? "Median" : unit || "Value", (i) => at(i).value);
  if (has((i) => at(i).low || at(i).high)) {
    add("low", s.series === "ranges" ? "Least" : "Low", (i) => at(i).low ?? 0);
    add("high", s.series === "ranges" ? "Most" : "High", (i) => at(i).high ?? 0);
  }
  const cited = has((i) => at(i).refs?.length);
  return {
    kind: "table",
    id: s.id,
    title: s.title,
    columns: [
      ...columns.map(([c, title]) => ({ id: c, title, kind: c === id || c === "low" || c === "high" ? "decimal" : "text" })),
      ...(cited ? [{ id: "sources", title: "Sources", kind: "reference" }] : []),
    ],
    rows: points.map((p, i): Row => ({ cells: [...columns.map(([, , f]) => f(i)), ...(cited ? [{ text: "", refs: p.refs }] : [])] })),
  };
}

export interface ChartOptions {
  height: number;
  label: string;
  draw?: (width: number) => EChartsCoreOption;
  click?: (index: number) => void;
  own?: (box: HTMLElement) => void;
  table: Table | (() => Table);
  id?: string;
  filter: Filter;
  key?: Node;
  bare?: boolean; // it stands in a figure of its own
}

export function chart(title: string, o: ChartOptions): HTMLElement {
  const box = el("div", {
    class: "chart",
    role: "img",
    "aria-label": `${title}. ${o.label} The same facts stand in the table below the chart.`,
  });
  box.style.height = `${o.height}px`;
  const d: Drawing = { box, draw: o.draw ?? (() => ({})), click: o.click, own: o.own };
  drawings.add(d);
  observer.observe(box);
  sizes.observe(box);
  later();
  // The table of a large chart is made when somebody asks for it.
  let made: Table | undefined;
  const make = () => (made ??= typeof o.table === "function" ? o.table() : o.table);
  const id = o.id ?? make().id;
  const asTable = el("details", {}, el("summary", {}, "Show as a table"));
  asTable.addEventListener("toggle", () => {
    if (asTable.open && asTable.childElementCount === 1) asTable.append(tableView(make(), new NoFilter(o.filter)));
  });
  if (o.bare) return el("div", {}, box, asTable);
  return el(
    "figure",
    { "data-chart": id },
    el(
      "figcaption",
      {},
      title,
      " ",
      badge(),
      saveButton(
        id,
        () => make().columns,
        () => make().rows,
      ),
    ),
    o.key ?? null,
    box,
    asTable,
  );
}

// NoFilter shows every row: the marks of a chart have been filtered already.
class NoFilter extends Filter {
  constructor(f: Filter) {
    super({ citations: [] } as never, { pair: f.state.pair });
  }
}
