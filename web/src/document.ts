// The JSON form of a document, docs/schema/document-v1.schema.json. The page
// renders it and computes nothing: every figure and every word is final.

export interface Field {
  id: string;
  name: string;
  value: string;
}
export interface Citation {
  number: number;
  publisher?: string;
  country?: string;
  published?: string;
  title?: string;
  locator?: string;
  link?: string;
  marking?: string;
  origin: string;
  standing?: string;
}
export interface Paragraph {
  kind: "paragraph";
  text: string;
  refs?: number[];
  lead?: boolean;
  fold?: string;
}
export interface Item {
  term?: string;
  text: string;
  refs?: number[];
}
export interface List {
  kind: "list";
  items: Item[];
}
export interface Column {
  id: string;
  title: string;
  kind: string;
  machine?: boolean;
}
export interface CellObject {
  text: string;
  value?: string | number;
  refs?: number[];
  notes?: number[];
}
export type Cell = string | number | CellObject;
export interface Row {
  id?: string;
  pair?: string;
  fold?: string;
  cells: Cell[];
  packed?: number[];
}
export interface Table {
  kind: "table";
  id: string;
  title?: string;
  columns: Column[];
  rows: Row[];
  notes?: string[];
  legend?: string;
  empty?: string;
  dictionary?: Cell[];
  packed?: number[][];
  held?: string;
  length?: number;
}
export interface Point {
  label?: string;
  group?: string;
  text?: string;
  from?: string;
  to?: string;
  row: number;
  column: number;
  value: number;
  low?: number;
  high?: number;
  status?: string;
  across?: boolean;
  tone?: string;
  rank?: number;
  refs?: number[];
}
export interface Node {
  label: string;
  group?: string;
}
export interface Series {
  kind: "series";
  id: string;
  title: string;
  series: "intervals" | "matrix" | "histogram" | "line" | "bars" | "ranges" | "network";
  x?: string;
  y?: string;
  rows?: string[];
  columns?: string[];
  nodes?: Node[];
  points: Point[];
  margins?: Point[];
  blank_rows?: number;
  blank_columns?: number;
  tone?: string;
  step?: "day" | "month" | "year";
  ends?: Field[];
}
export type Block = Paragraph | List | Table | Series;
export interface Section {
  id: string;
  title: string;
  depth?: number;
  folded?: boolean;
  reader?: "analyst" | "statistician";
  pairs?: string[];
  blocks: Block[];
}
export interface Arrow {
  from: number;
  target?: string;
  kind: string;
  text: string;
  n: number;
  contested?: boolean;
}
export interface Card {
  finding: string;
  headline: string;
  sides?: string[];
  arrows?: Arrow[];
  facts: Item[];
  matters?: Table;
  more?: number;
  warnings?: number;
}
export interface Document {
  schema: string;
  id: string;
  title: string;
  marking?: string;
  main?: string;
  label?: string;
  card?: Card;
  setup: Field[];
  sections: Section[];
  citations: Citation[];
  notices: string[];
}

export const text = (c: Cell | undefined): string => (c === undefined ? "" : typeof c === "object" ? c.text : String(c));

// value is what machines read of a cell: a number, or a string.
export const value = (c: Cell | undefined): string | number => {
  if (c === undefined) return "";
  if (typeof c !== "object") return c;
  return c.value ?? c.text;
};

export const refs = (c: Cell | undefined): number[] => (typeof c === "object" ? (c.refs ?? []) : []);

// column finds a column by its id, -1 where there is none.
export const column = (t: Table, id: string): number => t.columns.findIndex((c) => c.id === id);

// rowsOf are the rows that are not stand-ins for folded ones.
export const rowsOf = (t: Table): Row[] => t.rows.filter((r) => r.fold !== "short");

export function tables(d: Document): Table[] {
  return d.sections.flatMap((s) => s.blocks.filter((b): b is Table => b.kind === "table"));
}

export const table = (d: Document, id: string): Table | undefined => tables(d).find((t) => t.id === id);

// label is a word to be read with every figure of the document, such as
// synthetic.
export let label = "";
export const setLabel = (s: string | undefined): void => {
  label = s ?? "";
};

// A long table comes packed: a row makes its cells when they are asked for, and
// cell looks at one without making the others.
class PackedRow implements Row {
  constructor(
    readonly packed: number[],
    private readonly dictionary: Cell[],
  ) {}
  get pair(): string | undefined {
    return (this.dictionary[this.packed[0]] as string) || undefined;
  }
  get fold(): string | undefined {
    return (this.dictionary[this.packed[1]] as string) || undefined;
  }
  get cells(): Cell[] {
    return this.packed.slice(2).map((i) => this.dictionary[i]);
  }
}

export function unpack(d: Document): Document {
  for (const t of tables(d)) {
    if (t.held) {
      // The rows of a very long table stand beside the document, and are read
      // when somebody asks for them.
      let read: number[][] | undefined;
      const from = t.held;
      Object.defineProperty(t, "packed", {
        enumerable: false,
        get: () => (read ??= JSON.parse(document.getElementById(from)!.textContent!) as number[][]),
      });
    }
    if ((!t.held && !t.packed) || !t.dictionary) continue;
    // Rows are made when a section first asks for them.
    let made: Row[] | undefined;
    Object.defineProperty(t, "rows", { enumerable: false, get: () => (made ??= t.packed!.map((p) => new PackedRow(p, t.dictionary!))) });
  }
  return d;
}

// rowsOfPair are the rows about one pair, those of a long table without making
// the others.
export function rowsOfPair(t: Table, id: string): Row[] {
  if (!t.packed || !t.dictionary) return rowsOf(t).filter((r) => r.pair === id);
  const k = t.dictionary.indexOf(id);
  return k < 0
    ? []
    : t.packed
        .filter((p) => p[0] === k)
        .map((p) => new PackedRow(p, t.dictionary!))
        .filter((r) => r.fold !== "short");
}

// whole is the document as the program writes it, with every row.
export function whole(): string {
  const source = document.getElementById("document")!.textContent!;
  const d = JSON.parse(source) as Document;
  const held = tables(d).filter((t) => t.held);
  for (const t of held) {
    t.packed = JSON.parse(document.getElementById(t.held!)!.textContent!) as number[][];
    delete t.held;
    delete t.length;
  }
  return held.length > 0 ? JSON.stringify(d) : source;
}

export const cell = (t: Table, r: Row, i: number): Cell => (r.packed && t.dictionary ? t.dictionary[r.packed[i + 2]] : r.cells[i]);

// distinct are the different cells of a column.
export function distinct(t: Table, i: number): Cell[] {
  if (t.held) return []; // what there is to choose from, shorter tables name too
  if (!t.packed || !t.dictionary) return rowsOf(t).map((r) => r.cells[i]);
  return [...new Set(t.packed.map((p) => p[i + 2]))].map((k) => t.dictionary![k]);
}
