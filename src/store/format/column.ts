import type { Data } from "apache-arrow/data";
import type { Field } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import { type DataType, DataType as Kind } from "apache-arrow/type";
import { numbers, numbersOrNull, strings } from "../../table/arrow.ts";

/** A column of a stored table as one sees it in JavaScript: numbers, where null is NaN, or texts. */
export type Column = Float64Array | string[];

/** A column's values. Numbers of a table of one batch without nulls are the table's own. */
export function readColumn(table: Table, { name, type, nullable }: Field): Column {
  const vector = table.getChild(name);
  if (Kind.isDictionary(type)) return vector?.data.length === 1 ? namesOf(vector.data[0]) : (vector?.data ?? []).flatMap(namesOf);
  if (!Kind.isFloat(type)) return Array.from(vector ?? [], String);
  const own: unknown = vector?.data.length === 1 && !nullable ? vector.data[0].values : undefined;
  if (own instanceof Float64Array) return own.subarray(0, table.numRows);
  return Float64Array.from(vector ?? [], (value: unknown) => (typeof value === "number" ? value : Number.NaN));
}

/** Names that repeat: each is made once. */
function namesOf({ values, dictionary }: Data): string[] {
  const names = Array.from(dictionary ?? [], String);
  const codes: Int32Array = values;
  return Array.from(codes, (code) => names[code]);
}

/** The numbers of a column; none where it has none. */
export function floatsOf(table: Table, name: string): Float64Array {
  const field = table.schema.fields.find((each) => each.name === name);
  const column = field ? readColumn(table, field) : [];
  return column instanceof Float64Array ? column : new Float64Array(0);
}

/** A column without values, for `length` of them. */
export function emptyColumn({ type }: Field, length: number): Column {
  return Kind.isFloat(type) ? new Float64Array(length).fill(Number.NaN) : new Array<string>(length).fill("");
}

/** Copies values `from` a column `to` another of the same kind: each to the place that `places` has for it, none where that is negative. */
export function place(to: Column, from: Column, places: ArrayLike<number>): void {
  for (let row = 0; row < places.length; row++) {
    if (places[row] < 0) continue;
    if (to instanceof Float64Array) to[places[row]] = Number(from[row]);
    else to[places[row]] = String(from[row]);
  }
}

/** A column as Arrow data, but for columns of names that repeat. */
export function dataOf({ nullable }: Field, column: Column): Data<DataType> {
  if (!(column instanceof Float64Array)) return strings(column);
  return nullable ? numbersOrNull(column) : numbers(column);
}
