import { ownEntry } from "../check.ts";
import { fillDefaults, type NormalOptions } from "../options/defaults.ts";
import type { Feature } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { EXACT } from "../sweep/arithmetic.ts";
import { inputGrid } from "../sweep/clock.ts";
import { type Input, isNoise, isSignalColumns } from "../sweep/input.ts";
import type { AdaptiveSolverName } from "../sweep/solver.ts";

/** Features that say how a trace is wrong where the caller asks for none. */
const STANDARD = ["mean", "std", "range"] as const;
/** Samples that a regime needs. */
const REGIME_SAMPLES = 8;

/** A call without what does not change its numbers, with features of every output beside its own. */
export function plainCall(options: NormalOptions, plan: Plan): NormalOptions {
  const more = plan.clock.sampleCount >= REGIME_SAMPLES ? [...STANDARD, "regime" as const] : STANDARD;
  // A complex output has two columns, and features may name the output or a part: they are gathered for each part.
  const keys = new Map(plan.columns.map(({ output, key }) => [output, key]));
  const of = (name: string) => ownEntry(options.features, name) ?? [];
  const features = Object.fromEntries(
    Array.from(keys, ([output, key]) => [output, withStandard(key === output ? of(output) : [...of(key), ...of(output)], more)]),
  );
  // Traces are kept here also where the call keeps none: a few points' errors are measured against the size of what they are.
  const quiet = { signal: undefined, onProgress: undefined, store: undefined, certify: false } as const;
  return { ...options, ...quiet, results: true, features };
}

function withStandard(given: readonly Feature[], more: readonly Feature[]): Feature[] {
  const has = (name: Feature) =>
    given.some((each) => each === name || (typeof each === "object" && !("name" in each) && Object.keys(each)[0] === name));
  return [...given, ...more.filter((name) => !has(name))];
}

/** The same call with exact steps, and with traces as they are computed: what a sweep is measured by. */
export function exactly(options: NormalOptions): NormalOptions {
  return { ...options, traceType: "float64", ...EXACT };
}

/** The same call with steps `parts` times as short, and the very same inputs. Labels stay as they are. */
export function withShorterSteps(options: NormalOptions, parts: number, plan: Plan): NormalOptions {
  const { stepSize, inputs } = options;
  const { steps } = inputGrid(plan.clock);
  return {
    ...options,
    stepSize: stepSize / parts,
    inputs: Object.fromEntries(Object.entries(inputs).map(([path, input]) => [path, refined(input, parts, { stepSize, steps })])),
  };
}

/** An input whose samples last as long as they did, in steps that are `parts` times as short. */
function refined(input: Input, parts: number, { stepSize, steps }: { stepSize: number; steps: number }): Input {
  if (typeof input === "number") return input;
  if (isNoise(input)) return { ...input, hold: input.hold ?? stepSize };
  const repeated = (data: ArrayLike<number>, columns: number) => {
    const rows = Math.min(steps, Math.floor(data.length / columns));
    const all = new Float64Array(rows * parts * columns);
    for (let i = 0; i < all.length; i++) {
      const row = Math.floor(i / columns / parts);
      all[i] = data[row * columns + (i % columns)];
    }
    return all;
  };
  if (isSignalColumns(input)) return { columns: input.columns, data: repeated(input.data, input.columns) };
  return repeated(input, 1);
}

/** The same call with an adaptive solver of high order at tolerances that leave only rounding to speak of. */
export function withReference(options: NormalOptions, name: "dop853" | "rodas4"): NormalOptions {
  const { solver } = options;
  const tight = name === "dop853" ? { rtol: 1e-11, atol: 1e-15 } : { rtol: 1e-9, atol: 1e-13 };
  const interpolation = "interpolation" in solver && name === "dop853" ? { interpolation: solver.interpolation } : {};
  return fillDefaults({ ...options, solver: { name, ...tight, ...interpolation } });
}

/** The same call, exactly, with another adaptive solver at given tolerances. */
export function withAdaptive(options: NormalOptions, { name, rtol, atol }: { name: AdaptiveSolverName; rtol: number; atol: number }) {
  return fillDefaults({ ...exactly(options), solver: { name, rtol, atol } });
}

/** The same call with an adaptive solver's tolerances a tenth of what they were. */
export function withTighterTolerances(options: NormalOptions): NormalOptions {
  const { solver } = options;
  if (!("rtol" in solver)) return options;
  return { ...options, solver: { ...solver, rtol: Math.max(solver.rtol / 10, 3e-14), atol: solver.atol / 10 } };
}
