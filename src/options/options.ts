import type { Table } from "apache-arrow";
import * as v from "valibot";
import { checkEntries, type Entry, isRecord, kindOf, type Problems } from "../check.ts";
import { MassgridError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import type { CircuitTemplate } from "../model/template/template.ts";
import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import type { FeatureName } from "../reduce/reducers.ts";
import type { Input } from "../sweep/input.ts";
import { checkSolver, type SolverChoice, type SolverOption } from "./solver-choice.ts";

/** Which variables a grid key drives: every one of `vars` (operator/variable) on every one of `nodes`. */
export interface NodeMapping {
  vars: readonly string[];
  nodes: readonly string[];
}

/** Which attributes of which edges a grid key drives. */
export interface EdgeMapping {
  vars: readonly string[];
  edges: readonly (readonly (string | number)[])[];
}

/** Which noise a grid key drives the intensity of: `sd` of entries of the option `noise`. */
export interface NoiseMapping {
  vars: readonly "sd"[];
  noise: readonly string[];
}

/** Values for each grid key: arrays, or an Arrow Table with one row a point and a column a key. */
export type ParamGrid = Readonly<Record<string, readonly number[] | ArrayLike<number>>> | Table;

/** Options of features; each may be left out (docs/features.md). */
export interface FeatureOptions {
  /** Unit of the output. */
  crossings: { level?: number };
  /** Samples of a segment, a power of two, and the fraction that neighbours share. */
  peakFrequency: { window?: number; overlap?: number };
  peakPower: { window?: number; overlap?: number };
  /** `absolute` has the unit of the output; the others are fractions. */
  regime: { absolute?: number; relative?: number; prominence?: number };
  maxima: { absolute?: number; relative?: number; prominence?: number; distinct?: number };
}

/** A feature: its name, its name with options, or a reducer of your own. */
export type Feature =
  | FeatureName
  | { [Name in keyof FeatureOptions]: Readonly<Record<Name, FeatureOptions[Name]>> }[keyof FeatureOptions]
  | FeatureReducer;

/** How a sweep is certified. */
export interface CertifyOptions {
  /** Largest relative error that is no news; 0.01 if not given. */
  tolerance?: number;
  /** How many points are run again; 16 if not given, or fewer where their traces would take more than 64 MB. */
  points?: number;
  /** Chooses the points; 0 if not given. */
  seed?: number;
}

export interface Progress {
  /** Points that are finished, and all points. */
  done: number;
  total: number;
  /** Steps that have been taken, of all points together; and how many more seconds the sweep takes if it goes on like this. */
  steps: number;
  eta: number;
}

/** Noise on a variable: dx = f dt + sd dW for a state, sd dW/dt added to an input. */
export interface NoiseTerm {
  /**
   * Its intensity: the variable's unit over the square root of the time unit. A number, not negative, or an expression of paths as
   * outputs have: of parameters, which may be swept, or of states.
   */
  sd: number | string;
  /** Integer from 0 to 2^53 - 1; 0 if not given. */
  seed?: number;
  /** true (default): all points have the same path, which is the variable's own; false: each point has another. */
  shared?: boolean;
}

/** What gridSearch takes: PyRates' arguments in camelCase. Times are in the model's time unit (seconds for Jansen-Rit). */
export interface GridSearchOptions {
  /** Path of a template, in dot or slash form, bundled or of a file; a CircuitTemplate of templatesFromYaml; or a Model. */
  circuitTemplate: string | CircuitTemplate | Model;
  paramGrid: ParamGrid;
  /** What each grid key drives; entries for keys that the grid does not have are ignored. */
  paramMap: Readonly<Record<string, NodeMapping | EdgeMapping | NoiseMapping>>;
  /** false (default): the columns of the grid are taken row by row; true: every combination, in PyRates' order. */
  permuteGrid?: boolean;
  /**
   * How many times each point is run, each time with noise of its own: rows of the map with `replicate` 0, 1, ... A shared noise
   * source is then one signal for each replicate. The first replicate is the run without replicates, bit for bit.
   */
  replicates?: number;
  simulationTime: number;
  /** Length of a step; where the solver chooses its own, what one sample of an input lasts. */
  stepSize: number;
  /** A whole multiple of the step, or any time where the solver chooses its steps; every step if not given. */
  samplingStepSize?: number;
  /** Samples before this time are not kept; 0 if not given. */
  cutoff?: number;
  /** What drives the model's inputs, by path; it replaces an input's default. */
  inputs?: Readonly<Record<string, Input>>;
  /** White noise on states and inputs, by path, for stochastic solvers (docs/noise.md). */
  noise?: Readonly<Record<string, NoiseTerm>>;
  /** The variables to record: a name of your own → path. */
  outputs: Readonly<Record<string, string>>;
  /** Output name → features, each computed while integrating from the samples after the cutoff; a column `V.mean` of the map each. */
  features?: Readonly<Record<string, readonly Feature[]>>;
  /** true if not given; false keeps no traces: see MapSearchOptions. */
  results?: true;
  /** Name of a solver, or an object with its name and options; "euler" if not given. */
  solver?: SolverOption;
  /**
   * Measures how far the sweep is from its equations: a seeded sample of its points is run again at half the step, and by an adaptive
   * solver of high order; see `certificate` in what gridSearch returns.
   */
  certify?: boolean | CertifyOptions;
  /** "wide" (default): a column for each output and point; "long": a row for each point and time. */
  layout?: "wide" | "long";
  /** Ends the sweep: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Threads that integrate, beside the caller's; 0: the caller's alone. If not given, the machine's cores, where the sweep takes
   * long enough for that. Results have the same bits for any number.
   */
  workers?: number;
  /** Called after each block of points, and ten times a second where blocks take longer. */
  onProgress?: (progress: Progress) => void;
}

/** What gridSearch takes where no traces are kept: only the map, with the features, and memory for nothing else. */
export type MapSearchOptions = Omit<GridSearchOptions, "results"> & { results: false };

/** What gridSearch takes, whether traces are kept or not. */
export type SearchOptions = GridSearchOptions | MapSearchOptions;

/** Where and how a sweep is stored. */
export interface StoreOptions {
  /** A directory that does not exist yet, or is empty. */
  directory: string;
  /** "arrow" (default): Arrow IPC files; "parquet": Parquet files, which are smaller and slower to write. */
  format?: StoreFormat;
  /** Points in one shard; worked out from the samples and steps of a point if not given. A shard is what a crash can cost. */
  shardPoints?: number;
}

export type StoreFormat = "arrow" | "parquet";

/** What gridSearch takes where the traces go to disk, and not to memory. */
export type StoredSearchOptions = SearchOptions & { store: StoreOptions };

/** What simulate takes: one run of a model, with PyRates' names of `CircuitTemplate.run`. */
export type SimulateOptions = Pick<
  GridSearchOptions,
  "circuitTemplate" | "simulationTime" | "stepSize" | "samplingStepSize" | "cutoff" | "inputs" | "noise" | "outputs" | "solver" | "signal"
> & {
  /** Values of parameters, initial values and inputs' defaults, by path; those of the template if not given. */
  params?: Readonly<Record<string, number>>;
};

/** An object with keys; a Map has none, and would be taken for an empty one. */
const record = v.custom<Record<string, unknown>>((value) => isRecord(value) && !(value instanceof Map) && !(value instanceof Set));
/** Any number, NaN too: what a time must be is said by the clock. */
const number = v.custom<number>((value) => typeof value === "number");
const func = v.custom<() => void>((value) => typeof value === "function");
const abortSignal = v.custom<AbortSignal>(
  (value) => isRecord(value) || (typeof value === "object" && value !== null && "aborted" in value),
);

/** What every call takes. */
const common: Record<string, Entry> = {
  circuitTemplate: { schema: v.union([v.string(), record]), says: "the path of a template, or a model", required: true },
  simulationTime: { schema: number, says: "a number", required: true },
  stepSize: { schema: number, says: "a number", required: true },
  samplingStepSize: { schema: number, says: "a number" },
  cutoff: { schema: number, says: "a number" },
  inputs: { schema: record, says: "an object of path: signal" },
  noise: { schema: record, says: "an object of path: { sd, seed, shared }" },
  outputs: { schema: record, says: 'an object of name: "node/operator/variable"', required: true },
  solver: { schema: v.union([v.string(), record]), says: "the name of a solver, or { name }" },
  signal: { schema: abortSignal, says: "an AbortSignal" },
};

/** Threads that one sweep may ask for. */
export const MOST_WORKERS = 256;
const workersSay = `a whole number of threads from 0 (the caller's alone) to ${MOST_WORKERS}`;

const entries: Record<string, Entry> = {
  ...common,
  paramGrid: { schema: record, says: "an object of arrays, or an Arrow Table", required: true },
  paramMap: { schema: record, says: "an object with an entry { vars, nodes } for each grid key", required: true },
  permuteGrid: { schema: v.boolean(), says: "true or false" },
  replicates: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  features: { schema: record, says: 'an object of output: ["mean", { crossings: { level: 0 } }, ...]' },
  results: { schema: v.boolean(), says: "true or false" },
  layout: { schema: v.picklist(["wide", "long"]), says: '"wide" or "long"' },
  workers: { schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_WORKERS)), says: workersSay },
  onProgress: { schema: func, says: "a function" },
  store: { schema: record, says: "an object { directory, format }" },
  certify: { schema: v.union([v.boolean(), record]), says: "true, false, or an object { tolerance, points, seed }" },
};

const certifyEntries: Record<string, Entry> = {
  tolerance: { schema: v.pipe(v.number(), v.finite(), v.gtValue(0)), says: "a finite number above 0" },
  points: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  seed: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), says: "an integer from 0 to 2^53 - 1" },
};

const storeEntries: Record<string, Entry> = {
  directory: { schema: v.pipe(v.string(), v.minLength(1)), says: "the path of a directory", required: true },
  format: { schema: v.picklist(["arrow", "parquet"]), says: '"arrow" or "parquet"' },
  shardPoints: { schema: v.pipe(v.number(), v.integer(), v.minValue(1)), says: "a whole number above 0" },
};

const runEntries: Record<string, Entry> = {
  ...common,
  params: { schema: record, says: 'an object of "node/operator/variable": value' },
};

/** Options whose kinds are right; what their values mean is not checked yet. */
export type CheckedOptions = Omit<GridSearchOptions, "solver" | "layout" | "results"> & {
  choice: SolverChoice;
  layout: "wide" | "long";
  results: boolean;
  store?: StoreOptions;
};

/** Checks names and kinds of all options. Throws at once only where nothing can be read any further. */
export function checkOptions(problems: Problems, options: SearchOptions | StoredSearchOptions): CheckedOptions {
  const { store, ...present } = checkCall<SearchOptions & { store?: StoreOptions }>(problems, "gridSearch", options, entries);
  if (store !== undefined) checkEntries(problems, store, storeEntries, ["store"]);
  if (isRecord(present.certify)) checkEntries(problems, present.certify, certifyEntries, ["certify"]);
  return { ...present, layout: present.layout ?? "wide", results: present.results ?? true, ...(store ? { store } : {}) };
}

/** Checks the options of one run. */
export function checkRunOptions(problems: Problems, options: SimulateOptions): Omit<SimulateOptions, "solver"> & { choice: SolverChoice } {
  return checkCall(problems, "simulate", options, runEntries);
}

function checkCall<Options extends { solver?: unknown }>(
  problems: Problems,
  name: string,
  options: Options,
  known: Readonly<Record<string, Entry>>,
): Omit<Options, "solver"> & { choice: SolverChoice } {
  const given: unknown = options;
  if (!isRecord(given)) {
    const message = `${name} takes one object of options, but ${kindOf(given)} was found`;
    throw new MassgridError([{ code: "E_TYPE", path: [], message }]);
  }
  const present = withoutNulls(options);
  checkEntries(problems, present, known);
  const { solver = "euler", ...rest } = present;
  const choice = checkSolver(problems, solver);
  if (problems.list.some((p) => p.code === "E_TYPE" || p.code === "E_MISSING_OPTION")) problems.throwIfAny();
  return { ...rest, choice };
}

/** null stands for "not given", as None does in Python; an option that is needed is then missing. */
function withoutNulls<Options extends object>(options: Options): Options {
  const copy = { ...options };
  for (const [key, value] of Object.entries(copy)) if (value === null) Reflect.deleteProperty(copy, key);
  return copy;
}
