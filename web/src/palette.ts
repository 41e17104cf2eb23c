// One meaning for each colour, on every chart and in the dark as well: what
// groups do together, what is hostile, a common supplier, what states have agreed,
// the two sides. They stay apart for the colour-blind (after Okabe and Ito 2008).

export interface Theme {
  ink: string;
  soft: string;
  line: string;
  paper: string;
  tint: string;
  link: string;
  together: string;
  hostile: string;
  supplier: string;
  agreement: string;
  none: string;
  a: string;
  b: string;
  both: string;
  series: string[];
}

const names = [
  "ink",
  "soft",
  "line",
  "paper",
  "tint",
  "link",
  "together",
  "hostile",
  "supplier",
  "agreement",
  "none",
  "a",
  "b",
  "both",
] as const;

// theme is what the style sheet says now: light, dark or paper. Things without a
// colour of their own have Paul Tol's muted scheme.
export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const of = (n: string) => style.getPropertyValue("--" + n).trim();
  return {
    ...Object.fromEntries(names.map((n) => [n, of(n)])),
    series: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => of(`c${i}`)),
  } as unknown as Theme;
}

// toneOf is the colour of a finding.
export const toneOf: Record<string, "together" | "hostile" | "supplier" | "none"> = {
  together: "together",
  unasked: "hostile",
  "each-other": "hostile",
  hacks: "hostile",
  supplier: "supplier",
  none: "none",
};

// toneOfSign is that of the sign of a link.
export const toneOfSign: Record<string, "together" | "hostile" | "supplier" | "soft"> = {
  cooperative: "together",
  unilateral: "hostile",
  adversarial: "hostile",
  undetermined: "supplier",
  none: "soft",
};

export const dark = matchMedia("(prefers-color-scheme: dark)");

// hue is the colour of the i-th thing that has none of its own, such as a group or
// a sector, for a style sheet; theme().series holds the same for a canvas.
export const hue = (i: number): string => `var(--c${i % 8})`;

const parsed = (c: string): number[] => {
  const h = c.length === 4 ? c.replace(/[^#]/g, "$&$&") : c;
  return [1, 3, 5].map((i) => Number.parseInt(h.slice(i, i + 2), 16));
};

// mix is so much (0 to 1) of a colour on another; both are written #rgb or #rrggbb.
export function mix(colour: string, on: string, much: number): string {
  const [a, b] = [parsed(colour), parsed(on)];
  return `#${a
    .map((v, i) =>
      Math.round(v * much + b[i] * (1 - much))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

// shades are those of a scale of counts: pale to full in the colour of what is
// counted.
export const shades = (c: Theme, tone?: string): string[] => {
  const full = tone ? c[toneOf[tone] ?? "soft"] : c.soft;
  return [0.18, 0.45, 0.72, 1].map((m) => mix(full, c.paper, m));
};
