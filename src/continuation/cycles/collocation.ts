import { type Basis, basisOf } from "./basis.ts";
import { CondensedSystem, type Solution } from "./condensation.ts";
import type { Orbit } from "./orbit.ts";

/** u' = g(u, s) on [0, 1] with u(0) = ±u(1), where s are free numbers. z = [u, s]. */
export interface PeriodicProblem {
  /** States. */
  readonly size: number;
  /** Free numbers. */
  readonly scalars: number;
  /** For each state 1 where u(0) = u(1), -1 where u(0) = -u(1). */
  readonly signs: Float64Array;
  /** g(z), and its derivatives by z: row-major, size × (size + scalars). */
  linearize(z: Float64Array, slope: Float64Array, jacobian: Float64Array): void;
}

/** One equation on the whole orbit: its derivatives by the values at the nodes and by the free numbers, and what it misses zero by. */
export interface Condition {
  nodes: Float64Array;
  scalars: Float64Array;
  residual: number;
}

/** Most times that Newton's method goes on, and the correction, as a part of the scales, below which it has converged: the next is its square. */
const MOST_TURNS = 12;
const CONVERGED = 1e-9;

/** How a correction ended. */
export interface Correction {
  converged: boolean;
  orbit: Orbit;
  turns: number;
}

/** Conditions as they stand at an orbit. */
export type Conditions = (orbit: Orbit) => readonly Condition[];

/** Collocation of a problem at Gauss points: assembles, factors and solves. Its factors are those of the last orbit that was assembled. */
export class Collocation {
  readonly problem: PeriodicProblem;
  readonly basis: Basis;
  readonly system: CondensedSystem;
  /** What the equations miss zero by, with the sign turned: the right-hand side of a Newton step. */
  readonly #equations: Float64Array;
  readonly #z: Float64Array;
  readonly #slope: Float64Array;
  readonly #jacobian: Float64Array;

  constructor(problem: PeriodicProblem, degree: number, intervals: number) {
    const { size, scalars } = problem;
    this.problem = problem;
    this.basis = basisOf(degree);
    this.system = new CondensedSystem({ size, degree, intervals, extra: scalars });
    this.#equations = new Float64Array(intervals * degree * size);
    this.#z = new Float64Array(size + scalars);
    this.#slope = new Float64Array(size);
    this.#jacobian = new Float64Array(size * (size + scalars));
  }

  /** Linearises at an orbit and factors. */
  linearize(orbit: Orbit, conditions: readonly Condition[]): void {
    const { intervals } = this.system.shape;
    for (let j = 0; j < intervals; j++) this.#assemble(orbit, j, this.system.blocks[j]);
    conditions.forEach((condition, r) => {
      this.#addCondition(condition, r);
    });
    this.system.factor(this.problem.signs);
  }

  #assemble({ mesh, nodes, scalars }: Orbit, j: number, block: Float64Array): void {
    const { size, scalars: extra } = this.problem;
    const { degree, values, slopes } = this.basis;
    const [width, pitch, inner] = [mesh[j + 1] - mesh[j], this.system.columns, size * (degree - 1)];
    const z = this.#z;
    z.set(scalars, size);
    for (let i = 0; i < degree; i++) {
      const at = (j * degree + i) * size;
      z.fill(0, 0, size);
      this.#equations.fill(0, at, at + size);
      for (let k = 0; k <= degree; k++) {
        const [value, slope, node] = [values[i * (degree + 1) + k], slopes[i * (degree + 1) + k], (j * degree + k) * size];
        for (let c = 0; c < size; c++) {
          z[c] += value * nodes[node + c];
          this.#equations[at + c] -= slope * nodes[node + c];
        }
      }
      this.problem.linearize(z, this.#slope, this.#jacobian);
      for (let r = 0; r < size; r++) this.#equations[at + r] += width * this.#slope[r];
      this.#fill(block, i, width, pitch, inner, extra);
    }
  }

  /** Rows of one Gauss point in the matrix of its interval. */
  #fill(block: Float64Array, i: number, width: number, pitch: number, inner: number, extra: number): void {
    const { size } = this.problem;
    const { degree, values, slopes } = this.basis;
    const jacobian = this.#jacobian;
    for (let k = 0; k <= degree; k++) {
      const column = k === 0 ? inner : k === degree ? inner + size : (k - 1) * size;
      const [value, slope] = [width * values[i * (degree + 1) + k], slopes[i * (degree + 1) + k]];
      for (let r = 0; r < size; r++) {
        const [to, from] = [(i * size + r) * pitch + column, r * (size + extra)];
        for (let c = 0; c < size; c++) block[to + c] = -value * jacobian[from + c];
        block[to + r] += slope;
      }
    }
    for (let r = 0; r < size; r++) {
      const [to, from] = [(i * size + r) * pitch + inner + 2 * size, r * (size + extra) + size];
      for (let c = 0; c < extra; c++) block[to + c] = -width * jacobian[from + c];
    }
  }

  #addCondition({ nodes, scalars }: Condition, r: number): void {
    const { size, degree, intervals, extra } = this.system.shape;
    const inner = size * (degree - 1);
    for (let j = 0; j < intervals; j++) {
      const row = (size * degree + r) * this.system.columns;
      const block = this.system.blocks[j];
      const from = j * degree * size;
      block.fill(0, row, row + this.system.columns);
      for (let c = 0; c < size; c++) block[row + inner + c] = nodes[from + c];
      for (let c = 0; c < inner; c++) block[row + c] = nodes[from + size + c];
    }
    this.system.lastNode.set(nodes.subarray(intervals * degree * size), r * size);
    this.system.corner.set(scalars, r * extra);
  }

  /** The direction in which the linearised equations stay fulfilled, and conditions change by what is given. */
  direction(changes: Float64Array): Solution {
    return this.system.solve(new Float64Array(this.#equations.length), changes);
  }

  /** What solves the linearised equations for a right-hand side. */
  solve(equations: Float64Array, changes: Float64Array): Solution {
    return this.system.solve(equations.slice(), changes);
  }

  /** Largest that the equations miss zero by, each state measured by its scale, at the orbit that was assembled last. */
  residual(scales: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < this.#equations.length; i++) {
      largest = Math.max(largest, Math.abs(this.#equations[i]) / scales[i % scales.length]);
    }
    return largest;
  }

  /**
   * Newton's method, with exact derivatives; the factors that are left are those of the orbit before its last correction.
   *
   * @param scales what states and free numbers are measured by
   */
  correct(start: Orbit, conditions: Conditions, scales: { states: Float64Array; scalars: Float64Array }): Correction {
    const orbit = { mesh: start.mesh, nodes: start.nodes.slice(), scalars: start.scalars.slice() };
    // corrections keep u(0) = ±u(1), which a guess must have
    const last = orbit.nodes.length - this.problem.size;
    for (let c = 0; c < this.problem.size; c++) orbit.nodes[last + c] = this.problem.signs[c] * orbit.nodes[c];
    let before = Number.POSITIVE_INFINITY;
    for (let turns = 1; turns <= MOST_TURNS; turns++) {
      const rows = conditions(orbit);
      this.linearize(orbit, rows);
      const step = this.system.solve(
        this.#equations,
        Float64Array.from(rows, ({ residual }) => -residual),
      );
      const size = sizeOf(step, scales);
      if (!(size < 1e3) || (turns > 3 && size > before)) return { converged: false, orbit, turns };
      for (let i = 0; i < step.nodes.length; i++) orbit.nodes[i] += step.nodes[i];
      for (let i = 0; i < step.scalars.length; i++) orbit.scalars[i] += step.scalars[i];
      if (size < CONVERGED) return { converged: true, orbit, turns };
      before = size;
    }
    return { converged: before < CONVERGED, orbit, turns: MOST_TURNS };
  }
}

function sizeOf(step: Solution, scales: { states: Float64Array; scalars: Float64Array }): number {
  let largest = 0;
  const size = scales.states.length;
  for (let i = 0; i < step.nodes.length; i++) {
    const part = Math.abs(step.nodes[i]) / scales.states[i % size];
    if (!(part <= largest)) largest = part;
  }
  for (let i = 0; i < step.scalars.length; i++) {
    const part = Math.abs(step.scalars[i]) / scales.scalars[i];
    if (!(part <= largest)) largest = part;
  }
  return largest;
}

/** A condition that is linear: row · (orbit - base) = value. */
export function linearCondition(orbit: Orbit, row: Solution, base: Orbit, value: number): Condition {
  let residual = -value;
  for (let i = 0; i < row.nodes.length; i++) residual += row.nodes[i] * (orbit.nodes[i] - base.nodes[i]);
  for (let i = 0; i < row.scalars.length; i++) residual += row.scalars[i] * (orbit.scalars[i] - base.scalars[i]);
  return { ...row, residual };
}
