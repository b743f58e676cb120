import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer, Series } from "./reducer.ts";

/** For each lane 0 where all samples are finite, else NaN. */
export class Finite implements Reducer<Float64Array> {
  readonly #series: Series;
  readonly #rests: Float64Array;

  constructor(series: Series) {
    this.#series = series;
    this.#rests = new Float64Array(series.lanes);
  }

  add({ samples, variables: takes, n, data }: SampleWindow): void {
    const { variable: take, lanes } = this.#series;
    for (let lane = 0; lane < lanes; lane++) {
      let rest = this.#rests[lane];
      for (let s = 0, i = take * n + lane; s < samples; s++, i += takes * n) rest += data[i] - data[i];
      this.#rests[lane] = rest;
    }
  }

  finish(): Float64Array {
    return this.#rests;
  }
}
