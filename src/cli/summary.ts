import type { Table } from "apache-arrow";
import type { Combination } from "../figure/combination.ts";
import { labelled, short } from "../quantity.ts";
import { featuresOf, gridKeysOf, hasReplicates } from "../table/map-columns.ts";
import { acrossSummary } from "./across.ts";
import { align } from "./align.ts";
import { momentColumns } from "./moments.ts";

/** More points than this are not listed. */
const MOST_LISTED = 40;

/**
 * A table of text: each point's grid values, then mean, standard deviation and dominant frequency of each signal, where there are
 * traces, then features, then status. Of many replicates, their means.
 */
export function summary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): string {
  if (hasReplicates(resultsMap) && resultsMap.numRows > MOST_LISTED) return acrossSummary(results, resultsMap, combinations, MOST_LISTED);
  const rows = resultsMap
    .toArray()
    .slice(0, MOST_LISTED)
    .map((row) => row.toJSON());
  const timeUnit = resultsMap.schema.metadata.get("timeUnit") ?? "";
  const points = rows.map((row) => String(row.key));
  const columns = [["point", ...points]];
  for (const key of gridKeysOf(resultsMap)) columns.push([key, ...rows.map((row) => short(Number(row[key])))]);
  const moments = results ? momentColumns(results, resultsMap, points, combinations) : [];
  columns.push(...moments.map(({ title, values }) => [title, ...values.map(short)]));
  for (const { name, metadata } of featuresOf(resultsMap)) {
    columns.push([labelled(name, metadata.get("unit") ?? ""), ...rows.map((row) => shown(row[name]))]);
  }
  columns.push(["status", ...rows.map((row) => statusText(row, timeUnit))]);
  const lines = align(columns);
  const left = resultsMap.numRows - rows.length;
  return [...lines, ...(left > 0 ? [`… and ${left} more points; they are all in the map`] : [])].join("\n");
}

function shown(value: unknown): string {
  return typeof value === "number" ? short(value) : String(value);
}

function statusText(row: Record<string, unknown>, timeUnit: string): string {
  return row.failedAt === null ? String(row.status) : `${row.status} at ${short(Number(row.failedAt))} ${timeUnit}`;
}
