import type { RampName } from "../figure/colors.ts";
import type { DescribedVariable, FeatureName, ModelDescription, SolverName } from "../index.ts";
import { suggestedTimes, type TimeScales, type Times, usualTimes } from "./times.ts";

/** The model that is explored: a bundled one by its path, or a circuit of a YAML text. */
export type ModelChoice = { path: string } | { text: string; circuit: string };

/** The values that one variable takes along a side of the figure. */
export interface Axis {
  /** Path of the variable, as the model's description has it. */
  path: string;
  /** Name of the grid's key. */
  key: string;
  /** "log": `from` and `to` are exponents of ten. "list": the values are `values`. */
  scale: "linear" | "log" | "list";
  from: number;
  to: number;
  count: number;
  values: readonly number[];
}

/** Noise on an input: `a` and `b` are low and high, or mean and standard deviation; `tau` is the time constant of an Ornstein-Uhlenbeck process. */
export interface NoiseChoice {
  kind: "uniform" | "normal" | "ornsteinUhlenbeck";
  a: number;
  b: number;
  seed: number;
  tau?: number | undefined;
}

/** White noise on a state or an input: its intensity, and its seed. */
export interface WhiteNoise {
  sd: number;
  seed: number;
}

/** A signal and the feature of it that a figure shows. */
export interface Shown {
  /** A path, or an expression of paths. */
  signal: string;
  feature: FeatureName;
}

/** How the figures of a sweep are drawn. */
export interface Display {
  /** "auto": logarithmic where most values would be crowded at the lower end of a linear scale. */
  scale: "auto" | "linear" | "log";
  /** Ends of the scale, in the unit without a prefix; null: those of the values. */
  low: number | null;
  high: number | null;
  colors: RampName;
  /** Whether all traces have one vertical scale, instead of one each. */
  oneScale: boolean;
}

/** In what numbers steps are taken. */
export const arithmetics = ["float64", "fastMath", "float32"] as const;
export type ArithmeticChoice = (typeof arithmetics)[number];

/** All that a figure is made from: a link holds it whole, and nothing else changes a figure's numbers. */
export interface State extends Times {
  model: ModelChoice;
  /** Path → value, of variables that have not their default. */
  values: Readonly<Record<string, number>>;
  /** Path of an input → noise. */
  noise: Readonly<Record<string, NoiseChoice>>;
  /** None, one or two: along x, and along y. */
  axes: readonly Axis[];
  solver: SolverName;
  /** What is looked at: a path, or an expression of paths. */
  signal: string;
  /** The feature of the signal that the figure shows. */
  feature: FeatureName;
  /** Path of the variable that the phase plane shows beside the signal. */
  plane: string;
  /** Points whose traces are compared: a value for each axis. */
  pins: readonly (readonly number[])[];
  /** Path of a state or an input → white noise on it. */
  white: Readonly<Record<string, WhiteNoise>>;
  /** How many times each point is run, each time with other noise. */
  replicates: number;
  /** Tolerances of adaptive solvers. */
  rtol: number;
  atol: number;
  arithmetic: ArithmeticChoice;
  /** What further figures show, of the same points. */
  beside: readonly Shown[];
  display: Display;
  /**
   * Whether branches are followed to where the behaviour changes: from the point with these values of the axes; `cycles` where over two axes
   * folds and period doublings of cycles are followed too.
   */
  diagram: { from: readonly number[]; cycles?: boolean | undefined } | null;
}

/** What links did not have at first, as it is where they do not say. */
export const unsaid = {
  white: {},
  replicates: 1,
  rtol: 1e-6,
  atol: 1e-9,
  arithmetic: "float64",
  beside: [],
  display: { scale: "auto", low: null, high: null, colors: "viridis", oneScale: false },
  diagram: null,
} as const satisfies Partial<State>;

/** What all figures of a state show: the first, then those beside it. */
export function shownOf({ signal, feature, beside }: State): readonly Shown[] {
  return [{ signal, feature }, ...beside];
}

/** What a file of the page holds beside its state, so that it is known again. */
export const FILE_KEY = "massgrid explorer";
/** Figures beside the first. */
export const MOST_BESIDE = 3;
/** Runs of a point. */
export const MOST_REPLICATES = 1000;
/** Points that can be compared at once. */
export const MOST_PINS = 8;
/** Points of a figure. */
export const MOST_POINTS = 250_000;
/** Values of one axis. */
export const MOST_VALUES = 5000;

/** Points of the grid of some axes. */
export function pointsOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { scale, count, values }) => product * (scale === "list" ? values.length : count), 1);
}

/** Whether an axis may have so many values. */
export function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= MOST_VALUES;
}

const connectivity = [68, 128, 135, 270, 675, 1350];

/** The published sweep of the Jansen-Rit model over its connectivity constant, as in examples/jansen-rit.yaml. */
export const published: State = {
  model: { path: "model_templates.neural_mass_models.jansenrit.JRC2" },
  values: {},
  noise: { "jrc/jrc_op/u": { kind: "uniform", a: 120, b: 320, seed: 1995 } },
  axes: [{ path: "jrc/jrc_op/c", key: "C", scale: "list", from: 68, to: 1350, count: 6, values: connectivity }],
  solver: "euler",
  stepSize: 1e-4,
  samplingStepSize: 1e-3,
  simulationTime: 10,
  cutoff: 1,
  signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i",
  feature: "std",
  plane: "jrc/jrc_op/X_e",
  pins: connectivity.map((c) => [c]),
  ...unsaid,
};

/** Values of an axis that one has just chosen. */
const COUNT = 41;

/**
 * What is shown of a model that has just been chosen, over its first parameter: a feature of what is measured, or of the output that it
 * declares, or of its first state. Where its time constants are known, a model of one's own has step and duration by them.
 */
export function defaultState(model: ModelChoice, description: ModelDescription, scales?: TimeScales): State {
  const isPublished = "path" in model && "path" in published.model && model.path === published.model.path;
  if (isPublished) return published;
  const { variables, timeUnit, measured } = description;
  const states = variables.filter(({ kind }) => kind === "state");
  const shown = declaredOutput(description) ?? states[0] ?? variables.find(({ kind }) => kind === "algebraic") ?? variables[0];
  const others = variables.filter(({ path }) => path !== shown?.path);
  const beside = others.find(({ kind }) => kind === "state") ?? others.find(({ kind }) => kind === "algebraic") ?? shown;
  const moved =
    variables.find(({ kind }) => kind === "parameter") ?? variables.find(({ kind, mapping }) => kind === "input" && mapping !== undefined);
  return {
    model,
    values: {},
    noise: {},
    axes: moved ? [axisOf(moved)] : [],
    solver: "heun",
    ...("text" in model && scales ? suggestedTimes(scales) : usualTimes(timeUnit)),
    signal: measured?.expression ?? shown?.path ?? "",
    feature: "range",
    plane: beside?.path ?? "",
    pins: [],
    ...unsaid,
  };
}

/** The output that an operator declares, on its first node: a state before what is computed of one. */
function declaredOutput({ operators, variables }: ModelDescription): DescribedVariable | undefined {
  const paths = operators.flatMap(({ name, nodes, output }) => (output === undefined ? [] : [`${nodes[0]}/${name}/${output}`]));
  const declared = paths.flatMap((path) => variables.find((variable) => variable.path === path) ?? []);
  return declared.find(({ kind }) => kind === "state") ?? declared[0];
}

/** An axis over a variable, around its default. */
export function axisOf(variable: DescribedVariable, count = COUNT): Axis {
  const { path, name } = variable;
  const [from, to] = sliderRange(variable);
  const key = /^[A-Za-z]\w*$/.test(name) ? name : "value";
  return { path, key, scale: "linear", from, to, count, values: [] };
}

/** The pins of a state over other axes: where an axis is new, at the value that its variable had; of pins that fall together, one. */
export function pinsFor({ axes, pins, values }: State, now: readonly Axis[], { variables }: ModelDescription): number[][] {
  const placeAlong = (path: string, pin: readonly number[]) => {
    const before = axes.findIndex((axis) => axis.path === path);
    return before >= 0 ? pin[before] : (values[path] ?? variables.find((variable) => variable.path === path)?.value ?? 0);
  };
  if (now.length === 0) return [];
  const moved = pins.map((pin) => now.map(({ path }) => placeAlong(path, pin)));
  return [...new Map(moved.map((pin) => [JSON.stringify(pin), pin])).values()];
}

/** What a change of axes does to the diagram: over other variables, nobody has asked where anything changes. */
export function diagramOver({ axes }: State, now: readonly Axis[] | undefined): Partial<State> {
  const pathsOf = (all: readonly Axis[]) => all.map(({ path }) => path).join();
  return now && pathsOf(now) !== pathsOf(axes) ? { diagram: null } : {};
}

/** Where a slider begins and ends: at the ends of the usual range, or from nought to three times the default, or around nought. */
export function sliderRange({ value, range }: Pick<DescribedVariable, "value" | "range">): readonly [number, number] {
  if (range && value >= range[0] && value <= range[1]) return range;
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
  const axes = state.axes.filter(({ path }) => mapped.has(path));
  return {
    ...state,
    values: Object.fromEntries(Object.entries(state.values).filter(([path]) => mapped.has(path))),
    noise: Object.fromEntries(Object.entries(state.noise).filter(([path]) => inputs.has(path))),
    white: Object.fromEntries(Object.entries(state.white).filter(([path]) => paths.has(path))),
    beside: state.beside.filter(({ signal }) => isSignal(signal, paths)),
    axes,
    diagram: axes.length === state.axes.length ? state.diagram : null,
    pins: axes.length === state.axes.length ? state.pins : [],
    signal: isSignal(state.signal, paths) ? state.signal : fresh.signal,
    plane: paths.has(state.plane) ? state.plane : fresh.plane,
  };
}

/** Whether all that a signal is an expression of is there. */
function isSignal(signal: string, paths: ReadonlySet<string>): boolean {
  const named = signal.match(/[A-Za-z_]\w*(?:\/[A-Za-z_]\w*(?:\.\w+)?)+/g) ?? [];
  return named.length > 0 && named.every((path) => paths.has(path));
}
