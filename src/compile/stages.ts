import { type Graph, operands } from "./graph.ts";
import { reached } from "./hoist.ts";

/** A value to compute, and the row it goes to. */
export interface Store {
  value: number;
  row: number;
}

/** Calls of one function, whose arguments are in rows side by side. */
export interface CallGroup {
  name: string;
  rows: number;
  /** First scratch row; a call's result takes the place of its first argument. */
  row: number;
  /** First row of second arguments, or of scratch. */
  other: number;
}

/** A loop over lanes that fills scratch rows, and the calls that follow it. */
export interface Stage {
  stores: Store[];
  calls: CallGroup[];
}

export interface Schedule {
  stages: Stage[];
  /** Scratch row in which the result of a function is. */
  results: Map<number, number>;
  /** Scratch rows in all. */
  rows: number;
}

/** Rows of scratch, or of second arguments, that a function wants for each row of arguments. */
const extraRows: Record<string, number> = { sigmoid: 5, pow: 1 };

/**
 * Cuts a computation into loops over lanes, between which the functions run over whole rows, as in the hand-written model: a
 * function over rows is twice as fast as one that is called for each pair of lanes. What is `known` already is not computed.
 */
export function stagesOf(graph: Graph, roots: readonly number[], known: (value: number) => boolean): Schedule {
  const levels = levelsOf(graph, roots, known);
  const schedule: Schedule = { stages: [], results: new Map(), rows: 0 };
  const deepest = Math.max(0, ...levels.values());
  for (let level = 1; level <= deepest; level++) {
    const byName = new Map<string, number[]>();
    for (const [value, at] of levels) {
      const operation = graph.operations[value];
      if (operation.kind !== "function" || at !== level || known(value)) continue;
      byName.set(operation.name, [...(byName.get(operation.name) ?? []), value]);
    }
    schedule.stages.push(stageOf(graph, schedule, byName));
  }
  return schedule;
}

function stageOf(graph: Graph, schedule: Schedule, byName: ReadonlyMap<string, number[]>): Stage {
  const stage: Stage = { stores: [], calls: [] };
  for (const [name, values] of byName) {
    const row = schedule.rows;
    const other = row + values.length;
    schedule.rows = other + (extraRows[name] ?? 0) * values.length;
    stage.calls.push({ name, rows: values.length, row, other });
    values.forEach((value, i) => {
      const [first, second] = operands(graph.operations[value]);
      stage.stores.push({ value: first, row: row + i });
      if (second !== undefined) stage.stores.push({ value: second, row: other + i });
      schedule.results.set(value, row + i);
    });
  }
  return stage;
}

/** For each value that the roots need, how many functions must have run before it is known. */
function levelsOf(graph: Graph, roots: readonly number[], known: (value: number) => boolean): Map<number, number> {
  const levels = new Map<number, number>();
  for (const value of [...reached(graph, roots, known)].sort((a, b) => a - b)) {
    const operation = graph.operations[value];
    const below = known(value) ? 0 : Math.max(0, ...operands(operation).map((operand) => levels.get(operand) ?? 0));
    levels.set(value, operation.kind === "function" && !known(value) ? below + 1 : below);
  }
  return levels;
}
