// What theory says of a system of differential equations: where it rests, its eigenvalues there, and what a solver's steps make of them.
import type { FixedSolverName } from "../../src/index.ts";

export type Flow = (y: readonly number[]) => number[];

export interface Complex {
  re: number;
  im: number;
}

/** Where f changes its sign between two places, to the last bits; it must have different signs there. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  const sign = f(low) > 0;
  if (f(high) > 0 === sign) throw new Error(`no change of sign between ${low} and ${high}`);
  let [a, b] = [low, high];
  for (let i = 0; i < 200 && b - a > 1e-15 * Math.max(Math.abs(a), Math.abs(b)); i++) {
    const middle = (a + b) / 2;
    if (f(middle) > 0 === sign) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** All places between two where f changes its sign, as far as a grid of `parts` sees them. */
export function signChanges(f: (x: number) => number, low: number, high: number, parts: number): number[] {
  const at = (k: number) => low + ((high - low) * k) / parts;
  const places = Array.from({ length: parts }, (_, k) => k).filter((k) => f(at(k)) > 0 !== f(at(k + 1)) > 0);
  return places.map((k) => bisect(f, at(k), at(k + 1)));
}

/** The matrix of derivatives of f at y, by differences of order four: entry i, j is that of f_i by y_j. */
export function jacobian(f: Flow, y: readonly number[], step = 1e-5): number[][] {
  const moved = (j: number, by: number) => f(y.map((value, i) => (i === j ? value + by * step : value)));
  const columns = y.map((_, j) => {
    const [far, near, left, low] = [2, 1, -1, -2].map((by) => moved(j, by));
    return y.map((__, i) => (8 * (near[i] - left[i]) - (far[i] - low[i])) / (12 * step));
  });
  return y.map((_, i) => y.map((__, j) => columns[j][i]));
}

/** The solution of a linear system, by elimination with pivots. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) x[i] = (rows[i][n] - rows[i].slice(0, n).reduce((sum, a, j) => sum + a * x[j], 0)) / rows[i][i];
  return x;
}

/** Where f rests, near a guess: by Newton's method. */
export function rest(f: Flow, guess: readonly number[]): number[] {
  let y = [...guess];
  for (let i = 0; i < 12; i++) {
    const step = solve(jacobian(f, y), f(y));
    y = y.map((value, k) => value - step[k]);
  }
  return y;
}

/** Coefficients of det(x - A) from the constant up, by the method of Faddeev and LeVerrier. */
export function characteristic(matrix: readonly (readonly number[])[]): number[] {
  const n = matrix.length;
  const indices = Array.from({ length: n }, (_, i) => i);
  const coefficients = new Array<number>(n + 1).fill(0);
  coefficients[n] = 1;
  let m = indices.map(() => indices.map(() => 0));
  for (let k = 1; k <= n; k++) {
    const c = coefficients[n - k + 1];
    m = indices.map((i) => indices.map((j) => indices.reduce((sum, l) => sum + matrix[i][l] * m[l][j], i === j ? c : 0)));
    const trace = indices.reduce((sum, i) => sum + indices.reduce((part, l) => part + matrix[i][l] * m[l][i], 0), 0);
    coefficients[n - k] = -trace / k;
  }
  return coefficients;
}

function times(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function over(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

/** A polynomial's value; coefficients from the constant up. */
export function polynomial(coefficients: readonly number[], z: Complex): Complex {
  return coefficients.reduceRight<Complex>(
    (sum, each) => {
      const product = times(sum, z);
      return { re: product.re + each, im: product.im };
    },
    { re: 0, im: 0 },
  );
}

/** All roots of a polynomial, by the method of Weierstrass; the one with the largest real part first. */
export function roots(coefficients: readonly number[]): Complex[] {
  const n = coefficients.length - 1;
  const monic = coefficients.map((each) => each / coefficients[n]);
  const radius = 1.5 * Math.max(...monic.slice(0, n).map((each, k) => Math.abs(each) ** (1 / (n - k))));
  const angle = (k: number) => 0.4 + (2 * Math.PI * k) / n;
  let all: Complex[] = Array.from({ length: n }, (_, k) => ({ re: radius * Math.cos(angle(k)), im: radius * Math.sin(angle(k)) }));
  for (let round = 0; round < 400; round++) {
    all = all.map((z, i) => {
      const product = all.reduce((sum, w, j) => (i === j ? sum : times(sum, { re: z.re - w.re, im: z.im - w.im })), { re: 1, im: 0 });
      const step = over(polynomial(monic, z), product);
      return { re: z.re - step.re, im: z.im - step.im };
    });
  }
  return all.sort((a, b) => b.re - a.re);
}

/** The eigenvalues of a matrix; the one with the largest real part first. */
export function eigenvalues(matrix: readonly (readonly number[])[]): Complex[] {
  return roots(characteristic(matrix));
}

/**
 * A step h of y' = z/h y multiplies y by R(z), the stability function of the method (Hairer & Wanner 1996, IV.2): coefficients from the
 * constant up. Methods of as many stages as their order have those of exp(z); Dormand and Prince's formula has 1/600 for z^6.
 */
export const stability: Record<FixedSolverName, readonly number[]> = {
  euler: [1, 1],
  heun: [1, 1, 1 / 2],
  midpoint: [1, 1, 1 / 2],
  ralston: [1, 1, 1 / 2],
  rk4: [1, 1, 1 / 2, 1 / 6, 1 / 24],
  rk5: [1, 1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 600],
};

/** |R(h λ)|: what a step multiplies the size of a small deviation along an eigenvector by. */
export function amplification(solver: FixedSolverName, { re, im }: Complex, h: number): number {
  const value = polynomial(stability[solver], { re: h * re, im: h * im });
  return Math.hypot(value.re, value.im);
}
