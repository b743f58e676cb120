/** Numbers below this part of a row's largest are rounding. */
const EPSILON = Number.EPSILON;

/**
 * A square matrix, row by row, factored in place by elimination; pivots are the largest elements of columns in units of their rows' own
 * largest, as rows have different units. A pivot that is 0 becomes rounding, so that a singular matrix can be solved with, which finds
 * its null vectors.
 */
export class Lu {
  readonly size: number;
  /** The matrix to be factored, and then its factors. */
  readonly values: Float64Array;
  readonly #pivots: Int32Array;
  readonly #scales: Float64Array;
  readonly #kept: Float64Array;
  /** Sign of the determinant; 0 where a pivot is 0. */
  sign = 0;
  /** The smallest pivot, in units of its row's largest element: rounding where the matrix is singular. */
  smallest = 1;
  /** Whether there is an element that is no number. */
  isFinite = true;

  constructor(size: number) {
    this.size = size;
    this.values = new Float64Array(size * size);
    this.#pivots = new Int32Array(size);
    this.#scales = new Float64Array(size);
    this.#kept = new Float64Array(size);
  }

  factor(): void {
    const [a, n, scales, pivots] = [this.values, this.size, this.#scales, this.#pivots];
    let [smallest, sign] = [Number.POSITIVE_INFINITY, 1];
    this.isFinite = this.#scale();
    for (let k = 0; k < n; k++) {
      let [pivot, best] = [k, -1];
      for (let r = k, at = k * n + k; r < n; r++, at += n) {
        const share = Math.abs(a[at]) / scales[r];
        if (share > best) {
          best = share;
          pivot = r;
        }
      }
      pivots[k] = pivot;
      if (best < smallest) smallest = best;
      if (pivot !== k) {
        this.#exchange(k, pivot);
        sign = -sign;
      }
      const row = k * n;
      if (best <= 0) {
        sign = 0;
        a[row + k] = EPSILON * scales[k];
      } else if (a[row + k] < 0) sign = -sign;
      const inverse = 1 / a[row + k];
      for (let to = row + n; to < n * n; to += n) {
        const share = a[to + k] * inverse;
        a[to + k] = share;
        if (share !== 0) for (let c = k + 1; c < n; c++) a[to + c] -= share * a[row + c];
      }
    }
    this.smallest = Math.max(smallest, 0);
    this.sign = sign;
  }

  /** Takes the largest element of each row; whether all are finite. */
  #scale(): boolean {
    const [a, n, scales] = [this.values, this.size, this.#scales];
    let areFinite = true;
    for (let r = 0; r < n; r++) {
      let most = 0;
      for (let k = r * n; k < (r + 1) * n; k++) {
        const size = Math.abs(a[k]);
        // NaN is kept.
        if (!(size <= most)) most = size;
      }
      if (!(most < Number.POSITIVE_INFINITY)) areFinite = false;
      scales[r] = most > 0 ? most : 1;
    }
    return areFinite;
  }

  #exchange(k: number, other: number): void {
    const [a, n, scales] = [this.values, this.size, this.#scales];
    for (let c = 0; c < n; c++) {
      const kept = a[k * n + c];
      a[k * n + c] = a[other * n + c];
      a[other * n + c] = kept;
    }
    const kept = scales[k];
    scales[k] = scales[other];
    scales[other] = kept;
  }

  /** Puts the solution of A x = b in the place of b. */
  solve(x: Float64Array): void {
    const [a, n] = [this.values, this.size];
    for (let k = 0; k < n; k++) swap(x, k, this.#pivots[k]);
    for (let r = 1; r < n; r++) {
      let sum = x[r];
      for (let c = 0; c < r; c++) sum -= a[r * n + c] * x[c];
      x[r] = sum;
    }
    for (let r = n - 1; r >= 0; r--) {
      let sum = x[r];
      for (let c = r + 1; c < n; c++) sum -= a[r * n + c] * x[c];
      x[r] = sum / a[r * n + r];
    }
  }

  /** Puts the solution of Aᵀ x = b in the place of b. */
  solveTransposed(x: Float64Array): void {
    const [a, n] = [this.values, this.size];
    for (let r = 0; r < n; r++) {
      let sum = x[r];
      for (let c = 0; c < r; c++) sum -= a[c * n + r] * x[c];
      x[r] = sum / a[r * n + r];
    }
    for (let r = n - 1; r >= 0; r--) {
      let sum = x[r];
      for (let c = r + 1; c < n; c++) sum -= a[c * n + r] * x[c];
      x[r] = sum;
    }
    for (let k = n - 1; k >= 0; k--) swap(x, k, this.#pivots[k]);
  }

  /** The unit vector that A, or its transpose, makes smallest, by inverse iteration. */
  nullVector(transposed = false): Float64Array {
    const n = this.size;
    let x: Float64Array = new Float64Array(n);
    // No direction that a model is likely to have.
    for (let i = 0; i < n; i++) x[i] = 1 + ((i * 0.618033988749895) % 1);
    for (let turn = 0; turn < 3; turn++) {
      this.#kept.set(x);
      if (transposed) this.solveTransposed(x);
      else this.solve(x);
      const length = norm(x);
      if (!(length > 0 && length < Number.POSITIVE_INFINITY)) {
        x = this.#kept.slice();
        break;
      }
      for (let i = 0; i < n; i++) x[i] /= length;
    }
    return x;
  }
}

function swap(x: Float64Array, a: number, b: number): void {
  const kept = x[a];
  x[a] = x[b];
  x[b] = kept;
}

export function norm(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return most;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / most) * (x[i] / most);
  return most * Math.sqrt(sum);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
