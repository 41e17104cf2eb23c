// The page: reads the document that stands in it and shows it.

import "./style.css";
import { type Document, type Section, setLabel, tables, unpack, whole } from "./document";
import { append, el, replace } from "./element";
import { type Choices, Filter, choices } from "./filter";
import * as state from "./state";
import { sectionView, blockView, small } from "./section";
import { sources } from "./citation";
import { cardView } from "./card";
import { pairView } from "./pair";
import { forget } from "./chart";
import { save } from "./csv";

function header(d: Document): HTMLElement {
  return el("header", {}, d.marking ? el("p", { class: "marking" }, `TLP:${d.marking}`) : null, el("h1", {}, d.title));
}

function setup(d: Document): HTMLElement {
  return el(
    "details",
    { class: "setup" },
    el("summary", {}, "How this was made"),
    el(
      "dl",
      {},
      d.setup.map((f) => [el("dt", {}, f.name), el("dd", {}, f.value)]),
    ),
    el(
      "p",
      {},
      el(
        "button",
        { type: "button", click: () => save(`cahoots-${d.id}.document.json`, whole(), "application/json") },
        "Download this document (JSON)",
      ),
    ),
  );
}

function select(key: state.Key, label: string, values: string[]): HTMLElement | null {
  if (values.length < 2) return null;
  const s = el(
    "select",
    { id: `filter-${key}`, change: (e) => state.change({ [key]: (e.currentTarget as HTMLSelectElement).value || undefined }) },
    el("option", { value: "" }, "all"),
    values.map((v) => el("option", { value: v }, v)),
  );
  s.value = state.now()[key] ?? "";
  return el("label", {}, label, " ", s);
}

function date(key: "from" | "to", label: string): HTMLElement {
  const i = el("input", {
    id: `filter-${key}`,
    placeholder: "2022-03",
    size: 10,
    inputmode: "numeric",
    pattern: "\\d{4}(-\\d{2}(-\\d{2})?)?",
    autocomplete: "off",
    change: (e) => {
      const f = e.currentTarget as HTMLInputElement;
      if (f.validity.valid) state.change({ [key]: f.value || undefined });
      else f.reportValidity();
    },
  });
  i.value = state.now()[key] ?? "";
  return el("label", {}, label, " ", i);
}

function filters(c: Choices, words: string): HTMLElement {
  const f = new Filter({ citations: [] } as never, state.now());
  return el(
    "form",
    { class: "filters", "aria-label": "Filters", submit: (e) => e.preventDefault() },
    c.dated ? [date("from", "From"), date("to", "To")] : null,
    select("channel", "Channel", c.channels),
    select("publisher", "Publisher's country", c.publishers),
    select("marking", "Marking", c.markings),
    select("sign", "Sign", c.signs),
    f.active
      ? el(
          "button",
          {
            type: "button",
            click: () =>
              state.change({
                from: undefined,
                to: undefined,
                channel: undefined,
                publisher: undefined,
                marking: undefined,
                sign: undefined,
              }),
          },
          "Clear",
        )
      : null,
    f.active ? el("p", { class: "note", role: "status" }, words) : null,
  );
}

// nested takes the parts of the section of reasons, of which there is one for
// nearly every pair, out of the list: they are shown when it is opened.
function nested(sections: Section[]): [Section[], Map<Section, Section[]>] {
  const top: Section[] = [],
    children = new Map<Section, Section[]>();
  for (const s of sections) {
    const parent = top.at(-1);
    if (s.depth && parent?.id === "why") {
      if (!children.has(parent)) children.set(parent, []);
      children.get(parent)!.push(s);
    } else top.push(s);
  }
  return [top, children];
}

const readers = ["press", "analyst", "statistician"] as const;

// depth is how far the reader goes: the answer with its pictures, all that it rests
// on, or every test as well. A newcomer begins with the first.
const depth = (): number => Math.max(0, (readers as readonly string[]).indexOf(state.now().depth ?? "press"));
const reads = (s: Section): boolean => (readers as readonly string[]).indexOf(s.reader ?? "press") <= depth();

// depths is the one switch between the three.
function depths(d: Document): HTMLElement | null {
  if (!d.sections.some((s) => s.reader)) return null;
  const says = ["the answer and its pictures", "and the evidence behind it", "and every test"];
  return el(
    "fieldset",
    { class: "depths" },
    el("legend", {}, "Read as"),
    readers.map((r, i) => {
      const box = el("input", {
        type: "radio",
        name: "depth",
        id: `depth-${r}`,
        value: r,
        change: () => state.change({ depth: i ? r : undefined }),
      });
      box.checked = depth() === i;
      return el("label", { title: says[i] }, box, ` ${r}`, el("span", { class: "note" }, ` ${says[i]}`));
    }),
  );
}

function show(d: Document, root: HTMLElement): void {
  setLabel(d.label);
  document.body.classList.toggle("wide", d.id === "landscape");
  const every = tables(d);
  const options = choices(d, every);
  const pick = (id: string) => d.sections.find((s) => s.id === id);
  const answer = pick("answer");
  let first: Section[] = [],
    rest: Section[] = [],
    children = new Map<Section, Section[]>();
  // What the charts tell stands first, then the document's own order.
  function choose(): void {
    const wanted = d.sections.filter((s) => s !== answer && reads(s));
    const of = (id: string) => wanted.find((s) => s.id === id);
    first = ["verdicts", "activity", "records", "network", "publishers", "years"].map(of).filter((s): s is Section => s !== undefined);
    [rest, children] = nested(wanted.filter((s) => !first.includes(s)));
  }
  choose();
  const bar = el("div", { class: "filterbar" });
  const pair = el("div", { id: "pair-place" });
  const body = el("div", { id: "sections", class: d.id === "landscape" ? "board" : undefined });
  const list = el("div", { id: "source-list" });
  const main = el("main", { id: "content", tabindex: -1 });
  append(main, [cardView(d), depths(d)]);
  if (answer)
    main.append(
      el(
        "section",
        { id: "answer", class: "answer" },
        answer.blocks.map((b) => blockView(b, d, new Filter(d, {}))),
      ),
    );
  main.append(setup(d), bar, pair, body);
  if (d.citations.length > 0)
    main.append(
      el(
        "section",
        { id: "sources" },
        small ? el("details", {}, el("summary", {}, el("h2", {}, "Sources")), list) : [el("h2", {}, "Sources"), list],
      ),
    );
  if (d.notices.length > 0)
    main.append(
      el(
        "section",
        { id: "notices" },
        el("h2", {}, "Notices"),
        d.notices.map((n) => el("p", {}, n)),
      ),
    );
  // The menu stands aside of the answer, never before it: beside it where there is
  // room, closed at the end of a small screen.
  const wide = matchMedia("(min-width: 1000px)").matches;
  const contents = el("ul");
  const nav = el("nav", { "aria-label": "Sections" }, el("details", { open: wide }, el("summary", {}, "Sections"), contents));
  const menu = () =>
    replace(
      contents,
      [...first, ...rest]
        .filter((s) => s.title && (s.depth ?? 0) === 0)
        .map((s) => el("li", {}, el("a", { href: `#${s.id}`, click: jump }, s.title))),
      d.citations.length ? el("li", {}, el("a", { href: "#sources", click: jump }, "Sources")) : null,
    );
  menu();
  append(root, [
    el("a", { class: "skip", href: "#content", click: jump }, "Skip to the answer"),
    d.label ? el("p", { class: "ribbon", role: "note" }, `${d.label} data`) : null,
    header(d),
    el("div", { class: "columns" }, nav, main),
  ]);

  let turn = 0; // of drawing; a later one ends those before it
  let filter = new Filter(d, state.now());

  // Sections are drawn in their order. What does not fit a frame follows in the
  // next ones, so that a large document answers at once.
  async function draw(): Promise<void> {
    const mine = ++turn;
    filter = new Filter(d, state.now());
    const focused = document.activeElement?.id;
    replace(
      bar,
      filters(
        options,
        d.id === "landscape"
          ? "Filters choose which days, months and incidents are shown. Totals, rankings and durations are those of the whole period."
          : "Filters choose what is shown. Verdicts, tests and sentences are those of all the evidence.",
      ),
    );
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.documentElement.dataset.busy = "yes";
    const steps = [...first, ...rest].map((s) => () => put(s));
    steps.push(() => replace(list, sources(d, filter)));
    // The first time there is nothing to look at yet; afterwards an answer must
    // not wait for what is further down.
    const slice = mine === 1 ? 60 : 10;
    let began = performance.now();
    for (const step of steps) {
      step();
      if (performance.now() - began < slice) continue;
      await frame();
      if (mine !== turn) return;
      began = performance.now();
    }
    delete document.documentElement.dataset.busy;
  }

  function put(s: Section): void {
    const old = s.id ? document.getElementById(s.id) : null;
    const open = old?.querySelector(":scope > details[open]") !== null && old !== null;
    const view = sectionView(s, d, filter, open, children.get(s));
    if (old && body.contains(old)) {
      forget(old);
      old.replaceWith(view);
    } else body.append(view);
  }

  function drawPair(move: boolean): void {
    forget(pair);
    const id = state.now().pair;
    const view = id ? pairView(d, id, new Filter(d, state.now()), depth()) : null;
    replace(pair, view);
    if (view && move) {
      view.scrollIntoView({ block: "start" });
      view.focus({ preventScroll: true });
    }
  }

  state.watch((now, before) => {
    const { pair: a, ...x } = now,
      { pair: b, ...y } = before;
    if (x.depth !== y.depth) {
      choose();
      menu();
      forget(body);
      replace(body);
      for (const r of readers) (document.getElementById(`depth-${r}`) as HTMLInputElement).checked = readers[depth()] === r;
    }
    if (state.href(x) !== state.href(y)) {
      void draw();
      drawPair(false);
    } else if (a !== b) {
      drawPair(true);
      if (!a && b)
        (
          document.querySelector<HTMLElement>(`#sections [data-pair="${CSS.escape(b)}"]`) ?? document.querySelector<HTMLElement>(".grid")
        )?.focus();
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") state.change({ pair: undefined });
  });
  void draw();
  drawPair(location.hash.includes("pair="));
}

// frame lets the browser paint; a page that is not in view paints nothing, and
// must not wait for it.
const frame = () =>
  new Promise<void>((go) => {
    requestAnimationFrame(() => setTimeout(go, 0));
    setTimeout(go, 100);
  });

// jump goes to a part of the page without changing the address.
function jump(e: Event): void {
  const target = document.getElementById((e.currentTarget as HTMLAnchorElement).getAttribute("href")!.slice(1));
  if (!target) return;
  e.preventDefault();
  target.querySelector("details")?.setAttribute("open", "");
  target.scrollIntoView();
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
}

const root = document.getElementById("page")!;
try {
  state.begin();
  show(unpack(JSON.parse(document.getElementById("document")!.textContent!) as Document), root);
  if (location.hash.length > 1 && !location.hash.includes("=")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  document.documentElement.dataset.ready = "yes";
} catch (e) {
  replace(
    root,
    el("p", { role: "alert" }, `The page cannot be shown: ${String(e)}. Without JavaScript the same document opens as plain text.`),
  );
  throw e;
}
