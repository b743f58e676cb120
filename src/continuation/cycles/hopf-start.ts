import type { Complex } from "../eigenvalues.ts";
import { eliminate, eliminateIn, substituteBack } from "./elimination.ts";
import { scatteredNumbers } from "./exact-functions.ts";

/** So far, as a part of it, the frequency is moved for inverse iteration: near enough that two rounds are exact, far enough to divide by. */
const OFF = 1e-9;

/** The eigenvector of a real matrix for an eigenvalue iω, by inverse iteration; its largest entry is 1. */
export function oscillatingVector(matrix: Float64Array, size: number, frequency: number): Complex[] {
  const order = 2 * size;
  const omega = frequency * (1 + OFF);
  // (J - iω)(a + ib) = 0 for real and imaginary parts
  const a = new Float64Array(order * order);
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      a[r * order + c] = matrix[r * size + c];
      a[(size + r) * order + size + c] = matrix[r * size + c];
    }
    a[r * order + size + r] += omega;
    a[(size + r) * order + r] -= omega;
  }
  const pivots = new Uint32Array(order);
  eliminate(a, { rows: order, columns: order, pivotRows: order, count: order }, pivots);
  // any start will do that is not orthogonal to the vector
  const x = scatteredNumbers(order, 17);
  for (let round = 0; round < 3; round++) {
    eliminateIn(a, order, x, pivots);
    substituteBack(a, order, x, new Float64Array(0));
    const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let i = 0; i < order; i++) x[i] /= largest;
  }
  return turned(Array.from({ length: size }, (_, i) => ({ re: x[i], im: x[size + i] })));
}

/** The vector times the number that makes its largest entry 1. */
function turned(vector: Complex[]): Complex[] {
  const square = ({ re, im }: Complex) => re * re + im * im;
  const largest = vector.reduce((most, entry) => (square(entry) > square(most) ? entry : most));
  const norm = square(largest);
  return vector.map(({ re, im }) => ({ re: (re * largest.re + im * largest.im) / norm, im: (im * largest.re - re * largest.im) / norm }));
}
