import type { SampleWindow } from "../kernel/kernel.ts";
import { roundingFloor } from "../kernel/noise-floor.ts";
import { laneNumbers, type Reducer, type Series } from "./reducer.ts";

/** Smallest and largest sample of each trace, and the difference of the two: 0 where that is noise of the solver. */
export class Extremes implements Reducer<{ min: Float64Array; max: Float64Array; range: Float64Array }> {
  readonly #series: Series;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(series: Series) {
    this.#series = series;
    this.#low = laneNumbers(series.lanes, Number.POSITIVE_INFINITY);
    this.#high = laneNumbers(series.lanes, Number.NEGATIVE_INFINITY);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    const low = this.#low;
    const high = this.#high;
    // Two lanes at once: twice the work for each turn of the loop, and no more cache lines.
    for (let lane = 0; lane < n; lane += 2) {
      let lowA = low[lane];
      let lowB = low[lane + 1];
      let highA = high[lane];
      let highB = high[lane + 1];
      for (let s = 0, i = this.#series.variable * n + lane; s < samples; s++, i += variables * n) {
        const a = data[i];
        if (a < lowA) lowA = a;
        if (a > highA) highA = a;
        const b = data[i + 1];
        if (b < lowB) lowB = b;
        if (b > highB) highB = b;
      }
      low[lane] = lowA;
      low[lane + 1] = lowB;
      high[lane] = highA;
      high[lane + 1] = highB;
    }
  }

  finish(floor = roundingFloor): { min: Float64Array; max: Float64Array; range: Float64Array } {
    const min = this.#low.slice(0, this.#series.lanes);
    const max = this.#high.slice(0, this.#series.lanes);
    const range = max.map((high, lane) => {
      const found = high - min[lane];
      return floor.hides(lane, found, Math.max(Math.abs(high), Math.abs(min[lane]))) ? 0 : found;
    });
    return { min, max, range };
  }
}
