import { Lu } from "./dense.ts";
import { type Stability, stabilityAt } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** A point of a branch, and all that is known there. */
export interface Station {
  z: Float64Array;
  /** Direction of the branch, of length 1 by the metric. */
  tangent: Float64Array;
  stability: Stability;
  /** Sign of the determinant of the Jacobian with the tangent: another one behind a branch point. */
  sign: number;
  /** Sign of the product of the sums of all pairs of eigenvalues, each turned round: another one behind a Hopf point or a neutral saddle. */
  pairs: number;
  /** The largest left side. */
  residual: number;
}

/** Steps below this are rounding. */
const ROUNDING = 1e-13;
const MOST_TURNS = 8;
/** A pivot below this part of its row is rounding. */
const SINGULAR = 3e-14;

/** Lengths along branches: the parameter's in units of its range, each state's in units of its largest value so far. */
export class Metric {
  readonly weights: Float64Array;
  readonly scales: Float64Array;
  readonly #states: number;
  readonly #seen: Float64Array;

  constructor(states: number, ranges: readonly number[]) {
    this.#states = states;
    this.weights = new Float64Array(states + ranges.length);
    this.scales = new Float64Array(states + ranges.length).fill(1);
    this.#seen = new Float64Array(states);
    this.scales.set(ranges, states);
    this.#weigh();
  }

  /** Takes the size of states into account. */
  see(z: Float64Array): void {
    for (let i = 0; i < this.#states; i++) {
      const size = Math.abs(z[i]);
      if (size > this.#seen[i] && size > 1e-12) this.scales[i] = this.#seen[i] = size;
    }
    this.#weigh();
  }

  #weigh(): void {
    for (let i = 0; i < this.weights.length; i++) {
      this.weights[i] = (i < this.#states ? 1 / this.#states : 1) / (this.scales[i] * this.scales[i]);
    }
  }

  product(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += this.weights[i] * a[i] * b[i];
    return sum;
  }

  normalise(t: Float64Array): Float64Array {
    const length = Math.sqrt(this.product(t, t));
    for (let i = 0; i < t.length; i++) t[i] /= length;
    return t;
  }
}

/** Corrects points onto the branch of equilibria of one free parameter. */
export class Arc {
  readonly field: VectorField;
  readonly metric: Metric;
  readonly #n: number;
  readonly #lu: Lu;
  readonly #jacobian: Float64Array;
  readonly #step: Float64Array;
  /** Turns that the last correction took. */
  turns = 0;

  constructor(field: VectorField, metric: Metric) {
    this.field = field;
    this.metric = metric;
    this.#n = field.states.length;
    this.#lu = new Lu(this.#n + 1);
    this.#jacobian = new Float64Array(this.#n * (this.#n + 1));
    this.#step = new Float64Array(this.#n + 1);
  }

  #factor(z: Float64Array, border: Float64Array): void {
    const n = this.#n;
    this.field.jacobian(z, this.#jacobian);
    const { values } = this.#lu;
    values.set(this.#jacobian);
    for (let j = 0; j <= n; j++) values[n * (n + 1) + j] = this.metric.weights[j] * border[j];
    this.#lu.factor();
  }

  /** The point of the branch in the plane through `guess` that is normal to `normal`; undefined where Newton's method does not find it. */
  correct(guess: Float64Array, normal: Float64Array): Float64Array | undefined {
    const n = this.#n;
    const [z, step] = [guess.slice(), this.#step];
    let before = Number.POSITIVE_INFINITY;
    for (let turn = 1; turn <= MOST_TURNS; turn++) {
      this.turns = turn;
      this.field.evaluate(z, step);
      let off = 0;
      for (let j = 0; j <= n; j++) off += this.metric.weights[j] * normal[j] * (z[j] - guess[j]);
      step[n] = off;
      this.#factor(z, normal);
      if (!this.#lu.isFinite) return undefined;
      this.#lu.solve(step);
      let length = 0;
      for (let j = 0; j <= n; j++) {
        const share = Math.abs(step[j]) / this.metric.scales[j];
        if (!(share <= length)) length = share;
        z[j] -= step[j];
      }
      if (!(length < 10)) return undefined;
      if (length < ROUNDING || (length < 1e-9 && length >= before)) return z;
      before = length;
    }
    return before < 1e-9 ? z : undefined;
  }

  /** Whether a point has no direction of its own: the Jacobian bordered with `toward` is singular. */
  isSingular(z: Float64Array, toward: Float64Array): boolean {
    this.#factor(z, toward);
    return !(this.#lu.smallest > SINGULAR);
  }

  /** The direction of the branch at one of its points, on the side of `toward`. */
  tangent(z: Float64Array, toward: Float64Array): { tangent: Float64Array; sign: number } {
    this.#factor(z, toward);
    const t = new Float64Array(this.#n + 1);
    t[this.#n] = 1;
    this.#lu.solve(t);
    return { tangent: this.metric.normalise(t), sign: this.#lu.sign };
  }

  /** All that is known of a point of the branch. */
  station(z: Float64Array, toward: Float64Array): Station {
    const n = this.#n;
    const { tangent, sign } = this.tangent(z, toward);
    const stability = stabilityAt(this.field, z);
    const left = new Float64Array(n);
    this.field.evaluate(z, left);
    return {
      z,
      tangent,
      stability,
      sign,
      pairs: pairsSign(stability),
      residual: left.reduce((most, each) => Math.max(most, Math.abs(each)), 0),
    };
  }
}

/**
 * Sign of the product of -(λ_i + λ_j) over all pairs, of complex ones with their conjugates; 0 where one is rounding. Those far left of the axis, of which
 * delays make endlessly many, leave it as it is.
 */
function pairsSign({ eigenvalues: { re, im } }: Stability): number {
  const n = re.length;
  let sign = 1;
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(re[i]), Math.abs(im[i]));
  const tiny = 1e-11 * most;
  for (let i = 0; i < n; i++) {
    if (im[i] > 0) sign *= negativeSignOf(re[i], tiny);
    if (im[i] !== 0) continue;
    for (let j = i + 1; j < n; j++) if (im[j] === 0) sign *= negativeSignOf(re[i] + re[j], tiny);
  }
  return sign;
}

function negativeSignOf(value: number, tiny: number): number {
  if (Math.abs(value) <= tiny) return 0;
  return value < 0 ? 1 : -1;
}
