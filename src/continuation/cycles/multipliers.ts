import { type Complex, eigenvalueList } from "../eigenvalues.ts";
import type { CondensedSystem } from "./condensation.ts";
import { eliminate, eliminateIn, reflect, substituteBack } from "./elimination.ts";
import { exponentOf, lengthOf, timesPowerOfTwo } from "./exact-functions.ts";

/** Floquet multipliers of a cycle, the one nearest to 1 (which an exact orbit has at 1) first, then by descending modulus. */
export interface Multipliers {
  values: readonly Complex[];
  /** How far the trivial one is from 1: what the others may be trusted to. */
  trivialError: number;
  /** Of the others, how many lie outside the unit circle. */
  unstable: number;
  /** Orthonormal directions at the start of the orbit, from the fastest growing one on: where the next orbit's iteration starts. */
  directions: Float64Array;
}

/** Rounds of the iteration, at most; how small what couples fast directions to slow ones has to be; and beyond which they part too slowly. */
const MOST_ROUNDS = 8;
const DECOUPLED = 1e-13;
const SLOW = 1e-4;
/** Directions are taken for apart, so that their multipliers are computed apart, where the coupling is no more than this. */
const APART = 1e-9;

/**
 * Multipliers of the linearised equations that a system was factored from.
 *
 * The monodromy matrix is never formed, since products of matrices that grow and decay lose the small multipliers to rounding: orthonormal
 * directions are carried around the orbit through the transfer matrices of its intervals, and orthogonalised in each (the periodic QR
 * iteration: Bojanczyk, Golub & Van Dooren 1992; Lust 2001). Where they come back to themselves, multipliers are products of diagonal
 * entries; directions that do not part, as those of complex pairs, are treated together as a small matrix.
 */
export function multipliersOf(system: CondensedSystem, before?: Float64Array): Multipliers {
  const { size, intervals } = system.shape;
  const transfers = transferMatrices(system);
  let start = before ?? identity(size);
  let around = carry(transfers, start, size, intervals);
  for (let round = 1; round < MOST_ROUNDS; round++) {
    // the first round only turns directions to where they belong
    if (round > 1 && couplingOf(overlap(start, around.end, size), size).every((c) => c < DECOUPLED || c > SLOW)) break;
    start = around.end;
    around = carry(transfers, start, size, intervals);
  }
  return gathered(start, around, size, intervals);
}

/** For each place between directions, the largest entry that couples those before it to those behind it. */
function couplingOf(turn: Float64Array, size: number): number[] {
  return Array.from({ length: size - 1 }, (_, split) => {
    let largest = 0;
    for (let r = split + 1; r < size; r++) for (let c = 0; c <= split; c++) largest = Math.max(largest, Math.abs(turn[r * size + c]));
    return largest;
  });
}

function identity(size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) out[i * size + i] = 1;
  return out;
}

/** -last⁻¹ · first of each interval: what takes a deviation from its start to its end. */
function transferMatrices(system: CondensedSystem): Float64Array {
  const { size, intervals } = system.shape;
  const out = new Float64Array(intervals * size * size);
  const [first, last] = [new Float64Array(size * size), new Float64Array(size * size)];
  const [pivots, column, none] = [new Uint32Array(size), new Float64Array(size), new Float64Array(0)];
  for (let j = 0; j < intervals; j++) {
    system.condensed(j, first, last);
    eliminate(last, { rows: size, columns: size, pivotRows: size, count: size }, pivots);
    for (let c = 0; c < size; c++) {
      for (let r = 0; r < size; r++) column[r] = -first[r * size + c];
      eliminateIn(last, size, column, pivots);
      substituteBack(last, size, column, none);
      for (let r = 0; r < size; r++) out[(j * size + r) * size + c] = column[r];
    }
  }
  return out;
}

/** Directions once around: where they end, and the triangular matrices that they were made orthogonal by. */
interface Around {
  end: Float64Array;
  triangles: Float64Array;
}

function carry(transfers: Float64Array, start: Float64Array, size: number, intervals: number): Around {
  const triangles = new Float64Array(intervals * size * size);
  const product = new Float64Array(size * size);
  const taus = new Float64Array(size);
  const q = start.slice();
  for (let j = 0; j < intervals; j++) {
    product.fill(0);
    for (let r = 0; r < size; r++) {
      for (let k = 0; k < size; k++) {
        const share = transfers[(j * size + r) * size + k];
        for (let c = 0; c < size; c++) product[r * size + c] += share * q[k * size + c];
      }
    }
    reflect(product, size, size, size, taus);
    takeTriangle(product, triangles, j * size * size, size);
    takeOrthogonal(product, taus, q, size);
  }
  return { end: q, triangles };
}

/** R of a matrix that reflections have reduced, with a diagonal that is not negative. */
function takeTriangle(matrix: Float64Array, out: Float64Array, at: number, size: number): void {
  for (let r = 0; r < size; r++) {
    const sign = matrix[r * size + r] < 0 ? -1 : 1;
    for (let c = r; c < size; c++) out[at + r * size + c] = sign * matrix[r * size + c];
  }
}

/** Its Q. */
function takeOrthogonal(matrix: Float64Array, taus: Float64Array, q: Float64Array, size: number): void {
  q.fill(0);
  for (let k = 0; k < size; k++) q[k * size + k] = matrix[k * size + k] < 0 ? -1 : 1;
  for (let k = size - 1; k >= 0; k--) {
    if (taus[k] === 0) continue;
    for (let c = k; c < size; c++) {
      let sum = q[k * size + c];
      for (let r = k + 1; r < size; r++) sum += matrix[r * size + k] * q[r * size + c];
      sum *= taus[k];
      q[k * size + c] -= sum;
      for (let r = k + 1; r < size; r++) q[r * size + c] -= sum * matrix[r * size + k];
    }
  }
}

/** startᵀ · end. */
function overlap(start: Float64Array, end: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let r = 0; r < size; r++) {
      const share = start[k * size + r];
      for (let c = 0; c < size; c++) out[r * size + c] += share * end[k * size + c];
    }
  }
  return out;
}

function gathered(start: Float64Array, { end, triangles }: Around, size: number, intervals: number): Multipliers {
  const turn = overlap(start, end, size);
  const coupling = couplingOf(turn, size);
  const values: Complex[] = [];
  let from = 0;
  for (let split = 0; split < size; split++) {
    if (split < size - 1 && coupling[split] > APART) continue;
    for (const value of ofGroup(turn, triangles, { size, intervals, from, to: split + 1 })) values.push(value);
    from = split + 1;
  }
  return ordered(values, end);
}

/** Multipliers of some neighbouring directions: of their part of the turn, times the product of their triangles. */
function ofGroup(
  turn: Float64Array,
  triangles: Float64Array,
  { size, intervals, from, to }: { size: number; intervals: number; from: number; to: number },
): Complex[] {
  const count = to - from;
  let product = identity(count);
  let exponent = 0;
  for (let j = 0; j < intervals; j++) {
    const next = new Float64Array(count * count);
    let largest = 0;
    for (let r = 0; r < count; r++) {
      for (let c = r; c < count; c++) {
        let sum = 0;
        for (let k = r; k <= c; k++) sum += triangles[(j * size + from + r) * size + from + k] * product[k * count + c];
        next[r * count + c] = sum;
        largest = Math.max(largest, Math.abs(sum));
      }
    }
    // powers of two alone, so that scaling rounds nothing
    const shift = largest > 0 && Number.isFinite(largest) ? exponentOf(largest) : 0;
    exponent += shift;
    product = next.map((value) => timesPowerOfTwo(value, -shift));
  }
  const matrix = new Float64Array(count * count);
  for (let r = 0; r < count; r++) {
    for (let c = 0; c < count; c++) {
      for (let k = 0; k <= c; k++) matrix[r * count + c] += turn[(from + r) * size + from + k] * product[k * count + c];
    }
  }
  return eigenvalueList(matrix, count).map(({ re, im }) => ({ re: timesPowerOfTwo(re, exponent), im: timesPowerOfTwo(im, exponent) }));
}

function ordered(values: Complex[], directions: Float64Array): Multipliers {
  const distance = ({ re, im }: Complex) => lengthOf(re - 1, im);
  let trivial = 0;
  values.forEach((value, i) => {
    if (distance(value) < distance(values[trivial])) trivial = i;
  });
  const others = values.filter((_, i) => i !== trivial).sort((a, b) => modulus(b) - modulus(a) || b.im - a.im);
  return {
    values: [values[trivial], ...others],
    trivialError: distance(values[trivial]),
    unstable: others.filter((value) => modulus(value) > 1).length,
    directions,
  };
}

export function modulus({ re, im }: Complex): number {
  return lengthOf(re, im);
}
