import type { Algebraic } from "../equation/equations.ts";
import type { ModelLayout } from "../model.ts";
import { compileBytes } from "../wasm.ts";
import { type LoweredModel, observations } from "./compile.ts";
import { emit } from "./emit.ts";
import { gradientsOf } from "./gradient.ts";
import { type Graph, type Operation, reached } from "./graph.ts";
import { inLateStates, type LateState } from "./late-states.ts";
import { assemble, library } from "./library.ts";
import { lower } from "./lower.ts";
import { finite } from "./partials.ts";
import { withContext } from "./scope.ts";
import { split } from "./split.ts";
import type { Store } from "./stages.ts";
import { tangentsOf } from "./tangents.ts";
import type { Row, Task } from "./task.ts";

/** A row of p: of a parameter or of an input. */
export interface GivenRow {
  kind: "param" | "input";
  row: number;
}

/** What is to be compiled of a model as an autonomous vector field. */
export interface FieldRequest {
  /** Free parameters, each the rows that have its value. */
  free: readonly (readonly GivenRow[])[];
  /** Further algebraic variables, for outputs that are expressions. */
  expressions: readonly Algebraic[];
  /** What is observed: rows of the model, or rows of `expressions` by path. */
  observed: readonly ({ kind: "state" | "param" | "input" | "output"; row: number } | { path: string })[];
}

/** A state or output whose equation depends on the time, which no autonomous vector field does. */
export interface Obstacle {
  path: string;
}

/** Where equations bend or jump: a comparison, or a function with a corner, and the path of the state whose equation has it. */
export interface Corner {
  operation: string;
  path: string;
}

/**
 * A vector field compiled for one point: rows are single numbers. The module exports `evaluate`, `jacobian`, `second`, `third`,
 * `observe` and `margins`, each of `(y, out, p, d, n)`, n being 1; d has the directions a, b and c, one behind the other, each of a number for
 * each state and each free parameter. `margins` are 0 where a corner is. Of a model with delays, states of the past follow those of the present
 * wherever states stand, and it also exports `delays`, which writes all delays and then, row by row, their derivatives by the free parameters.
 */
export interface FieldModule {
  layout: ModelLayout;
  module: WebAssembly.Module;
  /** Rows of p: parameters, inputs, and scratch. */
  rowsOfP: number;
  obstacles: readonly Obstacle[];
  corners: readonly Corner[];
  /** Which free parameters no right-hand side and no delay depends on. */
  idle: readonly number[];
  /** What right-hand sides look back to; a model without delays has none. */
  past?: { slots: readonly LateState[]; delays: number };
}

const ARGUMENTS = ["y", "out", "p", "d", "n"];

/** Compiles a lowered model, which takes what is added to it, as a vector field with exact derivatives. */
export function compileField(lowered: LoweredModel, request: FieldRequest): FieldModule {
  const { graph, layout } = lowered;
  const states = layout.states.length;
  const present = [...rowsOfStores(graph, lowered.derivatives), ...observedValues(lowered, request)];
  const { slots, delays, values } = inLateStates({ ...lowered, states }, present);
  const [rhs, observed] = [values.slice(0, states), values.slice(states)];
  const size = states + slots.length + request.free.length;
  const seedOf = freeVariables(states + slots.length, request.free);
  const functions = {
    evaluate: stores(graph, rhs),
    jacobian: jacobianStores(graph, rhs, { size, variableOf: seedOf }),
    ...higher(graph, rhs, size, seedOf),
    observe: stores(graph, observed),
    ...(slots.length > 0
      ? { delays: delayStores(graph, delays, { first: states + slots.length, count: request.free.length, seedOf }) }
      : {}),
  };
  const { corners, margins } = cornersOf(graph, rhs, layout);
  const { module, scratch } = assembled(lowered, { ...functions, margins: stores(graph, margins) });
  const driven = reached(graph, [...rhs, ...delays]);
  const paths = [...layout.states.map(({ path }) => path), ...request.observed.map((each) => ("path" in each ? each.path : ""))];
  return {
    ...{ layout, module, corners },
    rowsOfP: layout.params.length + layout.inputs.length + scratch,
    obstacles: obstaclesOf(graph, [...rhs, ...observed], paths),
    idle: [...request.free.keys()].filter(
      (j) => ![...driven].some((value) => seedOf(graph.operations[value]) === states + slots.length + j),
    ),
    ...(slots.length > 0 ? { past: { slots, delays: delays.length } } : {}),
  };
}

/** Delays, and then their derivatives by the free parameters, which are variables from `first` on. */
function delayStores(
  graph: Graph,
  delays: readonly number[],
  { first, count, seedOf }: { first: number; count: number; seedOf: (operation: Operation) => number | undefined },
): Store[] {
  const gradients = gradientsOf(graph, delays, seedOf);
  const slopes = gradients.flatMap((gradient) => Array.from({ length: count }, (_, j) => gradient.get(first + j)));
  return stores(graph, [...delays, ...slopes]);
}

/** The number of a state or a free parameter among all variables, of which so many are states. */
function freeVariables(states: number, free: FieldRequest["free"]): (operation: Operation) => number | undefined {
  const numbers = new Map(free.flatMap((rows, j) => rows.map(({ kind, row }) => [`${kind} ${row}`, states + j] as const)));
  return (operation) => {
    if (operation.kind === "state") return operation.row;
    if (operation.kind !== "param" && operation.kind !== "input") return undefined;
    return numbers.get(`${operation.kind} ${operation.row}`);
  };
}

/** One value for each row. */
function rowsOfStores(graph: Graph, all: readonly Store[]): number[] {
  const roots = all.map(({ value }) => value);
  const rows = split(graph, roots);
  const found: number[] = [];
  for (const { value, row, width } of all) {
    const parts = rows.get(value) ?? [];
    for (let i = 0; i < width; i++) found[row + i] = parts[Math.min(i, parts.length - 1)];
  }
  return found;
}

function observedValues(lowered: LoweredModel, { expressions, observed }: FieldRequest): number[] {
  const { graph, layout, scope } = lowered;
  const added = observations(expressions, layout.outputs.length, (each) =>
    withContext(each.path, () => graph.within(1, () => lower(graph, each.expression, scope))),
  );
  const rows = new Map<string, number>();
  for (const [i, { path }] of added.outputs.entries()) if (!rows.has(path)) rows.set(path, layout.outputs.length + i);
  const wanted = observed.map((each) => ("path" in each ? { kind: "output" as const, row: rows.get(each.path) ?? -1 } : each));
  // Most outputs of a model are not asked for, and a network has thousands.
  const needed = [...lowered.observed, ...added.observed].filter(({ row, width }) =>
    wanted.some((each) => each.kind === "output" && each.row >= row && each.row < row + width),
  );
  const outputs = rowsOfStores(graph, needed);
  return wanted.map(({ kind, row }) => (kind === "output" ? outputs[row] : graph.add({ kind, row, width: 1 })));
}

function stores(graph: Graph, values: readonly (number | undefined)[]): Store[] {
  return values.map((value, row) => ({ value: value ?? graph.constant(0), row, width: 1 }));
}

/** Row by row, each of `size` numbers; zeros first. */
function jacobianStores(
  graph: Graph,
  rhs: readonly number[],
  { size, variableOf }: { size: number; variableOf: (operation: Operation) => number | undefined },
): Store[] {
  const gradients = gradientsOf(graph, rhs, variableOf);
  const zeros = { value: graph.constant(0), row: 0, width: rhs.length * size };
  const others = gradients.flatMap((gradient, i) =>
    [...gradient].map(([j, value]) => ({ value: graph.within(1, () => finite(graph, value)), row: i * size + j, width: 1 })),
  );
  return [zeros, ...others];
}

/** D²f [a, b] and D³f [a, b, c]. */
function higher(graph: Graph, rhs: readonly number[], size: number, variableOf: (operation: Operation) => number | undefined) {
  const along = (which: number) => (operation: Operation) => {
    const variable = variableOf(operation);
    return variable === undefined ? undefined : graph.add({ kind: "direction", row: which * size + variable, width: 1 });
  };
  const first = tangentsOf(graph, rhs, along(0));
  const second = tangentsOf(graph, first, along(1));
  const third = tangentsOf(graph, second, along(2));
  const guarded = (values: readonly (number | undefined)[]) =>
    stores(
      graph,
      values.map((value) => (value === undefined ? undefined : graph.within(1, () => finite(graph, value)))),
    );
  return { second: guarded(second), third: guarded(third) };
}

/** Operations with a corner or a jump, by what is 0 there. */
const comparing = ["gt", "lt", "ge", "le", "eq", "ne", "min", "max"];
const names: Readonly<Record<string, string>> = { gt: ">", lt: "<", ge: ">=", le: "<=", eq: "==", ne: "!=" };
const rounding = ["floor", "ceil", "nearest"];

/** Corners of right-hand sides that are where a state, a parameter or an input decides, and what is 0 there. */
function cornersOf(graph: Graph, rhs: readonly number[], { states }: ModelLayout): { corners: Corner[]; margins: number[] } {
  const corners: Corner[] = [];
  const margins: number[] = [];
  const seen = new Set<number>();
  rhs.forEach((root, i) => {
    for (const value of reached(graph, [root])) {
      const operation = graph.operations[value];
      if (seen.has(value) || operation.kind !== "plain") continue;
      seen.add(value);
      const margin = graph.within(1, () => marginOf(graph, operation.op, operation.args));
      if (margin === undefined || margins.includes(margin)) continue;
      margins.push(margin);
      corners.push({ operation: names[operation.op] ?? operation.op, path: states[i].path });
    }
  });
  return { corners, margins };
}

function marginOf(graph: Graph, op: string, [a, b]: readonly number[]): number | undefined {
  if (comparing.includes(op)) {
    const margin = graph.plain("sub", a, b);
    // A number compared with itself tells whether it is one.
    return a === b || graph.operations[margin].kind === "constant" ? undefined : margin;
  }
  if (op === "abs") return a;
  if (!rounding.includes(op)) return undefined;
  const at = op === "nearest" ? graph.plain("add", a, graph.constant(0.5)) : a;
  return betweenWholes(graph, at);
}

/** The distance to the nearest whole number, of another sign on each side of one. */
function betweenWholes(graph: Graph, value: number): number {
  const half = graph.constant(0.5);
  const below = graph.plain("floor", value);
  const middle = graph.plain("abs", graph.plain("sub", graph.plain("sub", value, below), half));
  const two = graph.constant(2);
  const parity = graph.plain("sub", below, graph.plain("mul", two, graph.plain("floor", graph.plain("mul", half, below))));
  return graph.plain("mul", graph.plain("sub", half, middle), graph.plain("sub", graph.constant(1), graph.plain("mul", two, parity)));
}

function obstaclesOf(graph: Graph, values: readonly number[], paths: readonly string[]): Obstacle[] {
  return values.flatMap((root, i): Obstacle[] => {
    const dependsOnTime = [...reached(graph, [root])].some((value) => graph.operations[value].kind === "time");
    return dependsOnTime ? [{ path: paths[i] }] : [];
  });
}

/** Emits one function for each list of stores. */
function assembled({ graph, layout }: LoweredModel, functions: Readonly<Record<string, Store[]>>) {
  const inputs = layout.params.length;
  const scratch = inputs + layout.inputs.length;
  const used = new Set<string>();
  const task: Omit<Task, "stores"> = {
    ...{ graph, args: ARGUMENTS, out: "out", scratch, isSingle: true, rowsOfP: 0 },
    rowOf: (value) => rowOf(graph.operations[value], inputs),
    functionIndex: (name) => {
      used.add(`${name}s`);
      const index = library().exports.get(`${name}s`);
      if (index === undefined) throw new Error(`the library has no function ${name}`);
      return index;
    },
    addTable: () => {
      throw new Error("a value of several rows was left in a vector field");
    },
  };
  const emitted = Object.entries(functions).map(([name, stores]) => ({ name, ...emit({ ...task, stores }) }));
  const module = compileBytes(
    assemble(
      emitted.map(({ name, body }) => ({ name, args: ARGUMENTS.length, body })),
      used,
    ),
  );
  return { module, scratch: emitted.reduce((most, each) => Math.max(most, each.scratch), 0) };
}

function rowOf(operation: Operation, inputs: number): Row | undefined {
  switch (operation.kind) {
    case "state":
      return { base: "y", row: operation.row };
    case "param":
      return { base: "p", row: operation.row };
    case "input":
      return { base: "p", row: inputs + operation.row };
    case "direction":
      return { base: "d", row: operation.row };
    // What no autonomous field has: told as an obstacle, before any function is called.
    case "time":
      return { base: "y", row: 0 };
    default:
      return undefined;
  }
}
