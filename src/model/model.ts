import type { EdgeAttribute } from "./equation/equations.ts";

/** A variable of a model. */
export interface Variable {
  /** Full path, `node/operator/variable`; nested circuits have more parts before the operator. */
  path: string;
  /** Default of a parameter or input, initial value of a state; 0 for an algebraic variable. */
  value: number;
  unit: string;
  /** Which attribute of which edge it is; such a parameter is reached by its edge, and not by its path. */
  edge?: EdgeAttribute;
}

/** A value of the past that a model needs: it stands in a row of p, behind the inputs. */
export interface DelayedValue {
  /** Number of the row that `pushHistory` writes, and what that row holds: the number of a state's row, or undefined for anything else. */
  line: number;
  state?: number | undefined;
  /** The delay in the model's time unit: a number, or a row of p (parameters, inputs, delayed values, derived rows). */
  delay: number | { row: number };
  /** Path of the variable that it is a value of, ".re" and ".im" of a complex one. */
  path: string;
  /** What an edge transmits is zero before the start, and not what it was at the start. */
  edge: boolean;
}

/** Delayed values beyond which a step looks them up for all lanes together. */
export const MOST_DELAYED = 32;

/** The history of a model with delays: rows that `pushHistory` writes once a step, and the values of the past that it reads. */
export interface History {
  lines: number;
  delayed: readonly DelayedValue[];
}

const NO_HISTORY: History = { lines: 0, delayed: [] };

/** The history of a model; one without delays remembers nothing. */
export function historyOf({ history }: { history?: History }): History {
  return history ?? NO_HISTORY;
}

/** A value that depends on the time and on rows of p alone: `args` are places in the program. */
export type TimeOperation =
  | { kind: "constant"; value: number }
  | { kind: "time" }
  | { kind: "row"; row: number }
  /** `op` is one of PlainOperation (compile/graph.ts). */
  | { kind: "plain"; op: string; args: readonly number[] }
  | { kind: "function"; name: string; args: readonly number[] };

/** What the times are computed from at which a right-hand side jumps or bends: places of its switches, in order of computation. */
export interface TimeProgram {
  operations: readonly TimeOperation[];
  switches: readonly number[];
}

/** Names, units and rows of a model's variables: what a sweep is planned by, before anything is compiled. */
export interface ModelLayout {
  /** Name of the circuit; points of a sweep are named `name_0`, `name_1`, ... */
  name: string;
  /** Unit of time. */
  timeUnit: string;
  states: readonly Variable[];
  params: readonly Variable[];
  inputs: readonly Variable[];
  /** Algebraic variables, which `observe` computes. */
  outputs: readonly Variable[];
  /** What its operators declare and no equation uses, `operator/variable`. */
  unused?: ReadonlySet<string>;
}

/**
 * A model: names, defaults, and a WebAssembly module that computes its right-hand side for a block of lanes.
 *
 * The module imports `env.memory` alone, has no data section, and exports
 * `rhs(t, y, dy, p, n)` and `observe(t, y, out, p, n)`; every argument but `n` is the address of rows of `n` lanes of f64,
 * `n` even, rows 16-byte aligned: a row of `y` and `dy` for each of `states`, of `p` for each of `params` and then of `inputs`,
 * of `out` for each of `outputs`; `t` is one row, or `timeRows`. Where `derived` is not 0 it also exports `derive(p, n)`, called
 * once when a block's parameters are loaded, which fills `derived` further rows of `p` from the parameters. Where it has a
 * `history`, a row of `p` for each delayed value stands between inputs and derived rows, and it also exports
 * `pushHistory(t, y, out, p, n)`, which writes a row of `out` for each line of the history buffer. A model that is compiled for noise whose
 * intensities are expressions also exports `diffuse(t, y, out, p, n)`, which writes a row of `out` for each of them.
 */
export interface Model extends ModelLayout {
  derived: number;
  /** Rows of t, all equal; 1 if not given, 0 where no function looks at the time. */
  timeRows?: number;
  history?: History;
  /** Whether the module exports `jacobian(t, y, out, p, n)`: rows of d f_i / d y_j, row by row, then of d f_i / d t. */
  jacobian?: true;
  /** When its right-hand side jumps, as far as that is known before a run; solvers of adaptive step size end steps there. */
  timeProgram?: TimeProgram;
  /**
   * Values that jump where a state makes them: rows of p, the first behind inputs and values of the past, that a step holds. The module
   * exports `switches(t, y, out, p, n)`: rows of their present values, then rows of how far each is from leaving the held one.
   */
  modes?: number;
  /** Whether its module computes one lane alone: `n` is 1, and rows need not be aligned but for the first of each argument. */
  isSingle?: true;
  /** Words of tables that the module reads behind the last row of p. */
  tables?: Int32Array;
  /** Which of the tables are sums over edges with weights. */
  weighted?: readonly WeightedSums[];
  module: WebAssembly.Module;
}

/** Sums over edges with weights (assembly/math/spmv.ts). */
export interface WeightedSums {
  /** Word of `tables` that tells how weights stand: WEIGHT_ROWS, or WEIGHT_NUMBERS side by side from the first row on. */
  word: number;
  /** First row of p, and rows. */
  row: number;
  rows: number;
}

export const WEIGHT_ROWS = 1;
export const WEIGHT_NUMBERS = 2;

/** Which of a model's variables, by kind and row. */
export interface VariableRef {
  kind: "state" | "param" | "input" | "output";
  row: number;
  variable: Variable;
}

/** All variables of a model, in the order states, inputs, params, outputs. */
export function variablesOf(model: ModelLayout): VariableRef[] {
  const refs = (kind: VariableRef["kind"], variables: readonly Variable[]) => variables.map((variable, row) => ({ kind, row, variable }));
  return [...refs("state", model.states), ...refs("input", model.inputs), ...refs("param", model.params), ...refs("output", model.outputs)];
}

const functionsOfModel = ["rhs", "observe"];

/** What keeps a value from being a model, or undefined if it is one. */
export function modelFault(model: Model): string | undefined {
  const exports = new Set(WebAssembly.Module.exports(model.module).map((e) => e.name));
  const needed = [
    ...functionsOfModel,
    ...(model.derived > 0 ? ["derive"] : []),
    ...(model.history ? ["pushHistory"] : []),
    ...(model.jacobian ? ["jacobian"] : []),
    ...(model.modes ? ["switches"] : []),
  ];
  const missing = needed.filter((name) => !exports.has(name));
  if (missing.length > 0) return `its module does not export ${missing.join(", ")}`;
  const foreign = WebAssembly.Module.imports(model.module).find((i) => i.module !== "env" || i.name !== "memory");
  if (foreign) return `its module imports ${foreign.module}.${foreign.name}; only env.memory is allowed`;
  return undefined;
}
