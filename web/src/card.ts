// The card: the answer at a glance. One finding, one picture of the two sides,
// how sure it is, what could not be seen, and until when the data reach.

import type { Arrow, Document } from "./document";
import { el } from "./element";
import { Filter } from "./filter";
import { reference } from "./citation";
import { tableView } from "./table";
import { change } from "./state";

// between says an arrow in words, for those who do not see it.
function between(sides: string[], a: Arrow): string {
  const [from, to] = a.from === 1 ? [sides[1], sides[0]] : sides;
  const words = a.from < 0 ? `${from} and ${to}: ${a.text}` : `${from} to ${a.target ?? to}: ${a.text}`;
  return a.contested ? `${words}, contested` : words;
}

function picture(sides: string[], arrows: Arrow[], unseen: boolean): HTMLElement {
  const nothing = unseen ? "nothing could be seen" : "nothing found";
  return el(
    "div",
    {
      class: "picture",
      role: "img",
      "aria-label": arrows.map((a) => between(sides, a)).join("; ") || `${sides.join(" and ")}: ${nothing}`,
    },
    el("div", { class: "side" }, sides[0]),
    el(
      "div",
      { class: "arrows" },
      arrows.length === 0 ? el("div", { class: "arrow none" }, el("span", {}, nothing)) : null,
      arrows.map((a) =>
        el(
          "div",
          { class: `arrow ${a.kind} ${a.from < 0 ? "both" : a.from === 1 ? "back" : "forth"}${a.contested ? " contested" : ""}` },
          el("span", {}, a.target ? `${a.text} (${a.target})` : a.text, a.contested ? ", contested" : ""),
        ),
      ),
    ),
    el("div", { class: "side" }, sides[1]),
  );
}

export function cardView(d: Document): HTMLElement | null {
  const c = d.card;
  if (!c) return null;
  const m = c.matters;
  return el(
    "section",
    { id: "card", class: `card ${c.finding}`, "data-finding": c.finding, "aria-labelledby": "card-finding" },
    el("p", { id: "card-finding", class: "headline" }, `${c.headline}.`),
    c.sides ? picture(c.sides, c.arrows ?? [], c.finding === "unseen") : null,
    el(
      "dl",
      { class: "facts" },
      c.facts.map((f) => [el("dt", {}, f.term), el("dd", {}, f.text, reference(f.refs))]),
    ),
    m
      ? el(
          "details",
          {},
          el("summary", {}, `What matters first (${m.rows.length}${c.more ? ` of ${(m.rows.length + c.more).toLocaleString("en")}` : ""})`),
          tableView(m, new Filter(d, {}), { open: (r) => (r.pair ? () => change({ pair: r.pair }) : undefined) }),
        )
      : null,
  );
}
