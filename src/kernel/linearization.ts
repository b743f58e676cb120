import type { FinalState } from "./final-state.ts";
import { comesToRest, Factored } from "./matrix.ts";

/** States of a model whose Jacobian is looked at: the work grows with their third power. */
const MOST_STATES = 64;
/** Slopes are taken at states that differ by this part of their scale. */
const DIFFERENCE = 1e-7;
/** A neutral direction, in which a state may be anywhere, is given this part of the largest rate, so that the rest can be solved for. */
const NEUTRAL = 1e-7;
/** Steps of Newton's method with one Jacobian, which is then taken anew for the last; none is longer than this part of a state's scale. */
const STEPS = 2;
const LONGEST = 0.1;
const CONVERGED = 1e-8;
/** Times at which slopes that look at the time are compared. */
const TIMES = 16;
/** The golden section: its multiples are no multiples of any drive's period. */
const GOLDEN = 0.618033988749895;

/** How a lane ended: its final state beside the resting point near it. */
export interface Rest {
  /** Whether every state nearby comes to rest there. */
  attracts: boolean;
  /** The largest distance of a state from it, in units of the error that each state may have, and as a share of the state's scale. */
  errors: number;
  share: number;
}

const MOVES: Rest = { attracts: false, errors: Number.POSITIVE_INFINITY, share: Number.POSITIVE_INFINITY };

/** What each state is measured by: the error that it may have, and its scale. */
export interface Measures {
  error: (value: number) => number;
  scale: (value: number) => number;
}

/**
 * The resting points next to the states in which a block's lanes have ended, found by Newton's method, and the model's linearization
 * there, by central differences of its slopes. It tells a lane that has come to rest, where a solver's own errors may be all that moves,
 * from one that is on a small cycle.
 */
export class Linearization {
  readonly #final: FinalState;
  readonly #measures: Measures;
  readonly #size: number;
  readonly #factored: Factored;
  /** Scratch: what is solved for. */
  readonly #shares: Float64Array;
  /** Scales of the final states; rows of n lanes. */
  readonly #scales: Float64Array;
  readonly #found = new Map<number, Rest>();
  #points: RestingPoints | undefined;

  constructor(final: FinalState, measures: Measures) {
    this.#final = final;
    this.#measures = measures;
    this.#size = final.job.model.states.length;
    this.#factored = new Factored(this.#size);
    this.#shares = new Float64Array(this.#size);
    this.#scales = final.y.map(measures.scale);
  }

  /** Whether a model of that many states has one. */
  static isPossible(states: number): boolean {
    return states <= MOST_STATES;
  }

  at(lane: number): Rest {
    const known = this.#found.get(lane);
    if (known) return known;
    this.#points ??= this.#search();
    const rest = this.#rest(lane, this.#points);
    this.#found.set(lane, rest);
    return rest;
  }

  #rest(lane: number, { y, last, jacobian, earlier }: RestingPoints): Rest {
    if (Number.isNaN(last[lane])) return MOVES;
    this.#factor(jacobian, lane);
    // A drive moves the resting point.
    for (const slopes of earlier) {
      this.#solve(slopes, lane);
      if (!(this.#largest(lane).errors <= 1)) return MOVES;
    }
    const [n, size] = [this.#final.n, this.#size];
    for (let i = 0, k = lane; i < size; i++, k += n) this.#shares[i] = (y[k] - this.#final.y[k]) / this.#scales[k];
    const distance = this.#largest(lane);
    if (!(last[lane] <= Math.max(0.1 * distance.share, CONVERGED))) return MOVES;
    const matrix = new Float64Array(size * size);
    this.#place(matrix, jacobian, lane);
    return { attracts: comesToRest(matrix, size), ...distance };
  }

  /** Where slopes vanish, and what they do there. */
  #search(): RestingPoints {
    const { n, time, job } = this.#final;
    const y = this.#final.y.slice();
    const last = new Float64Array(n);
    let jacobian = this.#jacobian(y);
    for (let step = 0; step <= STEPS; step++) {
      if (step === STEPS) jacobian = this.#jacobian(y);
      const slopes = this.#final.slopes(y, time);
      for (let lane = 0; lane < n; lane++) if (!Number.isNaN(last[lane])) last[lane] = this.#step(y, lane, slopes, jacobian);
    }
    const { firstSample, sampleCount, samplingStep } = job.clock;
    const judged = (firstSample + sampleCount / 2) * samplingStep;
    const now = this.#final.slopes(y, time);
    const earlier = Array.from({ length: (job.model.timeRows ?? 1) > 0 ? TIMES : 0 }, (_, i) => {
      const share = (i + 1) * GOLDEN;
      return this.#final.slopes(y, judged + (share - Math.floor(share)) * (time - judged)).map((slope, k) => slope - now[k]);
    });
    return { y, last, earlier: earlier.filter((slopes) => slopes.some((slope) => slope !== 0)), jacobian };
  }

  /** One step of Newton's method in one lane, as the largest share of a scale; NaN where it leads away. */
  #step(y: Float64Array, lane: number, slopes: Float64Array, jacobian: Float64Array): number {
    this.#factor(jacobian, lane);
    this.#solve(slopes, lane);
    const { share: longest } = this.#largest(lane);
    if (!(longest <= LONGEST)) return Number.NaN;
    for (let i = 0, k = lane; i < this.#size; i++, k += this.#final.n) y[k] -= this.#shares[i] * this.#scales[k];
    return longest;
  }

  /** Writes a lane's matrix, in shares of its scales. */
  #place(matrix: Float64Array, jacobian: Float64Array, lane: number): void {
    const [n, size, scales] = [this.#final.n, this.#size, this.#scales];
    for (let r = 0, k = 0; r < size; r++) {
      for (let c = 0; c < size; c++, k++) matrix[k] = (jacobian[k * n + lane] * scales[c * n + lane]) / scales[r * n + lane];
    }
  }

  #factor(jacobian: Float64Array, lane: number): void {
    const { values } = this.#factored;
    this.#place(values, jacobian, lane);
    let rate = 0;
    for (let k = 0; k < values.length; k++) rate = Math.max(rate, Math.abs(values[k]));
    for (let k = 0; k < values.length; k += this.#size + 1) values[k] -= NEUTRAL * rate;
    this.#factored.factor();
  }

  /** Solves for slopes of a lane, as shares of its scales. */
  #solve(slopes: Float64Array, lane: number): void {
    for (let i = 0, k = lane; i < this.#size; i++, k += this.#final.n) this.#shares[i] = slopes[k] / this.#scales[k];
    this.#factored.solve(this.#shares);
  }

  /** The largest of the shares, as they are and in units of errors; NaN where one is. */
  #largest(lane: number): { share: number; errors: number } {
    const { n, y } = this.#final;
    let [share, errors] = [0, 0];
    for (let i = 0, k = lane; i < this.#size; i++, k += n) {
      const size = Math.abs(this.#shares[i]);
      share = Math.max(share, size);
      errors = Math.max(errors, (size * this.#scales[k]) / this.#measures.error(y[k]));
    }
    return { share, errors };
  }

  /** Derivatives of each state's slope by each state: row r * states + c has d f_r / d y_c in each lane. */
  #jacobian(y: Float64Array): Float64Array {
    const { n, time } = this.#final;
    const [size, scales] = [this.#size, this.#scales];
    const jacobian = new Float64Array(size * size * n);
    const states = y.slice();
    for (let c = 0; c < size; c++) {
      const moved = (by: number) => {
        for (let k = c * n; k < (c + 1) * n; k++) states[k] = y[k] + by * scales[k];
        return this.#final.slopes(states, time);
      };
      const [above, below] = [moved(DIFFERENCE), moved(-DIFFERENCE)];
      states.set(y.subarray(c * n, (c + 1) * n), c * n);
      for (let r = 0; r < size; r++) {
        for (let lane = 0, k = r * n, to = (r * size + c) * n; lane < n; lane++, k++, to++) {
          jacobian[to] = (above[k] - below[k]) / (2 * DIFFERENCE * scales[c * n + lane]);
        }
      }
    }
    return jacobian;
  }
}

interface RestingPoints {
  /** A row for each state; where `last`, the largest share of a scale that the last step went, is NaN, there is no such point nearby. */
  y: Float64Array;
  last: Float64Array;
  /** By how much slopes at earlier times differ from those at the end, where they look at the time. */
  earlier: readonly Float64Array[];
  jacobian: Float64Array;
}
