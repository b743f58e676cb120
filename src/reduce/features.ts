import type { SampleWindow } from "../kernel/kernel.ts";
import { Finite } from "./finite.ts";
import { type FeatureContext, type FeatureReducer, Own } from "./own.ts";
import type { Reducer, Values } from "./reducer.ts";
import { type FeatureSettings, reducerCalled } from "./reducers.ts";

/** A reducer over one of the rows that a sample takes: one of the registry, or the user's own. */
export type FeatureGroup =
  | { take: number; reducer: string; settings: FeatureSettings }
  | { take: number; own: FeatureReducer; context: Omit<FeatureContext, "lanes"> };

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
  /** Takes whose samples may be infinite or NaN though all states are finite: algebraic variables. */
  unsure: readonly number[];
  /** Time from one sample to the next. */
  samplingStep: number;
}

/** All features of one block. */
export class Features {
  readonly #spec: FeatureSpec;
  readonly #groups: readonly Reducer<Record<string, Values>>[];
  readonly #finite: ReadonlyMap<number, Finite>;

  constructor(spec: FeatureSpec, { lanes, sampleCount }: { lanes: number; sampleCount: number }) {
    this.#spec = spec;
    const series = (variable: number) => ({ variable, lanes, sampleCount, samplingStep: spec.samplingStep });
    this.#groups = spec.groups.map((group) =>
      "own" in group
        ? new Own(group.own, series(group.take), group.context)
        : reducerCalled(group.reducer).start(series(group.take), group.settings),
    );
    this.#finite = new Map(spec.unsure.map((take) => [take, new Finite(series(take))]));
  }

  add(window: SampleWindow): void {
    for (const group of this.#groups) group.add(window);
    for (const finite of this.#finite.values()) finite.add(window);
  }

  /**
   * The values of each part. Of a lane that failed, or whose trace is not finite, numbers are NaN and texts "diverged"; what a
   * reducer of the user's own says of it stays.
   */
  finish(failedAt: Float64Array): Values[] {
    const { groups, parts } = this.#spec;
    const made = this.#groups.map((group) => group.finish());
    const rests = new Map([...this.#finite].map(([take, finite]) => [take, finite.finish()]));
    return parts.map(({ group, part }) => {
      const values = made[group][part];
      if ("own" in groups[group]) return values;
      const rest = rests.get(groups[group].take);
      return masked(values, (lane) => !Number.isNaN(failedAt[lane]) || (rest !== undefined && rest[lane] !== 0));
    });
  }
}

function masked(values: Values, isLost: (lane: number) => boolean): Values {
  if (values instanceof Float64Array) return values.map((value, lane) => (isLost(lane) ? Number.NaN : value));
  return values.map((value, lane) => (isLost(lane) ? "diverged" : value));
}
