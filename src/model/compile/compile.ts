import { MassgridError, sanitize } from "../../errors.ts";
import type { Equations } from "../equation/equations.ts";
import type { History, Model, Variable } from "../model.ts";
import { compileBytes } from "../wasm.ts";
import { about } from "./about.ts";
import { assemble, type ExportedFunction } from "./assemble.ts";
import type { Row } from "./emit.ts";
import { emitFunctions } from "./functions.ts";
import { Graph } from "./graph.ts";
import { hoistable } from "./hoist.ts";
import { jacobianOf } from "./jacobian.ts";
import { lower, type Scope, type Value } from "./lower.ts";
import type { Past } from "./past.ts";
import { rowsOf, scopeOf, widthOf } from "./scope.ts";
import type { Store } from "./stages.ts";

/** What a model computes: values in a graph, and the rows they go to. */
interface Parts {
  graph: Graph;
  derivatives: Store[];
  observed: Store[];
  /** Derivatives of the right-hand side, where they are asked for. */
  jacobian: Store[];
  outputs: Variable[];
  intensities: Store[];
  scope: Scope;
  past: Past;
}

/**
 * Compiles a flat model to WebAssembly: a Model whose rows are those of its equations, in their order. On request with
 * `jacobian`, which throws E_JACOBIAN where the model has too many states.
 */
export function compileEquations(equations: Equations, { jacobian = false }: { jacobian?: boolean } = {}): Model {
  const { name, timeUnit } = equations;
  const [states, params, inputs] = [equations.states, equations.params, equations.inputs].map(rowsOf);
  const parts = lowerAll(equations);
  if (jacobian) parts.jacobian = jacobianOf(parts.graph, parts.derivatives, name);
  const { functions, derived, used, memory, tables } = emitAll(parts, params.length, inputs.length);
  const module = compileBytes(assemble(functions, used));
  const timeRows = timeRowsOf(parts.graph);
  return {
    ...{ name, timeUnit, states, params, inputs, outputs: parts.outputs, derived, module },
    ...(timeRows === 1 ? {} : { timeRows }),
    ...(memory.lines > 0 ? { history: memory } : {}),
    ...(jacobian ? { jacobian } : {}),
    ...(tables.length > 0 ? { tables: Int32Array.from(tables) } : {}),
  };
}

/** Rows of time that a loop over all nodes of a kind reads; none where no equation names t. */
function timeRowsOf(graph: Graph): number {
  const usesTime = graph.operations.some(({ kind }) => kind === "time");
  return usesTime ? graph.operations.reduce((most, _, value) => Math.max(most, graph.widthOf(value)), 1) : 0;
}

/** Lowers all equations: values of derivatives, and of algebraic variables. */
export function lowerAll(equations: Equations): Parts {
  const graph = new Graph();
  const { scope, past } = scopeOf(graph, equations);
  const derivatives: Store[] = [];
  let row = 0;
  for (const state of equations.states) {
    const { path, im, derivative } = state;
    const width = widthOf(state);
    const value = about(path, () => graph.within(width, () => lower(graph, derivative, scope)));
    if (im === undefined && value.im !== undefined) throw complexDerivative(path);
    derivatives.push({ value: value.re, row, width });
    if (im !== undefined) derivatives.push({ value: value.im ?? graph.constant(0), row: row + width, width });
    row += im === undefined ? width : 2 * width;
  }
  const intensities = (equations.intensities ?? []).map((each, row) => ({ value: lower(graph, each, scope).re, row, width: 1 }));
  return { graph, derivatives, jacobian: [], intensities, scope, past, ...observations(graph, equations, scope) };
}

function complexDerivative(path: string): MassgridError {
  const message = `the derivative of ${sanitize(path)} is complex, but the variable is real; declare it variable(complex)`;
  return new MassgridError([{ code: "E_COMPLEX", path: [], message, variable: path }]);
}

function observations(graph: Graph, { algebraic }: Equations, scope: Scope): { observed: Store[]; outputs: Variable[] } {
  const observed: Store[] = [];
  const outputs: Variable[] = [];
  for (const each of algebraic) {
    const width = widthOf(each);
    const paths = [each.path, ...(each.copies ?? [])];
    const { re, im }: Value = graph.within(width, () => scope.value(each.path));
    const parts =
      im === undefined
        ? [{ part: "", value: re }]
        : [
            { part: ".re", value: re },
            { part: ".im", value: im },
          ];
    for (const { part, value } of parts) {
      observed.push({ value, row: outputs.length, width });
      outputs.push(...paths.map((path) => ({ path: path + part, value: 0, unit: each.unit })));
    }
  }
  return { observed, outputs };
}

interface Emitted {
  functions: ExportedFunction[];
  derived: number;
  used: Set<string>;
  memory: History;
  tables: number[];
}

/**
 * Emits rhs, observe, diffuse where noise has intensities to compute, pushHistory where there is a past, jacobian where it is asked for,
 * and derive where there is something to derive or scratch to have.
 */
function emitAll({ graph, derivatives, observed, intensities, jacobian, scope, past }: Parts, params: number, inputs: number): Emitted {
  const roots = [...derivatives, ...observed, ...intensities, ...jacobian].map(({ value }) => value);
  const still = hoistable(graph, [...roots, ...past.delays]);
  const first = params + inputs + past.count;
  const kept: Store[] = [];
  let scratch = first;
  for (const value of still) {
    kept.push({ value, row: scratch, width: graph.widthOf(value) });
    scratch += graph.widthOf(value);
  }
  const keptRows = new Map(kept.map(({ value, row }) => [value, row]));
  const { lines, delayed } = past.finish(scope.value, (value) => keptRows.get(value) ?? paramRow(graph, value));
  const given = rowFinder(graph, params, inputs);
  const rowOf = (value: number): Row | undefined => {
    const at = keptRows.get(value);
    return at === undefined ? given(value) : { base: "p", row: at };
  };
  const functions = { derivatives, observed, intensities, lines, jacobian, kept };
  const draft = emitFunctions({ graph, scratch, rowsOfP: 0 }, functions, { rowOf, given });
  // Tables stand behind all rows, whose number is known only now.
  const rowsOfP = scratch + draft.scratch;
  const whole = draft.tables.length === 0 ? draft : emitFunctions({ graph, scratch, rowsOfP }, functions, { rowOf, given });
  const memory = { lines: lines.reduce((sum, { width }) => sum + width, 0), delayed };
  return { functions: whole.functions, derived: rowsOfP - first, used: whole.used, memory, tables: whole.tables };
}

function paramRow({ operations }: Graph, value: number): number | undefined {
  const operation = operations[value];
  return operation.kind === "param" ? operation.row : undefined;
}

/** Finds the rows of what a model is given. */
function rowFinder({ operations }: Graph, params: number, inputs: number): (value: number) => Row | undefined {
  return (value) => {
    const operation = operations[value];
    switch (operation.kind) {
      case "state":
        return { base: "y", row: operation.row };
      case "param":
        return { base: "p", row: operation.row };
      case "input":
        return { base: "p", row: params + operation.row };
      case "delayed":
        return { base: "p", row: params + inputs + operation.row };
      case "time":
        return { base: "t", row: 0 };
      default:
        return undefined;
    }
  };
}
