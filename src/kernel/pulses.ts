import { type Block, type Job, type Pulse, pointOf } from "../sweep/job.ts";
import { LANE_BYTES } from "./allocate.ts";
import { clipStates } from "./bounds.ts";
import { valueAt } from "./key-values.ts";

/** The pulses of a job as a block comes to them, one group of equal `at` after the other. */
export class PulseQueue {
  readonly #job: Job;
  readonly #at: (pulse: Pulse) => number;
  #next = 0;

  /** `at` tells when a pulse comes, in whatever unit the kernel counts. */
  constructor(job: Job, at: (pulse: Pulse) => number) {
    this.#job = job;
    this.#at = at;
  }

  /** When the next pulses come; Infinity where none does. */
  get next(): number {
    const pulse = this.#job.pulses[this.#next];
    return pulse ? this.#at(pulse) : Number.POSITIVE_INFINITY;
  }

  /** Adds the next pulses to the states of a block, whose rows begin at `y`; states stay within their bounds. */
  apply(at: { n: number; y: number }, block: Block, memory: WebAssembly.Memory): void {
    const job = this.#job;
    const f64 = new Float64Array(memory.buffer);
    for (const now = this.next; this.next === now && now < Number.POSITIVE_INFINITY; this.#next++) {
      const { row, by } = job.pulses[this.#next];
      const first = at.y / LANE_BYTES + row * at.n;
      for (let lane = 0; lane < at.n; lane++) {
        f64[first + lane] += by.kind === "number" ? by.value : valueAt(job.values[by.key], pointOf(job, block, lane));
      }
    }
    clipStates(job, at, memory);
  }
}
