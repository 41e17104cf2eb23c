// Sections as the document orders them. The answer stands in the header; a
// folded section is closed until it is opened, and is built only then.

import { type Block, type Document, type Row, type Section, type Table, text } from "./document";
import { append, el } from "./element";
import type { Filter } from "./filter";
import { reference } from "./citation";
import { seriesView } from "./series";
import { tableView } from "./table";
import { change } from "./state";
import { badge, saveButton } from "./csv";

export function blockView(b: Block, d: Document, filter: Filter): Node | null {
  switch (b.kind) {
    case "paragraph":
      return b.fold === "short" ? null : el("p", { class: b.lead ? "lead" : undefined }, b.text, reference(b.refs));
    case "list":
      return el(
        "ul",
        {},
        b.items.map((i) => el("li", {}, i.term ? el("strong", {}, i.term, ": ") : null, i.text, reference(i.refs))),
      );
    case "table":
      return b.id === "totals" ? tiles(b) : tableView(b, filter, { open: opener, link: links[b.id] });
    case "series":
      return seriesView(b, d, filter);
  }
  return null; // a kind of a later version
}

// tiles are a few figures in large type, with those of the period before.
function tiles(t: Table): HTMLElement {
  const before = t.columns[2]?.title;
  return el(
    "div",
    {},
    el(
      "dl",
      { class: "tiles" },
      t.rows.map((r) =>
        el(
          "div",
          {},
          el("dt", {}, text(r.cells[0])),
          el("dd", {}, text(r.cells[1]), before ? el("span", { class: "note" }, ` ${text(r.cells[2])} in ${before}`) : null),
        ),
      ),
    ),
    el(
      "p",
      { class: "more" },
      badge(),
      saveButton(
        t.id,
        () => t.columns,
        () => t.rows,
      ),
    ),
  );
}

const opener = (r: Row) => (r.pair ? () => change({ pair: r.pair }) : undefined);

// On a server an actor's name leads to its page; a file has no such pages.
// links lead from the first cell of a table's rows to another page of the server.
const links: Record<string, (r: Row) => string | undefined> = { actors: actorLink, worst: entriesLink, incidents: entriesLink };

// entriesLink leads to the log entries of an incident, under the rules of this page.
function entriesLink(r: Row): string | undefined {
  const home = document.getElementById("page")?.dataset.home;
  if (home === undefined || !r.id) return undefined;
  const asked = new URLSearchParams(location.search);
  for (const k of ["from", "to", "group", "organisation", "state", "format"]) asked.delete(k);
  asked.set("incident", r.id);
  return `${home}sightings?${asked}`;
}

function actorLink(r: Row): string | undefined {
  const home = document.getElementById("page")?.dataset.home;
  return home === undefined ? undefined : `${home}actors/${encodeURIComponent(text(r.cells[0]))}`;
}

// Charts first: a reader looks before reading.
const ordered = (s: Section): Block[] => [...s.blocks].sort((a, b) => Number(b.kind === "series") - Number(a.kind === "series"));

export function sectionView(s: Section, d: Document, filter: Filter, open: boolean, parts: Section[] = []): HTMLElement {
  // Where a chart stands for a section that short renderings leave out, its
  // table is one step away.
  const aside = (s.folded === true || d.id === "landscape") && s.blocks.some((b) => b.kind === "series");
  const fill = (parent: Element) => {
    let charts: HTMLElement | undefined;
    for (const b of ordered(s)) {
      // Charts of one section stand beside one another where there is room.
      if (b.kind === "series" && d.id === "landscape") {
        if (!charts) parent.append((charts = el("div", { class: "charts" })));
        append(charts, [blockView(b, d, filter)]);
      } else if (b.kind === "table" && (aside || b.held !== undefined))
        parent.append(
          later(b.title || (b.held ? `All ${b.length?.toLocaleString("en")} rows as a table` : "Every row as a table"), () =>
            blockView(b, d, filter),
          ),
        );
      else append(parent, [blockView(b, d, filter)]);
    }
    if (parts.length > 0) partsView(parent, parts, d, filter);
  };
  const section = el("section", { id: s.id });
  const heading = (s.depth ?? 0) === 0 ? "h2" : "h3";
  if (!s.title || (!folds(s) && !(d.id === "landscape" && ["incidents", "conflicts"].includes(s.id)))) {
    if (s.title) section.append(el(heading, {}, s.title));
    fill(section);
    return section;
  }
  const inside = el("div");
  const details = el("details", { open }, el("summary", {}, el(heading, {}, s.title)), inside);
  let filled = false;
  const once = () => {
    if (details.open && !filled) {
      filled = true;
      fill(inside);
    }
  };
  details.addEventListener("toggle", once);
  once();
  section.append(details);
  return section;
}

// Sections of charts are shown; the reasons of the pairs, which the detail of a
// pair shows too, and other folded text are closed.
// On a small screen all but the verdicts are closed, so that the whole is seen.
export const small = matchMedia("(max-width: 640px)").matches;

export const folds = (s: Section): boolean =>
  (small && s.title !== "" && !["verdicts", "answer"].includes(s.id)) ||
  (s.folded === true && !s.blocks.some((b) => b.kind === "series" && b.points.length > 0)) ||
  ["reading", "data", "why"].includes(s.id) ||
  s.id.startsWith("pair-");

// later is a part that is made when it is opened, or before the page is printed.
function later(title: string, make: () => Node | null): HTMLElement {
  const inside = el("div");
  const details = el("details", {}, el("summary", {}, title), inside);
  details.addEventListener("toggle", () => {
    if (details.open && !inside.firstChild) append(inside, [make()]);
  });
  return details;
}

const partsAtOnce = 100;

// partsView shows the parts of a section, closed, so many at a time.
function partsView(parent: Element, parts: Section[], d: Document, filter: Filter): void {
  parent.append(...parts.slice(0, partsAtOnce).map((p) => sectionView(p, d, filter, false)));
  const left = parts.length - partsAtOnce;
  if (left <= 0) return;
  const more = el(
    "button",
    {
      type: "button",
      click: () => {
        more.remove();
        partsView(parent, parts.slice(partsAtOnce), d, filter);
      },
    },
    `Show ${Math.min(left, partsAtOnce)} more of ${left}`,
  );
  parent.append(more);
}
