import type { ScaleOptions } from "@observablehq/plot";
import type { Table } from "apache-arrow";
import { labelled, powerOfTen, scaled, short } from "../quantity.ts";
import { distinct, extentOf, numbersOf } from "./columns.ts";
import { cutLabel, FONT_SIZE, textWidth } from "./svg.ts";

/** A grid key as an axis. */
export interface Axis {
  key: string;
  /** With the unit. */
  label: string;
  scale: "linear" | "log" | "ordinal";
  /** Where each point of the map stands: its value in the label's unit, or the number of its value on an ordinal axis. */
  at: Float64Array;
  /** The distinct places of the points that are shown, in order. */
  stops: readonly number[];
  /** The values at the stops, as text, where they are few. */
  names: readonly string[];
}

export type Range = readonly [number, number];

/** Up to so many values that are not evenly spaced get an even place each, where an axis is of cells. */
const MOST_ORDINAL = 16;
/** Values spread wider than this, and unevenly, are drawn on a logarithmic axis. */
const WIDE = 100;
/** Smaller numbers have too few digits for a logarithmic scale. */
export const TINY = 1e-280;
/** How much even spacings may differ. */
const TOLERANCE = 0.01;

/** A key's axis over some rows of a map; `cells` says that each value will be as wide as its neighbours allow. */
export function axisOf(map: Table, key: string, { rows, cells }: { rows: readonly number[]; cells: boolean }): Axis {
  const raw = numbersOf(map, key);
  const found = distinct(raw, rows);
  const largest = Math.max(Math.abs(found[0] ?? 0), Math.abs(found[found.length - 1] ?? 0));
  const { scale, unit } = scaled(largest, map.schema.fields.find(({ name }) => name === key)?.metadata.get("unit") ?? "");
  const stops = found.map((value) => value / scale);
  const names = stops.length <= MOST_ORDINAL ? stops.map(tick) : [];
  const axis = { key, label: labelled(key, unit), names };
  const spacing = spacingOf(stops, cells);
  if (spacing !== "ordinal") return { ...axis, scale: spacing, at: raw.map((value) => value / scale), stops };
  const numbers = new Map(found.map((value, i) => [value, i]));
  return { ...axis, scale: "ordinal", at: raw.map((value) => numbers.get(value) ?? Number.NaN), stops: stops.map((_, i) => i) };
}

function spacingOf(stops: readonly number[], cells: boolean): Axis["scale"] {
  if (stops.length === 1 && cells) return "ordinal";
  if (stops.length <= 2 || isEven(stops)) return "linear";
  const positive = stops[0] > TINY;
  if (positive && isEven(stops.map(Math.log))) return "log";
  if (cells && stops.length <= MOST_ORDINAL) return "ordinal";
  const [low, high] = [stops[0], stops[stops.length - 1]];
  return positive && high / low >= WIDE && middle(stops) ** 2 < (low * high * WIDE) / 4 ? "log" : "linear";
}

function isEven(stops: readonly number[]): boolean {
  const step = (stops[stops.length - 1] - stops[0]) / (stops.length - 1);
  return stops.every((stop, i) => i === 0 || Math.abs(stop - stops[i - 1] - step) <= TOLERANCE * step);
}

function middle(stops: readonly number[]): number {
  return stops[Math.floor(stops.length / 2)];
}

/** The ends of the cells around an axis's stops: one more than there are stops. */
export function edgesOf({ scale, stops }: Axis): number[] {
  const [to, from] = scale === "log" ? [Math.log, Math.exp] : [(x: number) => x, (x: number) => x];
  const places = stops.map(to);
  const inner = places.slice(1).map((place, i) => (place + places[i]) / 2);
  const half = (a: number, b: number) => (a === b ? 0.5 : (b - a) / 2);
  const last = places.length - 1;
  const first = places[0] - half(places[0], places[Math.min(1, last)]);
  return [first, ...inner, places[last] + half(places[Math.max(0, last - 1)], places[last])].map(from);
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
  const widest = Math.max(0, ...names.map((name) => textWidth(name, FONT_SIZE))) + FONT_SIZE;
  if (names.length > 0 && (scale === "ordinal" || stops.length * widest <= pixels)) {
    const every = Math.ceil((stops.length * widest) / pixels);
    const shown =
      scale === "ordinal" ? stops.filter((_, i) => i % every === 0) : apart({ scale, stops }, range, (widest - FONT_SIZE / 2) / pixels);
    return {
      ...common,
      type: scale === "log" ? "log" : "linear",
      ticks: shown,
      tickFormat: (stop: number) => names[stops.indexOf(stop)] ?? "",
    };
  }
  if (scale === "log") return { ...common, ...logScale(range, pixels) };
  return { ...common, type: "linear", ticks: tickCount(pixels) };
}

/** Stops from left to right, less those that are nearer to the one before than a part of the axis. */
function apart({ scale, stops }: Pick<Axis, "scale" | "stops">, range: Range, part: number): number[] {
  const place = (value: number) => (scale === "log" ? Math.log(value) : value);
  const least = part * (place(range[1]) - place(range[0]));
  const shown: number[] = [];
  for (const stop of stops) if (shown.length === 0 || place(stop) - place(shown[shown.length - 1]) >= least) shown.push(stop);
  return shown;
}

/** Ticks that there is room for. */
export function tickCount(pixels: number): number {
  return Math.max(2, Math.min(8, Math.floor(pixels / 65)));
}

/** As tickCount, one above the other. */
export function verticalTicks(pixels: number): number {
  return Math.max(2, Math.min(8, Math.floor(pixels / 36)));
}

/** A logarithmic scale with ticks at powers of ten, or between them where there are few. */
export function logScale([low, high]: Range, pixels: number): ScaleOptions {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const factors = Math.log10(high / low) >= 2.5 ? [1] : [1, 2, 5];
  const every = Math.ceil(decades.length / Math.max(2, pixels / 40));
  const ticks = decades
    .filter((decade) => decade % every === 0)
    .flatMap((decade) => factors.map((factor) => Number(`${factor}e${decade}`)))
    .filter((value) => value >= low * 0.999 && value <= high * 1.001);
  return { type: "log", base: 10, ticks, tickFormat: tick };
}

/** A number below an axis: powers of ten where they read better. */
export function tick(value: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const plain = value === 0 || (exponent >= -3 && exponent < 5);
  const mantissa = short(value / Number(`1e${exponent}`));
  const written = plain ? short(value) : mantissa === "1" ? powerOfTen(exponent) : `${mantissa}·${powerOfTen(exponent)}`;
  return written.replace("-", "−");
}
