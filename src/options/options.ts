import type { Table } from "apache-arrow";
import type { Model } from "../model/model.ts";
import type { CircuitTemplate } from "../model/template/template.ts";
import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import type { FeatureName } from "../reduce/reducers.ts";
import type { Precision } from "../sweep/arithmetic.ts";
import type { Input, PastSignal } from "../sweep/input.ts";
import type { AdaptiveOptions, SolverName } from "../sweep/solver.ts";
import type { TraceType } from "../sweep/trace-type.ts";
import type { FollowDirection, FollowOptions, RefineOptions } from "./edges.ts";

/** Any text, where names are proposed: that of a variable may be wider than the names there are, and is checked when the call is made. */
type AnyText = string & {};

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
  vars: readonly ("sd" | AnyText)[];
  noise: readonly string[];
}

/** Which pulses a grid key drives the size of: `by` of entries of the option `pulses`. */
export interface PulseMapping {
  vars: readonly ("by" | AnyText)[];
  pulses: readonly string[];
}

/** What a grid key drives. */
export type Mapping = NodeMapping | EdgeMapping | NoiseMapping | PulseMapping;

/** Lower and upper bound of a state, in its unit; null where there is none. */
export type BoundsOption = readonly [low: number | null, high: number | null] | readonly (number | null)[];

/** What is added to a state at given times. */
export interface PulseOption {
  /** When, from 0 to before simulationTime; a whole number of steps where these are fixed. */
  at: number | readonly number[] | Float64Array;
  /** How much, in the state's unit: one number, or one for each time. */
  by: number | readonly number[] | Float64Array;
}

/** Initial values by path of a state: one for all points, or one for each. */
export type InitialStates = Readonly<Record<string, number | readonly number[] | Float64Array | readonly string[]>>;

/** Initial values by path, rows of these, one for each point, or a table with the states of another run. */
export type InitialStateOption = InitialStates | readonly Readonly<Record<string, number | string>>[] | Table;

/** Values for each grid key: arrays; a list of points, `[{ C: 68 }, { C: 135 }]`; or an Arrow Table with one row a point and a column a key. */
export type ParamGrid =
  | Readonly<Record<string, readonly number[] | ArrayLike<number>>>
  | readonly Readonly<Record<string, number>>[]
  | Table;

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
  | AnyText
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
  /** What differs by no more than this, in the output's unit, counts as equal; 0 if not given. */
  absolute?: number;
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
  /** true (default): all points of the sweep have the same paths; false: each point has paths of its own. */
  shared?: boolean;
  /** false (default): each node that the path names has a path of noise of its own; true: all of them have the same. */
  sharedByNodes?: boolean;
}

/** What gridSearch takes: PyRates' arguments in camelCase. Times are in the model's time unit (seconds for Jansen-Rit). */
export interface GridSearchOptions {
  /** Path of a template, in dot or slash form, bundled or of a file; a CircuitTemplate of templatesFromYaml; or a Model. */
  circuitTemplate: string | CircuitTemplate | Model;
  paramGrid: ParamGrid;
  /** What each grid key drives; entries for keys that the grid does not have are ignored. */
  paramMap: Readonly<Record<string, Mapping>>;
  /** false (default): the columns of the grid are taken row by row; true: every combination, in PyRates' order. */
  permuteGrid?: boolean;
  /**
   * How many times each point is run, each time with noise of its own: rows of the map with `replicate` 0, 1, ... A shared noise
   * source is then one signal for each replicate. The first replicate is identical to the run without replicates.
   */
  replicates?: number;
  simulationTime: number;
  /** Length of a step; with an adaptive step size, what one sample of an input lasts. */
  stepSize: number;
  /** A whole multiple of the step, or any time with an adaptive step size; every step if not given. */
  samplingStepSize?: number;
  /** Samples before this time are not kept; 0 if not given. */
  cutoff?: number;
  /** What drives the model's inputs, by path; it replaces an input's default. */
  inputs?: Readonly<Record<string, Input>>;
  /**
   * What variables were before time 0, by path, for `past()` and for edges with a delay. Without it `past(x, tau)` is the initial value
   * of x there, and an edge delivers 0 until its source arrives (docs/delays.md).
   */
  history?: Readonly<Record<string, PastSignal>>;
  /** White noise on states and inputs, by path, for stochastic solvers (docs/noise.md). */
  noise?: Readonly<Record<string, NoiseTerm>>;
  /** Path of a state → [low, high], null where there is none: after each step, what is outside is put on the bound (docs/states.md). */
  bounds?: Readonly<Record<string, BoundsOption>>;
  /** Path of a state → what is added to it, and when: a sample at that time is of the state after it (docs/states.md). */
  pulses?: Readonly<Record<string, PulseOption>>;
  /**
   * Where points start instead of at the model's initial values: values by path, or the `resultsMap` of a sweep with `finalState: true`;
   * of one row all points start, of several each point from the row that has its key, or from its own in order (docs/states.md).
   */
  initialState?: InitialStateOption;
  /** true: the map has the state of each point at the end, a column for each state of the model; false if not given. */
  finalState?: boolean;
  /**
   * The variables to record: a name of your own → path. Of a list of paths, each is named after its variable; where several would have
   * one name, after the whole path with _ for all but letters and digits.
   */
  outputs: Readonly<Record<string, string>> | readonly string[];
  /** Output name → features, each computed while integrating from the samples after the cutoff; a column `V_mean` of the map each. */
  features?: Readonly<Record<string, readonly Feature[]>>;
  /**
   * Grid keys and outputs → what their columns are called, in tables, files and figures: `{ c: "c_gain" }`. Everything else in the call
   * has the names before.
   */
  rename?: Readonly<Record<string, string>>;
  /** true if not given; false keeps no traces: see MapSearchOptions. */
  results?: true;
  /** Name of a solver, or an object with its name and options; "euler" if not given. */
  solver?: SolverOption;
  /**
   * Measures how far the sweep is from its equations: a seeded sample of its points is run again at half the step, and by an adaptive
   * solver of high order; see `certificate` in what gridSearch returns.
   */
  certify?: boolean | CertifyOptions;
  /**
   * Adds points between neighbours of the grid that differ in a feature, again and again: by bisection of one key, by cells of four corners
   * of two (docs/edges.md). The map has them behind the grid's own points, with `level`, how often the distance was halved for them.
   */
  refine?: RefineOptions;
  /**
   * Each point starts from the state in which its neighbour along a key ended: "up", "down" or "both" along the grid's only key, or
   * `{ key, direction }` (docs/edges.md). The map then has `direction`; with "both" it has each point twice.
   */
  follow?: FollowDirection | FollowOptions | AnyText;
  /** "wide" (default): a column for each output and point; "long": a row for each point and time. */
  layout?: Layout | AnyText;
  /** What traces are kept as: "float64" (default), or "float32" in half of the room, each number rounded. Features are of the numbers before. */
  traceType?: TraceType | AnyText;
  /**
   * true: a product and a sum are rounded together, and what no step changes is multiplied out: faster steps that are off by rounding
   * (docs/arithmetic.md), the same on every engine that can. For fixed steps; false if not given. E_FAST_MATH says what cannot.
   */
  fastMath?: boolean;
  /**
   * "float64" (default), or "float32": steps are taken in numbers of 32 bits, four points side by side instead of two, off by about 1e-7
   * in each step (docs/arithmetic.md). For fixed steps; results are columns of `traceType` either way. E_PRECISION says what cannot.
   */
  precision?: Precision | AnyText;
  /** Ends the sweep: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Threads that integrate, beside the caller's; 0: the caller's alone. If not given, the machine's cores, where the sweep takes
   * long enough for that. Results are identical for any number.
   */
  workers?: number;
  /** Called after each block of points, and ten times a second where blocks take longer. */
  onProgress?: (progress: Progress) => void;
}

/** How traces stand in a table. */
export const layouts = ["wide", "long"] as const;
export type Layout = (typeof layouts)[number];

/** What gridSearch takes where no traces are kept: only the map, with the features, and memory for nothing else. */
export type MapSearchOptions = Omit<GridSearchOptions, "results"> & { results: false };

/** What gridSearch takes, whether traces are kept or not, and wherever. */
export type SearchOptions = Omit<GridSearchOptions, "results"> & { results?: boolean; store?: StoreOptions };

/** Where and how a sweep is stored. */
export interface StoreOptions {
  /** A directory that does not exist yet, or is empty; or a prefix of a bucket, as s3://bucket/prefix (docs/object-stores.md). */
  directory: string;
  /** "arrow" (default): Arrow IPC files; "parquet": Parquet files, which are smaller and slower to write. */
  format?: StoreFormat | AnyText;
  /** How traces and the map are compressed: "none" (default), "zstd" (Node 22.15 or later), or of Parquet "snappy". */
  compression?: ParquetCompression | AnyText;
  /** Points in one shard; worked out from the samples and steps of a point if not given. A shard is what a crash can cost. */
  shardPoints?: number;
}

export const storeFormats = ["arrow", "parquet"] as const;
export type StoreFormat = (typeof storeFormats)[number];

/** How files are compressed, by format: not at all, by Snappy, which every reader of Parquet has, or by zstd, which asks Node 22.15 or later. */
export const compressionsOf = { arrow: ["none", "zstd"], parquet: ["none", "snappy", "zstd"] } as const;
export type IpcCompression = (typeof compressionsOf.arrow)[number];
export type ParquetCompression = (typeof compressionsOf.parquet)[number];

/** What gridSearch takes where the traces go to disk, and not to memory. */
export type StoredSearchOptions = SearchOptions & { store: StoreOptions };

/** What simulate takes: one run of a model, with PyRates' names of `CircuitTemplate.run`. */
export type SimulateOptions = Pick<
  GridSearchOptions,
  | "circuitTemplate"
  | "simulationTime"
  | "stepSize"
  | "samplingStepSize"
  | "cutoff"
  | "inputs"
  | "history"
  | "noise"
  | "bounds"
  | "pulses"
  | "initialState"
  | "outputs"
  | "traceType"
  | "fastMath"
  | "precision"
  | "solver"
  | "signal"
> & {
  /** true: the table's metadata have the state at the end, as `initialState` takes it; false if not given. */
  finalState?: boolean;
  /** Values of parameters, initial values and inputs' defaults, by path; those of the template if not given. */
  params?: Readonly<Record<string, number>>;
};

/** The name of a solver, or its name with its options. */
export type SolverOption = SolverName | AnyText | SolverSettings;

/** A solver with its options. */
export interface SolverSettings extends AdaptiveOptions {
  name: SolverName | AnyText;
}
