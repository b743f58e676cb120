import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer, Series } from "./reducer.ts";

/** The last sample of each trace. */
export class Last implements Reducer<{ last: Float64Array }> {
  readonly #series: Series;
  readonly #last: Float64Array;

  constructor(series: Series) {
    this.#series = series;
    this.#last = new Float64Array(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    if (samples === 0) return;
    const from = ((samples - 1) * variables + this.#series.variable) * n;
    this.#last.set(data.subarray(from, from + this.#series.lanes));
  }

  finish(): { last: Float64Array } {
    return { last: this.#last };
  }
}
