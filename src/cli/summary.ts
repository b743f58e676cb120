import type { Table } from "apache-arrow";
import { type Combination, combine, unitOf } from "./combination.ts";
import { frequencyUnit, prefixed, short } from "./quantity.ts";
import { dominantFrequency } from "./spectrum.ts";

/** More points than this are not listed. */
const MOST_LISTED = 40;

interface Moments {
  mean: number;
  sd: number;
  frequency: number;
}

/** A table of text: each point's grid values, then mean, standard deviation and dominant frequency of each signal, then status. */
export function summary(results: Table, resultsMap: Table, combinations: readonly Combination[]): string {
  const rows = resultsMap
    .toArray()
    .slice(0, MOST_LISTED)
    .map((row) => row.toJSON());
  const keys = resultsMap.schema.fields.map((field) => field.name).filter((name) => !["key", "status", "failedAt"].includes(name));
  const spacing = Number(results.schema.metadata.get("samplingStepSize"));
  const timeUnit = results.schema.metadata.get("timeUnit") ?? "";
  const columns: string[][] = [["point", ...rows.map((row) => String(row.key))]];
  for (const key of keys) columns.push([key, ...rows.map((row) => short(Number(row[key])))]);
  for (const combination of combinations) {
    const stats = rows.map((row) => moments(combine(results, String(row.key), combination), spacing));
    const largest = Math.max(0, ...stats.flatMap(({ mean, sd }) => [Math.abs(mean), sd]).filter(Number.isFinite));
    const { scale, unit } = prefixed(largest, unitOf(results, combination));
    const title = (what: string) => `${what} ${combination.name}${unit === "" ? "" : ` (${unit})`}`;
    columns.push([title("mean"), ...stats.map(({ mean }) => short(mean / scale))]);
    columns.push([title("sd"), ...stats.map(({ sd }) => short(sd / scale))]);
    columns.push([`peak (${frequencyUnit(timeUnit)})`, ...stats.map(({ frequency }) => short(frequency))]);
  }
  columns.push(["status", ...rows.map((row) => statusText(row, timeUnit))]);
  const lines = align(columns);
  const left = resultsMap.numRows - rows.length;
  return [...lines, ...(left > 0 ? [`… and ${left} more points; they are all in the map`] : [])].join("\n");
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
function align(columns: readonly string[][]): string[] {
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  return columns[0].map((_, row) =>
    columns
      .map((column, i) => (i === 0 || i === columns.length - 1 ? column[row].padEnd(widths[i]) : column[row].padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}
