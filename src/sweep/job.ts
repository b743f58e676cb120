import type { FieldModule } from "../model/compile/field.ts";
import type { FusedLoop } from "../model/compile/fuse.ts";
import type { Model, VariableRef } from "../model/model.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { AdaptiveClock, FixedClock } from "./clock.ts";
import type { Noise } from "./input.ts";
import type { KeyValues } from "./key-values.ts";
import { numberAt, type PointNumbers } from "./point-numbers.ts";
import type { AdaptiveSettings, Solver } from "./solver.ts";
import type { Replicates } from "./streams.ts";

/** A grid key's values go to this row: of the parameters, the inputs, or the initial values. */
export interface Assignment {
  kind: "param" | "state" | "input";
  row: number;
  /** Index of the grid key. */
  key: number;
  /** Path of the variable. */
  path: string;
  /** Whether it is the imaginary part of a complex variable whose real part the values are: it is 0. */
  isImaginary?: boolean;
}

/** What drives one input row: plain data. */
export type InputSource =
  | { kind: "constant"; row: number; value: number }
  | { kind: "shared"; row: number; samples: Float64Array }
  /** Sample i is data[i * columns + column], with the column of the point by streams.ts. */
  | { kind: "columns"; row: number; data: Float64Array; columns: number; targets: number; target: number }
  /** A sample lasts `hold` steps; streams.ts tells from which stream a point draws, and which variable it draws for: 0 if not given. */
  | { kind: "noise"; row: number; noise: Omit<Noise, "sharedByNodes">; hold: number; targets: number; target: number; variable?: number };

/** Noise on a state or an input: g dW, or g dW/h. */
export interface WienerTerm {
  kind: "state" | "input";
  row: number;
  /** Its intensity g: a number, a grid key's value, a parameter, or row number `row` of those that the model computes. */
  sd: { kind: "number"; value: number } | { kind: "key"; key: number } | { kind: "param" | "computed"; row: number };
  seed: number;
  /** Whether all points have the same path. */
  shared: boolean;
  /** A number that tells the variable's paths from those of others. */
  variable: number;
}

/** What a variable was before time 0: a number, or samples `step` apart of which the last is at time 0, joined by straight lines. */
export type PastValues = number | { data: Float64Array; step: number };

/** Stand for what a delayed value was: what follows from states, or what holds where nothing is given. */
export const COMPUTED = -1;
export const UNKNOWN = -2;

/** What variables were before time 0, where that is given. */
export interface Past {
  /** States; all others keep their initial values. */
  states: readonly { row: number; values: PastValues }[];
  /** Variables that are no states. */
  given: readonly PastValues[];
  /** For each delayed value of the model: which of `given` it was, COMPUTED of states, or UNKNOWN. */
  delayed: Int32Array;
}

/** Bounds of a state; infinite where there is none. */
export interface StateBounds {
  row: number;
  low: number;
  high: number;
}

/** What is added to a state at a time: a number, or a grid key's value. */
export interface Pulse {
  row: number;
  time: number;
  by: { kind: "number"; value: number } | { kind: "key"; key: number };
}

/** Initial values of a state beside those that grid keys set: one a point, or one for all. */
export interface InitialState {
  row: number;
  values: Float64Array;
}

/** A row that each sample takes. */
export interface RecordedVariable {
  kind: VariableRef["kind"];
  row: number;
}

/** When a job steps and samples, with the settings of an adaptive solver. */
export type Timing = { clock: FixedClock; adaptive?: undefined } | { clock: AdaptiveClock; adaptive: AdaptiveSettings };

/** A model as a vector field at each point of a job, where features tell of its equilibria. */
export interface PointField {
  field: FieldModule;
  /** Parameters and then inputs, as they are before a point's keys set theirs. */
  values: Float64Array;
  /** Rows of `values` that grid keys set. */
  keys: readonly { row: number; key: number }[];
  /** For each state of the field, its row in the job's model. */
  states: readonly number[];
}

/** All that a kernel needs to know of a sweep: plain data, beside the model's module. */
export type Job = JobBase & Timing;
export type FixedJob = Extract<Job, { adaptive?: undefined }>;
export type AdaptiveJob = Extract<Job, { adaptive: AdaptiveSettings }>;

interface JobBase {
  model: Model;
  solver: Solver;
  arithmetic: Arithmetic;
  assignments: readonly Assignment[];
  /** Values of each grid key, one a point. */
  values: readonly KeyValues[];
  inputSources: readonly InputSource[];
  wiener: readonly WienerTerm[];
  bounds: readonly StateBounds[];
  /** In rising order of time. */
  pulses: readonly Pulse[];
  initialStates: readonly InitialState[];
  recorded: readonly RecordedVariable[];
  /** How many of these, at the end, are for features alone, and no trace of an output. */
  hidden?: number;
  /** Given where features tell of equilibria. */
  field?: PointField | undefined;
  /** Rows of the states whose values at the end are kept. */
  finalStates: readonly number[];
  /** Point of each position of this job, where it does not have all points in their order. */
  points?: PointNumbers | undefined;
  /** Longest delay, in whole steps. */
  longestDelay: number;
  past?: Past | undefined;
  /** Initial values that neither the model nor the grid has. */
  initialValues?: readonly { row: number; value: number }[];
  replicates: Replicates;
  /** Takes whole steps of the model, with the results of its solver; of fixed steps alone, and where it is worth its compilation. */
  loop?: FusedLoop | undefined;
}

/** Points that one kernel integrates together, one a lane: consecutive positions of a job. */
export interface Block {
  /** Number of the job. */
  job: number;
  /** First position. */
  first: number;
  /** Points; the kernel adds lanes where they fill no vectors. */
  lanes: number;
}

/** The point at a position of a job. */
export function pointAt({ points }: Pick<Job, "points">, position: number): number {
  return numberAt(points, position);
}

/** The point of a block's lane; lanes that the kernel adds repeat the last one. */
export function pointOf(job: Pick<Job, "points">, block: Block, lane: number): number {
  return pointAt(job, block.first + Math.min(lane, block.lanes - 1));
}

/** The seeds of the noise of jobs, in ascending order. */
export function seedsOf(jobs: readonly Pick<Job, "inputSources" | "wiener">[]): number[] {
  const seeds = jobs.flatMap(({ inputSources, wiener }) => [
    ...inputSources.flatMap((source) => (source.kind === "noise" ? [source.noise.seed] : [])),
    ...wiener.map(({ seed }) => seed),
  ]);
  return [...new Set(seeds)].sort((a, b) => a - b);
}
