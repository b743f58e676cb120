/** A square matrix, row by row, factored in place by elimination with pivots: solves A x = b for any b. It may be factored anew. */
export class Factored {
  readonly #size: number;
  /** The matrix to be factored, and then its factors. */
  readonly values: Float64Array;
  readonly #pivots: Uint32Array;

  constructor(size: number) {
    this.#size = size;
    this.values = new Float64Array(size * size);
    this.#pivots = new Uint32Array(size);
  }

  /** Factors what `values` holds. */
  factor(): void {
    const [a, n] = [this.values, this.#size];
    for (let k = 0; k < n; k++) {
      let pivot = k;
      for (let r = k + 1; r < n; r++) if (Math.abs(a[r * n + k]) > Math.abs(a[pivot * n + k])) pivot = r;
      this.#pivots[k] = pivot;
      if (pivot !== k) exchange(a, k * n, pivot * n, n);
      for (let r = k + 1; r < n; r++) {
        const share = a[r * n + k] / a[k * n + k];
        a[r * n + k] = share;
        if (share === 0) continue;
        for (let c = k + 1; c < n; c++) a[r * n + c] -= share * a[k * n + c];
      }
    }
  }

  /** Puts the solution in the place of the right-hand side. */
  solve(x: Float64Array): void {
    const [a, n] = [this.values, this.#size];
    for (let k = 0; k < n; k++) {
      const kept = x[k];
      x[k] = x[this.#pivots[k]];
      x[this.#pivots[k]] = kept;
    }
    for (let r = 1; r < n; r++) for (let c = 0; c < r; c++) x[r] -= a[r * n + c] * x[c];
    for (let r = n - 1; r >= 0; r--) {
      for (let c = r + 1; c < n; c++) x[r] -= a[r * n + c] * x[c];
      x[r] /= a[r * n + r];
    }
  }
}

/** Exchanges two rows of n numbers, which begin at a and b. */
function exchange(values: Float64Array, a: number, b: number, n: number): void {
  for (let c = 0; c < n; c++) {
    const kept = values[a + c];
    values[a + c] = values[b + c];
    values[b + c] = kept;
  }
}

/** Powers of two of the propagator that are tried: what grows or decays by less than 1e-7 of the largest rate each time does neither. */
const SQUARINGS = 26;
/** A propagator below this has died out; one that its own square comes this near to goes to a state of rest, which need not be one alone. */
const GONE = 1e-3;
const SETTLED = 0.01;

/**
 * Whether every solution of x' = A x comes to rest: all eigenvalues of A are left of the imaginary axis, or 0. The propagator
 * (s - A)^-1 (s + A) has its eigenvalues within the unit circle where those of A are left of the axis; it is squared until it is gone.
 */
export function comesToRest(matrix: Float64Array, size: number): boolean {
  const s = norm(matrix) / Math.sqrt(size);
  if (!(s > 0 && Number.isFinite(s))) return false;
  let power: Float64Array = propagator(matrix, size, s);
  let square: Float64Array = new Float64Array(size * size);
  for (let i = 1; i <= SQUARINGS; i++) {
    multiply(square, power, power, size);
    const length = norm(square);
    if (!(length < 1e100)) return false;
    if (length < GONE) return true;
    [power, square] = [square, power];
  }
  // After the last exchange, `power` is the square of `square`.
  return norm(square.map((value, k) => value - power[k])) < SETTLED * norm(power);
}

function propagator(matrix: Float64Array, size: number, s: number): Float64Array {
  const left = new Factored(size);
  for (let k = 0; k < matrix.length; k++) left.values[k] = (k % (size + 1) === 0 ? s : 0) - matrix[k];
  left.factor();
  const made = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let c = 0; c < size; c++) {
    for (let r = 0; r < size; r++) column[r] = matrix[r * size + c] + (r === c ? s : 0);
    left.solve(column);
    for (let r = 0; r < size; r++) made[r * size + c] = column[r];
  }
  return made;
}

/** to = a b. */
function multiply(to: Float64Array, a: Float64Array, b: Float64Array, size: number): void {
  to.fill(0);
  for (let r = 0; r < size; r++) {
    for (let k = 0; k < size; k++) {
      const factor = a[r * size + k];
      for (let c = 0; c < size; c++) to[r * size + c] += factor * b[k * size + c];
    }
  }
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}
