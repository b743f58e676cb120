import type { Field, Table } from "apache-arrow";
import { REPLICATE } from "../sweep/points.ts";

/** Columns that every map has. */
const fixed = ["key", "status", "failedAt"];

/** Whether a table is one of acrossReplicates: it says how sure its intervals are. */
export function isAcross({ schema }: Table): boolean {
  return schema.metadata.has("confidence");
}

/** Whether a map has a row for each replicate. */
export function hasReplicates({ schema }: Table): boolean {
  return schema.fields.some(({ name, metadata }) => name === REPLICATE && !metadata.has("feature"));
}

/** The names of the grid's keys in a map. */
export function gridKeysOf(resultsMap: Table): string[] {
  const fields = resultsMap.schema.fields.filter((field) => !field.metadata.has("feature"));
  const names = fields.map((field) => field.name).filter((name) => !fixed.includes(name));
  // Behind the keys, it has the number of replicates.
  return isAcross(resultsMap) ? names.slice(0, -1) : names;
}

/** The columns of a map that are features; of intervals, those of the means. */
export function featuresOf(resultsMap: Table): Field[] {
  return resultsMap.schema.fields.filter(({ metadata }) => metadata.has("feature") && !metadata.has("bound"));
}
