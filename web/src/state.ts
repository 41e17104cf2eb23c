// What the reader has chosen lives in the fragment of the address, so that a
// reload, a bookmark or a mailed link shows the same. A file opened from disk
// has no other part of its address that a script may change.

const keys = ["from", "to", "channel", "publisher", "marking", "sign", "pair", "items", "depth"] as const;
export type Key = (typeof keys)[number];
export type State = Partial<Record<Key, string>>;

export function read(hash: string = location.hash): State {
  const state: State = {};
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  for (const k of keys) {
    const v = given.get(k);
    if (v) state[k] = v;
  }
  return state;
}

export function href(state: State): string {
  const out = new URLSearchParams();
  for (const k of keys) if (state[k]) out.set(k, state[k]!);
  return "#" + out.toString();
}

type Listener = (now: State, before: State) => void;
const listeners: Listener[] = [];
let current: State = {};

export const now = (): State => current;

export function watch(f: Listener): void {
  listeners.push(f);
}

// change sets some of the choices; undefined takes one back.
export function change(part: State): void {
  const next = { ...current, ...part };
  const target = href(next);
  if (target === href(current)) return;
  location.hash = target;
  settle();
}

function settle(): void {
  if (location.hash && !location.hash.includes("=") && location.hash.length > 1) return; // a link to a section
  const before = current;
  current = read();
  if (href(before) !== href(current)) for (const f of listeners) f(current, before);
}

export function begin(): void {
  current = read();
  addEventListener("hashchange", settle);
}
