import { rootOf, square } from "./exact-functions.ts";

/** What a trajectory needs to know of a vector field. */
export interface Flow {
  readonly states: readonly string[];
  evaluate(z: Float64Array, out: Float64Array): void;
}

/** A solution by steps of its own: times, states, and slopes there. */
export interface Trajectory {
  times: number[];
  states: Float64Array[];
  slopes: Float64Array[];
}

/** The pair of Dormand and Prince (1980). */
const NODES = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERRORS = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** Integrates a field by steps of its own, as long as it is asked to. */
export class Integrator {
  readonly #field: Flow;
  readonly #tolerance: number;
  readonly #z: Float64Array;
  readonly #stages: Float64Array[];
  /** Largest that each state has been: what its error is measured by. */
  readonly #sizes: Float64Array;
  time = 0;
  #step = 0;

  /** @param z state and parameters at the start */
  constructor(field: Flow, z: Float64Array, tolerance: number) {
    this.#field = field;
    this.#tolerance = tolerance;
    this.#z = z.slice();
    this.#stages = Array.from({ length: 7 }, () => new Float64Array(field.states.length));
    this.#sizes = new Float64Array(field.states.length);
    field.evaluate(this.#z, this.#stages[0]);
    this.#measure();
    this.#step = this.#firstStep();
  }

  get state(): Float64Array {
    return this.#z.slice(0, this.#sizes.length);
  }

  get slope(): Float64Array {
    return this.#stages[0].slice();
  }

  /** Takes one step; false where no step is small enough. */
  advance(): boolean {
    for (let tries = 0; tries < 40; tries++) {
      const [next, error] = this.#attempt(this.#step);
      const factor = Math.min(5, Math.max(0.2, 0.9 / rootOf(Math.max(error, 1e-12), 5)));
      const step = this.#step;
      this.#step *= Number.isFinite(factor) ? factor : 0.2;
      if (!(error <= 1)) continue;
      this.time += step;
      this.#z.set(next);
      this.#stages[0].set(this.#stages[6]);
      this.#measure();
      return true;
    }
    return false;
  }

  #measure(): void {
    for (let i = 0; i < this.#sizes.length; i++) this.#sizes[i] = Math.max(this.#sizes[i], Math.abs(this.#z[i]));
  }

  #firstStep(): number {
    let rate = 0;
    for (let i = 0; i < this.#sizes.length; i++) rate = Math.max(rate, Math.abs(this.#stages[0][i]) / (this.#sizes[i] + 1e-3));
    return rate > 0 ? 1e-3 / rate : 1e-3;
  }

  #attempt(step: number): [next: Float64Array, error: number] {
    const size = this.#sizes.length;
    const at = this.#z.slice();
    for (let stage = 1; stage < 7; stage++) {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let k = 0; k < stage; k++) sum += NODES[stage - 1][k] * this.#stages[k][i];
        at[i] = this.#z[i] + step * sum;
      }
      this.#field.evaluate(at, this.#stages[stage]);
    }
    let sum = 0;
    for (let i = 0; i < size; i++) {
      let error = 0;
      for (let k = 0; k < 7; k++) error += ERRORS[k] * this.#stages[k][i];
      sum += square((step * error) / (this.#tolerance * (this.#sizes[i] + 1e-9)));
    }
    return [at.slice(0, size), Math.sqrt(sum / size)];
  }
}

/** Reads a trajectory between its steps, by cubic polynomials. */
export function readTrajectory({ times, states, slopes }: Trajectory, time: number, out: Float64Array): void {
  let [low, high] = [0, times.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle;
    else high = middle;
  }
  const width = times[high] - times[low];
  const x = (time - times[low]) / width;
  for (let i = 0; i < out.length; i++) {
    const [from, to] = [states[low][i], states[high][i]];
    const rise = to - from;
    const [a, b] = [slopes[low][i] * width - rise, rise - slopes[high][i] * width];
    out[i] = from + x * rise + x * (1 - x) * ((1 - x) * a + x * b);
  }
}
