/** Colours that have been read since the system last went from light to dark: reading one takes as long as drawing with it. */
const known = new Map<string, string>();

/** A colour of the page's style sheet, light or dark as the system wants it. */
export function color(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  known.set(name, found);
  return found;
}

/** Colour of the trace number `index`. */
export function pinColor(index: number): string {
  return color(`pin-${index % 8}`);
}

/** Calls back when the system goes from light to dark, or back. */
export function onTheme(change: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    known.clear();
    change();
  });
}

/** Matplotlib's viridis at nine even places, in sRGB: even to the eye, and in one order to the colour-blind. */
const viridis = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;

/** The colour at a place from 0 to 1: red, green, blue. */
export function viridisAt(place: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, place)) * (viridis.length - 1);
  const i = Math.min(viridis.length - 2, Math.floor(at));
  const [from, to] = [viridis[i], viridis[i + 1]];
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (at - i) * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** Colours of texts, such as regimes: Okabe and Ito's, which the colour-blind tell apart. */
const categories: Readonly<Record<string, [number, number, number]>> = {
  "fixed point": [166, 206, 227],
  oscillation: [0, 114, 178],
  diverged: [213, 94, 0],
};
const others: readonly [number, number, number][] = [
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [140, 81, 10],
  [153, 153, 153],
];

/** The colour of a text. */
export function categoryColor(text: string, index: number): [number, number, number] {
  return Object.hasOwn(categories, text) ? categories[text] : others[index % others.length];
}

export function cssOf([red, green, blue]: readonly [number, number, number]): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
