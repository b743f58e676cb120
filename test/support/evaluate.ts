import type { Model } from "../../src/index.ts";

type Rows = (t: number, y: number, out: number, p: number, n: number) => void;
interface Exports extends WebAssembly.Exports {
  rhs: Rows;
  observe: Rows;
  derive: (p: number, n: number) => void;
  jacobian: Rows;
}

/** What a model's functions say at some points: `states[i]` and `params[i]` (default: the model's own) belong to point i. */
export interface Evaluation {
  states: readonly (readonly number[])[];
  params?: readonly Readonly<Record<string, number>>[];
  inputs?: Readonly<Record<string, number>>;
  /** What every delayed value is. */
  delayed?: number;
  t?: number;
}

export interface Evaluated {
  /** Derivatives by point, then state. */
  rhs: number[][];
  /** Algebraic variables by point, then output. */
  observed: number[][];
  /** Derivatives of the right-hand side by point, as its rows stand; empty for a model without them. */
  jacobian: number[][];
}

/** Rows before each address, of so many lanes each: t, y, dy, p, out, elements of the Jacobian. */
function startsOf(model: Model, n: number): { starts: number[]; end: number } {
  const given = model.params.length + model.inputs.length + (model.history?.delayed.length ?? 0);
  const states = model.states.length;
  const tables = Math.ceil((model.tables?.length ?? 0) / 2 / n);
  const rows = [
    model.timeRows || 1,
    states,
    states,
    given + model.derived + tables,
    model.outputs.length,
    model.jacobian ? states * (states + 1) : 0,
  ];
  const starts = rows.map((_, i) => 16 + rows.slice(0, i).reduce((sum, count) => sum + count, 0) * n);
  return { starts, end: starts[5] + rows[5] * n };
}

/** Calls a model's module on lanes of its own, without any of the package's kernel. */
export function evaluate(model: Model, { states, params = [], inputs = {}, delayed = 0, t = 0 }: Evaluation): Evaluated {
  const n = states.length + (states.length % 2);
  const { starts, end } = startsOf(model, n);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end * 8) / 65536) });
  const f64 = new Float64Array(memory.buffer);
  const [time, y, dy, p, out, elements] = starts;
  f64.fill(t, time, y);
  f64.fill(Number.NaN, elements, end);
  const given = [...model.params, ...model.inputs];
  const past = p + given.length * n;
  const derived = past + (model.history?.delayed.length ?? 0) * n;
  f64.fill(delayed, past, derived);
  new Int32Array(memory.buffer).set(model.tables ?? [], (derived + model.derived * n) * 2);
  for (let lane = 0; lane < n; lane++) {
    const point = Math.min(lane, states.length - 1);
    model.states.forEach((_, i) => {
      f64[y + i * n + lane] = states[point][i];
    });
    given.forEach(({ path, value }, i) => {
      f64[p + i * n + lane] = params[point]?.[path] ?? inputs[path] ?? value;
    });
  }
  const { exports } = new WebAssembly.Instance(model.module, { env: { memory } });
  const { rhs, observe, derive, jacobian } = exports as Exports;
  if (model.derived > 0) derive(p * 8, n);
  rhs(time * 8, y * 8, dy * 8, p * 8, n);
  observe(time * 8, y * 8, out * 8, p * 8, n);
  if (model.jacobian) jacobian(time * 8, y * 8, elements * 8, p * 8, n);
  const read = (start: number, count: number) =>
    states.map((_, lane) => Array.from({ length: count }, (_, i) => f64[start + i * n + lane]));
  return {
    rhs: read(dy, model.states.length),
    observed: read(out, model.outputs.length),
    jacobian: read(elements, (end - elements) / n),
  };
}
