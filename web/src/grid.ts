// A matrix of so many cells that a general chart library would hold the page up:
// it draws what is in view, and nothing else. Names and margins stay where the
// cells scroll.

import type { Point, Series } from "./document";
import { el } from "./element";
import type { Filter } from "./filter";
import { chart, pointsTable } from "./chart";
import { mix, theme, toneOf } from "./palette";
import { type Pair, circled, signMark, states, strength } from "./matrix";
import { change } from "./state";

const cellHeight = 17,
  cellWidth = 17,
  marginWidth = 38;

interface Frame {
  left: number; // of names
  x: number; // where cells begin
  y: number;
  w: number;
  h: number;
  width: number;
  height: number;
}

export function grid(
  s: Series,
  known: Map<string, Pair>,
  bright: () => Set<string | undefined>,
  [rows, columns]: number[],
  filter: Filter,
): HTMLElement {
  const [beside, above] = [states(s, "row"), states(s, "column")];
  const places = new Array<Point | undefined>(rows * columns).fill(undefined);
  for (const p of s.points) if (p.row < rows && p.column < columns) places[p.row * columns + p.column] = p;
  const margins = new Map((s.margins ?? []).map((m) => [`${m.group} ${m.group === "row" ? m.row : m.column} ${m.label}`, m]));
  const most = Math.max(1, ...(s.margins ?? []).map((m) => m.value));
  let kept: Set<string | undefined> | undefined;
  let at: [number, number] | undefined; // the cell that the keyboard is on; negative in the margins
  const head = 110;
  const canvas = el("canvas", { "aria-hidden": "true" });
  const spacer = el("div");
  const said = el("p", { class: "said", role: "status" });
  const tip = el("div", { class: "tip", hidden: true });
  const printing = () => document.documentElement.classList.contains("printing");

  const frame = (): Frame => {
    const width = scroller.parentElement!.clientWidth;
    const left = Math.min(150, width * 0.3);
    const x = left + beside.length * marginWidth;
    const w = printing() ? Math.min(cellWidth, (width - x) / columns) : Math.max(cellWidth, Math.min(60, (width - x - 14) / columns));
    const y = head + above.length * cellHeight;
    return { left, x, y, w, h: cellHeight, width, height: y + rows * cellHeight };
  };
  const of = (i: number, j: number): Point | undefined =>
    i >= 0 && j >= 0
      ? places[i * columns + j]
      : i >= 0
        ? margins.get(`row ${i} ${beside[beside.length + j]}`)
        : margins.get(`column ${j} ${above[above.length + i]}`);
  const words = (p: Point | undefined): string =>
    p ? (p.label && !p.group?.match(/^(row|column)$/) ? (known.get(p.label)?.words ?? "") : (p.text ?? "")) : "nothing on record";
  const hit = (e: MouseEvent): [number, number] => {
    const f = frame(),
      box = scroller.getBoundingClientRect();
    const [px, py] = [e.clientX - box.left, e.clientY - box.top];
    const j = px < f.x ? Math.floor((px - f.x) / marginWidth) : Math.floor((px - f.x + scroller.scrollLeft) / f.w);
    const i = py < f.y ? Math.floor((py - f.y) / f.h) : Math.floor((py - f.y + scroller.scrollTop) / f.h);
    return [i, j];
  };
  const inside = ([i, j]: [number, number]) => i >= -above.length && j >= -beside.length && i < rows && j < columns && (i >= 0 || j >= 0);
  const enter = (p: Point | undefined) => {
    if (p && known.has(p.label ?? "")) change({ pair: p.label });
    else if (p) document.getElementById("attacks")?.scrollIntoView();
  };

  function moved(e: Event): void {
    const where = hit(e as MouseEvent);
    const p = inside(where) ? of(...where) : undefined;
    tip.hidden = !p;
    scroller.style.cursor = p ? "pointer" : "";
    if (!p) return;
    tip.textContent = words(p);
    const box = scroller.getBoundingClientRect();
    tip.style.left = `${Math.max(0, Math.min((e as MouseEvent).clientX - box.left + 12, box.width - 260))}px`;
    tip.style.top = `${(e as MouseEvent).clientY - box.top + 14}px`;
  }

  function walk(e: Event): void {
    const k = (e as KeyboardEvent).key;
    const step: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (k === "Enter" && at) {
      e.preventDefault();
      enter(of(...at));
      return;
    }
    if (!step[k]) return;
    e.preventDefault();
    const next: [number, number] = at ? [at[0] + step[k][0], at[1] + step[k][1]] : [0, beside.length > 0 ? -1 : 0];
    if (!inside(next)) return;
    at = next;
    said.textContent = words(of(...at));
    const f = frame();
    const [i, j] = at;
    if (j >= 0) scroller.scrollLeft = Math.min(j * f.w, Math.max(scroller.scrollLeft, (j + 1) * f.w - (scroller.clientWidth - f.x)));
    if (i >= 0) scroller.scrollTop = Math.min(i * f.h, Math.max(scroller.scrollTop, (i + 1) * f.h - (scroller.clientHeight - f.y)));
    draw();
  }

  const scroller = el(
    "div",
    {
      class: "grid",
      tabindex: 0,
      role: "application",
      "aria-label": `${s.title}: ${s.points.length} pairs. Arrows walk from cell to cell, Enter opens a pair, Esc closes it.`,
      scroll: () => draw(),
      mousemove: moved,
      mouseleave: () => {
        tip.hidden = true;
      },
      keydown: walk,
      click: (e) => {
        const where = hit(e as MouseEvent);
        if (inside(where)) enter(of((at = where)[0], where[1]));
      },
    },
    spacer,
  );

  function draw(): void {
    kept ??= bright();
    const f = frame(),
      c = theme(),
      ratio = devicePixelRatio || 1;
    const height = printing() ? f.height + 4 : Math.min(f.height + 16, 660);
    const box = scroller.parentElement!;
    box.style.height = `${height}px`;
    scroller.style.height = `${height}px`;
    spacer.style.width = `${f.x + columns * f.w}px`;
    spacer.style.height = `${f.height}px`;
    canvas.width = f.width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${f.width}px`;
    canvas.style.height = `${height}px`;
    Object.assign(canvas.dataset, { left: f.left, x: f.x, y: f.y, w: f.w, h: f.h, margin: marginWidth });
    const g = canvas.getContext("2d")!;
    g.scale(ratio, ratio);
    g.textBaseline = "middle";
    g.font = "11px system-ui, sans-serif";
    const [sx, sy] = printing() ? [0, 0] : [scroller.scrollLeft, scroller.scrollTop];
    const [i0, i1] = [Math.floor(sy / f.h), Math.min(rows, Math.ceil((sy + height - f.y) / f.h))];
    const [j0, j1] = [Math.floor(sx / f.w), Math.min(columns, Math.ceil((sx + f.width - f.x) / f.w))];
    const X = (j: number) => (j < 0 ? f.x + j * marginWidth : f.x + j * f.w - sx);
    const Y = (i: number) => (i < 0 ? f.y + i * f.h : f.y + i * f.h - sy);
    const clipped = (x: number, y: number, w: number, h: number, then: () => void) => {
      g.save();
      g.beginPath();
      g.rect(x, y, w, h);
      g.clip();
      then();
      g.restore();
    };
    const mark = (i: number, j: number) => {
      const p = of(i, j);
      if (!p?.tone) return;
      const own = i >= 0 && j >= 0;
      const [x, y, w] = [X(j), Y(i), j < 0 ? marginWidth : f.w];
      const much = own ? strength(p) : p.rank ? 1 : p.low ? 0.2 + (0.5 * p.value) / most : 0.15;
      const tone = mix(c[toneOf[p.tone] ?? "none"], c.paper, much);
      g.globalAlpha = own && !kept!.has(p.label) ? 0.2 : 1;
      g.fillStyle = p.status ? c.paper : tone;
      g.fillRect(x + 0.5, y + 0.5, w - 1, f.h - 1);
      if (p.status)
        clipped(x + 1, y + 1, w - 2, f.h - 2, () => {
          g.strokeStyle = c[toneOf[p.tone!] ?? "none"];
          g.lineWidth = 2;
          for (let d = -f.h; d < w; d += 5) {
            g.beginPath();
            g.moveTo(x + d, y + f.h);
            g.lineTo(x + d + f.h, y);
            g.stroke();
          }
        });
      const sign = own
        ? p.rank
          ? circled[p.rank]
          : (signMark[known.get(p.label!)?.sign ?? ""] ?? "")
        : `${p.rank ? circled[p.rank] + " " : ""}${p.value}`;
      if (sign && w >= 10) {
        g.textAlign = "center";
        g.fillStyle = !p.status && much > 0.6 && p.tone !== "none" ? c.paper : c.ink;
        g.fillText(sign, x + w / 2, y + f.h / 2 + 0.5);
      }
      if (p.rank) {
        g.strokeStyle = c.ink;
        g.lineWidth = 2;
        g.strokeRect(x + 1, y + 1, w - 2, f.h - 2);
      }
      g.globalAlpha = 1;
    };
    clipped(f.x, f.y, f.width - f.x, height - f.y, () => {
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) mark(i, j);
    });
    clipped(0, f.y, f.x, height - f.y, () => {
      for (let i = i0; i < i1; i++) {
        for (let j = -beside.length; j < 0; j++) mark(i, j);
        g.textAlign = "right";
        g.fillStyle = c.ink;
        g.fillText(fit(g, s.rows![i], f.left - 8), f.left - 6, Y(i) + f.h / 2);
      }
    });
    clipped(f.x, 0, f.width - f.x, f.y, () => {
      for (let j = j0; j < j1; j++) {
        for (let i = -above.length; i < 0; i++) mark(i, j);
        slanted(g, fit(g, s.columns![j], head - 14), X(j) + f.w / 2, head - 5, c.ink);
      }
    });
    beside.forEach((t, i) =>
      slanted(g, fit(g, `attacks on ${t}`, head + 10), f.left + (i + 0.5) * marginWidth, head + above.length * f.h - 5, c.hostile),
    );
    g.textAlign = "right";
    g.fillStyle = c.hostile;
    above.forEach((t, i) => g.fillText(fit(g, `attacks on ${t}`, f.left - 8), f.left - 6, head + (i + 0.5) * f.h));
    if (at) {
      const [i, j] = at;
      g.strokeStyle = c.link;
      g.lineWidth = 3;
      g.strokeRect(X(j), Y(i), j < 0 ? marginWidth : f.w, f.h);
    }
  }

  return chart("", {
    height: Math.min(660, head + (above.length + rows) * cellHeight + 16),
    filter,
    table: () => pointsTable(s),
    id: s.id,
    label: "",
    bare: true,
    own: (box) => {
      if (!scroller.parentElement) {
        box.removeAttribute("role");
        box.removeAttribute("aria-label");
        box.style.position = "relative";
        box.append(canvas, scroller, tip, said);
      }
      draw();
    },
  });
}

function fit(g: CanvasRenderingContext2D, t: string, room: number): string {
  if (g.measureText(t).width <= room) return t;
  let n = t.length;
  while (n > 1 && g.measureText(t.slice(0, n) + "…").width > room) n--;
  return t.slice(0, n) + "…";
}

function slanted(g: CanvasRenderingContext2D, t: string, x: number, y: number, colour: string): void {
  g.save();
  g.translate(x, y);
  g.rotate(-Math.PI / 3);
  g.textAlign = "left";
  g.fillStyle = colour;
  g.fillText(t, 0, 0);
  g.restore();
}
