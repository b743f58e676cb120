import type { FeatureName, SolverName } from "../index.ts";

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

/** Noise on an input: `a` and `b` are low and high, or mean and standard deviation. */
export interface NoiseChoice {
  kind: "uniform" | "normal";
  a: number;
  b: number;
  seed: number;
}

/** All that a figure is made from: a link holds it whole, and nothing else changes a figure's numbers. */
export interface State {
  model: ModelChoice;
  /** Path → value, of variables that have not their default. */
  values: Readonly<Record<string, number>>;
  /** Path of an input → noise. */
  noise: Readonly<Record<string, NoiseChoice>>;
  /** None, one or two: along x, and along y. */
  axes: readonly Axis[];
  solver: SolverName;
  stepSize: number;
  samplingStepSize: number;
  simulationTime: number;
  cutoff: number;
  /** What is looked at: a path, or an expression of paths. */
  signal: string;
  /** The feature of the signal that the figure shows. */
  feature: FeatureName;
  /** Path of the variable that the phase plane shows beside the signal. */
  plane: string;
  /** Points whose traces are compared: a value for each axis. */
  pins: readonly (readonly number[])[];
}

/** Points that can be compared at once. */
export const MOST_PINS = 8;
/** Points of a figure. */
export const MOST_POINTS = 250_000;
/** Values of one axis. */
export const MOST_VALUES = 5000;

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
};
