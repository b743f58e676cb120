import type { Field, Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { labelled, scaled, unitText } from "../quantity.ts";
import { featuresOf, isAcross } from "../table/map-columns.ts";
import { TINY } from "./axis.ts";
import { extentOf, numbersOf, textsOf } from "./columns.ts";

/** What is drawn of each point: a number or a text. */
export type Measure = NumberMeasure | TextMeasure;

export interface NumberMeasure {
  kind: "number";
  name: string;
  /** With the unit. */
  label: string;
  /** In the label's unit; NaN where there is none. */
  values: Float64Array;
  /** Ends of each value's confidence interval, where that is drawn. */
  interval: { low: Float64Array; high: Float64Array } | undefined;
  /** What the scale spans: the values of the points that are shown, less those that are beyond any scale. */
  range: readonly [number, number];
  scale: "linear" | "log";
  whole: boolean;
}

export interface TextMeasure {
  kind: "text";
  name: string;
  label: string;
  values: readonly string[];
  /** Those of the points that are shown, in the order of the legend. */
  categories: readonly string[];
}

/** Column that tells what became of a point; it can be drawn as a feature is. */
const STATUS = "status";
/**
 * A scale is logarithmic if three quarters of the values would lie in the lowest part of a linear one. It spans so many times the
 * smallest it shows: what is below that is often a rounding error.
 */
const LOG = { part: 0.75, lowest: 0.05, span: 1e6 };
/** What numbers grow to shortly before they overflow, and what they are below where they are of a model's size. */
const BEYOND = { from: 1e15, most: 1e9 };
/** What comes first in a legend. */
const order = ["ok", "fixed point", "oscillation"];

/** Names of what can be drawn of a map's points. */
export function measuresOf(map: Table): string[] {
  return [...featuresOf(map).map(({ name }) => name), STATUS];
}

/** What of a map is to be drawn. */
interface Wanted {
  /** Names of features; all, if not given. */
  asked: readonly string[] | undefined;
  rows: readonly number[];
  /** Whether confidence intervals are drawn. */
  intervals: boolean;
}

/** Features by name, or all that there are; the status, where there are none. Throws a MassgridError for a name that there is not. */
export function readMeasures(map: Table, { asked, rows, intervals }: Wanted): Measure[] {
  const known = measuresOf(map);
  const problems = new Problems();
  for (const found of asked ?? []) {
    if (!known.includes(found))
      problems.unknown("E_UNKNOWN_FEATURE", ["feature"], { what: `feature ${sanitize(found)} of the sweep`, found, known });
  }
  problems.throwIfAny();
  const names = asked ?? (known.length > 1 ? known.slice(0, -1) : known);
  return names.map((name) => measureOf(map, name, { rows, intervals }));
}

function measureOf(map: Table, name: string, { rows, intervals }: Omit<Wanted, "asked">): Measure {
  const field = map.schema.fields.find((each) => each.name === name);
  if (isText(map, name)) {
    const values = textsOf(map, name);
    const found = new Set(rows.map((row) => values[row]));
    const others = [...found].filter((value) => !order.includes(value)).sort();
    return { kind: "text", name, label: name, values, categories: [...order.filter((value) => found.has(value)), ...others] };
  }
  const [low, high] = intervals && isAcross(map) ? [numbersOf(map, `${name}.low`), numbersOf(map, `${name}.high`)] : [];
  return numberMeasure({ name, field, raw: numbersOf(map, name), ends: low && high && { low, high } }, rows);
}

interface RawNumbers {
  name: string;
  field: Field | undefined;
  raw: Float64Array;
  ends: NumberMeasure["interval"];
}

function numberMeasure({ name, field, raw, ends }: RawNumbers, rows: readonly number[]): NumberMeasure {
  const shown = withinReach(rows.map((row) => raw[row]));
  const [lowest, highest] = extentOf(shown) ?? [0, 0];
  const isWhole = shown.every(Number.isInteger);
  const isLog = !isWhole && lowest >= 0 && highest > TINY * LOG.span && crowds(shown, highest);
  const spanned = ends ? withinReach([...shown, ...rows.flatMap((row) => [ends.low[row], ends.high[row]])]) : shown;
  const [least, high] = extentOf(spanned) ?? [0, 0];
  const low = isLog ? Math.max(smallest(shown), high / LOG.span) : least;
  const unit = field?.metadata.get("unit") ?? "";
  const by = isLog ? { scale: 1, unit: unitText(unit) } : scaled(Math.max(Math.abs(low), Math.abs(high)), unit);
  return {
    kind: "number",
    name,
    label: labelled(name, by.unit),
    values: raw.map((value) => value / by.scale),
    interval: ends && { low: ends.low.map((value) => value / by.scale), high: ends.high.map((value) => value / by.scale) },
    range: [low / by.scale, high / by.scale],
    scale: isLog ? "log" : "linear",
    whole: by.scale === 1 && isWhole,
  };
}

/** Finite values, less those that are about to overflow, where most are not. */
function withinReach(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const ordinary = finite.filter((value) => Math.abs(value) < BEYOND.from);
  const ofModel = ordinary.filter((value) => Math.abs(value) < BEYOND.most);
  return 2 * ofModel.length >= finite.length ? ordinary : finite;
}

/** Whether most values would lie at the bottom of a linear scale, and not all are equal there. */
function crowds(values: readonly number[], high: number): boolean {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted.length > 3 && sorted[Math.floor(LOG.part * (sorted.length - 1))] <= LOG.lowest * high;
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => (value > 0 && value < least ? value : least), Number.POSITIVE_INFINITY);
}

/** How many of some points have a value outside of the scale: above, or below a logarithmic one. */
export function outside({ values, range: [low, high] }: NumberMeasure, rows: readonly number[]): number {
  return rows.filter((row) => values[row] < low || values[row] > high).length;
}

function isText(map: Table, name: string): boolean {
  const first: unknown = map.getChild(name)?.get(0);
  return typeof first === "string";
}
