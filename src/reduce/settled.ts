import type { SampleWindow } from "../kernel/kernel.ts";
import { laneNumbers, type Reducer, type Series } from "./reducer.ts";

/** How much each trace varies from a sample on, the middle one if not given: of a trace that has come to rest, by nothing but noise. */
export class Settled implements Reducer<Float64Array> {
  readonly #series: Series;
  readonly #from: number;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(series: Series, from: number = Math.floor(series.sampleCount / 2)) {
    this.#series = series;
    this.#from = from;
    this.#low = laneNumbers(series.lanes, Number.POSITIVE_INFINITY);
    this.#high = laneNumbers(series.lanes, Number.NEGATIVE_INFINITY);
  }

  add({ first, samples, variables, n, data }: SampleWindow): void {
    const { variable, lanes } = this.#series;
    const skipped = Math.max(0, this.#from - first);
    if (skipped >= samples) return;
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
