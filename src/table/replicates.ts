import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import * as v from "valibot";
import { checkEntries, type Entry, Problems } from "../check.ts";
import { groupBy, mostFrequent } from "../lists.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { acrossColumns, quantiles } from "../sweep/across-columns.ts";
import { checkTable } from "../sweep/checked-table.ts";
import { CONFIDENCE, type Column, columnsOf, hasReplicates, KEY, STATUS } from "../sweep/columns.ts";
import { sortedLabels } from "../sweep/regimes.ts";
import { Nulls, numbers, strings, tableOf } from "./arrow.ts";

export interface AcrossOptions {
  /** Share of such intervals that contain the mean; 0.95 if not given. */
  confidence?: number;
}

const entries: Record<string, Entry> = {
  confidence: { schema: v.pipe(v.number(), v.gtValue(0), v.maxValue(0.999)), says: "a number above 0, at most 0.999" },
};

/** The rows of one point of the grid. */
export interface Group {
  name: string;
  rows: number[];
}

/**
 * What features come to over replicates: a table with a row for each point of the grid, with `key`, the grid keys, `n` (how many replicates
 * count: those with the status "ok"), and for each numeric feature its mean and the ends of its confidence interval, `V_mean`, `V_mean_low`,
 * `V_mean_high`: mean ± t s / sqrt(n), s the standard deviation of the replicates (ddof 1), t of Student's distribution; then its median and
 * quartiles, `V_mean_median`, `V_mean_q25`, `V_mean_q75`, interpolated as NumPy does. For each feature of texts, the most frequent, `V_regime`,
 * and the fraction of the replicates that have each, `V_regime_rhythm`: letters, digits and _ of a label make the name, the metadatum `label`
 * has all of it. Null where no replicate counts, NaN where one of them is NaN, and ends null where only one counts. Metadata are those of the map's columns;
 * ends have `bound` beside, "low" or "high", quantiles `quantile`, and the table the `confidence`. Throws a MassgridError for a table without
 * replicates or features.
 */
export function acrossReplicates(resultsMap: Table, options: AcrossOptions = {}): Table {
  checkTable("acrossReplicates", resultsMap, "resultsMap");
  const columns = columnsOf(resultsMap);
  check(resultsMap, columns, options);
  const confidence = options.confidence ?? DEFAULTS.acrossReplicates.confidence;
  const groups = groupsOf(resultsMap);
  const status = resultsMap.getChild(STATUS);
  const counted = groups.map(({ rows }) => rows.filter((row) => status?.get(row) === "ok"));
  const labels = (name: string) => {
    const values = resultsMap.getChild(name);
    return sortedLabels(counted.flatMap((rows) => rows.map((row) => String(values?.get(row)))));
  };
  const across = acrossColumns(columns, labels);
  const students = new Map<number, number>();
  const [none, single] = [0, 1].map((most) => {
    const nulls = new Nulls(groups.length);
    for (const [row, { length }] of counted.entries()) if (length <= most) nulls.add(row);
    return nulls;
  });
  const children = across.flatMap(({ name, role, type }): Data<DataType>[] => {
    const values = resultsMap.getChild(name);
    if (role === "key") return [strings(groups.map((group) => group.name))];
    if (role === "grid") return [numbers(Float64Array.from(groups, ({ rows }) => Number(values?.get(rows[0]))))];
    if (role === "count") return [numbers(Float64Array.from(counted, (rows) => rows.length))];
    if (role !== "feature") return [];
    if (type === "text") {
      const found = counted.map((rows) => rows.map((row) => String(values?.get(row))));
      const commonest = found.map((texts) => (texts.length > 0 ? mostFrequent(texts) : ""));
      const fractions = labels(name).map((label) => Float64Array.from(found, (texts) => fractionOf(texts, label)));
      return [strings(commonest, none), ...fractions.map((column) => numbers(column, none))];
    }
    const ofPoints = counted.map((rows) => rows.map((row) => Number(values?.get(row))));
    const intervals = ofPoints.map((each) => interval(each, confidence, students));
    const mean = Float64Array.from(intervals, (each) => each.mean);
    const ends = [-1, 1].map((side) => Float64Array.from(intervals, (each) => each.mean + side * each.half));
    const sorted = ofPoints.map((each) => Float64Array.from(each).sort());
    const others = [quantiles.median, quantiles.q25, quantiles.q75].map((part) =>
      Float64Array.from(sorted, (each) => quantile(each, part)),
    );
    return [numbers(mean, none), ...ends.map((end) => numbers(end, single)), ...others.map((column) => numbers(column, none))];
  });
  return tableOf(across, children, new Map([...resultsMap.schema.metadata, [CONFIDENCE, String(confidence)]]));
}

/** Tells where a table is no map with replicates and features. */
function check(resultsMap: Table, columns: readonly Column[], options: AcrossOptions): void {
  const problems = new Problems();
  checkEntries(problems, options, entries, ["acrossReplicates"]);
  if (!hasReplicates(resultsMap) || !columns.some(({ role }) => role === "feature")) {
    const message = "acrossReplicates takes a map of a sweep with replicates and numeric features or labels, but this one has the columns";
    problems.add("E_TYPE", ["resultsMap"], `${message} ${columns.map(({ name }) => name).join(", ")}`);
  }
  problems.throwIfAny();
}

/** Rows by point: replicates stand side by side, and are named `point_r0`, `point_r1`, ... */
export function groupsOf(resultsMap: Table): Group[] {
  const keys = resultsMap.getChild(KEY);
  const rows = Array.from({ length: resultsMap.numRows }, (_, row) => row);
  return Array.from(
    groupBy(rows, (row) => String(keys?.get(row)).replace(/_r\d+$/, "")),
    ([name, ofPoint]) => ({ name, rows: ofPoint }),
  );
}

/** Part of some texts that are a label; NaN of none. */
function fractionOf(texts: readonly string[], label: string): number {
  return texts.filter((text) => text === label).length / texts.length;
}

/** A quantile of sorted values, linear between neighbours (number 7 of Hyndman and Fan 1996, NumPy's); NaN of none, or where one is NaN. */
export function quantile(sorted: Float64Array, part: number): number {
  // NaN is sorted to the end.
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1])) return Number.NaN;
  const position = part * (sorted.length - 1);
  const below = Math.floor(position);
  if (below === position) return sorted[below];
  return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}

/** Nothing is said of fewer values than this. */
const FEWEST = 10;
/** The part of the values that a hump has at least, and how much wider than it the gap between humps is. */
const HUMP = 0.2;
const GAP = 2;

/**
 * The two groups of values that have two humps, each in order: the widest gap between neighbours is twice as wide as either side of it, and
 * each side has a fifth of the values. Undefined for others, and for fewer than 10. Even and normal values look so in 1 of 140 cases at most.
 */
export function twoGroups(values: readonly number[]): [Float64Array, Float64Array] | undefined {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  if (sorted.length < FEWEST || !Number.isFinite(sorted[last] - sorted[0])) return undefined;
  const least = Math.ceil(HUMP * sorted.length);
  let widest = least;
  for (let i = least; i <= sorted.length - least; i++) {
    if (sorted[i] - sorted[i - 1] > sorted[widest] - sorted[widest - 1]) widest = i;
  }
  const gap = sorted[widest] - sorted[widest - 1];
  if (!(gap > GAP * Math.max(sorted[widest - 1] - sorted[0], sorted[last] - sorted[widest]))) return undefined;
  return [sorted.subarray(0, widest), sorted.subarray(widest)];
}

/** The mean of values, and half of its confidence interval. `students` keeps Student's quantiles, by the number of values. */
export function interval(values: readonly number[], confidence: number, students: Map<number, number>): { mean: number; half: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, half: Number.NaN };
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
  const t = students.get(n) ?? studentQuantile(0.5 + confidence / 2, n - 1);
  students.set(n, t);
  return { mean, half: t * Math.sqrt(variance / n) };
}

/** Steps from the median to a quantile. */
const STEPS = 4000;

/**
 * The p-quantile of Student's t distribution with a whole number of degrees of freedom, p in [0.5, 0.9995]: the differential equation
 * q'(p) = 1/f(q) of quantiles, f the density, by the classical Runge-Kutta method. Relative error below 1e-6.
 */
export function studentQuantile(p: number, freedom: number): number {
  const density = densityOf(freedom);
  const slope = (q: number) => 1 / density(q);
  const h = (p - 0.5) / STEPS;
  let q = 0;
  for (let i = 0; i < STEPS; i++) {
    const a = slope(q);
    const b = slope(q + 0.5 * h * a);
    const c = slope(q + 0.5 * h * b);
    const d = slope(q + h * c);
    q += (h / 6) * (a + 2 * b + 2 * c + d);
  }
  return q;
}

/** The density: Γ((ν + 1)/2) / (sqrt(νπ) Γ(ν/2)) (1 + t²/ν)^-(ν + 1)/2, its factor by recurrence from ν = 1 and 2. */
function densityOf(freedom: number): (t: number) => number {
  // c(ν) = Γ((ν + 1)/2) / (sqrt(π) Γ(ν/2)): c(1) = 1/π, c(2) = 1/2, c(ν + 2) = c(ν) (ν + 1)/ν.
  let factor = freedom % 2 === 1 ? 1 / Math.PI : 0.5;
  for (let v = freedom % 2 === 1 ? 1 : 2; v < freedom; v += 2) factor *= (v + 1) / v;
  factor /= Math.sqrt(freedom);
  return (t) => {
    const base = 1 + (t * t) / freedom;
    let power = freedom % 2 === 1 ? 1 : Math.sqrt(base);
    for (let k = 0; k < Math.floor((freedom + 1) / 2); k++) power *= base;
    return factor / power;
  };
}
