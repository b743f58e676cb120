import { append } from "../lists.ts";
import { labelWords } from "../sweep/branch-columns.ts";
import { bogdanovTakensAhead, bogdanovTakensNear } from "./bogdanov-takens.ts";
import { digitsAt } from "./curve-digits.ts";
import { type CurveRow, type CurveSettings, type CurveSystem, STANDING, stopped, type TestedLabel, testedLabels } from "./curve-systems.ts";
import { Lu } from "./dense.ts";
import { hopfUnknowns } from "./point-equations.ts";
import { stabilityAt } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

interface Place {
  x: Float64Array;
  tangent: Float64Array;
  tests: ReturnType<CurveSystem["tests"]>;
}

interface Step {
  from: Place;
  to: Place;
  length: number;
}

const LEAST_COSINE = 0.9;
const MOST_TURNS = 9;

/** Follows a curve of folds or Hopf points in one direction: pseudo-arclength in its extended system. */
export class CurveTracer {
  readonly #field: VectorField;
  readonly #system: CurveSystem;
  readonly #settings: CurveSettings;
  readonly #scales: Float64Array;
  readonly #weights: Float64Array;
  readonly #lu: Lu;
  #turns = 0;

  constructor(field: VectorField, system: CurveSystem, { settings, scales }: { settings: CurveSettings; scales: Float64Array }) {
    const n = field.states.length;
    this.#field = field;
    this.#system = system;
    this.#settings = settings;
    this.#scales = scales;
    // Lengths are those of states and parameters: vectors follow.
    this.#weights = scales.map((each, j) => (j < n ? 1 / n : j < n + 2 ? 1 : 1e-4) / (each * each));
    this.#lu = new Lu(system.size);
  }

  #factor(x: Float64Array, normal: Float64Array): void {
    const { size } = this.#system;
    this.#system.jacobian(x, this.#lu.values.subarray(0, (size - 1) * size));
    for (let j = 0; j < size; j++) this.#lu.values[(size - 1) * size + j] = this.#weights[j] * normal[j];
    this.#lu.factor();
  }

  /** The point of the curve in the plane through a guess. */
  #correct(guess: Float64Array, normal: Float64Array): Float64Array | undefined {
    const { size } = this.#system;
    const x = guess.slice();
    const step = new Float64Array(size);
    let before = Number.POSITIVE_INFINITY;
    for (this.#turns = 1; this.#turns <= MOST_TURNS; this.#turns++) {
      this.#system.residual(x, step);
      step[size - 1] = 0;
      for (let j = 0; j < size; j++) step[size - 1] += this.#weights[j] * normal[j] * (x[j] - guess[j]);
      this.#factor(x, normal);
      if (!this.#lu.isFinite) return undefined;
      this.#lu.solve(step);
      let length = 0;
      for (let j = 0; j < size; j++) {
        const share = Math.abs(step[j]) / this.#scales[j];
        if (!(share <= length)) length = share;
        x[j] -= step[j];
      }
      if (!(length < 10)) return undefined;
      if (length < 1e-13 || (length < 1e-9 && length >= before)) return x;
      before = length;
    }
    return before < 1e-8 ? x : undefined;
  }

  #place(x: Float64Array, toward: Float64Array): Place {
    const { size } = this.#system;
    this.#factor(x, toward);
    const tangent = new Float64Array(size);
    tangent[size - 1] = 1;
    this.#lu.solve(tangent);
    const length = Math.sqrt(this.#product(tangent, tangent));
    return { x, tangent: tangent.map((each) => each / length), tests: this.#system.tests(x) };
  }

  #product(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += this.#weights[j] * a[j] * b[j];
    return sum;
  }

  /** The rows of the curve on one side of its start, which is the first of them. */
  trace(start: Float64Array, sign: 1 | -1): { rows: CurveRow[]; isClosed: boolean } {
    const { stepSize, minStepSize, maxStepSize, maxPoints } = this.#settings;
    const n = this.#field.states.length;
    const toward = new Float64Array(this.#system.size);
    toward[n + 1] = 1;
    const first = this.#place(start, this.#place(start, toward).tangent);
    let here: Place = { ...first, tangent: first.tangent.map((each) => sign * Math.sign(first.tangent[n + 1] || 1) * each) };
    const begin = here;
    const rows: CurveRow[] = [this.#row(here)];
    let [length, travelled] = [stepSize, 0];
    while (rows.length < maxPoints) {
      const guess = here.x.map((each, j) => each + length * here.tangent[j]);
      const x = this.#correct(guess, here.tangent);
      const turns = this.#turns;
      const to = x && this.#place(x, here.tangent);
      if (!to || !(this.#product(here.tangent, to.tangent) > LEAST_COSINE)) {
        length /= 2;
        if (length >= minStepSize) continue;
        return stopped(rows, "the corrector does not converge beyond this point");
      }
      const step = { from: here, to, length };
      if (this.#isAtRest(step)) {
        const end = this.#bogdanovTakens(here, length);
        if (end) {
          rows.push(end);
          return { rows, isClosed: false };
        }
        length /= 2;
        if (length >= minStepSize) continue;
        return stopped(rows, "the frequency goes to 0, where no Bogdanov-Takens point was found");
      }
      if (this.#emit(rows, step)) return { rows, isClosed: false };
      this.#settings.told?.(rows);
      travelled += length;
      if (travelled > 4 * length && this.#closes(begin, { from: here, to, length })) {
        rows[rows.length - 1] = { ...rows[0], note: "the curve is a closed loop" };
        return { rows, isClosed: true };
      }
      here = to;
      this.#system.renew(here.x);
      length = Math.min(turns <= 4 ? 1.4 * length : 0.8 * length, maxStepSize);
    }
    return stopped(rows, `stopped after ${rows.length} points`);
  }

  #closes(begin: Place, { from, to, length }: Step): boolean {
    const n = this.#field.states.length;
    const part = (a: Float64Array, b: Float64Array) => a.map((each, j) => (j < n + 2 ? each - b[j] : 0));
    const ahead = (x: Float64Array) => this.#product(part(begin.tangent, new Float64Array(begin.x.length)), part(x, begin.x));
    const gap = part(from.x, begin.x);
    return (
      ahead(from.x) < 0 &&
      ahead(to.x) >= 0 &&
      Math.sqrt(this.#product(gap, gap)) < 1.5 * length &&
      this.#product(from.tangent, begin.tangent) > 0.5
    );
  }

  /** Whether the frequency of Hopf points passes 0 in a step: beyond it are the same points with the opposite one, or folds. */
  #isAtRest({ from, to }: { from: Place; to: Place }): boolean {
    const [before, after] = [from, to].map(({ tests }) => tests.frequency);
    return before * after <= 0 || Math.abs(after) < 1e-6 * Math.abs(before);
  }

  /** The point at which a curve of Hopf points ends, where it is no farther than two steps. */
  #bogdanovTakens(here: Place, length: number): CurveRow | undefined {
    const n = this.#field.states.length;
    const found = bogdanovTakensAhead(this.#field, here, { scales: this.#scales, omega: hopfUnknowns(n, n + 2).omega });
    if (!found || found.s > 2 * length) return undefined;
    const { z } = found;
    const stability = stabilityAt(this.#field, z, 2);
    const label = "BT";
    return { z, stability, label, point: labelWords[label], coefficient: Number.NaN, frequency: 0, residual: this.#residual(z) };
  }

  /** Puts the rows of a step in; true where the curve ends in it. */
  #emit(rows: CurveRow[], step: Step): boolean {
    const { from, to } = step;
    const found: { s: number; row: CurveRow }[] = [];
    for (const label of testedLabels) {
      const [a, b] = [from, to].map(({ tests }) => tests.values[label] ?? Number.NaN);
      if (a * b < 0) append(found, this.#special(label, step));
    }
    const n = this.#field.states.length;
    for (const j of [n, n + 1]) {
      const isStanding = Math.max(Math.abs(from.tangent[j]), Math.abs(to.tangent[j])) <= STANDING * this.#scales[j];
      if (!(from.tangent[j] * to.tangent[j] < 0) || isStanding) continue;
      const point = `turn in ${this.#field.parameters[j - n]}`;
      for (const { s, place } of this.#locate(step, ({ tangent }) => tangent[j])) found.push({ s, row: { ...this.#row(place), point } });
    }
    found.sort((a, b) => a.s - b.s);
    const end = this.#bound(step);
    // At a cusp and at a Bogdanov-Takens point a curve turns in both parameters.
    const special = found.filter(({ row }) => row.label);
    const isTurnOf = (row: CurveRow) => row.label === undefined && special.some((each) => this.#isNear(each.row.z, row.z));
    for (const { s, row } of found) {
      if (end && s > end.s) break;
      if (!isTurnOf(row)) rows.push(row);
    }
    rows.push(end ? { ...this.#row(end.place), label: "EP", note: "the end of the range" } : this.#row(to));
    return end !== undefined;
  }

  #special(label: TestedLabel, step: Step): { s: number; row: CurveRow }[] {
    const value = ({ tests }: Place) => tests.values[label] ?? Number.NaN;
    const size = Math.max(Math.abs(value(step.from)), Math.abs(value(step.to)));
    return this.#locate(step, value).flatMap(({ s, place }) => {
      // A pole changes its sign too.
      if (!(Math.abs(value(place)) < 0.05 * size)) return [];
      const own = this.#row(place);
      // It is infinite where two eigenvalues are 0, and that of a Hopf point where one is.
      const isInfinite = label === "BT" || (label === "ZH" && own.frequency > 0);
      const coefficient = isInfinite ? Number.NaN : label === "GH" ? 0 : own.coefficient;
      const row: CurveRow = { ...own, label, point: labelWords[label], coefficient };
      const n = this.#field.states.length;
      const located = { s, place, length: step.length, at: (other: number) => this.#at(step, other), value };
      if (label !== "BT") return [{ s, row: { ...row, digits: digitsAt(located, [n, n + 1], this.#scales) } }];
      const z = bogdanovTakensNear(this.#field, place.x, this.#scales);
      return [{ s, row: z ? { ...row, z, residual: this.#residual(z) } : row }];
    });
  }

  /** The point of the curve at a distance from the beginning of a step. */
  #at({ from, to, length }: Step, s: number): Place | undefined {
    const guess = from.x.map((each, j) => each + (s / length) * (to.x[j] - each));
    const ahead = this.#product(
      from.tangent,
      guess.map((each, j) => each - from.x[j]),
    );
    const x = this.#correct(
      guess.map((each, j) => each + (s - ahead) * from.tangent[j]),
      from.tangent,
    );
    return x && this.#place(x, from.tangent);
  }

  /** Where a function of places is 0 within a step: by the Illinois method, to rounding. */
  #locate(step: Step, value: (place: Place) => number): { s: number; place: Place }[] {
    const { from, to, length } = step;
    let [low, high] = [
      { s: 0, v: value(from), place: from },
      { s: length, v: value(to), place: to },
    ];
    let [best, side] = [Math.abs(low.v) < Math.abs(high.v) ? low : high, 0];
    for (let turn = 0; turn < 40 && high.s - low.s > 1e-15; turn++) {
      const s = (low.s * high.v - high.s * low.v) / (high.v - low.v);
      const place = this.#at(step, s);
      if (!place) break;
      const v = value(place);
      const next = { s, v, place };
      const isSame = Math.abs(s - best.s) < 1e-14;
      if (Math.abs(v) <= Math.abs(best.v) || turn === 0) best = next;
      if (v === 0 || isSame) break;
      if (v * low.v > 0) {
        if (side === 1) high = { ...high, v: high.v / 2 };
        [low, side] = [next, 1];
      } else {
        if (side === -1) low = { ...low, v: low.v / 2 };
        [high, side] = [next, -1];
      }
    }
    return Number.isFinite(best.v) ? [{ s: best.s, place: best.place }] : [];
  }

  /** Where the curve leaves the ranges. */
  #bound({ from, to, length }: Step): { s: number; place: Place } | undefined {
    const n = this.#field.states.length;
    let first: { s: number; place: Place } | undefined;
    for (const [k, range] of this.#settings.ranges.entries()) {
      const j = n + k;
      for (const bound of range) {
        const [a, b] = [from.x[j] - bound, to.x[j] - bound];
        if (a === 0 || a * b > 0 || (b === 0 && bound !== to.x[j])) continue;
        const share = a / (a - b);
        const guess = from.x.map((each, i) => each + share * (to.x[i] - each));
        guess[j] = bound;
        const normal = new Float64Array(guess.length);
        normal[j] = this.#scales[j];
        const x = this.#correct(guess, normal);
        if (!x) continue;
        x[j] = bound;
        const s = share * length;
        if (!first || s < first.s) first = { s, place: this.#place(x, from.tangent) };
      }
    }
    return first;
  }

  #isNear(a: Float64Array, b: Float64Array): boolean {
    return a.every((each, j) => Math.abs(each - b[j]) <= 1e-4 * this.#scales[j]);
  }

  #residual(z: Float64Array): number {
    const out = new Float64Array(this.#field.states.length);
    this.#field.evaluate(z, out);
    return out.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  }

  #row({ x, tests }: Place): CurveRow {
    const z = x.slice(0, this.#field.states.length + 2);
    return { z, stability: tests.stability, coefficient: tests.coefficient, frequency: tests.frequency, residual: this.#residual(z) };
  }
}
