import type { Model } from "../src/index.ts";

type Rows = (t: number, y: number, out: number, p: number, n: number) => void;
interface Exports extends WebAssembly.Exports {
  rhs: Rows;
  observe: Rows;
  derive: (p: number, n: number) => void;
}

/** What a model's functions say at some points: `states[i]` and `params[i]` (default: the model's own) belong to point i. */
export interface Evaluation {
  states: readonly (readonly number[])[];
  params?: readonly Readonly<Record<string, number>>[];
  inputs?: Readonly<Record<string, number>>;
  t?: number;
}

export interface Evaluated {
  /** Derivatives by point, then state. */
  rhs: number[][];
  /** Algebraic variables by point, then output. */
  observed: number[][];
}

/** Calls a model's module on lanes of its own, without any of the package's kernel. */
export function evaluate(model: Model, { states, params = [], inputs = {}, t = 0 }: Evaluation): Evaluated {
  const n = states.length + (states.length % 2);
  const rows = [
    1,
    model.states.length,
    model.states.length,
    model.params.length + model.inputs.length + model.derived,
    model.outputs.length,
  ];
  const starts = rows.map((_, i) => 16 + rows.slice(0, i).reduce((sum, count) => sum + count, 0) * n);
  const size = starts[4] + rows[4] * n;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((size * 8) / 65536) });
  const f64 = new Float64Array(memory.buffer);
  const [time, y, dy, p, out] = starts;
  f64.fill(t, time, time + n);
  for (let lane = 0; lane < n; lane++) {
    const point = Math.min(lane, states.length - 1);
    model.states.forEach((_, i) => {
      f64[y + i * n + lane] = states[point][i];
    });
    [...model.params, ...model.inputs].forEach(({ path, value }, i) => {
      f64[p + i * n + lane] = params[point]?.[path] ?? inputs[path] ?? value;
    });
  }
  const { exports } = new WebAssembly.Instance(model.module, { env: { memory } });
  const { rhs, observe, derive } = exports as Exports;
  if (model.derived > 0) derive(p * 8, n);
  rhs(time * 8, y * 8, dy * 8, p * 8, n);
  observe(time * 8, y * 8, out * 8, p * 8, n);
  const read = (start: number, count: number) =>
    states.map((_, lane) => Array.from({ length: count }, (_, i) => f64[start + i * n + lane]));
  return { rhs: read(dy, model.states.length), observed: read(out, model.outputs.length) };
}
