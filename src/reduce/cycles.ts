import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer, Series } from "./reducer.ts";
import { distinctMaxima, type Tolerances } from "./regime.ts";
import { Turns } from "./turns.ts";

/**
 * Whether each trace oscillates, and how many heights its maxima have, judged by the second half of its samples: what is left of
 * a transient in the first half does no harm.
 */
export class Cycles implements Reducer<{ regime: string[]; maxima: Float64Array }> {
  readonly #series: Series;
  readonly #tolerances: Tolerances;
  readonly #lanes: readonly Turns[];

  constructor(series: Series, tolerances: Tolerances) {
    this.#series = series;
    this.#tolerances = tolerances;
    this.#lanes = Array.from({ length: series.lanes }, () => new Turns(tolerances.prominence));
  }

  add({ first, samples, variables: takes, n, data }: SampleWindow): void {
    const { variable: take, sampleCount: rows } = this.#series;
    const skipped = Math.max(0, Math.floor(rows / 2) - first);
    if (skipped >= samples) return;
    this.#lanes.forEach((turns, lane) => {
      turns.add(data, { from: (skipped * takes + take) * n + lane, stride: takes * n, samples: samples - skipped });
    });
  }

  finish(): { regime: string[]; maxima: Float64Array } {
    const maxima = Float64Array.from(this.#lanes, (turns) => distinctMaxima(turns.finish(), this.#tolerances));
    return { regime: Array.from(maxima, (count) => (count === 0 ? "fixed point" : "oscillation")), maxima };
  }
}
