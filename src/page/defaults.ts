import type { DescribedVariable, ModelDescription } from "../index.ts";
import { type Axis, type ModelChoice, published, type State } from "./state.ts";

/** How long a run is, and its step, where time has a unit or none. */
const times: Readonly<Record<string, Pick<State, "simulationTime" | "stepSize" | "samplingStepSize" | "cutoff">>> = {
  s: { simulationTime: 2, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 0.5 },
  ms: { simulationTime: 500, stepSize: 0.05, samplingStepSize: 0.5, cutoff: 100 },
};
const withoutUnit = { simulationTime: 100, stepSize: 0.01, samplingStepSize: 0.05, cutoff: 20 };

/** Values of an axis that one has just chosen. */
const COUNT = 41;

/** What is shown of a model that has just been chosen: a feature of its first state over its first parameter. */
export function defaultState(model: ModelChoice, description: ModelDescription): State {
  const isPublished = "path" in model && "path" in published.model && model.path === published.model.path;
  if (isPublished) return published;
  const { variables, timeUnit } = description;
  const states = variables.filter(({ kind }) => kind === "state");
  const shown = states[0] ?? variables.find(({ kind }) => kind === "algebraic") ?? variables[0];
  const beside = states[1] ?? variables.find(({ kind, path }) => kind === "algebraic" && path !== shown?.path) ?? shown;
  const moved =
    variables.find(({ kind }) => kind === "parameter") ?? variables.find(({ kind, mapping }) => kind === "input" && mapping !== undefined);
  return {
    model,
    values: {},
    noise: {},
    axes: moved ? [axisOf(moved)] : [],
    solver: "heun",
    ...(times[timeUnit] ?? withoutUnit),
    signal: shown?.path ?? "",
    feature: "range",
    plane: beside?.path ?? "",
    pins: [],
  };
}

/** An axis over a variable, around its default. */
export function axisOf({ path, name, value }: DescribedVariable, count = COUNT): Axis {
  const [from, to] = sliderRange(value);
  const key = /^[A-Za-z]\w*$/.test(name) ? name : "value";
  return { path, key, scale: "linear", from, to, count, values: [] };
}

/** Where a slider begins and ends: from nought to three times the default, or around nought. */
export function sliderRange(value: number): [number, number] {
  if (value === 0) return [-1, 1];
  const far = Number((3 * value).toPrecision(6));
  return value > 0 ? [0, far] : [far, 0];
}

/** A state without what its model does not have any more: after an edit of the text. */
export function fitted(state: State, description: ModelDescription): State {
  const { variables } = description;
  const mapped = new Set(variables.filter(({ mapping }) => mapping !== undefined).map(({ path }) => path));
  const inputs = new Set(variables.filter(({ kind }) => kind === "input").map(({ path }) => path));
  const paths = new Set(variables.map(({ path }) => path));
  const fresh = defaultState(state.model, description);
  const named = state.signal.match(/[A-Za-z_]\w*(?:\/[A-Za-z_]\w*(?:\.\w+)?)+/g) ?? [];
  const axes = state.axes.filter(({ path }) => mapped.has(path));
  return {
    ...state,
    values: Object.fromEntries(Object.entries(state.values).filter(([path]) => mapped.has(path))),
    noise: Object.fromEntries(Object.entries(state.noise).filter(([path]) => inputs.has(path))),
    axes,
    pins: axes.length === state.axes.length ? state.pins : [],
    signal: named.length > 0 && named.every((path) => paths.has(path)) ? state.signal : fresh.signal,
    plane: paths.has(state.plane) ? state.plane : fresh.plane,
  };
}
