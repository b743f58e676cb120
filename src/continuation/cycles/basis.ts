/** Polynomials of one mesh interval, scaled to [0, 1]: Lagrange's at equidistant nodes, looked at where Gauss would have them. */
export interface Basis {
  /** Degree of the polynomials, and number of collocation points. */
  readonly degree: number;
  /** Gauss points in (0, 1), and their weights, whose sum is 1. */
  readonly points: Float64Array;
  readonly weights: Float64Array;
  /** Row i: values of the polynomials of nodes 0 … degree at Gauss point i. */
  readonly values: Float64Array;
  /** Row i: their derivatives there. */
  readonly slopes: Float64Array;
}

/** The basis of a degree from 1 on. */
export function basisOf(degree: number): Basis {
  const { points, weights } = gauss(degree);
  const width = degree + 1;
  const [values, slopes] = [new Float64Array(degree * width), new Float64Array(degree * width)];
  for (let i = 0; i < degree; i++) {
    lagrange(degree, points[i], values.subarray(i * width, (i + 1) * width));
    lagrangeSlopes(degree, points[i], slopes.subarray(i * width, (i + 1) * width));
  }
  return { degree, points, weights, values, slopes };
}

/** Values at x of the Lagrange polynomials of nodes k / degree. */
export function lagrange(degree: number, x: number, out: Float64Array): void {
  for (let k = 0; k <= degree; k++) {
    let value = 1;
    for (let l = 0; l <= degree; l++) if (l !== k) value *= (x * degree - l) / (k - l);
    out[k] = value;
  }
}

/** Their derivatives at x. */
export function lagrangeSlopes(degree: number, x: number, out: Float64Array): void {
  for (let k = 0; k <= degree; k++) {
    let sum = 0;
    for (let skipped = 0; skipped <= degree; skipped++) {
      if (skipped === k) continue;
      let value = degree / (k - skipped);
      for (let l = 0; l <= degree; l++) if (l !== k && l !== skipped) value *= (x * degree - l) / (k - l);
      sum += value;
    }
    out[k] = sum;
  }
}

/** Zeros of Legendre's polynomial, one of which lies between any two neighbouring zeros of the one below it. */
function gauss(count: number): { points: Float64Array; weights: Float64Array } {
  let zeros = Float64Array.of(0);
  for (let degree = 2; degree <= count; degree++) {
    const ends = [-1, ...zeros, 1];
    zeros = Float64Array.from({ length: degree }, (_, i) => zeroBetween(degree, ends[i], ends[i + 1]));
  }
  const slopes = zeros.map((x) => legendre(count, x).slope);
  return { points: zeros.map((x) => (1 + x) / 2), weights: zeros.map((x, i) => 1 / ((1 - x * x) * slopes[i] * slopes[i])) };
}

function zeroBetween(degree: number, from: number, to: number): number {
  let [low, high] = [from, to];
  const sign = legendre(degree, low + (high - low) * 1e-9).value > 0;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (legendre(degree, middle).value > 0 === sign) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function legendre(degree: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= degree; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
