import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer } from "./reducer.ts";

/** Lanes that are turned from rows into columns together: what is read of a row of the window is a line of the cache. */
const TOGETHER = 8;

/** The reducer that keeps everything: a Float64Array for each row that a sample takes, lane after lane. */
export class Trace implements Reducer<Float64Array[]> {
  readonly #sampleCount: number;
  readonly #lanes: number;
  readonly #columns: Float64Array[];

  /** `sampleCount` samples of `variables` recorded variables in `lanes` lanes. */
  constructor(size: { sampleCount: number; variables: number; lanes: number }) {
    this.#sampleCount = size.sampleCount;
    this.#lanes = size.lanes;
    this.#columns = Array.from({ length: size.variables }, () => new Float64Array(size.sampleCount * size.lanes));
  }

  add({ first, samples, variables: takes, n, data }: SampleWindow): void {
    const [rows, lanes, stride] = [this.#sampleCount, this.#lanes, takes * n];
    for (let take = 0; take < takes; take++) {
      const column = this.#columns[take];
      for (let lane = 0; lane < lanes; lane += TOGETHER) {
        const end = Math.min(lane + TOGETHER, lanes);
        for (let s = 0; s < samples; s++) {
          const from = s * stride + take * n;
          let to = lane * rows + first + s;
          for (let i = lane; i < end; i++, to += rows) column[to] = data[from + i];
        }
      }
    }
  }

  /** Sample s of take r in lane l is [r][l * rows + s]. */
  finish(): Float64Array[] {
    return this.#columns;
  }
}
