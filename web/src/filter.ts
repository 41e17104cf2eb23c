// Filters choose which rows and marks are shown. They change no verdict: the
// levels, tests and sentences are those of all the evidence, and the page says so.

import {
  type Citation,
  type Cell,
  type Document,
  type Point,
  type Row,
  type Table,
  cell,
  column,
  distinct,
  refs,
  text,
  value,
} from "./document";
import type { State } from "./state";
import { span, within } from "./period";

export interface Choices {
  channels: string[];
  publishers: string[];
  markings: string[];
  signs: string[];
  dated: boolean;
}

const dateColumns = ["when", "signed", "date", "in_force", "first_seen", "month"];

export class Filter {
  private readonly cited = new Map<number, Citation>();
  constructor(
    document: Document,
    readonly state: State,
  ) {
    for (const c of document.citations) this.cited.set(c.number, c);
  }

  get active(): boolean {
    const { pair: _, items: __, depth: ___, ...rest } = this.state;
    return Object.values(rest).some(Boolean);
  }

  private source(numbers: number[]): boolean {
    const { publisher, marking } = this.state;
    if (!publisher && !marking) return true;
    return numbers.some((n) => {
      const c = this.cited.get(n);
      return c !== undefined && (!publisher || (c.country ?? "") === publisher) && (!marking || (c.marking || "CLEAR") === marking);
    });
  }

  citation(c: Citation): boolean {
    return this.source([c.number]) && this.period(c.published ?? "");
  }

  private period(date: string): boolean {
    return within(date, this.state.from, this.state.to);
  }

  point(p: Point): boolean {
    if ((this.state.publisher || this.state.marking) && !this.source(p.refs ?? [])) return false;
    if (!this.state.from && !this.state.to) return true;
    return p.from || p.to ? this.period(`${p.from || ".."}/${p.to || ".."}`) : true;
  }

  // rows keeps the rows that the choices bear on and allow. A choice that a
  // table has no column for leaves the table as it is.
  rows(t: Table, rows: Row[]): Row[] {
    if (!this.active) return rows;
    const { channel, sign, from, to, publisher, marking } = this.state;
    const tests: ((r: Row) => boolean)[] = [];
    const at = (id: string, keep: (c: Cell) => boolean) => {
      const i = column(t, id);
      if (i >= 0) tests.push((r) => keep(cell(t, r, i)));
    };
    if (channel) at("channel", (c) => value(c) === channel);
    if (sign) at("sign", (c) => value(c) === sign);
    if (from || to) {
      const i = dateColumns.map((id) => column(t, id)).find((n) => n >= 0);
      if (i !== undefined) tests.push((r) => this.period(text(cell(t, r, i))));
    }
    if (publisher || marking) {
      const i = t.columns.findIndex((c) => c.kind === "reference");
      if (i >= 0) tests.push((r) => this.source(refs(cell(t, r, i))));
    }
    return tests.length === 0 ? rows : rows.filter((r) => tests.every((f) => f(r)));
  }
}

const sorted = (s: Iterable<string>): string[] => [...new Set(s)].filter(Boolean).sort();

// choices lists what there is to choose from in a document.
export function choices(d: Document, all: Table[]): Choices {
  const of = (id: string) =>
    all.flatMap((t) => {
      const i = column(t, id);
      return i < 0 ? [] : sorted(distinct(t, i).map((c) => String(value(c))));
    });
  const dated = all.some((t) =>
    dateColumns.some((id) => {
      const i = column(t, id);
      return i >= 0 && distinct(t, i).some((c) => span(text(c)) !== undefined);
    }),
  );
  return {
    channels: sorted(of("channel")).filter((c) => c !== "-"),
    signs: sorted(of("sign")),
    dated,
    publishers: sorted(d.citations.map((c) => c.country ?? "")),
    markings: sorted(d.citations.map((c) => c.marking || "CLEAR")),
  };
}
