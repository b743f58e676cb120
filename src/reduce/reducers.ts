import * as v from "valibot";
import type { Entry } from "../check.ts";
import { Crossings } from "./crossings.ts";
import { Extremes } from "./extremes.ts";
import { Growth } from "./growth.ts";
import { Last } from "./last.ts";
import { Moments } from "./moments.ts";
import type { Reducer, Series, Values } from "./reducer.ts";
import { Regimes } from "./regime.ts";
import { defaultSegment, SHORTEST, Welch } from "./welch.ts";

/** Samples of a segment at most: those of a block's 64 points take 34 MB. */
const LARGEST = 65536;

/** A column that a reducer makes. */
export interface FeatureKind {
  values: "number" | "text";
  unit: (of: Units) => string;
  /** Which of the reducer's options it has. */
  options: readonly string[];
}

/** What an option must be, and its value where it is not given, for traces of `sampleCount` samples. */
export interface FeatureOption extends Entry {
  default: (sampleCount: number) => number;
}

export type FeatureSettings = Readonly<Record<string, number>>;

/** A reducer: the features that it makes in one pass, its options, and how many samples it needs. */
export interface ReducerKind {
  features: Readonly<Record<string, FeatureKind>>;
  options: Readonly<Record<string, FeatureOption>>;
  least: (settings: FeatureSettings) => number;
  /** Whether it asks for the noise floor of its traces. */
  hasFloor?: true;
  /** Whether it is not of the output's samples, but of how deviations from the point's path grow. */
  ofGrowth?: true;
  /** Whether it is not of the output's samples, but of the equations at the point's parameters. */
  ofField?: true;
  start: (series: Series, settings: FeatureSettings) => Reducer<Record<string, Values>>;
}

const finite = v.pipe(v.number(), v.finite());
const notNegative = { schema: v.pipe(finite, v.minValue(0)), says: "a finite number, not negative" };
const fraction = { schema: v.pipe(finite, v.minValue(0), v.ltValue(1)), says: "a number from 0 to 1, and below 1" };
const isPowerOfTwo = (size: number) => Number.isInteger(size) && size >= SHORTEST && size <= LARGEST && (size & (size - 1)) === 0;
const powerOfTwo = {
  schema: v.pipe(v.number(), v.check(isPowerOfTwo)),
  says: `a number of samples that is a power of two, from ${SHORTEST} to ${LARGEST}`,
};

const number = (unit: FeatureKind["unit"], options: readonly string[] = []): FeatureKind => ({ values: "number", unit, options });
const same = ({ unit }: Units) => unit;
const none = () => "";
const frequency = ({ timeUnit }: Units) => frequencyUnit(timeUnit);
const rate = ({ timeUnit }: Units) => (timeUnit === "" ? "" : `1/${timeUnit}`);
const least = (samples: number) => () => samples;

const segments = ["window", "overlap"];
const tolerances = ["absolute", "relative", "prominence"];

/** All reducers: to add one, write its file and its row. A feature's name stands in one of them. */
export const reducers = {
  moments: {
    features: { mean: number(same), std: number(same) },
    options: {},
    least: least(1),
    start: (series) => new Moments(series),
  },
  extremes: {
    hasFloor: true,
    features: { min: number(same), max: number(same), range: number(same) },
    options: {},
    least: least(1),
    start: (series) => new Extremes(series),
  },
  last: {
    features: { last: number(same) },
    options: {},
    least: least(1),
    start: (series) => new Last(series),
  },
  crossings: {
    hasFloor: true,
    features: { crossings: number(none, ["level"]) },
    options: { level: { schema: finite, says: "a finite number", default: () => 0 } },
    least: least(2),
    start: (series, { level }) => new Crossings(series, level),
  },
  welch: {
    hasFloor: true,
    features: { peakFrequency: number(frequency, segments), peakPower: number(densityUnit, segments) },
    options: { window: { ...powerOfTwo, default: defaultSegment }, overlap: { ...fraction, default: () => 0.5 } },
    least: ({ window }) => window,
    start: (series, { window, overlap }) => new Welch(series, { window, overlap }),
  },
  growth: {
    ofGrowth: true,
    features: { lyapunov: number(rate) },
    options: {},
    least: least(2),
    start: (series) => new Growth(series),
  },
  equilibria: {
    ofField: true,
    features: {
      equilibria: number(none),
      stability: { values: "text", unit: none, options: [] },
      leadingEigenvalue: number(rate),
    },
    options: {},
    least: least(1),
    // Its values are made of the equations, where the block ends.
    start: () => ({ add: () => undefined, finish: () => ({}) }),
  },
  cycles: {
    hasFloor: true,
    features: {
      regime: { values: "text", unit: none, options: tolerances },
      maxima: number(none, [...tolerances, "distinct"]),
    },
    options: {
      absolute: { ...notNegative, default: () => 1e-12 },
      relative: { ...notNegative, default: () => 0 },
      prominence: { ...fraction, default: () => 0.05 },
      distinct: { ...fraction, default: () => 0.02 },
    },
    least: least(8),
    start: (series, { absolute, relative, prominence, distinct }) => new Regimes(series, { absolute, relative, prominence, distinct }),
  },
} satisfies Record<string, ReducerKind>;

/** Names of features that are texts, and no numbers. */
export type TextFeature = "regime" | "stability";

/** Names of all features. */
export type FeatureName = { [Name in keyof typeof reducers]: keyof (typeof reducers)[Name]["features"] }[keyof typeof reducers] & string;

const byName: Readonly<Record<string, ReducerKind>> = reducers;

/** A reducer by its name in the registry. */
export function reducerCalled(name: string): ReducerKind {
  return byName[name];
}

/** The name of the reducer that makes a feature; undefined where none does. */
export function reducerOf(feature: string): string | undefined {
  return Object.keys(byName).find((name) => Object.hasOwn(byName[name].features, feature));
}

/** The options that a feature has. */
export function optionsOfFeature(feature: string): Readonly<Record<string, FeatureOption>> {
  const reducer = reducerOf(feature);
  if (reducer === undefined) return {};
  const { features, options } = byName[reducer];
  return Object.fromEntries(features[feature].options.map((name) => [name, options[name]]));
}

/** Names of all features, in the registry's order. */
export function featureNames(): string[] {
  return Object.values(byName).flatMap(({ features }) => Object.keys(features));
}

/** Units that a feature's own is made of. */
export interface Units {
  unit: string;
  timeUnit: string;
}

/** Unit of a frequency where time has `timeUnit`. */
export function frequencyUnit(timeUnit: string): string {
  if (timeUnit === "") return "";
  return { s: "Hz", ms: "kHz" }[timeUnit] ?? `1/${timeUnit}`;
}

/** Unit of a power spectral density: V^2/Hz. */
export function densityUnit({ unit, timeUnit }: Units): string {
  const square = unit === "" ? "1" : /^\w+$/.test(unit) ? `${unit}^2` : `(${unit})^2`;
  const frequency = frequencyUnit(timeUnit);
  if (frequency === "") return unit === "" ? "" : square;
  return frequency.startsWith("1/") ? `${square}*${timeUnit}` : `${square}/${frequency}`;
}
