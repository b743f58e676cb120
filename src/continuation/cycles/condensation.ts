import { eliminate, eliminateIn, substituteBack } from "./elimination.ts";
import type { SystemShape } from "./shape.ts";
import { Stack } from "./stack.ts";

/** Unknowns of a linear system: values at the nodes, and free numbers. */
export interface Solution {
  nodes: Float64Array;
  scalars: Float64Array;
}

/**
 * The linear system of collocation: in every interval size · degree equations for its own nodes and the free numbers, as many conditions
 * on everything as there are free numbers, and u(0) = ±u(1). It is never dense in the mesh: inner nodes are eliminated interval by
 * interval (condensation of parameters, de Boor & Swartz 1973; Doedel, Keller & Kernevez 1991), what is left of each interval by
 * orthogonal factors, one after the other (Wright 1992), which is stable however fast solutions grow or decay, down to one dense system
 * for u(0) and the free numbers.
 *
 * The matrix of an interval, row by row: equations, then conditions. Columns: inner nodes 1 … degree - 1, node 0, node degree, free numbers.
 */
export class CondensedSystem {
  readonly shape: SystemShape;
  /** Rows and columns of an interval's matrix. */
  readonly rows: number;
  readonly columns: number;
  /** Matrices of the intervals. Filled by the caller, then factored in place. */
  readonly blocks: readonly Float64Array[];
  /** The conditions' derivatives by the free numbers, extra × extra; kept by `factor`. */
  readonly corner: Float64Array;
  /** How the conditions depend on the last node, extra × size. */
  readonly lastNode: Float64Array;
  readonly #inner: number;
  readonly #pivots: readonly Uint32Array[];
  readonly #stack: Stack;
  readonly #local: Float64Array;
  #sign = 1;

  constructor(shape: SystemShape) {
    const { size, degree, intervals, extra } = shape;
    this.shape = shape;
    this.#inner = size * (degree - 1);
    this.rows = size * degree + extra;
    this.columns = size * (degree + 1) + extra;
    this.blocks = Array.from({ length: intervals }, () => new Float64Array(this.rows * this.columns));
    this.corner = new Float64Array(extra * extra);
    this.lastNode = new Float64Array(extra * size);
    this.#pivots = Array.from({ length: intervals }, () => new Uint32Array(this.#inner));
    this.#stack = new Stack(shape);
    this.#local = new Float64Array(this.rows);
  }

  /**
   * Factors what `blocks`, `corner` and `lastNode` hold.
   *
   * @param signs for each state 1 where u(0) = u(1), -1 where u(0) = -u(1)
   */
  factor(signs: Float64Array): void {
    const { size, degree, intervals } = this.shape;
    this.#sign = 1;
    const elimination = { rows: this.rows, columns: this.columns, pivotRows: size * degree, count: this.#inner };
    for (let j = 0; j < intervals; j++) {
      this.#sign *= eliminate(this.blocks[j], elimination, this.#pivots[j]);
    }
    this.#stack.factor(this, signs);
  }

  /** The sign of the determinant. */
  get determinantSign(): number {
    return this.#sign * this.#stack.determinantSign;
  }

  /**
   * The two matrices of an interval's first and last node, size × size each, that are left of it once inner nodes are eliminated:
   * first · u(start) + last · u(end) = 0 for what the linearised system lets through.
   */
  condensed(interval: number, first: Float64Array, last: Float64Array): void {
    const { size } = this.shape;
    const block = this.blocks[interval];
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        const at = (this.#inner + r) * this.columns + this.#inner + c;
        first[r * size + c] = block[at];
        last[r * size + c] = block[at + size];
      }
    }
  }

  /** Solves for a right-hand side: equations interval by interval (which are overwritten), then conditions. */
  solve(equations: Float64Array, conditions: Float64Array): Solution {
    const { size, degree, intervals, extra } = this.shape;
    const own = size * degree;
    const local = this.#local;
    const rest = conditions.slice();
    const left = new Float64Array(intervals * size);
    for (let j = 0; j < intervals; j++) {
      local.fill(0);
      for (let i = 0; i < own; i++) local[i] = equations[j * own + i];
      eliminateIn(this.blocks[j], this.columns, local, this.#pivots[j]);
      for (let i = 0; i < own; i++) equations[j * own + i] = local[i];
      for (let i = 0; i < size; i++) left[j * size + i] = local[this.#inner + i];
      for (let r = 0; r < extra; r++) rest[r] += local[own + r];
    }
    const scalars = new Float64Array(extra);
    const ends = this.#stack.solve(left, rest, scalars);
    return { nodes: this.#innerNodes(equations, ends, scalars), scalars };
  }

  #innerNodes(equations: Float64Array, ends: Float64Array, scalars: Float64Array): Float64Array {
    const { size, degree, intervals } = this.shape;
    const nodes = new Float64Array((intervals * degree + 1) * size);
    const known = new Float64Array(this.columns - this.#inner);
    const inner = new Float64Array(this.#inner);
    known.set(scalars, 2 * size);
    for (let j = 0; j < intervals; j++) {
      const first = j * degree * size;
      for (let i = 0; i < 2 * size; i++) known[i] = ends[j * size + i];
      for (let i = 0; i < this.#inner; i++) inner[i] = equations[first + i];
      substituteBack(this.blocks[j], this.columns, inner, known);
      for (let i = 0; i < size; i++) nodes[first + i] = known[i];
      for (let i = 0; i < this.#inner; i++) nodes[first + size + i] = inner[i];
    }
    nodes.set(ends.subarray(intervals * size), intervals * degree * size);
    return nodes;
  }
}
