import type { Table } from "apache-arrow/table";
import { columnsWith, KEY, pointColumns } from "../../sweep/columns.ts";
import { givenNames, nameList, type Points } from "../../sweep/points.ts";

import { numbers, strings, tableOf } from "../../table/arrow.ts";
import { floatsOf } from "./columns.ts";
import { formats } from "./formats.ts";

/** The bytes of `grid.arrow`: a row for each point, with its `key`, and a column for each grid key, with its unit. */
export async function gridFile(points: Points): Promise<Uint8Array> {
  return await formats.arrow.encode(gridTable(points));
}

/** The parameter grid without its replicates, each of which has a row in `grid`. */
export function paramGridOf(grid: Table, replicates: number): Table {
  if (replicates === 1) return grid;
  const rows = Array.from({ length: Math.floor(grid.numRows / replicates) }, (_, i) => i * replicates);
  const names = grid.getChild(KEY);
  const columns = columnsWith(grid, "grid");
  const keys = columns.map(({ name }) => name);
  return gridTable({
    names: givenNames(rows.map((row) => String(names?.get(row)).replace(/_r0$/, ""))),
    keys,
    columns: keys.map((key) => {
      const values = floatsOf(grid, key);
      return Float64Array.from(rows, (row) => values[row]);
    }),
    units: columns.map(({ unit }) => unit),
  });
}

export function gridTable(points: Points): Table {
  return tableOf(pointColumns(points), [strings(nameList(points.names)), ...points.columns.map(numbers)]);
}
