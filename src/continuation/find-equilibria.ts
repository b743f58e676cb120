import { Lu } from "./dense.ts";
import { otherEquilibria } from "./homotopy.ts";
import { settle } from "./settle.ts";
import type { VectorField } from "./vector-field.ts";

/** Turns of Newton's method from a start, and from an equilibrium of a neighbour; factor by which no step may be longer than the box. */
const MOST_TURNS = 25;
const NEAR_TURNS = 12;
/** Steps below this, in units of the scales, have converged; equilibria that are nearer to each other are one. */
const CONVERGED = 1e-12;
const SAME = 1e-6;
/** Equilibria of neighbours that differ by more than this are looked for at both. */
const NEIGHBOURLY = 0.05;
/** A pivot below this part of its row is rounding: an equilibrium with such a Jacobian need not be isolated. */
const SINGULAR = 1e-13;
/** How far beside an equilibrium others are looked for, in units of the scales. */
const BESIDE = 0.1;
/** How many points far outside are looked at, and how far these are, in units of the scales. */
const FAR_POINTS = 32;
const FAR = 1000;
/** Directions in which curves are followed to other equilibria. */
const DIRECTIONS = 2;
/** By how much curves may be larger than all states that were seen. */
const MOST_IMAGE = 30;

/**
 * Finds the equilibria of a field at the parameters that are loaded: where its states settle, and by Newton's method from points that fill a
 * box around all states that were seen, with those found so far deflated (Brown & Gearhart 1971, Numer. Math. 16:334), so that it does not
 * come back to them.
 */
export class EquilibriumFinder {
  readonly #field: VectorField;
  readonly #n: number;
  readonly #lu: Lu;
  readonly #jacobian: Float64Array;
  readonly #slopes: Float64Array;
  readonly #step: Float64Array;
  /** Largest size of each state at an equilibrium. */
  readonly #scales: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #initial: Float64Array;
  /** Whether the last equilibrium has a singular Jacobian. */
  #isFlat = false;
  /** Points of the unit cube. */
  readonly #units: readonly Float64Array[];

  constructor(field: VectorField, initial: Float64Array, units: readonly Float64Array[]) {
    const n = field.states.length;
    this.#field = field;
    this.#n = n;
    this.#lu = new Lu(n);
    this.#jacobian = new Float64Array(n * n);
    this.#slopes = new Float64Array(n);
    this.#step = new Float64Array(n);
    this.#initial = initial;
    this.#low = initial.slice();
    this.#high = initial.slice();
    this.#scales = initial.map((each) => Math.abs(each));
    this.#units = units;
  }

  /** The one that the states lead to from the start, or that Newton's method finds from there. */
  reached(): Float64Array | undefined {
    const found: Float64Array[] = [];
    const settled = settle(this.#field, this.#initial);
    if (!settled || !this.#try(settled, found)) this.#try(this.#initial, found);
    return found.at(0);
  }

  /** All that the starts lead to; `known` are some that are known already. */
  search(known: readonly Float64Array[]): Float64Array[] {
    const found = [...known];
    this.#isFlat = false;
    const settled = settle(this.#field, this.#initial);
    const starts = [...(settled ? [settled] : []), this.#initial];
    for (const start of starts) this.#try(start, found);
    const { low, high } = this.#imageOfFar();
    const ofImage = (unit: Float64Array) => unit.map((share, i) => low[i] + share * (high[i] - low[i]));
    for (const [k, unit] of this.#units.entries()) {
      // Equilibria that are not isolated are endlessly many.
      if (this.#isFlat) break;
      this.#try(k % 2 === 0 ? this.#placed(unit) : ofImage(unit), found);
    }
    return found;
  }

  /** The equilibrium that a guess leads to, if it is not among those that are known. */
  near(guess: Float64Array, found: Float64Array[]): boolean {
    const z = this.#newton(guess, [], NEAR_TURNS);
    if (!z || this.isAmong(z, found) || (found.length > 0 && !(this.#lu.smallest > SINGULAR))) return false;
    this.#see(z);
    found.push(z);
    return true;
  }

  /** Looks on both sides of an equilibrium, along the direction in which the field changes least: next to a cusp there are others. */
  beside(z: Float64Array, found: Float64Array[]): boolean {
    this.#field.jacobian(z, this.#jacobian);
    this.#lu.values.set(this.#jacobian);
    this.#lu.factor();
    const direction = this.#lu.nullVector();
    let most = 0;
    for (let i = 0; i < this.#n; i++) most = Math.max(most, Math.abs(direction[i]) / (this.#scales[i] + 1e-12));
    if (!(most > 0)) return false;
    const before = found.length;
    for (const by of [BESIDE, -BESIDE])
      this.#try(
        z.map((each, i) => each + (by / most) * direction[i]),
        found,
      );
    return found.length > before;
  }

  /** Follows curves through an equilibrium to others, which lie behind folds that are near or on a part of their own. */
  along(z: Float64Array, found: Float64Array[], directions = DIRECTIONS): boolean {
    const before = found.length;
    const { low, high } = this.#imageOfFar();
    const scales = this.#scales.map((scale, i) => Math.max(scale, Math.min(high[i] - low[i], MOST_IMAGE * scale)));
    for (let turn = 0; turn < directions; turn++) {
      const signs = Float64Array.from(z, (_, i) => (((i + 1) * (turn + 3)) % (5 + turn) < 3 ? 1 : -1));
      for (const guess of otherEquilibria(this.#field, z, { scales, signs })) this.near(guess, found);
    }
    return found.length > before;
  }

  isAmong(z: Float64Array, found: readonly Float64Array[]): boolean {
    return this.#isWithin(z, found, SAME);
  }

  /** Whether a state could be that of one of a neighbour's equilibria, moved. */
  isNear(z: Float64Array, found: readonly Float64Array[]): boolean {
    return this.#isWithin(z, found, NEIGHBOURLY);
  }

  #isWithin(z: Float64Array, found: readonly Float64Array[], share: number): boolean {
    for (const other of found) {
      let isHere = true;
      for (let i = 0; i < z.length && isHere; i++) isHere = Math.abs(z[i] - other[i]) <= share * (this.#scales[i] + 1e-12);
      if (isHere) return true;
    }
    return false;
  }

  #try(start: Float64Array, found: Float64Array[]): boolean {
    const rough = this.#newton(start, found, MOST_TURNS);
    const z = rough && (found.length === 0 ? rough : this.#newton(rough, [], MOST_TURNS));
    if (!z || this.isAmong(z, found)) return false;
    this.#isFlat = !(this.#lu.smallest > SINGULAR);
    if (this.#isFlat && found.length > 0) return false;
    this.#see(z);
    found.push(z);
    return true;
  }

  /**
   * The box that single steps of Newton's method lead to from far outside: where functions saturate there, to the equilibria of what they
   * saturate to. It has the size of all equilibria where all that were seen are at one end of it.
   */
  #imageOfFar(): { low: Float64Array; high: Float64Array } {
    const [low, high] = [this.#low.slice(), this.#high.slice()];
    for (const unit of this.#units.slice(0, FAR_POINTS)) {
      const z = unit.map((share, i) => this.#initial[i] + FAR * (2 * share - 1) * Math.max(this.#scales[i], 1e-3));
      this.#field.evaluate(z, this.#slopes);
      this.#field.jacobian(z, this.#lu.values);
      this.#lu.factor();
      if (!this.#lu.isFinite) continue;
      this.#lu.solve(this.#slopes);
      for (let i = 0; i < this.#n; i++) {
        const to = z[i] - this.#slopes[i];
        if (!Number.isFinite(to)) continue;
        low[i] = Math.min(low[i], to);
        high[i] = Math.max(high[i], to);
      }
    }
    return { low, high };
  }

  #see(z: Float64Array): void {
    for (let i = 0; i < this.#n; i++) {
      this.#scales[i] = Math.max(this.#scales[i], Math.abs(z[i]));
      this.#low[i] = Math.min(this.#low[i], z[i]);
      this.#high[i] = Math.max(this.#high[i], z[i]);
    }
  }

  /** A point of the box around all that was seen, which it is as large as again on each side. */
  #placed(unit: Float64Array): Float64Array {
    return this.#low.map((low, i) => {
      const span = Math.max(this.#high[i] - low, this.#scales[i], 1e-3);
      return low - span + unit[i] * (this.#high[i] - low + 2 * span);
    });
  }

  /** Newton's method, with equilibria deflated; undefined where it comes to no rest. */
  #newton(start: Float64Array, deflated: readonly Float64Array[], most: number): Float64Array | undefined {
    const [n, step, slopes] = [this.#n, this.#step, this.#slopes];
    const z = start.slice();
    let before = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < most; turn++) {
      this.#field.evaluate(z, slopes);
      this.#field.jacobian(z, this.#jacobian);
      this.#lu.values.set(this.#jacobian);
      step.set(slopes);
      this.#lu.factor();
      if (!this.#lu.isFinite) return undefined;
      this.#lu.solve(step);
      let length = 0;
      for (let i = 0; i < n; i++) {
        const share = Math.abs(step[i]) / (this.#scales[i] + Math.abs(z[i]) + 1e-12);
        if (!(share <= length)) length = share;
      }
      if (!(length < Number.POSITIVE_INFINITY)) return undefined;
      const isRounding = length >= before && before < 1e-9;
      if (length < CONVERGED || isRounding) {
        for (let i = 0; i < n; i++) z[i] -= isRounding ? 0 : step[i];
        return z;
      }
      before = length;
      const share = deflated.length === 0 ? 1 : this.#deflation(z, deflated);
      for (let i = 0; i < n; i++) z[i] -= share * step[i];
    }
    return undefined;
  }

  /** By how much a step is to be changed so that it leads away from equilibria: 1 / (1 + (∇m · s)/m) with m the product of 1 + 1/d². */
  #deflation(z: Float64Array, deflated: readonly Float64Array[]): number {
    let slope = 0;
    for (const other of deflated) {
      let [square, along] = [0, 0];
      for (let i = 0; i < this.#n; i++) {
        const scale = this.#scales[i] + 1e-12;
        const off = (z[i] - other[i]) / scale;
        square += off * off;
        along += off * (this.#step[i] / scale);
      }
      // d(1 + 1/d²) = -2 off/d⁴; over 1 + 1/d². The step that is subtracted is s.
      slope += (2 * along) / (square * (square + 1));
    }
    const share = 1 / (1 - slope);
    if (!Number.isFinite(share)) return 1;
    return Math.max(-10, Math.min(10, share));
  }
}
