import { REGIMES, sortedLabels } from "../sweep/regimes.ts";
import { OK } from "../sweep/status.ts";
import type { Range, ValueScale } from "./scale.ts";

/** Text, axes, frames and paper of a figure that is saved. */
export const INK = "#222222";
export const SOFT_INK = "#555555";
export const EDGE = "#888888";
export const FRAME = "#bbbbbb";
export const PAPER = "#ffffff";
/** Around marks that must stand out from any colour. */
export const RIM = "#000000";

/** Of a point that did not end well, and of one that has no value. Neither is in the scheme of numbers. */
export const FAILED = "#d55e00";
export const NO_VALUE = "#dedede";

/**
 * Lines, pins and texts: after Okabe and Ito, whose colours the colour-blind tell apart, less that of failure. Each has a contrast of
 * at least 3 to white paper and to a dark page, so that one list serves both.
 */
export const seriesColors = ["#0072b2", "#b47d00", "#009e73", "#cc79a7", "#8a63c7", "#2a9dc9", "#a0622a", "#7f7f7f"];

/** Texts that have the same colour in every figure. */
const categories: Readonly<Record<string, string>> = {
  [OK]: "#56b4e9",
  [REGIMES.fixedPoint]: "#a6cee3",
  [REGIMES.oscillation]: "#0072b2",
  [REGIMES.noiseDriven]: "#fdbf6f",
  [REGIMES.rhythm]: "#663300",
  [REGIMES.undecided]: "#3b0f4f",
  diverged: FAILED,
};

/**
 * Colours of numbers, at even places from the least to the largest: viridis, cividis (Nuñez, Anderton & Renslow 2018, PLoS ONE
 * 13:e0199239) and inferno of Matplotlib, and greys. Each is perceptually even, and in one order of lightness to the colour-blind.
 */
const schemes = {
  viridis: "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725",
  cividis: "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838",
  inferno: "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
  greys: "222222 f4f4f4",
} as const;
export type RampName = keyof typeof schemes;
export const rampNames = ["viridis", "cividis", "inferno", "greys"] as const satisfies readonly RampName[];
const STEPS = 256;

const ramps = new Map<RampName, readonly string[]>();

/** A scheme's colours of numbers, from the least to the largest. */
export function rampOf(name: RampName = "viridis"): readonly string[] {
  const before = ramps.get(name);
  if (before) return before;
  const places = schemes[name].split(" ").map((hex) => channelsOf(`#${hex}`));
  const made = Array.from({ length: STEPS }, (_, i) => between(places, i / (STEPS - 1)));
  ramps.set(name, made);
  return made;
}

/** Red, green and blue of `#rrggbb`. */
export function channelsOf(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function between(places: readonly (readonly number[])[], fraction: number): string {
  const position = fraction * (places.length - 1);
  const i = Math.min(places.length - 2, Math.floor(position));
  const channels = places[i].map((from, channel) => Math.round(from + (position - i) * (places[i + 1][channel] - from)));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** Colour of a line or pin, by its number. */
export function lineColor(index: number): string {
  return seriesColors[index % seriesColors.length];
}

/** Colour of line `index` of `count` that are in an order; the palest end of the ramp is left out. */
export function orderedColor(index: number, count: number): string {
  return count === 1 ? seriesColors[0] : rampOf()[Math.round((0.85 * index * (STEPS - 1)) / (count - 1))];
}

/** Index in the ramp of a finite number. */
export function rampIndex({ range: [low, high], log }: ColorRange): (value: number) => number {
  if (low === high) return () => STEPS / 2;
  const fraction = log ? (value: number) => Math.log(value / low) / Math.log(high / low) : (value: number) => (value - low) / (high - low);
  return (value) => Math.round(fraction(Math.min(high, Math.max(low, value))) * (STEPS - 1));
}

type ColorRange = Pick<ValueScale, "log"> & { range: Range };

/** The colour of a number. */
export function numberColors(scale: ColorRange & { colors?: RampName | undefined }): (value: number) => string {
  const indexOf = rampIndex(scale);
  const ramp = rampOf(scale.colors);
  return (value) => (Number.isFinite(value) ? ramp[indexOf(value)] : NO_VALUE);
}

/** Texts in the order of a legend. */
export function sortedCategories(texts: Iterable<string>): string[] {
  const sorted = sortedLabels(texts);
  return sorted.includes(OK) ? [OK, ...sorted.filter((text) => text !== OK)] : sorted;
}

/** The colour of each text. */
export function categoryColors(texts: readonly string[]): Map<string, string> {
  const used = Object.entries(categories).flatMap(([text, color]) => (texts.includes(text) ? [color] : []));
  const free = seriesColors.filter((color) => !used.includes(color));
  let next = 0;
  return new Map(
    sortedCategories(texts).map((text) => [text, Object.hasOwn(categories, text) ? categories[text] : free[next++ % free.length]]),
  );
}

/** What a colour stands for, beside a number. */
export interface ColorMeaning {
  name: string;
  color: string;
}

/** How a line is drawn. */
export type LineMark = "line" | "dashed" | "dotted";

/** Dashes of lines, in pixels. */
export const dashes: Readonly<Record<LineMark, string | undefined>> = { line: undefined, dashed: "5 3", dotted: "1.5 2.5" };

/** Points that a panel shows without a value. */
export interface Missing {
  /** What became of points that did not end well. */
  failed: ReadonlySet<string>;
  noValue: boolean;
}

/** What the colours of points without a value stand for. */
export function missingColors({ failed, noValue }: Missing): ColorMeaning[] {
  return [...Array.from(failed, (name) => ({ name, color: FAILED })), ...(noValue ? [{ name: "no value", color: NO_VALUE }] : [])];
}
