import type { SampleWindow } from "../kernel/kernel.ts";
import type { NoiseFloor } from "../kernel/noise-floor.ts";
import { type Failures, failureOf } from "../sweep/status.ts";
import { CustomReducer, type FeatureContext, type FeatureReducer } from "./custom-reducer.ts";
import type { Reducer, Series, Values } from "./reducer.ts";
import { type FeatureSettings, reducerCalled } from "./reducers.ts";
import { Settled } from "./settled.ts";

/** A reducer over one of the recorded variables: one of the registry, or the user's own. */
export type FeatureGroup =
  | { variable: number; reducer: string; settings: FeatureSettings }
  | { variable: number; custom: FeatureReducer; context: Omit<FeatureContext, "lanes"> };

/** What becomes a column: a part of what a group makes. */
export interface FeaturePart {
  group: number;
  part: string;
  values: "number" | "text";
}

/** Which features a sweep has: plain data, but for the user's own reducers. */
export interface FeatureSpec {
  groups: readonly FeatureGroup[];
  parts: readonly FeaturePart[];
  /** Recorded variables whose samples may be infinite or NaN though all states are finite: algebraic variables. */
  unsure: readonly number[];
  /** Time from one sample to the next. */
  samplingStep: number;
}

/** All features of one block. */
export class Features {
  readonly #spec: FeatureSpec;
  readonly #groups: readonly Reducer<Record<string, Values>>[];
  readonly #finite: ReadonlyMap<number, Finite>;
  readonly #settled: ReadonlyMap<number, Settled>;

  /** `settles` tells that noise floors are to know how much traces vary in the end. */
  constructor(
    spec: FeatureSpec,
    { lanes, sampleCount, isRandom, settles }: Pick<Series, "lanes" | "sampleCount" | "isRandom"> & { settles: boolean },
  ) {
    this.#spec = spec;
    const series = (variable: number) => ({ variable, lanes, sampleCount, samplingStep: spec.samplingStep, isRandom });
    this.#groups = spec.groups.map((group) =>
      "custom" in group
        ? new CustomReducer(group.custom, series(group.variable), group.context)
        : reducerCalled(group.reducer).start(series(group.variable), group.settings),
    );
    this.#finite = new Map(spec.unsure.map((variable) => [variable, new Finite(series(variable))]));
    const asking = spec.groups.filter((group) => settles && !("custom" in group) && reducerCalled(group.reducer).hasFloor);
    this.#settled = new Map(asking.map(({ variable }) => [variable, new Settled(series(variable))]));
  }

  add(window: SampleWindow): void {
    for (const group of this.#groups) group.add(window);
    for (const finite of this.#finite.values()) finite.add(window);
    for (const settled of this.#settled.values()) settled.add(window);
  }

  /**
   * The values of each part. Of a lane that failed, numbers are NaN and texts its status; of one whose trace is not finite texts are
   * "diverged"; what a reducer of the user's own says of it stays. `fieldValues` are what is told of the equations, and `floorOf` gives the noise floor of a recorded variable.
   */
  finish(
    { failedAt, failures, fieldValues = {} }: { failedAt: Float64Array; failures?: Failures; fieldValues?: Record<string, Values> },
    floorOf: (variable: number, settled?: Float64Array) => NoiseFloor,
  ): Values[] {
    const { groups, parts } = this.#spec;
    const made = this.#groups.map((group, i) => {
      const { variable } = groups[i];
      if (isOfField(groups[i])) return fieldValues;
      return group.finish(floorOf(variable, this.#settled.get(variable)?.finish()));
    });
    const rests = new Map([...this.#finite].map(([variable, finite]) => [variable, finite.finish()]));
    return parts.map(({ group, part }) => {
      const values = made[group][part];
      if ("custom" in groups[group]) return values;
      const rest = rests.get(groups[group].variable);
      return mask(values, (lane) => {
        if (!Number.isNaN(failedAt[lane])) return failureOf(failures, lane);
        return rest !== undefined && rest[lane] !== 0 ? "diverged" : undefined;
      });
    });
  }
}

/** Whether a group is of the equations, and of no variable. */
function isOfField(group: FeatureGroup): boolean {
  return "reducer" in group && reducerCalled(group.reducer).ofField === true;
}

/** The features that a sweep has of the equations. */
export function fieldFeatures({ groups, parts }: Pick<FeatureSpec, "groups" | "parts">): string[] {
  return [...new Set(parts.flatMap(({ group, part }) => (isOfField(groups[group]) ? [part] : [])))];
}

/** Replaces the values of lanes that have a status which says why there is none. */
function mask(values: Values, lost: (lane: number) => string | undefined): Values {
  for (let lane = 0; lane < values.length; lane++) {
    const status = lost(lane);
    if (status === undefined) continue;
    if (values instanceof Float64Array) values[lane] = Number.NaN;
    else values[lane] = status;
  }
  return values;
}

/** For each lane 0 where all samples are finite, else NaN. */
class Finite implements Reducer<Float64Array> {
  readonly #series: Series;
  readonly #rests: Float64Array;

  constructor(series: Series) {
    this.#series = series;
    this.#rests = new Float64Array(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    const { variable, lanes } = this.#series;
    for (let lane = 0; lane < lanes; lane++) {
      let rest = this.#rests[lane];
      for (let s = 0, i = variable * n + lane; s < samples; s++, i += variables * n) rest += data[i] - data[i];
      this.#rests[lane] = rest;
    }
  }

  finish(): Float64Array {
    return this.#rests;
  }
}
