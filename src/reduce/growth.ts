import type { SampleWindow } from "../kernel/kernel.ts";
import { laneNumbers, type Reducer, type Series } from "./reducer.ts";

/** The mean slope of each trace: from its first sample to its last. */
export class Growth implements Reducer<{ lyapunov: Float64Array }> {
  readonly #series: Series;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  #isBegun = false;

  constructor(series: Series) {
    this.#series = series;
    this.#first = laneNumbers(series.lanes);
    this.#last = laneNumbers(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    if (samples === 0) return;
    const { variable, lanes } = this.#series;
    const take = (into: Float64Array, sample: number) => {
      const from = (sample * variables + variable) * n;
      into.set(data.subarray(from, from + lanes));
    };
    if (!this.#isBegun) take(this.#first, 0);
    this.#isBegun = true;
    take(this.#last, samples - 1);
  }

  finish(): { lyapunov: Float64Array } {
    const { lanes, sampleCount, samplingStep } = this.#series;
    const time = (sampleCount - 1) * samplingStep;
    return { lyapunov: Float64Array.from({ length: lanes }, (_, lane) => (this.#last[lane] - this.#first[lane]) / time) };
  }
}
