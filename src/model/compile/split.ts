import { type Graph, type Operation, reached } from "./graph.ts";

/** The values of each row of a value; of constants and of the time, which are the same for all, one. */
export type Rows = ReadonlyMap<number, readonly number[]>;

/** Takes values apart that are of several nodes side by side: each row becomes a value of its own. A value of one row is itself. */
export function split(graph: Graph, roots: readonly number[]): Rows {
  const rows = new Map<number, readonly number[]>();
  const part = (value: number, row: number): number => {
    const all = rows.get(value) ?? [];
    return all[Math.min(row, all.length - 1)];
  };
  for (const value of [...reached(graph, roots)].sort((a, b) => a - b)) {
    const operation = graph.operations[value];
    const parts = () => Array.from({ length: graph.widthOf(value) }, (_, row) => partOf(graph, { operation, value, row }, part));
    rows.set(value, graph.within(1, parts));
  }
  return rows;
}

interface Whole {
  operation: Operation;
  value: number;
  row: number;
}

function partOf(graph: Graph, { operation, value, row }: Whole, part: (value: number, row: number) => number): number {
  switch (operation.kind) {
    case "constant":
    case "time":
    case "direction":
      return value;
    case "state":
    case "param":
    case "input":
    case "delayed":
    case "mode":
      return graph.add({ kind: operation.kind, row: operation.row + row, width: 1 });
    case "plain":
      return graph.plain(
        operation.op,
        operation.args.map((arg) => part(arg, row)),
      );
    case "function":
      return graph.call(
        operation.name,
        operation.args.map((arg) => part(arg, row)),
      );
    case "slice":
      return part(operation.of, operation.row);
    case "stages":
      return stageOf(graph, operation, row, part);
    case "sum":
      return sumOf(graph, operation, row, part);
  }
}

/** One stage, with the bits of assembly/math/spmv.ts. */
function stageOf(
  graph: Graph,
  { first, sources, stages }: Extract<Operation, { kind: "stages" }>,
  row: number,
  part: (value: number, row: number) => number,
): number {
  const state = (which: number) => graph.add({ kind: "state", row: first + which, width: 1 });
  const { rate, delay, before } = stages[row];
  const factor = graph.constant(rate);
  const value = before ? part(sources[before.source], before.row) : state(row - 1);
  const own = delay === undefined ? factor : graph.plain("div", factor, part(sources[delay], 0));
  return graph.plain("mul", own, graph.plain("sub", value, state(row)));
}

/** One row of sums, added in the order of assembly/math/spmv.ts. */
function sumOf(
  graph: Graph,
  { start, weights, sources, terms }: Extract<Operation, { kind: "sum" }>,
  target: number,
  part: (value: number, row: number) => number,
): number {
  // Weights stand in the order of their targets.
  const first = terms.reduce((before, term) => before + (term.target < target ? 1 : 0), 0);
  const own = terms.filter((term) => term.target === target);
  const values = own.map(({ source, row }, i) => {
    const value = part(sources[source], row);
    return weights === undefined ? value : graph.plain("mul", graph.add({ kind: "param", row: weights + first + i, width: 1 }), value);
  });
  const all = start === undefined ? values : [part(start, target), ...values];
  return all.length === 0 ? graph.constant(0) : all.reduce((a, b) => graph.plain("add", a, b));
}
