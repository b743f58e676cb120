import type { Field, Table } from "apache-arrow";

/** Columns that every map has. */
const fixed = ["key", "status", "failedAt"];

/** The names of the grid's keys in a map. */
export function gridKeysOf(resultsMap: Table): string[] {
  const fields = resultsMap.schema.fields.filter((field) => !field.metadata.has("feature"));
  return fields.map((field) => field.name).filter((name) => !fixed.includes(name));
}

/** The columns of a map that are features. */
export function featuresOf(resultsMap: Table): Field[] {
  return resultsMap.schema.fields.filter((field) => field.metadata.has("feature"));
}
