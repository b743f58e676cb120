import type { Window } from "../kernel/kernel.ts";
import type { Reducer } from "./reducer.ts";

/** The reducer that keeps everything: a Float64Array for each row that a sample takes, lane after lane. */
export class Trace implements Reducer<Float64Array[]> {
  readonly #rows: number;
  readonly #lanes: number;
  readonly #columns: Float64Array[];

  /** `rows` samples of `takes` variables in `lanes` lanes. */
  constructor(size: { rows: number; takes: number; lanes: number }) {
    this.#rows = size.rows;
    this.#lanes = size.lanes;
    this.#columns = Array.from({ length: size.takes }, () => new Float64Array(size.rows * size.lanes));
  }

  add({ first, samples, takes, n, data }: Window): void {
    const stride = takes * n;
    this.#columns.forEach((column, take) => {
      for (let lane = 0; lane < this.#lanes; lane++) {
        let to = lane * this.#rows + first;
        let from = take * n + lane;
        for (let s = 0; s < samples; s++, to++, from += stride) column[to] = data[from];
      }
    });
  }

  /** Sample s of take r in lane l is [r][l * rows + s]. */
  finish(): Float64Array[] {
    return this.#columns;
  }
}
