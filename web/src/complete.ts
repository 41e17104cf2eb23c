// A field that completes what is typed: the combobox of the ARIA Authoring
// Practices Guide, with a list.

import { el, replace } from "./element";

interface Completion {
  value: string;
  says?: string;
}

let lists = 0;

export function complete(field: HTMLInputElement): void {
  const id = `names-${++lists}`;
  const list = el("ul", { id, role: "listbox", class: "names", "aria-label": "Completions", hidden: true });
  const holder = el("span", { class: "completed" });
  field.replaceWith(holder);
  holder.append(field, list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-expanded", "false");
  let turn = 0;
  let at = -1;

  const options = () => [...list.children] as HTMLElement[];

  function close(): void {
    turn++;
    at = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function take(value: string): void {
    field.value = value;
    close();
  }

  function move(to: number): void {
    const all = options();
    if (all.length === 0) return;
    at = (to + all.length) % all.length;
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    all[at]!.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", all[at]!.id);
  }

  async function ask(): Promise<void> {
    const mine = ++turn;
    list.hidden = true; // what was offered is of other words
    if (field.value.trim() === "") return close();
    const q = new URLSearchParams({ begins: field.value, of: field.dataset.names || "sides" });
    const answer = await fetch(`/api/v1/names?${q}`);
    const found = answer.ok ? ((await answer.json()) as Completion[]) : [];
    if (mine !== turn) return;
    if (found.length === 0 || (found.length === 1 && found[0]!.value === field.value)) return close();
    at = -1;
    replace(
      list,
      found.map((c, i) =>
        el(
          "li",
          {
            id: `${id}-${i}`,
            role: "option",
            "aria-selected": "false",
            mousedown: (e) => {
              e.preventDefault(); // the field keeps the focus
              take(c.value);
            },
          },
          c.value,
          c.says ? el("span", { class: "note" }, ` ${c.says}`) : null,
        ),
      ),
    );
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  }

  field.addEventListener("input", () => void ask().catch(close));
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (e) => {
    if (list.hidden) {
      if (e.key === "ArrowDown") void ask().catch(close);
      return;
    }
    if (e.key === "ArrowDown") move(at + 1);
    else if (e.key === "ArrowUp") move(at < 0 ? -1 : at - 1);
    else if (e.key === "Enter" && at >= 0) options()[at]!.dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
    else if (e.key === "Escape") close();
    else return;
    e.preventDefault();
  });
}
