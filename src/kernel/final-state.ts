import type { Job } from "../sweep/job.ts";
import { LANE_BYTES } from "./allocate.ts";
import type { ModelExports } from "./core.ts";
import { type Rows, rowsAt } from "./memory.ts";

/** Where a kernel has the rows that a model's functions take: those of a whole block, and rows of slopes that nothing needs any more. */
export interface ModelRows extends Rows {
  t: number;
  dy: number;
}

/**
 * The state in which a block has ended, and what its model makes of states near it. Rows are those of the kernel: lane l of row r is
 * [r * n + l]. It is of use until the kernel takes its next block.
 */
export class FinalState {
  readonly job: Job;
  /** Lanes of each row. */
  readonly n: number;
  /** A row for each state. */
  readonly y: Float64Array;
  readonly #memory: WebAssembly.Memory;
  readonly #model: ModelExports;
  readonly #at: ModelRows;

  constructor(job: Job, memory: WebAssembly.Memory, model: ModelExports, at: ModelRows) {
    this.job = job;
    this.n = at.n;
    this.#memory = memory;
    this.#model = model;
    this.#at = at;
    this.y = rowsAt(memory, at, at.y, job.model.states.length).slice();
  }

  /** When the run ended. */
  get time(): number {
    const { adaptive, clock } = this.job;
    return adaptive ? adaptive.simulationTime : clock.steps * clock.stepSize;
  }

  /** The slope of each state where states are y and the time is t, with the parameters and inputs of the end. */
  slopes(y: Float64Array, t: number): Float64Array {
    const { states } = this.job.model;
    const at = this.#at;
    this.#place(y, t);
    this.#model.rhs(at.t, at.y, at.dy, at.p, at.n);
    return rowsAt(this.#memory, at, at.dy, states.length).slice();
  }

  /** The algebraic variables where states are y at the end. */
  outputs(y: Float64Array): Float64Array {
    const at = this.#at;
    this.#place(y, this.time);
    this.#model.observe(at.t, at.y, at.out, at.p, at.n);
    return rowsAt(this.#memory, at, at.out, this.job.model.outputs.length).slice();
  }

  #place(y: Float64Array, t: number): void {
    const f64 = new Float64Array(this.#memory.buffer);
    const from = this.#at.t / LANE_BYTES;
    f64.fill(t, from, from + (this.job.model.timeRows ?? 1) * this.n);
    f64.set(y, this.#at.y / LANE_BYTES);
  }
}
