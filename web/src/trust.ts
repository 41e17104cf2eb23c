// States against states: how many attacks, and which of them on a friend. Each
// cell leads to what is on record of the two states.

import type { Point, Series } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { captioned, circled, ranks } from "./matrix";
import { change } from "./state";

const rowsAtOnce = 12;

export function stateMap(s: Series, filter: Filter): HTMLElement {
  const most = Math.max(1, ...s.points.map((p) => p.value));
  const places = s.rows!.map(() => new Array<Point | undefined>(s.columns!.length).fill(undefined));
  for (const p of s.points) places[p.row][p.column] = p;
  const friends = s.points.some((p) => p.group);
  const cell = (p: Point | undefined) => {
    if (!p) return el("td", { class: "blank" });
    const inner = [
      el("span", { class: "level" }, p.rank ? circled[p.rank] + " " : "", String(p.value)),
      p.low ? el("span", { class: "confidence" }, `(${p.low})`) : null,
    ];
    const looks = {
      class: `cell tone-hostile${p.status ? " contested" : ""}${p.group ? " bound" : ""}${filter.point(p) ? "" : " dim"}`,
      title: p.text,
      "data-rank": p.rank,
    };
    const box = p.label
      ? el(
          "button",
          {
            ...looks,
            type: "button",
            "data-pair": p.label,
            "aria-label": `${p.rank ? circled[p.rank] + " " : ""}${p.value}${p.low ? ` (${p.low})` : ""}: ${p.text}`,
            click: () => change({ pair: p.label }),
          },
          inner,
        )
      : el("div", looks, inner);
    box.style.setProperty("--much", p.rank ? "100%" : `${15 + Math.round((60 * p.value) / most)}%`);
    return el("td", {}, box);
  };
  const lines = s.rows!.map((r, i) => el("tr", { hidden: i >= rowsAtOnce }, el("th", { scope: "row" }, r), places[i].map(cell)));
  const more = el(
    "button",
    {
      type: "button",
      click: () => {
        for (const l of lines) l.hidden = false;
        more.remove();
      },
    },
    `Show ${lines.length - rowsAtOnce} more rows`,
  );
  return el(
    "figure",
    { "data-chart": s.id, class: "states" },
    captioned(s),
    ranks(s),
    el(
      "div",
      { class: "scroll", role: "region", tabindex: 0, "aria-label": s.title },
      el(
        "table",
        { class: "matrix" },
        el(
          "caption",
          { class: "note" },
          `Rows: ${s.y ?? ""}. Columns: ${s.x ?? ""}.${friends ? " A cell leads to what is on record of the two." : ""}`,
        ),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("td", {}),
            s.columns!.map((c) => el("th", { scope: "col" }, c)),
          ),
        ),
        el("tbody", {}, lines),
      ),
    ),
    lines.length > rowsAtOnce ? more : null,
    el(
      "ul",
      { class: "legend", "aria-label": "Key to the map" },
      el("li", {}, el("span", { class: "scale hostile" }), ` 1 to ${most} on record`),
      friends
        ? el(
            "li",
            {},
            el("span", { class: "swatch bound" }),
            " green frame, and the number in brackets: while allies or bound by an agreement of the two",
          )
        : null,
      friends ? null : el("li", {}, "(in brackets: aimed at the state alone)"),
      s.points.some((p) => p.status)
        ? el("li", {}, el("span", { class: "swatch tone-hostile contested" }), " hatched: sources disagree on all")
        : null,
      el("li", {}, el("span", { class: "swatch" }), " empty: nothing on record"),
      el("li", {}, friends ? "① ② ③ most against friends" : "① ② ③ the most hostile"),
    ),
  );
}
