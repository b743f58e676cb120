import * as Plot from "@observablehq/plot";
import type { NumberMeasure } from "./measure.ts";

/** Of a point that did not end well, and of one that has no value. Neither is in the scheme of numbers. */
export const FAILED = "#d55e00";
export const NO_VALUE = "#dedede";

/** Okabe and Ito's colours, which the colour-blind tell apart, less those of failure and of white paper. */
const list = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8c510a", "#000000", "#999999"];

/** Texts that have the same colour in every figure. */
const known: Record<string, string> = {
  ok: "#56b4e9",
  "fixed point": "#a6cee3",
  oscillation: "#0072b2",
  diverged: FAILED,
};

/** Perceptually even, and the same in order to the colour-blind. */
const viridis = Plot.scale({ color: { type: "linear", scheme: "viridis", domain: [0, 1] } });

/** Colour of a line, by its number. */
export function lineColor(index: number): string {
  return list[index % list.length];
}

/** Colour of line `index` of `count` that are in an order; the palest end of the scheme is left out. */
export function orderedColor(index: number, count: number): string {
  return count === 1 ? list[0] : viridis.apply((0.85 * index) / (count - 1));
}

/** The colour of a number. */
export function colorsOf({ range: [low, high], scale }: NumberMeasure): (value: number) => string {
  const place =
    scale === "log" ? (value: number) => Math.log(value / low) / Math.log(high / low) : (value: number) => (value - low) / (high - low);
  const within = (value: number) => Math.min(high, Math.max(low, value));
  return (value) => (Number.isFinite(value) ? viridis.apply(low === high ? 0.5 : place(within(value))) : NO_VALUE);
}

/** The colour of each text. */
export function categoryColors(categories: readonly string[]): Map<string, string> {
  const taken = Object.entries(known).flatMap(([name, color]) => (categories.includes(name) ? [color] : []));
  const free = list.filter((color) => !taken.includes(color));
  let next = 0;
  return new Map(categories.map((name) => [name, Object.hasOwn(known, name) ? known[name] : free[next++ % free.length]]));
}
