import type { DelayStages, EdgeSum } from "./graph.ts";

/** The words of a table that assembly/math/spmv.ts reads. */
export type Table = number[];

/** The table of sums over edges; `rows` are those in which the sources begin. Words: targets, whether there are weights, whether the sums begin with something; for each target its terms. */
export function tableOf({ start, weights, terms, width }: EdgeSum & { width: number }, rows: readonly number[]): Table {
  const byTarget = Array.from({ length: width }, (): number[] => []);
  for (const { target, source, row } of terms) byTarget[target].push(rows[source] + row);
  return [width, weights === undefined ? 0 : 1, start === undefined ? 0 : 1, ...byTarget.flatMap((each) => [each.length, ...each])];
}

/** The table of stages; `rows` are those in which the sources begin. Words: stages, then of each the two halves of its rate, or what a row divides and -1 - that row, and the row before it or -1. */
export function tableOfStages({ stages }: DelayStages, rows: readonly number[]): Table {
  const halves = new Int32Array(Float64Array.from(stages, ({ rate }) => rate).buffer);
  const table = [stages.length];
  stages.forEach(({ rate, delay, before }, i) => {
    if (delay === undefined) table.push(halves[2 * i], halves[2 * i + 1]);
    else table.push(rate, -1 - rows[delay]);
    table.push(before ? rows[before.source] + before.row : -1);
  });
  return table;
}
