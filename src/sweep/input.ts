import * as v from "valibot";
import { checkEntries, type Entry, isDetached, isPlain, Problems } from "../check.ts";

/** One sample a step, shared by all points of a sweep. Unit: that of the input. */
export type SharedSignal = Float64Array | readonly number[];

/**
 * One sample a step for each point and target: sample `i` of column `j` is `data[i * columns + j]`.
 * Columns are ordered as PyRates orders them: point 0 target 0, point 0 target 1, ..., point 1 target 0, ...
 */
export interface SignalColumns {
  data: Float64Array | readonly number[];
  columns: number;
}

/**
 * What a variable was before the start: a number, or samples of which the last is at time 0. They are `stepSize` apart, or `step`, and
 * joined by straight lines. Unit: that of the variable.
 */
export type PastSignal = number | SharedSignal | { data: SharedSignal; step?: number };

/** What all noise has in common. */
interface SourceOptions {
  /** Integer from 0 to 2^53 - 1; 0 if not given. The same seed gives the same samples on every machine. */
  seed?: number;
  /** true (default): all points of the sweep have the same signals; false: each point has signals of its own. */
  shared?: boolean;
  /** false (default): each node that the path names has a signal of its own; true: all of them have the same. */
  sharedByNodes?: boolean;
}

/** What uniform and normal noise have in common. */
interface NoiseOptions extends SourceOptions {
  /** How long one sample lasts, in the model's time unit: a whole multiple of the step. One step if not given. */
  hold?: number;
}

export interface UniformNoiseOptions extends NoiseOptions {
  /** Lower end, included. */
  low: number;
  /** Upper end, not included. */
  high: number;
}

export interface NormalNoiseOptions extends NoiseOptions {
  mean: number;
  /** Standard deviation, not negative. */
  sd: number;
}

export interface OrnsteinUhlenbeckOptions extends SourceOptions {
  mean: number;
  /** Standard deviation, not negative: of the process, whatever `tau`. */
  sd: number;
  /** Time in which its autocorrelation falls to 1/e, above 0, in the model's time unit. */
  tau: number;
}

/** Options of noise where they are not given, of a source and of a term on a variable. */
export const NOISE_DEFAULTS = { seed: 0, shared: true, sharedByNodes: false } as const;

/** A noise source: plain data, made into samples while the sweep runs. */
export interface Noise {
  readonly noise: "uniform" | "normal" | "ornsteinUhlenbeck";
  /** Lower end, or mean. */
  readonly offset: number;
  /** high - low, or standard deviation. */
  readonly scale: number;
  readonly seed: number;
  /** Whether all points have the same signals, and whether all nodes have. */
  readonly shared: boolean;
  readonly sharedByNodes: boolean;
  /** How long a sample lasts, in the model's time unit; undefined for one step. */
  readonly hold: number | undefined;
  /** Time constant of an Ornstein-Uhlenbeck process. */
  readonly tau?: number;
}

/** The mean of noise. */
export function meanOf({ noise, offset, scale }: Pick<Noise, "noise" | "offset" | "scale">): number {
  return noise === "uniform" ? offset + scale / 2 : offset;
}

/** What can drive an input: a constant, samples, or noise. */
export type Input = number | SharedSignal | SignalColumns | Noise;

const finite = v.pipe(v.number(), v.finite());

/** What a seed is, wherever there is one. */
export const seedEntry: Entry = { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), says: "an integer from 0 to 2^53 - 1" };

/** Which random numbers noise has: of a source, and of a term on a variable. */
export const streamEntries: Record<string, Entry> = {
  seed: seedEntry,
  shared: { schema: v.boolean(), says: "true or false" },
  sharedByNodes: { schema: v.boolean(), says: "true or false" },
};

const common: Record<string, Entry> = {
  ...streamEntries,
  hold: { schema: v.pipe(finite, v.gtValue(0)), says: "a time above 0, in the model's unit" },
};

const uniformEntries: Record<string, Entry> = {
  low: { schema: finite, says: "a finite number", required: true },
  high: { schema: finite, says: "a finite number", required: true },
  ...common,
};

const moments: Record<string, Entry> = {
  mean: { schema: finite, says: "a finite number", required: true },
  sd: { schema: v.pipe(finite, v.minValue(0)), says: "a finite number, not negative", required: true },
};

const normalEntries: Record<string, Entry> = { ...moments, ...common };

const processEntries: Record<string, Entry> = {
  ...moments,
  tau: { schema: v.pipe(finite, v.gtValue(0)), says: "a time above 0, in the model's unit", required: true },
  ...streamEntries,
};

/**
 * Uniform noise on [low, high): 53 random bits a sample, by Philox4x32-10 keyed by (seed, point, step).
 * Throws a MassgridError for a missing, misspelt or impossible option.
 */
export function uniformNoise(options: UniformNoiseOptions): Noise {
  const problems = new Problems();
  checkEntries(problems, options, uniformEntries, ["uniformNoise"]);
  if (!problems.any && !(options.high >= options.low)) {
    const found = `low = ${options.low} and high = ${options.high}`;
    problems.add("E_RANGE", ["uniformNoise", "high"], `uniformNoise needs high at or above low, but ${found} were found`);
  } else if (!problems.any && !Number.isFinite(options.high - options.low)) {
    problems.add("E_RANGE", ["uniformNoise", "high"], "high - low of uniformNoise is not a finite number; use a smaller range");
  }
  problems.throwIfAny();
  return make("uniform", options.low, options.high - options.low, options);
}

/**
 * Normal noise of the given mean and standard deviation, by the inverse of the distribution function at Philox4x32-10
 * numbers keyed by (seed, point, step). Throws a MassgridError for a missing, misspelt or impossible option.
 */
export function normalNoise(options: NormalNoiseOptions): Noise {
  const problems = new Problems();
  checkEntries(problems, options, normalEntries, ["normalNoise"]);
  problems.throwIfAny();
  return make("normal", options.mean, options.sd, options);
}

/**
 * A stationary Ornstein-Uhlenbeck process, x' = (mean - x)/tau with white noise that gives it the standard deviation `sd`: sample i
 * is its value at the time of step i, exact in distribution at any step, and the same path at a step and at half of it.
 * Throws a MassgridError for a missing, misspelt or impossible option.
 */
export function ornsteinUhlenbeck(options: OrnsteinUhlenbeckOptions): Noise {
  const problems = new Problems();
  checkEntries(problems, options, processEntries, ["ornsteinUhlenbeck"]);
  problems.throwIfAny();
  return Object.freeze({ ...make("ornsteinUhlenbeck", options.mean, options.sd, options), tau: options.tau });
}

const kinds: readonly Noise["noise"][] = ["uniform", "normal", "ornsteinUhlenbeck"];
/** What a source has beside its range, which may be written by hand, or have been through JSON. */
const madeOptions = v.object(
  Object.fromEntries(Object.entries({ ...common, tau: processEntries.tau }).map(([name, { schema }]) => [name, v.nullish(schema)])),
);

function make(noise: Noise["noise"], offset: number, scale: number, options: NoiseOptions): Noise {
  const seed = options.seed ?? NOISE_DEFAULTS.seed;
  const shared = options.shared ?? NOISE_DEFAULTS.shared;
  const sharedByNodes = options.sharedByNodes ?? NOISE_DEFAULTS.sharedByNodes;
  return Object.freeze({ noise, offset, scale, seed, shared, sharedByNodes, hold: options.hold ?? undefined });
}

/** Whether a value is a noise source made by uniformNoise, normalNoise or ornsteinUhlenbeck. */
export function isNoise(value: unknown): value is Noise {
  if (!isPlain(value) || !kinds.some((kind) => kind === value.noise)) return false;
  return Number.isFinite(value.offset) && Number.isFinite(value.scale) && v.is(madeOptions, value);
}

/** Whether a value is a signal with columns. */
export function isSignalColumns(value: unknown): value is SignalColumns {
  return typeof value === "object" && value !== null && "data" in value && "columns" in value;
}

/** The samples of a signal: the caller's own Float64Array if it is one, else a copy; undefined for what is no list of numbers. */
export function samplesOf(value: unknown): Float64Array | undefined {
  if (isDetached(value)) return undefined;
  if (value instanceof Float64Array) return value;
  if (value instanceof Float32Array || value instanceof Int32Array || value instanceof Int16Array) return Float64Array.from(value);
  return Array.isArray(value) && value.every((item) => typeof item === "number") ? Float64Array.from(value) : undefined;
}
