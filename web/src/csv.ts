// CSV as the program writes it (RFC 4180, LF, figures unrounded), with text
// cells kept from being read as formulas by a spreadsheet.

import { type Column, type Row, label, refs, value } from "./document";
import { el } from "./element";

export function neutral(s: string): string {
  const t = s.replace(/^[\s\u00a0\u3000]+/, "");
  return /^[=+\-@＝＋－＠]/.test(t) ? "'" + s : s;
}

const quoted = (s: string): string => (/[",\n\r]|^\s|\s$/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);

export function csv(columns: Pick<Column, "id">[], rows: Row[]): string {
  const lines = [columns.map((c) => quoted(c.id)).join(",")];
  for (const r of rows) {
    lines.push(
      columns
        .map((_, i) => {
          const c = r.cells[i];
          const v = value(c);
          const s = typeof v === "number" ? String(v) : neutral(v);
          const numbers = refs(c);
          return quoted(numbers.length && (typeof c !== "object" || c.value === undefined) ? `${s} ${numbers.join(" ")}`.trim() : s);
        })
        .join(","),
    );
  }
  return lines.join("\n") + "\n";
}

// save hands a text to the reader as a file.
export function save(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const a = el("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// badge is the word that must be read with every figure, where there is one.
export const badge = (): Node | null => (label ? el("span", {}, el("span", { class: "label" }, label), " ") : null);

export function saveButton(id: string, columns: () => Column[], rows: () => Row[]): HTMLButtonElement {
  return el(
    "button",
    {
      type: "button",
      class: "plain",
      "data-csv": id,
      "aria-label": `Download the table ${id} as CSV`,
      click: () => save(`cahoots-${label ? label + "-" : ""}${id}.csv`, csv(columns(), rows()), "text/csv;charset=utf-8"),
    },
    "CSV",
  );
}
