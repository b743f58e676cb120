import type { Data } from "apache-arrow/data";
import type { Field } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { type DataType, DataType as Kind } from "apache-arrow/type";
import { append } from "../../lists.ts";
import { KEY } from "../../sweep/columns.ts";
import { areSamples, type Samples } from "../../sweep/trace-type.ts";
import { batch, isFloat32, Nulls, numbers, numbersAs, samples, strings, type Texts } from "../../table/arrow.ts";
import { textsOf } from "../../table/runs.ts";

/** A column of a stored table: numbers or texts, and which rows have none. */
export interface Column {
  values: Samples | string[];
  nulls: Nulls;
}

/** Whether a column has numbers, and no texts. */
export function isNumeric({ type }: Pick<Field, "type">): boolean {
  return Kind.isFloat(type) || Kind.isInt(type);
}

/** The values of a column. Numbers of a single batch are a view of the table's memory. */
export function readColumn(table: Table, field: Field): Column {
  const data: readonly Data[] = table.getChild(field.name)?.data ?? [];
  const nulls = new Nulls(table.numRows);
  let first = 0;
  for (const part of data) {
    if (part.nullCount > 0) for (let row = 0; row < part.length; row++) if (!part.getValid(row)) nulls.add(first + row);
    first += part.length;
  }
  return { values: isNumeric(field) ? numbersIn(data, field, table.numRows) : textsIn(data), nulls };
}

function numbersIn(data: readonly Data[], field: Field, length: number): Samples {
  const own: unknown = data.length === 1 ? data[0].values : undefined;
  if (areSamples(own)) return own.subarray(0, length);
  const values = newNumbers(field, length);
  let end = 0;
  for (const part of data) {
    values.set(part.values.subarray(0, part.length), end);
    end += part.length;
  }
  return values;
}

function textsIn(data: readonly Data[]): string[] {
  if (data.length === 1) return textsOf(data[0]);
  const texts: string[] = [];
  for (const part of data) append(texts, textsOf(part));
  return texts;
}

/** The values of a numeric column; empty if the table has no numeric column of this name. */
export function floatsOf(table: Table, name: string): Float64Array {
  const field = table.schema.fields.find((candidate) => candidate.name === name);
  const values = field ? readColumn(table, field).values : [];
  return values instanceof Float64Array ? values : new Float64Array(0);
}

/** A column of `length` values that are still to be set. */
export function emptyColumn(field: Field, length: number): Column {
  return { values: isNumeric(field) ? newNumbers(field, length) : new Array<string>(length).fill(""), nulls: new Nulls(length) };
}

function newNumbers({ type }: Pick<Field, "type">, length: number): Samples {
  return isFloat32(type) ? new Float32Array(length) : new Float64Array(length);
}

/** Sets a row of a column; null and undefined are no value. */
export function setValue({ values, nulls }: Column, row: number, value: unknown): void {
  const isNone = value === null || value === undefined;
  if (isNone) nulls.add(row);
  if (areSamples(values)) values[row] = isNone ? Number.NaN : Number(value);
  else values[row] = isNone ? "" : String(value);
}

/** Copies row `i` of one column to row `rows[i]` of another of the same kind; negative rows are left out. Of no column nothing is there. */
function copyRows(to: Column, from: Column | undefined, rows: ArrayLike<number>): void {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] >= 0) setValue(to, rows[i], from && !from.nulls.has(i) ? from.values[i] : null);
  }
}

/** A column as Arrow data. */
export function dataOf({ type, nullable }: Field, { values, nulls }: Column): Data<DataType> {
  const found = nullable ? nulls : undefined;
  if (!areSamples(values)) return strings(values, found);
  if (!(values instanceof Float64Array)) return samples(values);
  return Kind.isInt(type) ? numbersAs({ type: "integer" }, values) : numbers(values, found);
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
    for (const { table, to } of parts) copyRows(column, table.getChild(field.name) ? readColumn(table, field) : undefined, to);
    return dataOf(field, column);
  });
  return new Table(schema, [batch(schema, schema.fields, length, children)]);
}
