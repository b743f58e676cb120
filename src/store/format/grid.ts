import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { Utf8 } from "apache-arrow/type";
import { givenNames, nameList } from "../../sweep/names.ts";
import { type Points, REPLICATE } from "../../sweep/points.ts";
import { batch, numbers, strings } from "../../table/columns.ts";
import { keyFields } from "../../table/fields.ts";
import { floatsOf } from "./column.ts";
import { formats } from "./format.ts";

/** The points of a sweep as a file: `key`, and a column for each grid key, with its unit. */
export async function gridFile(points: Points): Promise<Uint8Array> {
  return await formats.arrow.encode(gridTable(points));
}

/** The grid of which the points of a sweep were made: without its replicates, each of which has a row in `grid`. */
export function paramGridOf(grid: Table, replicates: number): Table {
  if (replicates === 1) return grid;
  const rows = Array.from({ length: Math.floor(grid.numRows / replicates) }, (_, i) => i * replicates);
  const names = grid.getChild("key");
  const fields = grid.schema.fields.filter(({ name }) => name !== "key" && name !== REPLICATE);
  const keys = fields.map(({ name }) => name);
  return gridTable({
    names: givenNames(rows.map((row) => String(names?.get(row)).replace(/_r0$/, ""))),
    keys,
    columns: keys.map((key) => {
      const values = floatsOf(grid, key);
      return Float64Array.from(rows, (row) => values[row]);
    }),
    units: fields.map(({ metadata }) => metadata.get("unit") ?? ""),
  });
}

export function gridTable(points: Points): Table {
  const { names, columns } = points;
  const fields = [new Field("key", new Utf8(), false), ...keyFields(points)];
  const schema = new Schema(fields);
  return new Table(schema, [batch(schema, fields, names.length, [strings(nameList(names)), ...columns.map(numbers)])]);
}
