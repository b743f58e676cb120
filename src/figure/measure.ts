import { mostFrequent } from "../lists.ts";
import { labelled, scaled } from "../quantity.ts";
import { categoryColors, numberColors, type RampName, sortedCategories } from "./colors.ts";
import type { Column } from "./columns.ts";
import { chosenScale, largestOf, type ScaleChoice, type ValueScale, valueScale } from "./scale.ts";

/** What is drawn of each point: a number or a text. */
export type Measure = NumberMeasure | TextMeasure;

/** Numbers; `range` is that of the points that are shown, less those that are beyond any scale. */
export interface NumberMeasure extends ValueScale {
  kind: "number";
  name: string;
  /** With the unit. */
  label: string;
  /** In the label's unit; NaN where there is none. */
  values: Float64Array;
  /** Ends of each value's confidence interval, where that is drawn. */
  interval: { low: Float64Array; high: Float64Array } | undefined;
  /** Median and quartiles across replicates, where those are drawn: q25, median, q75. */
  quartiles: readonly Float64Array[] | undefined;
  /** Whether no point that is shown has a value: then there is nothing that an axis or a colour bar could measure. */
  isEmpty: boolean;
  colors?: RampName | undefined;
  /** What one of the label's unit is in that of the column. */
  unitScale: number;
}

export interface TextMeasure {
  kind: "text";
  name: string;
  label: string;
  values: readonly string[];
  /** Those of the points that are shown, in the order of the legend. */
  categories: readonly string[];
}

interface RawNumbers extends Column {
  ends: NumberMeasure["interval"];
  quartiles: NumberMeasure["quartiles"];
}

/** How numbers are drawn, where somebody has chosen it. */
export interface NumberDisplay extends ScaleChoice {
  colors: RampName;
}

/** The measure of some numbers, of which `rows` are shown. */
export function numberMeasure(
  { name, unit, values, ends, quartiles }: RawNumbers,
  rows: readonly number[],
  display?: NumberDisplay,
): NumberMeasure {
  const beside = [...(ends ? [ends.low, ends.high] : []), ...(quartiles ?? [])];
  const shownEnds = rows.flatMap((row) => beside.map((numbers) => numbers[row]));
  const shown = rows.map((row) => values[row]);
  const { range, log, allIntegers } = display ? chosenScale(shown, display, shownEnds) : valueScale(shown, shownEnds);
  const [low, high] = range;
  const by = scaled(largestOf([low, high]), unit);
  const inUnit = (numbers: Float64Array) => numbers.map((value) => value / by.scale);
  return {
    kind: "number",
    name,
    label: labelled(name, by.unit),
    values: inUnit(values),
    quartiles: quartiles?.map(inUnit),
    interval: ends && { low: inUnit(ends.low), high: inUnit(ends.high) },
    range: [low / by.scale, high / by.scale],
    log,
    allIntegers: by.scale === 1 && allIntegers,
    isEmpty: !shown.some(Number.isFinite),
    colors: display?.colors,
    unitScale: by.scale,
  };
}

/** The measure of some texts, of which `rows` are shown. */
export function textMeasure(name: string, values: readonly string[], rows: readonly number[]): TextMeasure {
  return { kind: "text", name, label: name, values, categories: sortedCategories(rows.map((row) => values[row])) };
}

/** The colour of a measure at some rows together, by their mean or their most frequent text; undefined where they have no value. */
export function colorOfMeasure(measure: Measure): (rows: readonly number[]) => string | undefined {
  if (measure.kind === "text") {
    const colors = categoryColors(measure.categories);
    return (rows) => colors.get(mostFrequent(rows.map((row) => measure.values[row])));
  }
  const colorOf = numberColors(measure);
  return (rows) => {
    const mean = meanOf(rows.map((row) => measure.values[row]));
    return Number.isNaN(mean) ? undefined : colorOf(mean);
  };
}

/** Mean of the finite ones of some numbers; NaN where there is none. */
export function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return Number.NaN;
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  // The sum of the largest numbers overflows, their mean does not.
  return Number.isFinite(mean) ? mean : finite.reduce((sum, value) => sum + value / finite.length, 0);
}

/** How many of some points have a value outside of the scale: above, or below a logarithmic one. */
export function outside({ values, range: [low, high] }: NumberMeasure, rows: readonly number[]): number {
  return rows.filter((row) => values[row] < low || values[row] > high).length;
}
