import { eliminate, eliminateIn, reflect, reflectIn, substituteBack } from "./elimination.ts";

import type { Condensed, SystemShape } from "./shape.ts";

/**
 * What is left of the intervals once their inner nodes are eliminated: equations between neighbouring ends. One end after the other goes,
 * by reflections of the equations on both of its sides; kept are the equations that give it from u(0), the next end and the free numbers.
 */
export class Stack {
  readonly #shape: SystemShape;
  /** Columns of a step: the end that goes, u(0), the next end, the free numbers. */
  readonly #width: number;
  /** Steps' matrices, 2 size × width each, with the reflections' vectors in the first columns. */
  readonly #steps: readonly Float64Array[];
  readonly #taus: readonly Float64Array[];
  /** Factors of the conditions in each step, extra × size. */
  readonly #shares: readonly Float64Array[];
  /** The dense system for u(0) and the free numbers. */
  readonly #dense: Float64Array;
  readonly #pivots: Uint32Array;
  #signs: Float64Array = new Float64Array(0);
  determinantSign = 1;

  constructor(shape: SystemShape) {
    const { size, intervals, extra } = shape;
    this.#shape = shape;
    this.#width = 3 * size + extra;
    const each = (length: number) => Array.from({ length: intervals - 1 }, () => new Float64Array(length));
    this.#steps = each(2 * size * this.#width);
    this.#taus = each(size);
    this.#shares = each(extra * size);
    this.#dense = new Float64Array((size + extra) * (size + extra));
    this.#pivots = new Uint32Array(size + extra);
  }

  factor(system: Condensed, signs: Float64Array): void {
    const { size, intervals, extra, degree } = this.#shape;
    this.#signs = signs;
    this.determinantSign = 1;
    const [inner, pitch] = [size * (degree - 1), system.columns];
    const [own, used] = [size * degree, 2 * size + extra];
    // so far: equations of u(0), the end reached, free numbers; and conditions in the same columns
    const so = new Float64Array(size * used);
    const conditions = new Float64Array(extra * used);
    take(system.blocks[0], pitch, inner, inner, so, used);
    take(system.blocks[0], pitch, own, inner, conditions, used);
    for (let j = 1; j < intervals; j++) {
      const block = system.blocks[j];
      const step = this.#steps[j - 1];
      this.#fillStep(step, so, block, pitch, inner);
      this.determinantSign *= reflect(step, 2 * size, this.#width, size, this.#taus[j - 1]);
      for (let r = 0; r < size; r++) {
        const from = (size + r) * this.#width + size;
        for (let c = 0; c < used; c++) so[r * used + c] = step[from + c];
      }
      this.#reduceConditions(j - 1, conditions, block, pitch, own, inner);
    }
    this.#factorDense(so, conditions, system);
  }

  #fillStep(step: Float64Array, so: Float64Array, block: Float64Array, pitch: number, inner: number): void {
    const { size, extra } = this.#shape;
    const [width, used] = [this.#width, 2 * size + extra];
    step.fill(0);
    for (let r = 0; r < size; r++) {
      const [top, bottom, from] = [r * width, (size + r) * width, (inner + r) * pitch + inner];
      for (let c = 0; c < size; c++) {
        step[top + c] = so[r * used + size + c];
        step[top + size + c] = so[r * used + c];
        step[bottom + c] = block[from + c];
        step[bottom + 2 * size + c] = block[from + size + c];
      }
      for (let c = 0; c < extra; c++) {
        step[top + 3 * size + c] = so[r * used + 2 * size + c];
        step[bottom + 3 * size + c] = block[from + 2 * size + c];
      }
    }
  }

  /** Eliminates an end in the conditions, by the equations kept for it; what the next interval adds to them comes with it. */
  #reduceConditions(index: number, conditions: Float64Array, block: Float64Array, pitch: number, own: number, inner: number): void {
    const { size, extra } = this.#shape;
    const [width, used, step] = [this.#width, 2 * size + extra, this.#steps[index]];
    const shares = this.#shares[index];
    for (let r = 0; r < extra; r++) {
      const [row, at, from] = [r * used, r * size, (own + r) * pitch + inner];
      for (let c = 0; c < size; c++) {
        shares[at + c] = conditions[row + size + c] + block[from + c];
        conditions[row + size + c] = block[from + size + c];
      }
      for (let c = 0; c < extra; c++) conditions[row + 2 * size + c] += block[from + 2 * size + c];
      for (let k = 0; k < size; k++) {
        const share = shares[at + k] / step[k * width + k];
        shares[at + k] = share;
        for (let c = k + 1; c < size; c++) shares[at + c] -= share * step[k * width + c];
        for (let c = 0; c < used; c++) conditions[row + c] -= share * step[k * width + size + c];
      }
    }
  }

  #factorDense(so: Float64Array, conditions: Float64Array, { corner, lastNode }: Condensed): void {
    const { size, extra } = this.#shape;
    const [order, used] = [size + extra, 2 * size + extra];
    for (let r = 0; r < order; r++) {
      const isCondition = r >= size;
      const row = isCondition ? conditions.subarray((r - size) * used) : so.subarray(r * used);
      for (let c = 0; c < size; c++) {
        const last = row[size + c] + (isCondition ? lastNode[(r - size) * size + c] : 0);
        this.#dense[r * order + c] = row[c] + this.#signs[c] * last;
      }
      for (let c = 0; c < extra; c++) {
        this.#dense[r * order + size + c] = row[2 * size + c] + (isCondition ? corner[(r - size) * extra + c] : 0);
      }
    }
    this.determinantSign *= eliminate(this.#dense, { rows: order, columns: order, pivotRows: order, count: order }, this.#pivots);
  }

  /** Solves for the ends of the intervals, (intervals + 1) × size, and the free numbers; right-hand sides are overwritten. */
  solve(equations: Float64Array, conditions: Float64Array, scalars: Float64Array): Float64Array {
    const { size, intervals, extra } = this.#shape;
    const pair = new Float64Array(2 * size);
    pair.set(equations.subarray(0, size), size);
    for (let j = 1; j < intervals; j++) {
      for (let c = 0; c < size; c++) {
        pair[c] = pair[size + c];
        pair[size + c] = equations[j * size + c];
      }
      reflectIn(this.#steps[j - 1], 2 * size, this.#width, size, this.#taus[j - 1], pair);
      for (let c = 0; c < size; c++) equations[(j - 1) * size + c] = pair[c];
      for (let r = 0; r < extra; r++) {
        for (let k = 0; k < size; k++) conditions[r] -= this.#shares[j - 1][r * size + k] * pair[k];
      }
    }
    const dense = new Float64Array(size + extra);
    dense.set(pair.subarray(size));
    dense.set(conditions, size);
    eliminateIn(this.#dense, size + extra, dense, this.#pivots);
    substituteBack(this.#dense, size + extra, dense, new Float64Array(0));
    scalars.set(dense.subarray(size));
    return this.#ends(equations, dense);
  }

  #ends(equations: Float64Array, dense: Float64Array): Float64Array {
    const { size, intervals } = this.#shape;
    const ends = new Float64Array((intervals + 1) * size);
    for (let c = 0; c < size; c++) {
      ends[c] = dense[c];
      ends[intervals * size + c] = this.#signs[c] * dense[c];
    }
    const known = new Float64Array(this.#width - size);
    known.set(dense.subarray(0, size));
    known.set(dense.subarray(size), 2 * size);
    const end = new Float64Array(size);
    for (let j = intervals - 1; j > 0; j--) {
      for (let c = 0; c < size; c++) {
        known[size + c] = ends[(j + 1) * size + c];
        end[c] = equations[(j - 1) * size + c];
      }
      substituteBack(this.#steps[j - 1], this.#width, end, known);
      for (let c = 0; c < size; c++) ends[j * size + c] = end[c];
    }
    return ends;
  }
}

/** Copies rows of an interval's matrix, from a column on. */
function take(block: Float64Array, pitch: number, row: number, column: number, out: Float64Array, used: number): void {
  for (let r = 0; r * used < out.length; r++) {
    const from = (row + r) * pitch + column;
    out.set(block.subarray(from, from + used), r * used);
  }
}
