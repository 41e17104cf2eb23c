// Numbers of citations within a text, and the list of sources they lead to.

import type { Citation, Document } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";

export function reference(numbers: number[] | undefined): Node | null {
  if (!numbers || numbers.length === 0) return null;
  return el(
    "span",
    { class: "refs" },
    " [",
    numbers.map((n, i) => [i > 0 ? ", " : "", el("a", { href: `#source-${n}`, click: go }, n)]),
    "]",
  );
}

// go shows a source without changing the address, which holds the choices.
function go(e: Event): void {
  const target = document.getElementById((e.currentTarget as HTMLAnchorElement).getAttribute("href")!.slice(1));
  if (!target) return;
  e.preventDefault();
  target.closest("details")?.setAttribute("open", "");
  document.querySelectorAll(".cited").forEach((x) => x.classList.remove("cited"));
  target.classList.add("cited");
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

export function cited(c: Citation, id?: string): HTMLLIElement {
  return el(
    "li",
    { value: c.number, id, tabindex: id ? -1 : undefined },
    c.origin + ".",
    c.title ? ` “${c.title}”.` : "",
    " ",
    c.link ? el("a", { href: c.link, rel: "noreferrer noopener" }, c.locator ?? c.link) : (c.locator ?? ""),
    c.standing ? el("span", { class: "note" }, ` (${c.standing})`) : null,
  );
}

const atOnce = 300;

export function sources(d: Document, filter: Filter): HTMLElement {
  const list = d.citations.filter((c) => filter.citation(c));
  const ol = el(
    "ol",
    {},
    list.slice(0, atOnce).map((c) => cited(c, `source-${c.number}`)),
  );
  const rest =
    list.length > atOnce
      ? el(
          "button",
          {
            type: "button",
            click: (e) => {
              ol.append(...list.slice(atOnce).map((c) => cited(c, `source-${c.number}`)));
              (e.currentTarget as Element).remove();
            },
          },
          `Show ${list.length - atOnce} more sources`,
        )
      : null;
  return el(
    "div",
    {},
    list.length < d.citations.length
      ? el("p", { class: "note" }, `${list.length} of ${d.citations.length} sources match the filters.`)
      : null,
    ol,
    rest,
  );
}
