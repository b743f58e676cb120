import { circleOf, exponential } from "./cycles/exact-functions.ts";
import { Lu } from "./dense.ts";
import type { VectorField } from "./vector-field.ts";

/** A square matrix of complex numbers, row by row. */
export interface ComplexMatrix {
  re: Float64Array;
  im: Float64Array;
}

/** What deviations v exp(λt) from an equilibrium are of a variable: of a present state v, of one that is late v exp(-λ delay). */
interface Waves {
  /** Real and imaginary parts, a number each for states, states of the past, and parameters, which stand still. */
  re: Float64Array;
  im: Float64Array;
}

/**
 * A field linearised about an equilibrium: v exp(λt) solves it where Δ(λ) v = 0 with the characteristic matrix Δ(λ) = λ - K(λ),
 * K(λ) = A₀ + Σ A_j exp(-λ T_j). Without delays K is the Jacobian.
 */
export class Characteristic {
  readonly states: number;
  /** State of each late state, and its delay. */
  readonly stateOf: readonly number[];
  readonly delayOf: Float64Array;
  /** Derivatives of the delay of each late state by the free parameters, row by row. */
  readonly delaySlopes: Float64Array;
  readonly parameters: number;
  /** Derivatives of f, row by row: by states, late states and parameters. */
  readonly jacobian: Float64Array;
  readonly width: number;

  constructor(field: VectorField, z: Float64Array) {
    const n = field.states.length;
    const { past } = field;
    const slots = past?.slots ?? [];
    this.states = n;
    this.parameters = z.length - n;
    this.width = z.length + slots.length;
    this.jacobian = new Float64Array(n * this.width);
    this.stateOf = slots.map(({ state }) => state);
    const delays = new Float64Array(past?.delayCount ?? 0);
    const slopes = new Float64Array(delays.length * this.parameters);
    if (past) {
      past.jacobian(z, this.jacobian);
      past.delays(z, delays, slopes);
    } else field.jacobian(z, this.jacobian);
    // Beyond the end of a range, to which a step may lead, a delay may be less than none.
    this.delayOf = Float64Array.from(slots, ({ delay }) => Math.max(0, delays[delay]));
    this.delaySlopes = new Float64Array(slots.length * this.parameters);
    slots.forEach(({ delay }, k) => {
      this.delaySlopes.set(slopes.subarray(delay * this.parameters, (delay + 1) * this.parameters), k * this.parameters);
    });
  }

  /** K(λ), or its `order`-th derivative by λ. */
  matrix(re: number, im: number, order: 0 | 1 = 0): ComplexMatrix {
    const [n, width] = [this.states, this.width];
    const k: ComplexMatrix = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
    if (order === 0) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) k.re[i * n + j] = this.jacobian[i * width + j];
    this.stateOf.forEach((state, slot) => {
      const delay = this.delayOf[slot];
      const size = exponential(-re * delay) * (order === 0 ? 1 : -delay);
      const [cos, sin] = circleOf(im * delay);
      for (let i = 0; i < n; i++) {
        const share = this.jacobian[i * width + n + slot];
        k.re[i * n + state] += share * size * cos;
        k.im[i * n + state] -= share * size * sin;
      }
    });
    return k;
  }

  /** A deviation (q + i r) exp(iωt) in all variables. */
  waves(q: Float64Array, r: Float64Array, omega: number): Waves {
    const [re, im] = [new Float64Array(this.width), new Float64Array(this.width)];
    re.set(q);
    im.set(r);
    this.stateOf.forEach((state, slot) => {
      const [cos, sin] = circleOf(omega * this.delayOf[slot]);
      re[this.states + slot] = q[state] * cos + r[state] * sin;
      im[this.states + slot] = r[state] * cos - q[state] * sin;
    });
    return { re, im };
  }

  /** Derivatives along a direction of all variables: of f. */
  times(direction: Float64Array): Float64Array {
    const out = new Float64Array(this.states);
    for (let i = 0; i < this.states; i++) for (let j = 0; j < this.width; j++) out[i] += this.jacobian[i * this.width + j] * direction[j];
    return out;
  }

  /** Δ'(λ) at 0 times a vector: v + Σ T_j A_j v. */
  slopeAtRest(v: Float64Array): Float64Array {
    const late = new Float64Array(this.width);
    this.stateOf.forEach((state, slot) => {
      late[this.states + slot] = this.delayOf[slot] * v[state];
    });
    return this.times(late).map((each, i) => each + v[i]);
  }
}

/** [[Re M, -Im M], [Im M, Re M]] of M = K - λ, or of its transpose, factored: real and imaginary parts of vectors stand one behind the other. */
export function factored({ re, im }: ComplexMatrix, n: number, [x, y]: readonly [number, number], isTransposed = false): Lu {
  const lu = new Lu(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [row, column] = isTransposed ? [j, i] : [i, j];
      const at = i * n + j;
      const [a, b] = i === j ? [re[at] - x, im[at] - y] : [re[at], im[at]];
      lu.values[row * 2 * n + column] = lu.values[(n + row) * 2 * n + n + column] = a;
      lu.values[row * 2 * n + n + column] = -b;
      lu.values[(n + row) * 2 * n + column] = b;
    }
  }
  lu.factor();
  return lu;
}
