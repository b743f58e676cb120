import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer, Series } from "./reducer.ts";

/** How often each trace crosses a level upwards: samples at or above it whose predecessor is below. */
export class Crossings implements Reducer<{ crossings: Float64Array }> {
  readonly #series: Series;
  readonly #level: number;
  /** 1 where the last sample was below the level. */
  readonly #below: Float64Array;
  readonly #count: Float64Array;

  constructor(series: Series, level: number) {
    this.#series = series;
    this.#level = level;
    this.#below = new Float64Array(series.lanes);
    this.#count = new Float64Array(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    const level = this.#level;
    const { variable, lanes } = this.#series;
    for (let lane = 0; lane < lanes; lane++) {
      let below = this.#below[lane];
      let count = this.#count[lane];
      for (let s = 0, i = variable * n + lane; s < samples; s++, i += variables * n) {
        if (data[i] < level) {
          below = 1;
        } else {
          count += below;
          below = 0;
        }
      }
      this.#below[lane] = below;
      this.#count[lane] = count;
    }
  }

  finish(): { crossings: Float64Array } {
    return { crossings: this.#count };
  }
}
