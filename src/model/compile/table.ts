import { WEIGHT_ROWS, type WeightedSums } from "../model.ts";
import type { DelayStages, EdgeSum } from "./graph.ts";

/** The words of a table that assembly/math/spmv.ts reads. */
export type Table = number[];

/** Tables by what they are of: the functions of a model read the same ones. */
const known = new WeakMap<object, { rows: readonly number[]; table: Table }[]>();

/** The table of sums or stages, which is made once for the rows in which their sources begin. */
export function tableFor(operation: (EdgeSum & { width: number }) | DelayStages, rows: readonly number[]): Table {
  const tables = known.get(operation) ?? [];
  known.set(operation, tables);
  const found = tables.find((each) => each.rows.length === rows.length && each.rows.every((row, i) => row === rows[i]));
  if (found) return found.table;
  const table = "terms" in operation ? tableOf(operation, rows) : tableOfStages(operation, rows);
  tables.push({ rows, table });
  return table;
}

/** What is to be known of the weights of a table of sums that stands from word `at` on: its head has three words, and each target one. */
export function weightsOf(table: Table, { at, row }: { at: number; row: number }): WeightedSums {
  return { word: at + 1, row, rows: table.length - 3 - table[0] };
}

/** The table of sums over edges; `rows` are those in which the sources begin. Words: targets, whether there are weights, whether the sums begin with something; for each target its terms. */
function tableOf({ start, weights, terms, width }: EdgeSum & { width: number }, rows: readonly number[]): Table {
  const table = [width, weights === undefined ? 0 : WEIGHT_ROWS, start === undefined ? 0 : 1];
  let next = 0;
  for (let target = 0; target < width; target++) {
    const count = table.push(0) - 1;
    for (; next < terms.length && terms[next].target === target; next++) table.push(rows[terms[next].source] + terms[next].row);
    table[count] = table.length - count - 1;
  }
  return table;
}

/** The table of stages; `rows` are those in which the sources begin. Words: stages, then of each the two halves of its rate, or what a row divides and -1 - that row, and the row before it or -1. */
function tableOfStages({ stages }: DelayStages, rows: readonly number[]): Table {
  const halves = new Int32Array(Float64Array.from(stages, ({ rate }) => rate).buffer);
  const table = [stages.length];
  stages.forEach(({ rate, delay, before }, i) => {
    if (delay === undefined) table.push(halves[2 * i], halves[2 * i + 1]);
    else table.push(rate, -1 - rows[delay]);
    table.push(before ? rows[before.source] + before.row : -1);
  });
  return table;
}
