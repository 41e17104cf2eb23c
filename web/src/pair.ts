// One pair in full: its verdict and why, the channels with what was seen
// against what chance gives, and every row of the document that is about it.

import type { EChartsCoreOption } from "echarts/core";
import { type Document, type Row, type Series, type Table, cell, column, refs, rowsOf, rowsOfPair, tables, text, value } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { cited, reference } from "./citation";
import { change } from "./state";
import { chart } from "./chart";
import { theme } from "./palette";
import { tableView } from "./table";
import { intervals, ofPair } from "./timeline";

const apart = new Set(["pairs", "measurements"]);

// statesView is what is on record of two states: their rows of every table, in
// both directions. On a server it leads to their own page.
function statesView(d: Document, id: string, filter: Filter): HTMLElement | null {
  const own = tables(d).flatMap((t) => {
    const rows = rowsOfPair(t, id);
    return rows.length > 0
      ? [{ ...t, rows, packed: undefined, held: undefined, title: t.title || (d.sections.find((s) => s.blocks.includes(t))?.title ?? "") }]
      : [];
  });
  const first = own.find((t) => column(t, "initiator_code") >= 0);
  if (!first) return null;
  const [r] = first.rows;
  const of = (name: string) => text(r.cells[column(first, name)]);
  const home = document.getElementById("page")?.dataset.home;
  return el(
    "section",
    { id: "pair", class: "pair", "aria-labelledby": "pair-title", tabindex: -1 },
    el(
      "div",
      { class: "bar" },
      el("h3", { id: "pair-title" }, `${of("initiator")} and ${of("target")}`),
      el("button", { type: "button", click: () => change({ pair: undefined }) }, "Close"),
    ),
    home === undefined
      ? null
      : el(
          "p",
          {},
          el("a", { href: `${home}dyads?a=${of("initiator_code")}&b=${of("target_code")}` }, "All that is on record of the two states"),
        ),
    own.map((t) => tableView(t, filter)),
  );
}

export function pairView(d: Document, id: string, filter: Filter, depth = 2): HTMLElement | null {
  const pairs = tables(d).find((t) => t.id === "pairs");
  if (!pairs) return statesView(d, id, filter);
  const row = pairs?.rows.find((r) => r.pair === id && r.fold !== "short");
  if (!row) return null;
  const of = (name: string) => text(row.cells[column(pairs, name)]);
  const title = `${of("a")} and ${of("b")}`;
  const numbers = new Set(row.cells.flatMap((c) => refs(c)));
  const parts: HTMLElement[] = [];
  const measured = tables(d).find((t) => t.id === "measurements");
  if (measured && depth > 1) parts.push(...channels(measured, id, filter));
  for (const t of tables(d)) {
    if (apart.has(t.id)) continue;
    const own = rowsOfPair(t, id);
    if (own.length === 0) continue;
    own.forEach((r) => r.cells.forEach((c) => refs(c).forEach((n) => numbers.add(n))));
    const s = d.sections.find((x) => x.blocks.includes(t))!;
    parts.push(el("h4", {}, t.title || s.title), tableView({ ...t, rows: own, title: "" }, filter));
  }
  const line = d.sections.flatMap((s) => s.blocks).find((b): b is Series => b.kind === "series" && b.id === "timeline");
  if (line?.nodes?.length) {
    const own = ofPair(line, of("a"), of("b"), numbers).filter((p) => filter.point(p));
    if (own.length > 0)
      parts.push(
        el("h4", {}, "The two over time"),
        intervals({ ...line, id: "pair-timeline", title: `What ${of("a")} and ${of("b")} are on record for` }, own, filter),
      );
  }
  parts.push(...reasons(d, id));
  parts.push(...records(d, numbers, filter));
  return el(
    "section",
    { id: "pair", class: "pair", "aria-labelledby": "pair-title", tabindex: -1 },
    el(
      "div",
      { class: "bar" },
      el("h3", { id: "pair-title" }, title),
      el("button", { type: "button", click: () => change({ pair: undefined }) }, "Close"),
    ),
    el(
      "dl",
      { class: "facts" },
      fact("Verdict", `${of("level_name")}; sign ${of("sign") || "none"}${of("contested") ? "; contested" : ""}`),
      fact("Confidence", of("confidence")),
      fact("Why", of("why"), reference(refs(row.cells[column(pairs, "sources")]))),
      fact("What would raise it", of("missing")),
      fact(
        "Looked at",
        `${of("seen_a")} records from ${of("sources_a")} sources on ${of("a")}; ${of("seen_b")} from ${of("sources_b")} on ${of("b")}`,
      ),
    ),
    parts,
  );
}

const fact = (term: string, words: string, more: Node | null = null) => (words ? [el("dt", {}, term), el("dd", {}, words, more)] : null);

// channels draws, for each channel, the statistic as seen against the range
// that holds 95 % of what the null model gives, with the smallest overlap the
// test would have found. Channels without a test are named, not drawn.
function channels(t: Table, id: string, filter: Filter): HTMLElement[] {
  const rows = filter.rows(t, rowsOfPair(t, id));
  const at = (r: Row, name: string) => value(r.cells[column(t, name)]);
  const tested = rows.filter((r) => at(r, "verdict") !== "not measurable");
  const bare = rows.filter((r) => at(r, "verdict") === "not measurable");
  const show = new Set([
    "channel",
    "verdict",
    "observed",
    "expected",
    "null_low",
    "null_high",
    "p",
    "p_adjusted",
    "n_a",
    "n_b",
    "mde",
    "null",
    "shared",
    "warnings",
  ]);
  const full: Table = { ...t, title: "", rows, columns: t.columns.map((c) => ({ ...c, machine: !show.has(c.id) })) };
  const out: HTMLElement[] = [el("h4", {}, "Channels: what was seen against chance")];
  if (rows.length === 0) return [];
  if (tested.length > 0) {
    out.push(
      chart("Seen, and the range chance gives", {
        height: 60 + 34 * tested.length,
        filter,
        table: full,
        label:
          tested
            .map(
              (r) =>
                `${at(r, "channel")}: ${at(r, "observed")} seen, chance gives ${text(r.cells[column(t, "null_low")])} to ${text(r.cells[column(t, "null_high")])}`,
            )
            .join("; ") + ".",
        draw: () => draw(tested, at, t),
      }),
      el(
        "p",
        { class: "note" },
        "Bar: 95% of what the null model gives. Tick: its mean. Dot: what was seen. Triangle: the smallest overlap the test would have found (MDE), where known. A dot inside the bar is what chance alone often gives. The verdict, after adjustment, stands in the table.",
      ),
    );
  }
  if (bare.length > 0) {
    out.push(
      el(
        "ul",
        { class: "bare" },
        bare.map((r) => el("li", {}, el("strong", {}, String(at(r, "channel"))), ": not measurable. ", String(at(r, "warnings")))),
      ),
    );
  }
  out.push(el("details", {}, el("summary", {}, "Every figure of these tests"), tableView(full, filter)));
  return out;
}

function draw(rows: Row[], at: (r: Row, name: string) => string | number, t: Table): EChartsCoreOption {
  const c = theme();
  const num = (r: Row, name: string) => {
    const v = at(r, name);
    return typeof v === "number" ? v : NaN;
  };
  const names = rows.map((r) => String(at(r, "channel")));
  const data = rows.map((r, i) => [i, num(r, "null_low"), num(r, "null_high"), num(r, "expected"), num(r, "observed"), num(r, "mde")]);
  const top = Math.max(1, ...data.flatMap((x) => x.slice(1).filter((v) => !Number.isNaN(v))));
  return {
    grid: { left: 130, right: 24, top: 8, bottom: 32 },
    xAxis: {
      type: "value",
      min: 0,
      max: top * 1.05,
      name: text(rows[0].cells[column(t, "statistic")]),
      nameLocation: "middle",
      nameGap: 20,
      axisLabel: { color: c.soft, showMaxLabel: false, formatter: (v: number) => String(Math.round(v * 100) / 100) },
      splitLine: { lineStyle: { color: c.line } },
    },
    yAxis: {
      type: "category",
      data: names,
      inverse: true,
      axisLabel: { color: c.ink, width: 120, overflow: "truncate" },
      axisTick: { show: false },
    },
    tooltip: {
      formatter: (p: { dataIndex: number }) => {
        const x = data[p.dataIndex];
        const f = (v: number) => (Number.isNaN(v) ? "-" : String(Math.round(v * 100) / 100));
        return `${names[p.dataIndex]}\nseen ${f(x[4])}\nchance ${f(x[1])} to ${f(x[2])}, mean ${f(x[3])}\nMDE ${f(x[5])}`;
      },
    },
    series: [
      {
        type: "custom",
        data,
        renderItem: (_: unknown, api: { value(i: number): number; coord(p: number[]): number[] }) => {
          const y = api.coord([0, api.value(0)])[1];
          const x = (i: number) => api.coord([api.value(i), api.value(0)])[0];
          const known = (i: number) => !Number.isNaN(api.value(i));
          const children: object[] = [];
          if (known(1) && known(2))
            children.push({
              type: "rect",
              shape: { x: x(1), y: y - 7, width: Math.max(2, x(2) - x(1)), height: 14 },
              style: { fill: c.soft, opacity: 0.35 },
            });
          if (known(3))
            children.push({ type: "line", shape: { x1: x(3), x2: x(3), y1: y - 10, y2: y + 10 }, style: { stroke: c.ink, lineWidth: 2 } });
          if (known(5))
            children.push({
              type: "polygon",
              shape: {
                points: [
                  [x(5), y - 6],
                  [x(5) - 6, y + 6],
                  [x(5) + 6, y + 6],
                ],
              },
              style: { fill: "none", stroke: c.soft, lineWidth: 1.5 },
            });
          if (known(4))
            children.push({ type: "circle", shape: { cx: x(4), cy: y, r: 6 }, style: { fill: c.ink, stroke: c.paper, lineWidth: 1 } });
          return { type: "group", children };
        },
      },
    ],
  };
}

// told is what the head of the pair says already.
const told = new Set(["Verdict", "Why", "What would raise it"]);

// reasons are what the document says of the pair in words: competing
// explanations, weight, how firm the verdict is, notes.
function reasons(d: Document, id: string): HTMLElement[] {
  const out: HTMLElement[] = [];
  for (const s of d.sections) {
    if (!s.pairs?.includes(id)) continue;
    for (const b of s.blocks) {
      if (b.kind === "list") {
        const items = b.items.filter((i) => !told.has(i.term ?? ""));
        if (items.length > 0)
          out.push(
            el(
              "ul",
              {},
              items.map((i) => el("li", {}, i.term ? el("strong", {}, i.term, ": ") : null, i.text, reference(i.refs))),
            ),
          );
      } else if (b.kind === "paragraph") out.push(el("p", {}, b.text, reference(b.refs)));
    }
  }
  return out.length > 0 ? [el("h4", {}, "How firm this is, and what else could explain it"), ...out] : [];
}

// records lists the sources the pair rests on, with what each was read for.
function records(d: Document, numbers: Set<number>, filter: Filter): HTMLElement[] {
  const t = tables(d).find((x) => x.id === "records");
  const out: HTMLElement[] = [];
  if (t && numbers.size > 0) {
    const at = t.columns.findIndex((c) => c.kind === "reference");
    const own = rowsOf(t).filter((r) => refs(cell(t, r, at)).some((n) => numbers.has(n)));
    if (own.length > 0) out.push(el("h4", {}, "Records behind it"), tableView({ ...t, rows: own, title: "" }, filter));
  }
  const list = d.citations.filter((c) => numbers.has(c.number) && filter.citation(c));
  if (list.length > 0)
    out.push(
      el("h4", {}, "Sources"),
      el(
        "ol",
        {},
        list.map((c) => cited(c)),
      ),
    );
  if (numbers.size === 0) out.push(el("p", {}, "No cited record joins the two."));
  return out;
}
