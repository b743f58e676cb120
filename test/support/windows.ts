import type { SampleWindow } from "../../src/kernel/kernel.ts";
import type { Values } from "../../src/reduce/reducer.ts";
import { featureNames, reducerCalled, reducerOf } from "../../src/reduce/reducers.ts";

/** Recorded variables of the windows made here, and which of them the traces are; the others are NaN. */
const VARIABLES = 3;
const VARIABLE = 1;

/** Traces of one length side by side, cut into windows of the given numbers of samples; what is left is the last window. */
function* windowsOf(traces: readonly Float64Array[], cuts: readonly number[]): Generator<SampleWindow> {
  const rows = traces[0].length;
  const n = traces.length + (traces.length % 2);
  for (let first = 0, i = 0; first < rows; i++) {
    const samples = Math.min(cuts[i] ?? rows, rows - first);
    const data = new Float64Array(samples * VARIABLES * n).fill(Number.NaN);
    for (let s = 0; s < samples; s++) {
      for (let lane = 0; lane < n; lane++)
        data[(s * VARIABLES + VARIABLE) * n + lane] = traces[Math.min(lane, traces.length - 1)][first + s];
    }
    yield { first, samples, variables: VARIABLES, n, data };
    data.fill(Number.NaN);
    first += samples;
  }
}

/** How traces are reduced: time between samples, options of all features, and where windows end. */
export interface Reduction {
  spacing?: number;
  settings?: Readonly<Record<string, number>>;
  cuts?: readonly number[];
  /** Whether the traces are those of random points. */
  random?: boolean;
}

/** All that the reducer of a feature makes of traces. */
export function reduce(feature: string, traces: readonly Float64Array[], reduction: Reduction = {}): Record<string, Values> {
  const { spacing = 1, settings = {}, cuts = [], random = false } = reduction;
  const kind = reducerCalled(reducerOf(feature) ?? "");
  const rows = traces[0].length;
  const defaults = Object.fromEntries(Object.entries(kind.options).map(([name, option]) => [name, option.default(rows)]));
  const reducer = kind.start(
    { variable: VARIABLE, lanes: traces.length, sampleCount: rows, samplingStep: spacing, isRandom: () => random },
    { ...defaults, ...settings },
  );
  for (const window of windowsOf(traces, cuts)) reducer.add(window);
  return reducer.finish();
}

/** One feature of one trace. */
export function feature(name: string, trace: Float64Array, reduction: Reduction = {}): number | string {
  return reduce(name, [trace], reduction)[name][0];
}

/** As `feature`, of a feature that is a number. */
export function number(name: string, trace: Float64Array, reduction: Reduction = {}): number {
  return Number(feature(name, trace, reduction));
}

/** All features of traces, in the registry's order; zeros stand for those of the equations, which no trace has. */
export function everything(traces: readonly Float64Array[], reduction: Reduction = {}): Values[] {
  return featureNames().map((name) => reduce(name, traces, reduction)[name] ?? new Float64Array(traces.length));
}

/** n samples of a function of the sample's number. */
export function samples(n: number, f: (i: number) => number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => f(i));
}
