import type { Equations } from "../equation/equations.ts";
import { MassgridError } from "../errors.ts";
import type { Memory, Model, Variable } from "../model.ts";
import { compileBytes } from "../wasm.ts";
import { assemble, type ExportedFunction } from "./assemble.ts";
import { emit, type Row, type Task } from "./emit.ts";
import { Graph } from "./graph.ts";
import { hoistable } from "./hoist.ts";
import { library } from "./library.ts";
import { lower, type Scope, type Value } from "./lower.ts";
import type { Past } from "./past.ts";
import { rowsOf, scopeOf } from "./scope.ts";
import type { Store } from "./stages.ts";

/** What a model computes: values in a graph, and the rows they go to. */
interface Parts {
  graph: Graph;
  derivatives: Store[];
  observed: Store[];
  outputs: Variable[];
  scope: Scope;
  past: Past;
}

/** Compiles a flat model to WebAssembly: a Model whose rows are those of its equations, in their order. */
export function compileEquations(equations: Equations): Model {
  const { name, timeUnit } = equations;
  const [states, params, inputs] = [equations.states, equations.params, equations.inputs].map(rowsOf);
  const parts = lowerAll(equations);
  const { functions, derived, used, memory } = emitAll(parts, params.length, inputs.length);
  const module = compileBytes(assemble(functions, used));
  const whole = { name, timeUnit, states, params, inputs, outputs: parts.outputs, derived, module };
  return memory.lines > 0 ? { ...whole, memory } : whole;
}

function lowerAll(equations: Equations): Parts {
  const graph = new Graph();
  const { scope, past } = scopeOf(graph, equations);
  const derivatives: Store[] = [];
  for (const { path, im, derivative } of equations.states) {
    const value = lower(graph, derivative, scope);
    if (im === undefined && value.im !== undefined) throw complexDerivative(path);
    derivatives.push({ value: value.re, row: derivatives.length });
    if (im !== undefined) derivatives.push({ value: value.im ?? graph.constant(0), row: derivatives.length });
  }
  return { graph, derivatives, scope, past, ...observations(equations, scope) };
}

function complexDerivative(path: string): MassgridError {
  const message = `the derivative of ${path} is complex, but the variable is real; declare it variable(complex)`;
  return new MassgridError([{ code: "E_COMPLEX", path: [], message }]);
}

function observations({ algebraic }: Equations, scope: Scope): { observed: Store[]; outputs: Variable[] } {
  const observed: Store[] = [];
  const outputs: Variable[] = [];
  for (const { path, unit } of algebraic) {
    const value: Value = scope.value(path);
    const parts =
      value.im === undefined
        ? [{ path, value: value.re }]
        : [
            { path: `${path}.re`, value: value.re },
            { path: `${path}.im`, value: value.im },
          ];
    for (const part of parts) {
      observed.push({ value: part.value, row: observed.length });
      outputs.push({ path: part.path, value: 0, unit });
    }
  }
  return { observed, outputs };
}

interface Emitted {
  functions: ExportedFunction[];
  derived: number;
  used: Set<string>;
  memory: Memory;
}

/** Emits rhs, observe, record where there is a past, and derive where there is something to derive or scratch to have. */
function emitAll({ graph, derivatives, observed, scope, past }: Parts, params: number, inputs: number): Emitted {
  const still = hoistable(graph, [...[...derivatives, ...observed].map(({ value }) => value), ...past.delays]);
  const first = params + inputs + past.count;
  const kept = new Map(still.map((value, i) => [value, first + i]));
  const { lines, delayed } = past.finish(scope.value, (value) => kept.get(value) ?? paramRow(graph, value));
  const used = new Set<string>();
  const row = rowFinder(graph, params, inputs);
  const task: Omit<Task, "args" | "stores" | "out" | "rowOf"> = {
    graph,
    scratch: first + still.length,
    functionIndex: (name) => {
      used.add(`${name}s`);
      const index = library().exports.get(`${name}s`);
      if (index === undefined) throw new Error(`the library has no function ${name}`);
      return index;
    },
  };
  const rowOf = (value: number): Row | undefined => {
    const at = kept.get(value);
    return at === undefined ? row(value) : { base: "p", row: at };
  };
  const rhs = emit({ ...task, args: ["t", "y", "dy", "p", "n"], stores: derivatives, out: "dy", rowOf });
  const observe = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: observed, out: "out", rowOf });
  const record = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: lines, out: "out", rowOf });
  const stores = [...kept].map(([value, at]) => ({ value, row: at }));
  const derive = emit({ ...task, args: ["p", "n"], stores, out: "p", rowOf: row });
  const derived = still.length + Math.max(rhs.scratch, observe.scratch, record.scratch, derive.scratch);
  const functions = [
    { name: "rhs", args: 5, body: rhs.body },
    { name: "observe", args: 5, body: observe.body },
    { name: "derive", args: 2, body: derive.body },
    ...(lines.length > 0 ? [{ name: "record", args: 5, body: record.body }] : []),
  ];
  return { functions, derived, used, memory: { lines: lines.length, delayed } };
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
