import type { Table } from "apache-arrow";
import { quoted } from "../errors.ts";
import { trace } from "../index.ts";
import { prefixed, short } from "../quantity.ts";
import { frequencyUnit } from "../reduce/units.ts";
import { outputsOf } from "../table/outputs.ts";
import { type Combination, combine, expanded, unitOf } from "./combination.ts";
import { featuresOf, gridKeysOf } from "./map.ts";
import { dominantFrequency } from "./spectrum.ts";

/** More points than this are not listed. */
const MOST_LISTED = 40;

interface Moments {
  mean: number;
  sd: number;
  frequency: number;
}

/**
 * A table of text: each point's grid values, then mean, standard deviation and dominant frequency of each signal, where there are
 * traces, then features, then status.
 */
export function summary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): string {
  const rows = resultsMap
    .toArray()
    .slice(0, MOST_LISTED)
    .map((row) => row.toJSON());
  const timeUnit = resultsMap.schema.metadata.get("timeUnit") ?? "";
  const points = rows.map((row) => String(row.key));
  const columns = [["point", ...points]];
  for (const key of gridKeysOf(resultsMap)) columns.push([key, ...rows.map((row) => short(Number(row[key])))]);
  if (results) {
    const outputs = outputsOf(results);
    const shown = expanded(
      combinations,
      outputs.map(({ name }) => name),
    );
    for (const each of shown) columns.push(...traceColumns(results, resultsMap, points, { ...each, unit: unitOf(each, outputs) }));
  }
  for (const { name, metadata } of featuresOf(resultsMap)) {
    columns.push([titled(name, metadata.get("unit") ?? ""), ...rows.map((row) => shown(row[name]))]);
  }
  columns.push(["status", ...rows.map((row) => statusText(row, timeUnit))]);
  const lines = align(columns);
  const left = resultsMap.numRows - rows.length;
  return [...lines, ...(left > 0 ? [`… and ${left} more points; they are all in the map`] : [])].join("\n");
}

/** Mean, standard deviation and dominant frequency of a combination at each of the points. */
function traceColumns(
  results: Table,
  resultsMap: Table,
  points: readonly string[],
  combination: Combination & { unit: string },
): string[][] {
  const { metadata } = resultsMap.schema;
  const sumAt = (point: string) => combine(combination, (output) => trace(results, point, output));
  const stats = points.map((point) => moments(sumAt(point), Number(metadata.get("samplingStepSize"))));
  const largest = Math.max(0, ...stats.flatMap(({ mean, sd }) => [Math.abs(mean), sd]).filter(Number.isFinite));
  const { scale, unit } = prefixed(largest, combination.unit);
  return [
    [titled(`mean ${combination.name}`, unit), ...stats.map(({ mean }) => short(mean / scale))],
    [titled(`sd ${combination.name}`, unit), ...stats.map(({ sd }) => short(sd / scale))],
    [titled("peak", frequencyUnit(metadata.get("timeUnit") ?? "")), ...stats.map(({ frequency }) => short(frequency))],
  ];
}

function titled(name: string, unit: string): string {
  return unit === "" ? name : `${name} (${unit})`;
}

function shown(value: unknown): string {
  return typeof value === "number" ? short(value) : String(value);
}

function statusText(row: Record<string, unknown>, timeUnit: string): string {
  return row.failedAt === null ? String(row.status) : `${row.status} at ${short(Number(row.failedAt))} ${timeUnit}`;
}

function moments(signal: Float64Array, spacing: number): Moments {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  const variance = signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length;
  return { mean, sd: Math.sqrt(variance), frequency: dominantFrequency(signal, spacing) };
}

/** Columns side by side: the first and last to the left, numbers to the right. */
function align(cells: readonly string[][]): string[] {
  // Names are a spec's and a template's own; a terminal must not take them for orders.
  const columns = cells.map((column) => column.map(quoted));
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  return columns[0].map((_, row) =>
    columns
      .map((column, i) => (i === 0 || i === columns.length - 1 ? column[row].padEnd(widths[i]) : column[row].padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}
