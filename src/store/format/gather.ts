import { Table } from "apache-arrow/table";
import { KEY } from "../../sweep/columns.ts";
import { batch, strings, type Texts } from "../../table/arrow.ts";
import { dataOf, emptyColumn, place, readColumn } from "./column.ts";

/** Rows of a table, and the rows of another that they become: negative for those that are left out. */
export interface Portion {
  table: Table;
  to: ArrayLike<number>;
}

/** A table of one batch with `length` rows that come from several tables of one schema; `keys` are new names of its rows. */
export function gather(portions: readonly Portion[], length: number, keys?: Texts): Table {
  const { schema } = portions[0].table;
  const children = schema.fields.map((field) => {
    if (keys && field.name === KEY) return strings(keys);
    const whole = emptyColumn(field, length);
    for (const { table, to } of portions) place(whole, readColumn(table, field), to);
    return dataOf(field, whole);
  });
  return new Table(schema, [batch(schema, schema.fields, length, children)]);
}
