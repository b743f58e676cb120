import { ownEntry } from "../check.ts";
import { checkSchema } from "../sweep/checked-table.ts";
import { type Column, columnsOf, type Role, type TableSchema } from "../sweep/columns.ts";
import { tracedBy } from "../sweep/traced-columns.ts";

/** A column of a table of massgrid's, in words. */
export interface DescribedColumn {
  name: string;
  /** What it tells: "key", "grid", "status", "feature", "output", ... */
  role: Role;
  type: "number" | "integer" | "text";
  /** "" where it has none. */
  unit: string;
  /** Whether it may have nulls. */
  nullable: boolean;
  /** What it is, in a sentence. */
  description: string;
  /** What its metadata say: of a column of traces its output, node, variable and the point's parameters, of a feature its options. */
  metadata: Readonly<Record<string, string>>;
}

/**
 * What the columns of a table are, for readers that lose the metadata of fields, as pandas, Polars, DuckDB and Spark do: one entry for
 * each, in order. `table` is one of gridSearch, simulate, acrossReplicates or a certificate's, also one that was read back.
 * Throws E_TYPE for what is no table.
 */
export function describeColumns(table: TableSchema): DescribedColumn[] {
  checkSchema("describeColumns", table);
  return columnsOf(table).map((column) => {
    const { name, role, type, unit, nullable, metadata } = column;
    return { name, role, type, unit, nullable, description: textOf(column), metadata: Object.fromEntries(metadata) };
  });
}

/** What a whole table says of itself: model, solver, steps, seeds and the package that made it. */
export function describeTable(table: TableSchema): { metadata: Record<string, string>; columns: DescribedColumn[] } {
  return { metadata: Object.fromEntries(table.schema.metadata ?? []), columns: describeColumns(table) };
}

const texts: Partial<Readonly<Record<Role, string>>> = {
  key: "name of the point",
  label: "the caller's label of the point",
  replicate: "number of the run among those of one point of the grid, from 0",
  status: '"ok" where the point reached the end, else why it did not',
  failedAt: "time at which the point failed; null where it reached the end",
  failedVariable: "path of the state whose slope is not a number; null where there is none",
  level: "how often the distance of two neighbours was halved for the point; 0 for those of the grid",
  direction: "whether the point was reached along rising or falling values of the key that it follows",
  count: "how many replicates count: those that reached the end",
  time: "time of the sample",
  quantity: "what is compared: an output, or a column of the map",
};
const ofName: Readonly<Record<string, string>> = {
  nfev: "evaluations of the right-hand side",
  accepted: "steps that were taken",
  rejected: "steps that were tried again with a smaller size",
  value: "as the sweep has it",
  reference: "by the reference",
  errorHalved: "relative error at half the step",
  error: "relative error",
};

function textOf(column: Column): string {
  const { name, role } = column;
  const facts: Record<string, string> = Object.fromEntries(column.metadata);
  const { variable = "", feature = "", bound = "", quantile = "", label = "" } = facts;
  const of = `${feature} of ${variable}`;
  if (role === "grid") return `value of the grid key ${name}`;
  if (role === "state") return `${name} at the end of the run; null where the point failed`;
  if (role === "feature") return `${of}; null where the point failed`;
  if (role === "bound") return `${bound} end of the confidence interval of the mean of ${of} across replicates`;
  if (role === "quantile") return `${quantile}-quantile of ${of} across replicates`;
  if (role === "fraction") return `part of the replicates whose ${of} is "${label}"`;
  if (role === "output") {
    const { point } = tracedBy(column);
    return point === undefined ? variable : `${variable} of the point ${point}`;
  }
  return texts[role] ?? ownEntry(ofName, name) ?? "";
}
