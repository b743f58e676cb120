import type { EdgeSum } from "./graph.ts";

/** The words that assembly/math/spmv.ts reads: targets, whether there are weights, whether the sums begin with something; for each target its terms. */
export type SumTable = number[];

/** The table of sums over edges; `rowOf` is the row of p in which a source begins. */
export function tableOf(
  { start, weights, sources, terms, width }: EdgeSum & { width: number },
  rowOf: (source: number) => number,
): SumTable {
  const rows = sources.map(rowOf);
  const byTarget = Array.from({ length: width }, (): number[] => []);
  for (const { target, source, row } of terms) byTarget[target].push(rows[source] + row);
  return [width, weights === undefined ? 0 : 1, start === undefined ? 0 : 1, ...byTarget.flatMap((each) => [each.length, ...each])];
}
