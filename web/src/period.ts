// Dates are EDTF as the documents write them: 2022, 2022-03, 2022-03-23,
// 2021-08/2022-03, 2012/.., or a time. They are compared as days, written so
// that their order as text is their order in time.

const first = "0000-01-01";
const last = "9999-12-31";

export const earliest = (d: string): string => d.slice(0, 10) + first.slice(Math.min(10, d.length));

export function latest(d: string): string {
  if (d.length === 4) return d + "-12-31";
  if (d.length === 7) return `${d}-${new Date(Date.UTC(+d.slice(0, 4), +d.slice(5, 7), 0)).getUTCDate()}`;
  return d.slice(0, 10);
}

const dated = /^\d{4}(-\d{2}(-\d{2}.*)?)?$/;

// span is the first and the last day of a date, or undefined where it says none.
export function span(d: string): [string, string] | undefined {
  const [from, to = from] = d.split("/");
  const a = dated.test(from),
    b = dated.test(to);
  if (!a && !b) return undefined;
  return [a ? earliest(from) : first, b ? latest(to) : last];
}

// within reports whether a date can lie in the period from..to, either of
// which may be missing. What has no date lies in no period.
export function within(d: string, from?: string, to?: string): boolean {
  if (!from && !to) return true;
  const s = span(d);
  if (!s) return false;
  return (!from || s[1] >= earliest(from)) && (!to || s[0] <= latest(to));
}

// moment is a day in milliseconds, for an axis.
export const moment = (day: string): number => Date.parse(day + "T00:00:00Z");
