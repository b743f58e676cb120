import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import * as v from "valibot";
import { checkEntries, type Entry, Problems } from "../check.ts";
import { groupBy } from "../lists.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { acrossColumns, CONFIDENCE, type Column, columnsOf, hasReplicates, KEY, STATUS } from "../sweep/columns.ts";
import { numbers, strings, tableOf } from "./arrow.ts";

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
 * The mean over replicates of each numeric feature: a table with a row for each point of the grid, with `key`, the grid keys, `n` (how
 * many replicates count: those with the status "ok"), and for each feature its mean and the ends of its confidence interval, `V.mean`,
 * `V.mean.low`, `V.mean.high`: mean ± t s / sqrt(n), s the standard deviation of the replicates (ddof 1), t of Student's distribution.
 * NaN where no replicate counts, and ends where only one does. Metadata are those of the map's columns; ends have `bound` beside, "low" or
 * "high", and the table the `confidence`. Throws a MassgridError for a table without replicates or features.
 */
export function acrossReplicates(resultsMap: Table, options: AcrossOptions = {}): Table {
  const columns = columnsOf(resultsMap);
  check(resultsMap, columns, options);
  const confidence = options.confidence ?? DEFAULTS.acrossReplicates.confidence;
  const groups = groupsOf(resultsMap);
  const status = resultsMap.getChild(STATUS);
  const counted = groups.map(({ rows }) => rows.filter((row) => status?.get(row) === "ok"));
  const across = acrossColumns(columns);
  const quantiles = new Map<number, number>();
  const children = across.flatMap(({ name, role }): Data<DataType>[] => {
    const values = resultsMap.getChild(name);
    if (role === "key") return [strings(groups.map((group) => group.name))];
    if (role === "grid") return [numbers(Float64Array.from(groups, ({ rows }) => Number(values?.get(rows[0]))))];
    if (role === "count") return [numbers(Float64Array.from(counted, (rows) => rows.length))];
    if (role !== "feature") return [];
    const ofRows = (rows: readonly number[]) => rows.map((row) => Number(values?.get(row)));
    const intervals = counted.map((rows) => interval(ofRows(rows), confidence, quantiles));
    return [0, -1, 1].map((side) => numbers(Float64Array.from(intervals, ({ mean, half }) => (side === 0 ? mean : mean + side * half))));
  });
  return tableOf(across, children, new Map([...resultsMap.schema.metadata, [CONFIDENCE, String(confidence)]]));
}

/** Tells where a table is no map with replicates and numeric features. */
function check(resultsMap: Table, columns: readonly Column[], options: AcrossOptions): void {
  const problems = new Problems();
  checkEntries(problems, options, entries, ["acrossReplicates"]);
  if (!hasReplicates(resultsMap) || !columns.some(({ role, type }) => role === "feature" && type === "number")) {
    const message = "acrossReplicates takes a map of a sweep with replicates and numeric features, but this one has the columns";
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

/** The mean of values, and half of its confidence interval. `quantiles` keeps Student's, by the number of values. */
export function interval(values: readonly number[], confidence: number, quantiles: Map<number, number>): { mean: number; half: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, half: Number.NaN };
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
  const t = quantiles.get(n) ?? studentQuantile(0.5 + confidence / 2, n - 1);
  quantiles.set(n, t);
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
