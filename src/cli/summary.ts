import type { Table } from "apache-arrow";
import { type Combination, combine, expanded, unitOf } from "../figure/combination.ts";
import { extentOf, largestOf } from "../figure/scale.ts";
import { trace } from "../index.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { labelled, prefixed, short } from "../quantity.ts";
import { frequencyUnit, reducers } from "../reduce/reducers.ts";
import { SHORTEST, Welch } from "../reduce/welch.ts";
import { quantiles } from "../sweep/across-columns.ts";
import { arithmeticName, EXACT, precisions } from "../sweep/arithmetic.ts";
import { FAILED_AT, FAILED_VARIABLE, featuresOf, gridKeysOf, hasReplicates, KEY, namesWith, STATUS } from "../sweep/columns.ts";
import { sortedLabels } from "../sweep/regimes.ts";
import { OK } from "../sweep/status.ts";
import { groupsOf, interval, quantile, twoGroups } from "../table/replicates.ts";
import { outputsOf } from "../table/trace.ts";
import { align } from "./columns.ts";

/** More points than this are not listed. */
const MOST_LISTED = 40;
const CONFIDENCE = DEFAULTS.acrossReplicates.confidence;
/** More features with two humps are not listed. */
const MOST_HUMPS = 10;
/** Runs whose traces are read for a table, if that are more than those of one point. */
const MOST_RUNS = 400;

/** Whether a map has more points than are listed one by one. */
export function isLarge(resultsMap: Table): boolean {
  return resultsMap.numRows > MOST_LISTED && (!hasReplicates(resultsMap) || groupsOf(resultsMap).length > MOST_LISTED);
}

/** A table of text of a map that is not large: each of its points. Of many replicates, their means. */
export function summary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): string {
  if (hasReplicates(resultsMap) && resultsMap.numRows > MOST_LISTED) return acrossSummary(results, resultsMap, combinations);
  const rows = Array.from({ length: resultsMap.numRows }, (_, row) => row);
  return pointTable(resultsMap, rows, results && { results, combinations }).join("\n");
}

/** Traces of which the mean, standard deviation and dominant frequency are told. */
export interface ToldTraces {
  results: Table;
  combinations: readonly Combination[];
}

/**
 * The lines of a table of text of some rows of a map: each point's grid values, then mean, standard deviation and dominant frequency of each signal,
 * where there are traces, then features, then status.
 */
export function pointTable(resultsMap: Table, rows: readonly number[], told?: ToldTraces): string[] {
  const valuesOf = (name: string): unknown[] => {
    const column = resultsMap.getChild(name);
    return rows.map((row) => column?.get(row));
  };
  const points = valuesOf(KEY).map(String);
  const columns = [["point", ...points]];
  for (const key of gridKeysOf(resultsMap)) columns.push([key, ...valuesOf(key).map((value) => short(Number(value)))]);
  const moments = told ? momentColumns(told.results, resultsMap, points, told.combinations) : [];
  for (const { title, values } of moments) columns.push([title, ...values.map(short)]);
  for (const { name, unit } of featuresOf(resultsMap)) columns.push([labelled(name, unit), ...valuesOf(name).map(shown)]);
  const timeUnit = resultsMap.schema.metadata.get("timeUnit") ?? "";
  if (resultsMap.getChild(STATUS)) {
    const [failedAt, variables] = [valuesOf(FAILED_AT), valuesOf(FAILED_VARIABLE)];
    const statuses = valuesOf(STATUS).map((status, i) =>
      statusText(String(status), { time: failedAt[i], variable: variables[i] }, timeUnit),
    );
    columns.push([STATUS, ...statuses]);
  }
  return align(columns);
}

function shown(value: unknown): string {
  if (value === null) return short(Number.NaN);
  return typeof value === "number" ? short(value) : String(value);
}

function statusText(status: string, { time, variable }: { time: unknown; variable: unknown }, timeUnit: string): string {
  if (time === null) return status;
  const where = typeof variable === "string" ? `: slope of ${variable}` : "";
  return `${status}${where} at ${short(Number(time))} ${timeUnit}`.trimEnd();
}

/** How many points failed, by status; "" where none did. */
export function failureText(resultsMap: Table): string {
  return countText(failureCounts(resultsMap), resultsMap.numRows);
}

/** The same of counts by status. */
export function countText(counts: ReadonlyMap<string, number>, points: number): string {
  const failed = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (failed === 0) return "";
  const each = [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
  return `${failed} of ${points} points failed: ${each}`;
}

/** Whether there are points and none reached the end. */
export function allFailed(resultsMap: Table): boolean {
  const failed = [...failureCounts(resultsMap).values()].reduce((sum, count) => sum + count, 0);
  return failed > 0 && failed === resultsMap.numRows;
}

/** Points of each status but ok, the most frequent first. */
export function failureCounts(resultsMap: Table): Map<string, number> {
  const counts = new Map<string, number>();
  for (const status of resultsMap.getChild(STATUS) ?? [])
    if (status !== OK) counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** How often a map has each point: of an unfinished store, the most. */
export function replicatesOf(resultsMap: Table): number {
  return groupsOf(resultsMap).reduce((most, { rows }) => Math.max(most, rows.length), 0);
}

/**
 * A table of text of a sweep with replicates, one row for each of its first points: grid values, means across replicates with
 * half of their confidence interval, labels and how often each is found, and how many replicates ended well; then what has two humps.
 */
function acrossSummary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): string {
  const all = groupsOf(resultsMap);
  const replicates = replicatesOf(resultsMap);
  const groups = all.slice(0, results ? Math.max(1, Math.min(MOST_LISTED, Math.floor(MOST_RUNS / replicates))) : MOST_LISTED);
  const listed = groups.flatMap(({ rows }) => rows);
  const columnOf = (name: string) => resultsMap.getChild(name);
  const status = columnOf(STATUS);
  const counted = groups.map(({ rows }) => rows.filter((row) => status?.get(row) === "ok"));
  const students = new Map<number, number>();
  const means = (numberOf: (row: number) => number) => counted.map((rows) => spread(interval(rows.map(numberOf), CONFIDENCE, students)));
  const columns = [["point", ...groups.map(({ name }) => name)]];
  for (const key of namesWith(resultsMap, "grid")) {
    columns.push([key, ...groups.map(({ rows }) => short(Number(columnOf(key)?.get(rows[0]))))]);
  }
  if (results) {
    const positions = new Map(listed.map((row, i) => [row, i]));
    const names = listed.map((row) => String(columnOf(KEY)?.get(row)));
    for (const { title, values } of momentColumns(results, resultsMap, names, combinations)) {
      columns.push([title, ...means((row) => values[positions.get(row) ?? -1])]);
    }
  }
  const humps: string[] = [];
  for (const { name, type, unit } of featuresOf(resultsMap)) {
    const values = columnOf(name);
    if (type === "number") {
      for (const [i, { name: point }] of groups.entries()) {
        const parted = twoGroups(counted[i].map((row) => Number(values?.get(row))));
        if (parted) humps.push(`${labelled(name, unit)} of ${point} has two humps: ${parted.map(humpText).join(" and ")}`);
      }
    }
    const labels = () => groups.map(({ rows }) => label(rows.map((row) => String(values?.get(row) ?? status?.get(row)))));
    columns.push([labelled(name, unit), ...(type === "text" ? labels() : means((row) => Number(values?.get(row))))]);
  }
  const statuses = groups.map(({ rows }, i) => (counted[i].length === rows.length ? "ok" : `${counted[i].length} of ${rows.length} ok`));
  columns.push([STATUS, ...statuses]);
  return [
    `${replicates} replicates of each point: mean ± half of its ${100 * CONFIDENCE} % confidence interval`,
    ...align(columns),
    ...(all.length > groups.length ? [`… and ${all.length - groups.length} more points; they are all in the map`] : []),
    ...humps.slice(0, MOST_HUMPS),
    ...(humps.length > MOST_HUMPS ? [`… and ${humps.length - MOST_HUMPS} more with two humps`] : []),
  ].join("\n");
}

/** Some values that lie close together: "12 about 0.03". */
function humpText(values: Float64Array): string {
  return `${values.length} about ${short(quantile(values, quantiles.median))}`;
}

/** A mean and its error, which needs no more than two digits. */
function spread({ mean, half }: { mean: number; half: number }): string {
  return Number.isFinite(half) ? `${short(mean)} ± ${Number(half.toPrecision(2))}` : short(mean);
}

/** Labels, and how often each stands there: "rhythm 18/20, undecided 2/20". */
function label(texts: readonly string[]): string {
  const labels = sortedLabels(texts);
  if (labels.length === 1) return labels[0];
  const counts = labels.map((text) => ({ text, count: texts.filter((other) => other === text).length }));
  return counts
    .sort((a, b) => b.count - a.count)
    .map(({ text, count }) => `${text} ${count}/${texts.length}`)
    .join(", ");
}

/** A number of each of some points, to be printed. */
interface MomentColumn {
  title: string;
  values: number[];
}

/** What is said of steps that are not exact: ", with fastMath"; "" of those that are. */
export function arithmeticNote(map: Table): string {
  const { metadata } = map.schema;
  const precision = precisions.find((name) => name === metadata.get("precision")) ?? EXACT.precision;
  const name = arithmeticName({ fastMath: metadata.get("fastMath") === String(true), precision });
  return name === "" ? "" : `, with ${name}`;
}

/** Mean, standard deviation and dominant frequency of each signal of some points, three columns a signal, in units that read well. */
function momentColumns(results: Table, resultsMap: Table, points: readonly string[], combinations: readonly Combination[]): MomentColumn[] {
  const outputs = outputsOf(results);
  const { metadata } = resultsMap.schema;
  const names = outputs.map(({ name }) => name);
  return expanded(combinations, names).flatMap((combination) => {
    const sumAt = (point: string) => combine(combination, (output) => trace(results, point, output));
    const stats = points.map((point) => moments(sumAt(point), Number(metadata.get("samplingStepSize"))));
    const largest = largestOf(extentOf(stats.flatMap(({ mean, sd }) => [mean, sd])) ?? [0, 0]);
    const { scale, unit } = prefixed(largest, unitOf(combination, outputs));
    return [
      { title: labelled(`mean ${combination.name}`, unit), values: stats.map(({ mean }) => mean / scale) },
      { title: labelled(`sd ${combination.name}`, unit), values: stats.map(({ sd }) => sd / scale) },
      { title: labelled("peak", frequencyUnit(metadata.get("timeUnit") ?? "")), values: stats.map(({ frequency }) => frequency) },
    ];
  });
}

interface Moments {
  mean: number;
  sd: number;
  frequency: number;
}

function moments(signal: Float64Array, samplingStep: number): Moments {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  const variance = signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length;
  return { mean, sd: Math.sqrt(variance), frequency: dominantFrequency(signal, samplingStep) };
}

/**
 * The frequency at which a signal has most power, in cycles for each unit of `samplingStep`: the feature peakFrequency of a single trace.
 * NaN where it does not vary, is not finite or has fewer samples than a segment.
 */
function dominantFrequency(signal: Float64Array, samplingStep: number): number {
  const sampleCount = signal.length;
  if (sampleCount < SHORTEST || !signal.every(Number.isFinite)) return Number.NaN;
  const { window, overlap } = reducers.welch.options;
  const segments = { window: window.default(sampleCount), overlap: overlap.default() };
  const welch = new Welch({ variable: 0, lanes: 1, sampleCount, samplingStep }, segments);
  welch.add({ first: 0, samples: sampleCount, variables: 1, n: 1, data: signal });
  return welch.finish().peakFrequency[0];
}
