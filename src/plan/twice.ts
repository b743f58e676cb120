import { valuesIn } from "../kernel/key-values.ts";
import { expand, type Grid } from "../sweep/points.ts";

/** A grid as a list of its points, and all of them once more behind these; points with names of their own are called name_up and name_down. */
export function twice(grid: Grid): Grid {
  const { columns } = expand(grid, "");
  const values = columns.map((column) => {
    const both = new Float64Array(2 * column.length);
    both.set(valuesIn(column));
    both.set(valuesIn(column), column.length);
    return both;
  });
  const named = (names: string[] | undefined) => names && ["up", "down"].flatMap((way) => names.map((name) => `${name}_${way}`));
  const { keys, count, names, labels } = grid;
  return { keys, values, permute: false, count: 2 * count, names: named(names), labels: named(labels), isTwice: grid.permute };
}
