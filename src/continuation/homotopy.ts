import { Lu } from "./dense.ts";
import type { VectorField } from "./vector-field.ts";

/** Steps along the curve each way, the longest and the shortest of them, and turns of Newton's method on one, in units of the scales. */
const MOST_STEPS = 120;
const LONGEST = 0.15;
const SHORTEST = 1e-4;
const MOST_TURNS = 5;
const CONVERGED = 1e-6;
/** How far the curve is followed. */
const MOST_SHIFT = 3;
const REACH = 8;

/**
 * Guesses of other equilibria of a field, from one of them: where the curve f(z) + s d = 0 through it comes back to s = 0, or turns near it.
 * The curve is followed by pseudo-arclength both ways, so that what lies beyond a fold is reached however small the region is from which
 * Newton's method would converge to it (Allgower & Georg 1990, Numerical Continuation Methods, 11). d shifts states by about their `scales` where
 * s is 1, by signs that `signs` gives.
 */
export function otherEquilibria(
  field: VectorField,
  z: Float64Array,
  { scales, signs }: { scales: Float64Array; signs: Float64Array },
): Float64Array[] {
  const curve = new Curve(field, z, scales, signs);
  return [...curve.follow(1), ...curve.follow(-1)];
}

class Curve {
  readonly #field: VectorField;
  readonly #n: number;
  readonly #start: Float64Array;
  readonly #scales: Float64Array;
  readonly #shift: Float64Array;
  readonly #lu: Lu;
  readonly #jacobian: Float64Array;
  readonly #right: Float64Array;
  readonly #tangent: Float64Array<ArrayBuffer>;

  constructor(field: VectorField, z: Float64Array, scales: Float64Array, signs: Float64Array) {
    const n = field.states.length;
    this.#field = field;
    this.#n = n;
    this.#start = z;
    this.#scales = scales.map((each) => each + 1e-12);
    this.#jacobian = new Float64Array(n * n);
    this.#lu = new Lu(n + 1);
    this.#right = new Float64Array(n + 1);
    this.#tangent = new Float64Array(n + 1);
    field.jacobian(z, this.#jacobian);
    this.#shift = signs.map((sign, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += Math.abs(this.#jacobian[i * n + j]) * this.#scales[j];
      return sign * sum;
    });
  }

  /** Guesses on the part of the curve on which s first rises, or falls. */
  follow(sign: 1 | -1): Float64Array[] {
    const n = this.#n;
    const guesses: Float64Array[] = [];
    // In units of the scales, with s at the end.
    let at = new Float64Array(n + 1);
    for (let i = 0; i < n; i++) at[i] = this.#start[i] / this.#scales[i];
    const origin = at;
    let direction = new Float64Array(n + 1);
    direction[n] = sign;
    if (!this.#turn(at, direction)) return guesses;
    direction = this.#tangent.slice();
    let length = LONGEST / 8;
    for (let step = 0; step < MOST_STEPS; step++) {
      const next = this.#corrected(at, direction, length);
      if (!next) {
        length /= 4;
        if (length < SHORTEST) break;
        continue;
      }
      if (!this.#turn(next, direction)) break;
      const [s, before] = [next[n], at[n]];
      const isBack = step > 0 && s * before <= 0;
      const isTurning = this.#tangent[n] * direction[n] < 0 && Math.min(Math.abs(s), Math.abs(before)) < length;
      if (isBack || isTurning) guesses.push(this.#statesOf(at), this.#statesOf(next));
      if (isBack && s !== before) {
        const share = before / (before - s);
        guesses.push(this.#statesOf(next.map((each, i) => at[i] + share * (each - at[i]))));
      }
      let bend = 0;
      for (let i = 0; i <= n; i++) bend += direction[i] * this.#tangent[i];
      if (bend < 0.9 && length > SHORTEST * 4) {
        // What turns fast may come back within the step.
        length /= 2;
        continue;
      }
      [at, direction] = [next, this.#tangent.slice()];
      if (bend > 0.98) length = Math.min(LONGEST, length * 1.6);
      if (Math.abs(at[n]) > MOST_SHIFT || this.#isFar(at, origin)) break;
    }
    return guesses;
  }

  #isFar(at: Float64Array, origin: Float64Array): boolean {
    for (let i = 0; i < this.#n; i++) if (!(Math.abs(at[i] - origin[i]) < REACH)) return true;
    return false;
  }

  #statesOf(at: Float64Array): Float64Array {
    return this.#scales.map((scale, i) => at[i] * scale);
  }

  /** Factors the Jacobian of the curve's equations, bordered by a direction. False where it is not finite. */
  #factor(z: Float64Array, direction: Float64Array): boolean {
    const n = this.#n;
    this.#field.jacobian(z, this.#jacobian);
    const { values } = this.#lu;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) values[i * (n + 1) + j] = this.#jacobian[i * n + j] * this.#scales[j];
      values[i * (n + 1) + n] = this.#shift[i];
    }
    values.set(direction, n * (n + 1));
    this.#lu.factor();
    return this.#lu.isFinite;
  }

  /** Sets the tangent, of length 1, that goes on in a direction. */
  #turn(at: Float64Array, direction: Float64Array): boolean {
    if (!this.#factor(this.#statesOf(at), direction)) return false;
    this.#tangent.fill(0);
    this.#tangent[this.#n] = 1;
    this.#lu.solve(this.#tangent);
    let square = 0;
    for (const each of this.#tangent) square += each * each;
    const size = Math.sqrt(square);
    if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return false;
    for (let i = 0; i < this.#tangent.length; i++) this.#tangent[i] /= size;
    return true;
  }

  /** The point of the curve at a distance along a tangent. */
  #corrected(at: Float64Array<ArrayBuffer>, direction: Float64Array, length: number): Float64Array<ArrayBuffer> | undefined {
    const n = this.#n;
    const next = at.map((each, i) => each + length * direction[i]);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const z = this.#statesOf(next);
      this.#field.evaluate(z, this.#right);
      for (let i = 0; i < n; i++) this.#right[i] += next[n] * this.#shift[i];
      let along = -length;
      for (let i = 0; i <= n; i++) along += direction[i] * (next[i] - at[i]);
      this.#right[n] = along;
      if (!this.#factor(z, direction)) return undefined;
      this.#lu.solve(this.#right);
      let most = 0;
      for (let i = 0; i <= n; i++) {
        next[i] -= this.#right[i];
        const change = Math.abs(this.#right[i]);
        if (!(change <= most)) most = change;
      }
      if (!(most < 2 * LONGEST)) return undefined;
      if (most < CONVERGED) return next;
    }
    return undefined;
  }
}
