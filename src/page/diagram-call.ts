import { extentOf } from "../figure/scale.ts";
import type { ContinueCurveOptions, ModelDescription } from "../index.ts";
import { axisValues } from "./grid.ts";
import { type GridKey, gridKeysOf, outputNames } from "./keys.ts";
import type { Axis, State } from "./state.ts";

/** What the continuation of a state is asked for, but the model and its inputs: names are those of the sweep. */
export interface DiagramCall {
  paramMap: Readonly<Record<string, GridKey["mapping"]>>;
  /** Values of the keys that are no axes. */
  params: Readonly<Record<string, number>>;
  /** Keys of the axes, and how far they go. */
  parameters: readonly string[];
  ranges: readonly (readonly [number, number])[];
  from: Readonly<Record<string, number>>;
  /** What curves in two parameters are of. */
  curves: NonNullable<ContinueCurveOptions["curves"]>;
  outputs: Readonly<Record<string, string>>;
  /** The name of the first figure's signal, and of what stands beside it in the phase plane. */
  signal: string;
  plane: string;
}

/** States from which further equilibria are looked for at the chosen point. */
export const STARTS = 32;
/** How often branches of cycles are left for those that begin at their period doublings. */
export const SWITCHES = 1;

/** Lowest and highest value of an axis. */
export function rangeOfAxis(axis: Axis): [number, number] {
  return extentOf(axisValues(axis)) ?? [0, 1];
}

/** What the continuation of a state is asked for. */
export function diagramCall(state: State, description: ModelDescription): DiagramCall {
  const keys = gridKeysOf(state, description);
  const own = state.axes.map((axis) => keys.find((key) => key.axis === axis)?.key ?? axis.key);
  const ranges = state.axes.map(rangeOfAxis);
  const from = state.diagram?.from ?? [];
  const within = (value: number, [low, high]: readonly [number, number]) => Math.min(high, Math.max(low, value));
  const names = outputNames(state);
  const taken = new Set(keys.map(({ key }) => key));
  const free = (name: string) => (taken.has(name) ? `${name}_signal` : name);
  return {
    paramMap: Object.fromEntries(keys.map(({ key, mapping }) => [key, mapping])),
    params: Object.fromEntries(keys.flatMap(({ key, axis, value }) => (axis ? [] : [[key, value]]))),
    parameters: own,
    ranges,
    from: Object.fromEntries(own.map((key, i) => [key, within(from[i] ?? ranges[i][0], ranges[i])])),
    curves: state.diagram?.cycles === true ? ["LP", "HB", "LPC", "PD"] : ["LP", "HB"],
    outputs: Object.fromEntries([
      ...Array.from(names.signals, ([path, name]) => [free(name), path] as const),
      [free(names.plane), state.plane] as const,
    ]),
    signal: free(names.signal),
    plane: free(names.plane),
  };
}

/** The name of a signal's output in the tables of a diagram. */
export function outputOf(state: State, description: ModelDescription, signal: string): string {
  const { outputs } = diagramCall(state, description);
  return Object.keys(outputs).find((name) => outputs[name] === signal) ?? "";
}
