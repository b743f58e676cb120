import type { Algebraic, Equations } from "../equation/equations.ts";
import type { Expression } from "../equation/tree.ts";
import type { DelayedValue, History, Model, ModelLayout, Variable, WeightedSums } from "../model.ts";
import { compileBytes } from "../wasm.ts";
import { emitFunctions } from "./functions.ts";
import { jacobianOf } from "./gradient.ts";
import { Graph, operands } from "./graph.ts";
import { hoistable } from "./hoist.ts";
import { switchesOf, switchStores, timeProgram, type VaryingInputs, withModes } from "./jumps.ts";
import { assemble, type ExportedFunction } from "./library.ts";
import { lower, type Scope, type Value } from "./lower.ts";
import type { Past } from "./past.ts";
import { complexDerivative, rowsOf, scopeOf, stagesScope, widthOf, withContext } from "./scope.ts";
import type { Store } from "./stages.ts";
import type { StepSource } from "./step.ts";
import { setStepSource } from "./step-source.ts";
import { tangentOf, tangentStates } from "./tangent.ts";
import type { Row } from "./task.ts";

/** A flat model put into a graph, checked, of which no WebAssembly has been emitted yet. */
export interface LoweredModel {
  graph: Graph;
  layout: ModelLayout;
  derivatives: Store[];
  observed: Store[];
  scope: Scope;
  past: Past;
}

/** What a module is to compute beside the model's own equations. */
export interface Additions {
  /** Further algebraic variables, for outputs that are expressions. */
  expressions?: readonly Algebraic[];
  /** Intensities of noise, of one node each, which `diffuse` computes. */
  intensities?: readonly Expression[];
  /** Whether to compute derivatives of the right-hand side. */
  jacobian?: boolean;
  /** Whether states follow the model's own by which deviations from its path grow. */
  tangent?: boolean;
  /** Whether the module is for one lane alone, so that nodes of a network side by side share vectors. */
  isSingle?: boolean;
  /** Given where jumps of the right-hand side are to be found: the inputs that change during a run. */
  jumps?: VaryingInputs | undefined;
}

/** What the functions of a module store. */
interface Stores extends Pick<LoweredModel, "derivatives" | "observed"> {
  intensities: Store[];
  jacobian: Store[];
  switches: Store[];
}

/** What a fused loop of lowered equations is made of, without additions. */
export function stepSourceOfLowered(lowered: LoweredModel): StepSource {
  const { lines } = allocate(lowered, { ...lowered, intensities: [], jacobian: [], switches: [] });
  return { ...lowered, intensities: [], lines };
}

/** Compiles a flat model to WebAssembly: rows are those of its equations, in their order. Throws what `lowerEquations` and `emitModel` do. */
export function compileEquations(equations: Equations, additions: Additions = {}): Model {
  return emitModel(lowerEquations(equations), additions);
}

/** Finds the rows of a flat model and the values that its equations compute. Throws E_COMPLEX, E_ALGEBRAIC_LOOP and E_DELAY. */
export function lowerEquations(equations: Equations): LoweredModel {
  const lowered = lowerAll(equations);
  allocate(lowered, { ...lowered, intensities: [], jacobian: [], switches: [] });
  return lowered;
}

/**
 * Compiles a lowered model with what is added to it. The additions stay in its graph, so that each lowered model is emitted once.
 * Throws E_JACOBIAN where derivatives are asked for and the model has too many states, and what is wrong with the additions.
 */
export function emitModel(lowered: LoweredModel, additions: Additions = {}): Model {
  const { expressions = [], intensities = [], jacobian = false, tangent = false, isSingle = false, jumps } = additions;
  const { graph, scope } = lowered;
  const layout = tangent ? { ...lowered.layout, states: [...lowered.layout.states, ...tangentStates(lowered.layout)] } : lowered.layout;
  const roots = lowered.derivatives.map(({ value }) => value);
  const { timed, located } = jumps ? switchesOf(graph, roots, jumps) : { timed: [], located: [] };
  const own = withModes(graph, lowered.derivatives, located);
  const derivatives = tangent ? [...own, ...tangentOf(graph, own, layout.name)] : own;
  const { observed, outputs } = observations(expressions, layout.outputs.length, (each) =>
    withContext(each.path, () => graph.within(1, () => lower(graph, each.expression, scope))),
  );
  const stores: Stores = {
    derivatives,
    observed: [...lowered.observed, ...observed],
    intensities: intensities.map((each, row) => ({ value: lower(graph, each, scope).re, row, width: 1 })),
    jacobian: jacobian ? jacobianOf(graph, derivatives, layout.name) : [],
    switches: switchStores(graph, located),
  };
  const { functions, derived, used, history, tables, weighted, lines } = emitAll(lowered, stores, isSingle);
  const module = compileBytes(assemble(functions, used));
  const timeRows = timeRowsOf(graph, [...derivatives, ...observed, ...stores.intensities, ...stores.switches]);
  const model: Model = {
    ...layout,
    ...{ outputs: [...layout.outputs, ...outputs], derived, module },
    ...(timeRows === 1 ? {} : { timeRows }),
    ...(history.lines > 0 ? { history } : {}),
    ...(jacobian ? { jacobian } : {}),
    ...(isSingle ? { isSingle } : {}),
    ...(timed.length > 0 ? { timeProgram: timeProgram(graph, timed, layout.params.length) } : {}),
    ...(located.length > 0 ? { modes: modesOf(stores) } : {}),
    ...(tables.length > 0 ? { tables: Int32Array.from(tables) } : {}),
    ...(weighted.length > 0 ? { weighted } : {}),
  };
  // What adaptive solvers hold within a step is no part of a fixed one.
  if (located.length === 0 && rowsIn(graph) <= MOST_ROWS) {
    const { observed, intensities } = stores;
    setStepSource(model, () => ({ graph, layout, derivatives, observed, intensities, lines }));
  }
  return model;
}

/** Rows of all values together beyond which a model is too large for a fused loop, and its graph is not kept. */
const MOST_ROWS = 20_000;

function rowsIn({ operations }: Graph): number {
  return operations.reduce((sum, operation) => sum + ("width" in operation ? operation.width : 1), 0);
}

/** Rows of the values at which a step holds switches: `switches` stores twice as many. */
function modesOf({ switches }: Pick<Stores, "switches">): number {
  return switches.reduce((sum, { width }) => sum + width, 0) / 2;
}

/** Rows of time that a loop over all nodes of a kind reads; none where no equation names t. */
function timeRowsOf(graph: Graph, stores: readonly Store[]): number {
  const isTime = (value: number) => graph.operations[value].kind === "time";
  if (!graph.operations.some(({ kind }) => kind === "time")) return 0;
  const read = graph.operations.map((operation, value) => (operands(operation).some(isTime) ? graph.widthOf(value) : 1));
  const stored = stores.map(({ value, width }) => (isTime(value) ? width : 1));
  return [...read, ...stored].reduce((most, width) => Math.max(most, width), 1);
}

/** Lowers all equations: values of derivatives, and of algebraic variables. */
export function lowerAll(equations: Equations): LoweredModel {
  const graph = new Graph();
  const { scope, past } = scopeOf(graph, equations);
  const derivatives: Store[] = [];
  let row = 0;
  for (const state of equations.states) {
    const { path, im, derivative, stages } = state;
    const width = widthOf(state);
    const own = stages ? stagesScope(graph, state, { stages, first: row, scope }) : scope;
    const value = withContext(path, () => graph.within(width, () => lower(graph, derivative, own)));
    if (im === undefined && value.im !== undefined) throw complexDerivative(path);
    derivatives.push({ value: value.re, row, width });
    if (im !== undefined) derivatives.push({ value: value.im ?? graph.constant(0), row: row + width, width });
    row += im === undefined ? width : 2 * width;
  }
  const { observed, outputs } = observations(equations.algebraic, 0, (each) => graph.within(widthOf(each), () => scope.value(each.path)));
  const { name, timeUnit } = equations;
  const [states, params, inputs] = [equations.states, equations.params, equations.inputs].map(rowsOf);
  return { graph, layout: { name, timeUnit, states, params, inputs, outputs }, derivatives, observed, scope, past };
}

/** Rows of algebraic variables from row `first` on: of a complex one two, `path.re` and `path.im`. */
export function observations(
  algebraic: readonly Algebraic[],
  first: number,
  lowered: (each: Algebraic) => Value,
): { observed: Store[]; outputs: Variable[] } {
  const observed: Store[] = [];
  const outputs: Variable[] = [];
  for (const each of algebraic) {
    const width = widthOf(each);
    const paths = [each.path, ...(each.copies ?? [])];
    const { re, im } = lowered(each);
    const parts =
      im === undefined
        ? [{ part: "", value: re }]
        : [
            { part: ".re", value: re },
            { part: ".im", value: im },
          ];
    for (const { part, value } of parts) {
      observed.push({ value, row: first + outputs.length, width });
      for (const path of paths) outputs.push({ path: path + part, value: 0, unit: each.unit });
    }
  }
  return { observed, outputs };
}

/** Rows of p behind those of parameters, inputs and values of the past, and what the history buffers hold. */
interface Allocation {
  /** What parameters alone decide. */
  kept: Store[];
  keptRows: ReadonlyMap<number, number>;
  /** First scratch row. */
  scratch: number;
  lines: Store[];
  delayed: DelayedValue[];
}

/** Finds where derived rows stand. Throws E_DELAY where a delay is not computed from parameters alone. */
function allocate({ graph, layout, scope, past }: LoweredModel, stores: Stores): Allocation {
  const { derivatives, observed, intensities, jacobian, switches } = stores;
  const roots = [...derivatives, ...observed, ...intensities, ...jacobian, ...switches].map(({ value }) => value);
  const kept: Store[] = [];
  let scratch = layout.params.length + layout.inputs.length + past.count + modesOf(stores);
  for (const value of hoistable(graph, [...roots, ...past.delays])) {
    kept.push({ value, row: scratch, width: graph.widthOf(value) });
    scratch += graph.widthOf(value);
  }
  const keptRows = new Map(kept.map(({ value, row }) => [value, row]));
  return { kept, keptRows, scratch, ...past.finish(scope.value, (value) => keptRows.get(value) ?? paramRow(graph, value)) };
}

interface Emitted {
  functions: ExportedFunction[];
  derived: number;
  used: Set<string>;
  history: History;
  tables: number[];
  weighted: WeightedSums[];
  lines: Store[];
}

/**
 * Emits rhs, observe, diffuse where noise has intensities to compute, pushHistory where there is a past, jacobian where it is asked for,
 * and derive where there is something to derive or scratch to have.
 */
function emitAll(lowered: LoweredModel, stores: Stores, isSingle: boolean): Emitted {
  const { graph, layout, past } = lowered;
  const [params, inputs] = [layout.params.length, layout.inputs.length];
  const { kept, keptRows, scratch, lines, delayed } = allocate(lowered, stores);
  const loadedRow = rowFinder(graph, { params, inputs, past: past.count });
  const rowOf = (value: number): Row | undefined => {
    const row = keptRows.get(value);
    return row === undefined ? loadedRow(value) : { base: "p", row };
  };
  const functions = { ...stores, lines, kept };
  const draft = emitFunctions({ graph, scratch, rowsOfP: 0, isSingle }, functions, { rowOf, loadedRow });
  // Tables stand behind all rows, whose number is known only now.
  const rows = scratch + draft.scratch;
  const rowsOfP = isSingle ? rows + (rows % 2) : rows;
  const placed = draft.tables.length === 0 ? draft : emitFunctions({ graph, scratch, rowsOfP, isSingle }, functions, { rowOf, loadedRow });
  const history = { lines: lines.reduce((sum, { width }) => sum + width, 0), delayed };
  const derived = rowsOfP - params - inputs - past.count;
  return { ...placed, derived, history, lines };
}

function paramRow({ operations }: Graph, value: number): number | undefined {
  const operation = operations[value];
  return operation.kind === "param" ? operation.row : undefined;
}

/** Finds the rows of what a model is given. */
function rowFinder(
  { operations }: Graph,
  { params, inputs, past }: { params: number; inputs: number; past: number },
): (value: number) => Row | undefined {
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
      case "mode":
        return { base: "p", row: params + inputs + past + operation.row };
      case "time":
        return { base: "t", row: 0 };
      default:
        return undefined;
    }
  };
}
