import type { Table } from "apache-arrow/table";
import { outputOf } from "./trace.ts";

/** An output that a table has traces of. */
export interface TracedOutput {
  /** As `trace()` takes it: `V`, or `V/node` where its path matched several nodes. */
  name: string;
  unit: string;
}

/** The outputs of a table of traces, in the order of its columns, in either layout. */
export function outputsOf(results: Table): TracedOutput[] {
  const units = new Map<string, string>();
  for (const field of results.schema.fields) {
    if (!field.metadata.has("output")) continue;
    const name = field.metadata.has("key") ? outputOf(field) : field.name;
    if (!units.has(name)) units.set(name, field.metadata.get("unit") ?? "");
  }
  return Array.from(units, ([name, unit]) => ({ name, unit }));
}
