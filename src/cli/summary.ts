import type { Table } from "apache-arrow";
import type { Combination } from "../figure/combination.ts";
import { labelled, short } from "../quantity.ts";
import { FAILED_AT, featuresOf, gridKeysOf, hasReplicates, KEY, STATUS } from "../sweep/columns.ts";
import { acrossSummary } from "./across.ts";
import { align } from "./columns.ts";
import { momentColumns } from "./moments.ts";

/** More points than this are not listed. */
const MOST_LISTED = 40;

/**
 * A table of text: each point's grid values, then mean, standard deviation and dominant frequency of each signal, where there are
 * traces, then features, then status. Of many replicates, their means.
 */
export function summary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): string {
  if (hasReplicates(resultsMap) && resultsMap.numRows > MOST_LISTED) return acrossSummary(results, resultsMap, combinations, MOST_LISTED);
  const count = Math.min(resultsMap.numRows, MOST_LISTED);
  const valuesOf = (name: string): unknown[] => [...(resultsMap.getChild(name)?.slice(0, count) ?? [])];
  const points = valuesOf(KEY).map(String);
  const columns = [["point", ...points]];
  for (const key of gridKeysOf(resultsMap)) columns.push([key, ...valuesOf(key).map((value) => short(Number(value)))]);
  const moments = results ? momentColumns(results, resultsMap, points, combinations) : [];
  for (const { title, values } of moments) columns.push([title, ...values.map(short)]);
  for (const { name, unit } of featuresOf(resultsMap)) columns.push([labelled(name, unit), ...valuesOf(name).map(shown)]);
  const timeUnit = resultsMap.schema.metadata.get("timeUnit") ?? "";
  const failedAt = valuesOf(FAILED_AT);
  const statuses = valuesOf(STATUS).map((status, i) => statusText(String(status), failedAt[i], timeUnit));
  columns.push([STATUS, ...statuses]);
  const lines = align(columns);
  const left = resultsMap.numRows - count;
  return [...lines, ...(left > 0 ? [`… and ${left} more points; they are all in the map`] : [])].join("\n");
}

function shown(value: unknown): string {
  return typeof value === "number" ? short(value) : String(value);
}

function statusText(status: string, failedAt: unknown, timeUnit: string): string {
  return failedAt === null ? status : `${status} at ${short(Number(failedAt))} ${timeUnit}`;
}
