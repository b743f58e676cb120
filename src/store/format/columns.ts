import type { Data } from "apache-arrow/data";
import type { Field } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { type DataType, DataType as Kind } from "apache-arrow/type";
import { KEY } from "../../sweep/columns.ts";
import { areSamples, type Samples } from "../../sweep/trace-type.ts";
import { batch, isFloat32, numbersOrNull, samples, strings, stringsOrNull, type Texts } from "../../table/arrow.ts";

/** The values of a column of a stored table: numbers, with NaN for null, or strings, with "" for null. */
export type Column = Samples | string[];

/** The values of a column. Numbers of a single batch without nulls are a view of the table's memory. */
export function readColumn(table: Table, { name, type, nullable }: Field): Column {
  const vector = table.getChild(name);
  if (Kind.isDictionary(type)) return vector?.data.length === 1 ? namesOf(vector.data[0]) : (vector?.data ?? []).flatMap(namesOf);
  if (!Kind.isFloat(type)) return Array.from(vector ?? [], (value: unknown) => (value === null ? "" : String(value)));
  const own: unknown = vector?.data.length === 1 && !nullable ? vector.data[0].values : undefined;
  if (areSamples(own)) return own.subarray(0, table.numRows);
  const numberOf = (value: unknown) => (typeof value === "number" ? value : Number.NaN);
  return isFloat32(type) ? Float32Array.from(vector ?? [], numberOf) : Float64Array.from(vector ?? [], numberOf);
}

/** The strings of a dictionary column. Each distinct string is decoded once. */
function namesOf({ values, dictionary }: Data): string[] {
  const names = Array.from(dictionary ?? [], String);
  const codes: Int32Array = values;
  return Array.from(codes, (code) => names[code]);
}

/** The values of a numeric column; empty if the table has no numeric column of this name. */
export function floatsOf(table: Table, name: string): Float64Array {
  const field = table.schema.fields.find((candidate) => candidate.name === name);
  const column = field ? readColumn(table, field) : [];
  return column instanceof Float64Array ? column : new Float64Array(0);
}

/** A column of `length` missing values. */
export function emptyColumn({ type }: Field, length: number): Column {
  if (!Kind.isFloat(type)) return new Array<string>(length).fill("");
  return (isFloat32(type) ? new Float32Array(length) : new Float64Array(length)).fill(Number.NaN);
}

/** Copies row `i` of one column to row `rows[i]` of another of the same kind; negative rows are left out. */
function copyRows(to: Column, from: Column, rows: ArrayLike<number>): void {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] < 0) continue;
    if (areSamples(to)) to[rows[i]] = Number(from[i]);
    else to[rows[i]] = String(from[i]);
  }
}

/** A column as Arrow data, without a dictionary. */
export function dataOf({ nullable }: Field, column: Column): Data<DataType> {
  if (!areSamples(column)) return nullable ? stringsOrNull(column) : strings(column);
  return nullable ? numbersOrNull(column instanceof Float64Array ? column : Float64Array.from(column)) : samples(column);
}

/** A table, and for each of its rows the row of the combined table it becomes; negative for rows that are left out. */
export interface TablePart {
  table: Table;
  to: ArrayLike<number>;
}

/**
 * Combines tables of one schema into a table of one batch with `length` rows. `keys` replaces the names of the rows. A column that says
 * why points failed is missing where none did.
 */
export function combine(parts: readonly TablePart[], length: number, keys?: Texts): Table {
  const { schema } = parts.reduce((most, { table }) => (table.numCols > most.numCols ? table : most), parts[0].table);
  const children = schema.fields.map((field) => {
    if (keys && field.name === KEY) return strings(keys);
    const column = emptyColumn(field, length);
    for (const { table, to } of parts) if (table.getChild(field.name)) copyRows(column, readColumn(table, field), to);
    return dataOf(field, column);
  });
  return new Table(schema, [batch(schema, schema.fields, length, children)]);
}
