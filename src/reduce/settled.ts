import type { SampleWindow } from "../kernel/kernel.ts";
import { laneNumbers, type Reducer, type Series } from "./reducer.ts";

/** How much each trace varies in the second half of its samples: of a trace that has come to rest, nothing but noise. */
export class Settled implements Reducer<Float64Array> {
  readonly #series: Series;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(series: Series) {
    this.#series = series;
    this.#low = laneNumbers(series.lanes, Number.POSITIVE_INFINITY);
    this.#high = laneNumbers(series.lanes, Number.NEGATIVE_INFINITY);
  }

  add({ first, samples, variables, n, data }: SampleWindow): void {
    const { variable, sampleCount, lanes } = this.#series;
    const skipped = Math.max(0, Math.floor(sampleCount / 2) - first);
    for (let lane = 0; lane < lanes; lane++) {
      let low = this.#low[lane];
      let high = this.#high[lane];
      for (let s = skipped, i = (skipped * variables + variable) * n + lane; s < samples; s++, i += variables * n) {
        const x = data[i];
        if (x < low) low = x;
        if (x > high) high = x;
      }
      this.#low[lane] = low;
      this.#high[lane] = high;
    }
  }

  finish(): Float64Array {
    return this.#high.map((high, lane) => high - this.#low[lane]);
  }
}
