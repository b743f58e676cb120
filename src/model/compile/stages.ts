import { type DelayStages, type EdgeSum, type Graph, type Operation, operands, reached } from "./graph.ts";

/** A value to compute, and the rows it goes to. */
export interface Store {
  value: number;
  row: number;
  width: number;
}

/** Calls of one function, whose arguments are in rows side by side. */
export interface CallGroup {
  name: string;
  rows: number;
  /** First scratch row; a call's result takes the place of its first argument. */
  row: number;
  /** First row of second arguments, or of scratch. */
  other: number;
  hasSecond: boolean;
}

/** Sums over edges: a matrix times rows. */
export interface SumCall {
  operation: EdgeSum & { width: number };
  /** First scratch row of the sums; what they begin with stands there before. */
  row: number;
  /** The argument in whose rows all sources stand, and the first row of each. */
  base: "y" | "p";
  sources: readonly number[];
}

/** Loops over lanes that fill scratch rows, and the calls that follow them. */
export interface Stage {
  stores: Store[];
  calls: CallGroup[];
  sums: SumCall[];
  /** Stages of delays, and the first row of p of each of their sources; they leave scratch rows alone. */
  chains: { value: number; operation: DelayStages; sources: readonly number[] }[];
}

export interface Schedule {
  stages: Stage[];
  /** Scratch row in which the result of a call is. */
  results: Map<number, number>;
  /** Scratch row to which a source of sums is copied that is no row of p. */
  copies: Map<number, number>;
  /** Scratch rows in all. */
  rows: number;
}

/** Rows of second arguments that a function wants for each row of arguments. */
const extraRows: Record<string, number> = { pow: 1 };

/**
 * Cuts a computation into loops over lanes, between which the functions run over whole rows, as in the hand-written model: a
 * function over rows is twice as fast as one that is called for each pair of lanes. What is `known` already is not computed.
 */
export function stagesOf(graph: Graph, roots: readonly number[], rows: KnownRows): Schedule {
  const known = (value: number) => rows.rowOf(value) !== undefined;
  const levels = levelsOf(graph, roots, known);
  const schedule: Schedule = { stages: [], results: new Map(), copies: new Map(), rows: 0 };
  const byLevel: number[][] = [];
  for (const [value, level] of levels) {
    if (!isCall(graph.operations[value]) || known(value)) continue;
    byLevel[level] ??= [];
    byLevel[level].push(value);
  }
  for (let level = 1; level < byLevel.length; level++) schedule.stages.push(stageOf(graph, schedule, byLevel[level] ?? [], rows));
  return schedule;
}

/** What stands in rows before anything is computed. */
export interface KnownRows {
  /** The argument from which the row of a value is counted, and its number; undefined for what is not in one. */
  rowOf: (value: number) => { base: string; row: number } | undefined;
  /** First scratch row of p. */
  scratch: number;
  /** Whether there is one lane alone: nodes side by side share vectors. */
  isSingle: boolean;
}

/** What is computed over whole rows, and not for a pair of lanes at a time. */
function isCall({ kind }: Operation): boolean {
  return kind === "function" || kind === "sum" || kind === "slice" || kind === "stages";
}

function stageOf(graph: Graph, schedule: Schedule, values: readonly number[], rows: KnownRows): Stage {
  const stage: Stage = { stores: [], calls: [], sums: [], chains: [] };
  const byName = new Map<string, number[]>();
  for (const value of values) {
    const operation = graph.operations[value];
    if (operation.kind === "function") {
      const calls = byName.get(operation.name);
      if (calls) calls.push(value);
      else byName.set(operation.name, [value]);
    } else if (operation.kind === "sum") addSum(graph, schedule, stage, { value, operation, rows });
    else if (operation.kind === "stages") {
      stage.chains.push({ value, operation, sources: operation.sources.map((source) => rowOfP(graph, schedule, stage, { source, rows })) });
    } else if (operation.kind === "slice") {
      const row = copyOf(graph, schedule, stage, operation.of);
      schedule.results.set(value, row + operation.row);
    }
  }
  for (const [name, calls] of byName) addCalls(graph, schedule, stage, { name, values: calls, rows });
  return stage;
}

interface CallUse {
  name: string;
  values: readonly number[];
  rows: KnownRows;
}

function addCalls(graph: Graph, schedule: Schedule, stage: Stage, { name, values, rows: { isSingle } }: CallUse): void {
  const count = values.reduce((sum, value) => sum + graph.widthOf(value), 0);
  // Functions take pairs: of one lane alone, an odd number of rows has one more.
  const taken = isSingle ? count + (count % 2) : count;
  const row = schedule.rows;
  const other = row + taken;
  schedule.rows = other + (extraRows[name] ?? 0) * taken;
  stage.calls.push({ name, rows: count, row, other, hasSecond: values.some((value) => operands(graph.operations[value]).length > 1) });
  let at = 0;
  for (const value of values) {
    const [first, second] = operands(graph.operations[value]);
    const width = graph.widthOf(value);
    stage.stores.push({ value: first, row: row + at, width });
    if (second !== undefined) stage.stores.push({ value: second, row: other + at, width });
    schedule.results.set(value, row + at);
    at += width;
  }
}

interface SumUse {
  value: number;
  operation: Extract<Operation, { kind: "sum" }>;
  rows: KnownRows;
}

function addSum(graph: Graph, schedule: Schedule, stage: Stage, { value, operation, rows }: SumUse): void {
  const { start, width, sources } = operation;
  const row = schedule.rows;
  schedule.rows += width;
  if (start !== undefined) stage.stores.push({ value: start, row, width });
  // One address reaches all: sources are copied to rows of p unless all are in rows of y.
  const isInY = sources.length > 0 && sources.every((source) => rows.rowOf(source)?.base === "y");
  const first = sources.map((source) => (isInY ? (rows.rowOf(source)?.row ?? 0) : rowOfP(graph, schedule, stage, { source, rows })));
  stage.sums.push({ operation, row, base: isInY ? "y" : "p", sources: first });
  schedule.results.set(value, row);
}

/** The row of p in which a source stands, to which it is copied where it is in none. */
function rowOfP(graph: Graph, schedule: Schedule, stage: Stage, { source, rows }: { source: number; rows: KnownRows }): number {
  const known = rows.rowOf(source);
  const result = schedule.results.get(source);
  if (result === undefined && known?.base === "p") return known.row;
  return rows.scratch + (result ?? copyOf(graph, schedule, stage, source));
}

/** The scratch row to which a value is copied. */
function copyOf(graph: Graph, schedule: Schedule, stage: Stage, value: number): number {
  const known = schedule.copies.get(value);
  if (known !== undefined) return known;
  const row = schedule.rows;
  const width = graph.widthOf(value);
  schedule.rows += width;
  stage.stores.push({ value, row, width });
  schedule.copies.set(value, row);
  return row;
}

/** For each value that the roots need, how many calls must have been made before it is known. */
function levelsOf(graph: Graph, roots: readonly number[], known: (value: number) => boolean): Map<number, number> {
  const levels = new Map<number, number>();
  for (const value of [...reached(graph, roots, known)].sort((a, b) => a - b)) {
    const operation = graph.operations[value];
    const below = known(value) ? 0 : operands(operation).reduce((most, operand) => Math.max(most, levels.get(operand) ?? 0), 0);
    levels.set(value, isCall(operation) && !known(value) ? below + 1 : below);
  }
  return levels;
}
