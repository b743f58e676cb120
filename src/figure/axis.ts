import type { ScaleOptions } from "@observablehq/plot";
import { labelled, scaled } from "../quantity.ts";
import { type Column, distinct } from "./columns.ts";
import { evenTicks, extentOf, largestOf, logTicks, type Range, TINY, tick, tickCount, tickTexts } from "./scale.ts";
import { cutLabel, FONT_SIZE, MARGIN, WIDE_DIGITS, widestOf } from "./svg.ts";

/** A grid key as an axis. */
export interface Axis {
  key: string;
  /** With the unit. */
  label: string;
  scale: "linear" | "log" | "ordinal";
  /** Where each point of the map stands: its value in the label's unit, or the number of its value on an ordinal axis. */
  at: Float64Array;
  /** The distinct positions of the points that are shown, in order. */
  stops: readonly number[];
  /** The values at the stops, as text, where they are few. */
  names: readonly string[];
  /** Where a value stands, in the unit that the column has. */
  placeOf: (value: number) => number;
}

/** Up to so many values that are not evenly spaced get an even position each, where an axis is of cells. */
const MOST_ORDINAL = 16;
/** Values spread wider than this, and unevenly, are drawn on a logarithmic axis. */
const WIDE = 100;
/** How much even spacings may differ. */
const TOLERANCE = 0.01;

/** A key's axis over some rows of a map; `cells` says that each value will be as wide as its neighbours allow. */
export function axisOf(column: Column, { rows, cells }: { rows: readonly number[]; cells: boolean }): Axis {
  const found = distinct(column.values, rows);
  const { scale, unit } = scaled(largestOf([found[0] ?? 0, found[found.length - 1] ?? 0]), column.unit);
  const stops = found.map((value) => value / scale);
  const names = stops.length <= MOST_ORDINAL ? stops.map(tick) : [];
  const axis = { key: column.name, label: labelled(column.name, unit), names };
  const spacing = column.scale ?? spacingOf(stops, cells);
  const placeOf = (value: number) => value / scale;
  if (spacing !== "ordinal") return { ...axis, scale: spacing, at: column.values.map(placeOf), stops, placeOf };
  const numbers = new Map(found.map((value, i) => [value, i]));
  const numberOf = (value: number) => numbers.get(value) ?? between(found, value);
  return { ...axis, scale: "ordinal", at: column.values.map(numberOf), stops: stops.map((_, i) => i), placeOf: numberOf };
}

/** Where a value stands between the numbers of its neighbours; NaN outside. */
function between(stops: readonly number[], value: number): number {
  const above = stops.findIndex((stop) => stop > value);
  if (above <= 0) return Number.NaN;
  return above - (stops[above] - value) / (stops[above] - stops[above - 1]);
}

function spacingOf(stops: readonly number[], cells: boolean): Axis["scale"] {
  if (stops.length === 1 && cells) return "ordinal";
  if (stops.length <= 2 || isEven(stops)) return "linear";
  const positive = stops[0] > TINY;
  if (positive && isEven(stops.map(Math.log))) return "log";
  if (cells && stops.length <= MOST_ORDINAL) return "ordinal";
  const [low, middle, high] = [stops[0], stops[Math.floor(stops.length / 2)], stops[stops.length - 1]];
  return positive && high / low >= WIDE && middle ** 2 < (low * high * WIDE) / 4 ? "log" : "linear";
}

function isEven(stops: readonly number[]): boolean {
  const step = (stops[stops.length - 1] - stops[0]) / (stops.length - 1);
  return stops.every((stop, i) => i === 0 || Math.abs(stop - stops[i - 1] - step) <= TOLERANCE * step);
}

/** From the first stop to the last, with a margin: a part of the whole. */
export function rangeOf({ scale, stops }: Axis, margin: number): Range {
  const [low, high] = extentOf(stops) ?? [0, 1];
  if (low === high) return scale === "log" ? [low / 2, low * 2] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
  if (scale !== "log") return [low - margin * (high - low), high + margin * (high - low)];
  const factor = (high / low) ** margin;
  return [low / factor, high * factor];
}

/** How Observable Plot draws an axis that is `pixels` long. */
export function scaleOptions(axis: Axis, range: Range, pixels: number): ScaleOptions {
  const { scale, stops, names, label } = axis;
  const common: ScaleOptions = { label: cutLabel(label, pixels), labelArrow: "none", labelAnchor: "center", domain: [...range] };
  const widest = widestOf(names, FONT_SIZE) + FONT_SIZE;
  if (names.length > 0 && (scale === "ordinal" || stops.length * widest <= pixels)) {
    const interval = Math.ceil((stops.length * widest) / pixels);
    const shown =
      scale === "ordinal" ? stops.filter((_, i) => i % interval === 0) : apart({ scale, stops }, range, (widest - FONT_SIZE / 2) / pixels);
    return {
      ...common,
      type: scale === "log" ? "log" : "linear",
      ticks: shown,
      tickFormat: (stop: number) => names[stops.indexOf(stop)] ?? "",
    };
  }
  return { ...common, ...(scale === "log" ? logScale(range, pixels) : linearScale(range, tickCount(pixels))) };
}

/** Stops from left to right, less those that are nearer to the one before than a part of the axis. */
function apart({ scale, stops }: Pick<Axis, "scale" | "stops">, range: Range, part: number): number[] {
  const position = (value: number) => (scale === "log" ? Math.log(value) : value);
  const least = part * (position(range[1]) - position(range[0]));
  const shown: number[] = [];
  for (const stop of stops) if (shown.length === 0 || position(stop) - position(shown[shown.length - 1]) >= least) shown.push(stop);
  return shown;
}

/** A linear scale with about `count` ticks. */
export function linearScale(range: Range, count: number): ScaleOptions {
  const ticks = evenTicks(range, count);
  const texts = tickTexts(ticks);
  return { type: "linear", ticks, tickFormat: (value: number) => texts[ticks.indexOf(value)] ?? tick(value) };
}

/** Pixels left of a plot for an upright axis: its label stands clear of its numbers. */
export function roomLeft({ ticks, tickFormat }: ScaleOptions): number {
  const texts = Array.isArray(ticks) && typeof tickFormat === "function" ? ticks.map((value, i) => String(tickFormat(value, i))) : [];
  return Math.max(MARGIN.left, Math.ceil(WIDE_DIGITS * widestOf(texts, FONT_SIZE) + BESIDE_NUMBERS));
}

/** The tick, and the label with its gaps. */
const BESIDE_NUMBERS = 21;

/** A logarithmic scale with the ticks that there is room for. */
export function logScale(range: Range, pixels: number): ScaleOptions {
  return { type: "log", base: 10, ticks: logTicks(range, pixels), tickFormat: tick };
}
