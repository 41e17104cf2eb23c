// A table of finished cells: sorted by a click on a heading, shown some rows at
// a time, saved as CSV in full.

import { type Cell, type Row, type Table, cell as cellOf, refs, rowsOf, text, value } from "./document";
import { el, replace } from "./element";
import type { Filter } from "./filter";
import { reference } from "./citation";
import { badge, saveButton } from "./csv";

const atOnce = 50;
const step = 500;
const right = new Set(["integer", "decimal", "p", "percent"]);

const order = new Intl.Collator("en", { numeric: true });

function compare(a: Cell, b: Cell): number {
  const x = value(a),
    y = value(b);
  if (typeof x === "number" && typeof y === "number") return x - y;
  if (typeof x === "number") return -1;
  if (typeof y === "number") return 1;
  return x === y ? 0 : x === "" ? 1 : y === "" ? -1 : order.compare(x, y);
}

export interface TableOptions {
  open?: (r: Row) => (() => void) | undefined;
  link?: (r: Row) => string | undefined;
}

export function tableView(t: Table, filter: Filter, options: TableOptions = {}): HTMLElement {
  const every = rowsOf(t);
  let rows = filter.rows(t, every);
  const kept = rows.length;
  if (every.length === 0) return el("p", {}, t.empty ?? "Nothing to show.");
  const shown = t.columns.map((c, i) => ({ c, i })).filter(({ c }) => !c.machine);
  let limit = atOnce,
    by = -1,
    down = false;
  const body = el("tbody");
  const more = el("p", { class: "more" });
  const notes = el("div");

  const heads = shown.map(({ c, i }) => {
    const press = el("button", { type: "button", class: "plain", click: () => sort(i) }, c.title);
    return el("th", { scope: "col", class: right.has(c.kind) ? "right" : undefined, "data-column": c.id }, press);
  });

  function sort(i: number): void {
    down = by === i ? !down : false;
    by = i;
    rows = [...filter.rows(t, every)].sort((a, b) => (down ? -1 : 1) * compare(cellOf(t, a, i), cellOf(t, b, i)));
    heads.forEach((h, k) =>
      shown[k].i === i ? h.setAttribute("aria-sort", down ? "descending" : "ascending") : h.removeAttribute("aria-sort"),
    );
    draw();
  }

  function cell(r: Row, i: number, first: boolean): HTMLElement {
    const c = r.cells[i];
    const open = first ? options.open?.(r) : undefined;
    const link = first ? options.link?.(r) : undefined;
    const n = typeof c === "object" ? (c.notes ?? []) : [];
    return el(
      first ? "th" : "td",
      { scope: first ? "row" : undefined, class: right.has(t.columns[i].kind) ? "right" : undefined },
      open ? el("button", { type: "button", class: "link", click: open }, text(c)) : link ? el("a", { href: link }, text(c)) : text(c),
      n.length ? el("sup", {}, n.join(",")) : null,
      reference(refs(c)),
    );
  }

  function draw(): void {
    const now = rows.slice(0, limit);
    replace(
      body,
      now.map((r) =>
        el(
          "tr",
          {},
          shown.map(({ i }, k) => cell(r, i, k === 0)),
        ),
      ),
    );
    const used = new Set(now.flatMap((r) => r.cells.flatMap((c) => (typeof c === "object" ? (c.notes ?? []) : []))));
    replace(
      notes,
      (t.notes ?? []).map((n, i) => (used.has(i + 1) ? el("p", { class: "note" }, el("sup", {}, i + 1), " ", n) : null)),
    );
    const left = rows.length - now.length;
    replace(
      more,
      left > 0
        ? el(
            "button",
            {
              type: "button",
              click: () => {
                limit += step;
                draw();
              },
            },
            `Show ${Math.min(step, left)} more of ${left} rows`,
          )
        : null,
      kept < every.length ? ` ${kept} of ${every.length} rows match the filters. ` : null,
    );
  }
  draw();
  const scroll = el(
    "div",
    { class: "scroll", role: "region", tabindex: 0, "aria-label": t.title || t.id },
    el(
      "table",
      { "data-table": t.id },
      el(
        "caption",
        {},
        t.title ?? "",
        " ",
        badge(),
        saveButton(
          t.id,
          () => t.columns,
          () => rows,
        ),
      ),
      el("thead", {}, el("tr", {}, heads)),
      body,
    ),
  );
  return el("div", { class: "table" }, scroll, more, notes, t.legend ? el("p", { class: "note" }, t.legend) : null);
}
