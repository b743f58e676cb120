import type { SampleWindow } from "../kernel/kernel.ts";
import { newSamples, type Samples, type TraceType } from "../sweep/trace-type.ts";
import type { Reducer } from "./reducer.ts";

/** Lanes that are turned from rows into columns together: what is read of a row of the window is a line of the cache. */
const TOGETHER = 8;

/** The reducer that keeps everything: an array for each recorded variable, lane after lane. */
export class Trace implements Reducer<Samples[]> {
  readonly #sampleCount: number;
  readonly #lanes: number;
  readonly #columns: Samples[];

  /** `sampleCount` samples of `variables` recorded variables in `lanes` lanes, rounded to what they are kept as. */
  constructor(size: { sampleCount: number; variables: number; lanes: number; traceType: TraceType }) {
    this.#sampleCount = size.sampleCount;
    this.#lanes = size.lanes;
    this.#columns = Array.from({ length: size.variables }, () => newSamples(size.traceType, size.sampleCount * size.lanes));
  }

  add({ first, samples, variables, n, data }: SampleWindow): void {
    const [sampleCount, lanes, stride] = [this.#sampleCount, this.#lanes, variables * n];
    for (let variable = 0; variable < variables; variable++) {
      const column = this.#columns[variable];
      for (let lane = 0; lane < lanes; lane += TOGETHER) {
        const end = Math.min(lane + TOGETHER, lanes);
        for (let s = 0; s < samples; s++) {
          const from = s * stride + variable * n;
          let to = lane * sampleCount + first + s;
          for (let i = lane; i < end; i++, to += sampleCount) column[to] = data[from + i];
        }
      }
    }
  }

  /** Sample s of recorded variable v in lane l is [v][l * sampleCount + s]. */
  finish(): Samples[] {
    return this.#columns;
  }
}
