/** A complex number. */
export interface Complex {
  re: number;
  im: number;
}

/** Eigenvalues of a matrix, by descending real part, of a pair the one with the positive imaginary part first. */
export interface Eigenvalues {
  re: Float64Array;
  im: Float64Array;
}

/** Turns of the QR algorithm for one eigenvalue after which it is given up; exceptional shifts every tenth. */
const MOST_TURNS = 90;

/**
 * All eigenvalues of a real matrix, row by row: balancing by powers of two, elementary similarity transformations to Hessenberg's form,
 * and Francis' QR algorithm with double shifts (Martin, Peters & Wilkinson 1970, Numer. Math. 14:219). It takes roots and no other function
 * of the host's, so that the result is the same on every engine. NaN where the matrix is not finite.
 */
export function eigenvaluesOf(matrix: Float64Array, size: number): Eigenvalues {
  const a = matrix.slice(0, size * size);
  const found: Eigenvalues = { re: new Float64Array(size), im: new Float64Array(size) };
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += 0 * a[i];
  if (sum !== 0) {
    found.re.fill(Number.NaN);
    found.im.fill(Number.NaN);
    return found;
  }
  balance(a, size);
  toHessenberg(a, size);
  new Francis(a, size, found).run();
  return sorted(found);
}

/** The same, a number each. */
export function eigenvalueList(matrix: Float64Array, size: number): Complex[] {
  const { re, im } = eigenvaluesOf(matrix, size);
  return Array.from(re, (each, i) => ({ re: each, im: im[i] }));
}

/** Makes rows and columns of like size, by powers of two, which round nothing. */
function balance(a: Float64Array, n: number): void {
  for (let isDone = false, turn = 0; !isDone && turn < 100; turn++) {
    isDone = true;
    for (let i = 0; i < n; i++) {
      let [row, column] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(a[i * n + j]);
        column += Math.abs(a[j * n + i]);
      }
      if (row === 0 || column === 0) continue;
      let factor = 1;
      const sum = row + column;
      let shifted = column;
      for (; shifted < row / 2; shifted *= 4) factor *= 2;
      for (; shifted >= row * 2; shifted /= 4) factor /= 2;
      if ((shifted + row) / factor >= 0.95 * sum) continue;
      isDone = false;
      for (let j = 0; j < n; j++) {
        a[i * n + j] /= factor;
        a[j * n + i] *= factor;
      }
    }
  }
}

function toHessenberg(a: Float64Array, n: number): void {
  for (let m = 1; m < n - 1; m++) {
    let pivot = m;
    for (let j = m; j < n; j++) if (Math.abs(a[j * n + m - 1]) > Math.abs(a[pivot * n + m - 1])) pivot = j;
    const x = a[pivot * n + m - 1];
    if (pivot !== m) {
      for (let j = m - 1; j < n; j++) exchange(a, pivot * n + j, m * n + j);
      for (let j = 0; j < n; j++) exchange(a, j * n + pivot, j * n + m);
    }
    if (x === 0) continue;
    for (let i = m + 1; i < n; i++) {
      const y = a[i * n + m - 1] / x;
      a[i * n + m - 1] = 0;
      if (y === 0) continue;
      for (let j = m; j < n; j++) a[i * n + j] -= y * a[m * n + j];
      for (let j = 0; j < n; j++) a[j * n + m] += y * a[j * n + i];
    }
  }
}

function exchange(a: Float64Array, i: number, j: number): void {
  const kept = a[i];
  a[i] = a[j];
  a[j] = kept;
}

/** The QR algorithm on a Hessenberg matrix, whose eigenvalues split off at its end. */
class Francis {
  readonly #a: Float64Array;
  readonly #n: number;
  readonly #found: Eigenvalues;
  /** Sum of all exceptional shifts. */
  #shift = 0;
  #norm = 0;

  constructor(a: Float64Array, n: number, found: Eigenvalues) {
    this.#a = a;
    this.#n = n;
    this.#found = found;
  }

  run(): void {
    const [a, n] = [this.#a, this.#n];
    for (let i = 0; i < n; i++) for (let j = Math.max(i - 1, 0); j < n; j++) this.#norm += Math.abs(a[i * n + j]);
    let [end, turns] = [n - 1, 0];
    while (end >= 0) {
      const first = this.#smallBelow(end);
      if (first === end) {
        this.#found.re[end] = a[end * n + end] + this.#shift;
        [end, turns] = [end - 1, 0];
      } else if (first === end - 1) {
        this.#pair(end);
        [end, turns] = [end - 2, 0];
      } else if (turns === MOST_TURNS) {
        // Never seen: what is left is told as no number.
        for (let i = 0; i <= end; i++) this.#found.re[i] = this.#found.im[i] = Number.NaN;
        return;
      } else this.#sweep(first, end, turns++);
    }
  }

  /** The first row of the block at `end` that a small element below the diagonal splits off. */
  #smallBelow(end: number): number {
    const [a, n] = [this.#a, this.#n];
    for (let l = end; l > 0; l--) {
      const near = Math.abs(a[(l - 1) * n + l - 1]) + Math.abs(a[l * n + l]) || this.#norm;
      if (Math.abs(a[l * n + l - 1]) > Number.EPSILON * near) continue;
      a[l * n + l - 1] = 0;
      return l;
    }
    return 0;
  }

  /** The two eigenvalues of the last two rows of a block. */
  #pair(end: number): void {
    const [a, n] = [this.#a, this.#n];
    const { re, im } = this.#found;
    const x = a[end * n + end];
    const p = (a[(end - 1) * n + end - 1] - x) / 2;
    const q = p * p + a[end * n + end - 1] * a[(end - 1) * n + end];
    const root = Math.sqrt(Math.abs(q));
    const base = x + this.#shift;
    if (q >= 0) {
      const z = p + (p >= 0 ? root : -root);
      re[end - 1] = base + z;
      re[end] = z === 0 ? base : base - (a[end * n + end - 1] * a[(end - 1) * n + end]) / z;
      im[end - 1] = im[end] = 0;
      return;
    }
    re[end - 1] = re[end] = base + p;
    im[end - 1] = root;
    im[end] = -root;
  }

  /** One double step on rows `first` to `end`. */
  #sweep(first: number, end: number, turn: number): void {
    const [a, n] = [this.#a, this.#n];
    let x = a[end * n + end];
    let y = a[(end - 1) * n + end - 1];
    let w = a[end * n + end - 1] * a[(end - 1) * n + end];
    if (turn > 0 && turn % 10 === 0) {
      this.#shift += x;
      for (let i = 0; i <= end; i++) a[i * n + i] -= x;
      const s = Math.abs(a[end * n + end - 1]) + Math.abs(a[(end - 1) * n + end - 2]);
      x = y = 0.75 * s;
      w = -0.4375 * s * s;
    }
    const start = this.#begin(first, end, { x, y, w });
    for (let i = start.row + 2; i <= end; i++) {
      a[i * n + i - 2] = 0;
      if (i > start.row + 2) a[i * n + i - 3] = 0;
    }
    this.#chase(first, end, start);
  }

  /** Where a sweep may begin, and its first reflection. */
  #begin(first: number, end: number, { x, y, w }: { x: number; y: number; w: number }): Reflection {
    const [a, n] = [this.#a, this.#n];
    for (let m = end - 2; ; m--) {
      const z = a[m * n + m];
      const [r, s] = [x - z, y - z];
      let p = (r * s - w) / a[(m + 1) * n + m] + a[m * n + m + 1];
      let q = a[(m + 1) * n + m + 1] - z - r - s;
      let t = a[(m + 2) * n + m + 1];
      const size = Math.abs(p) + Math.abs(q) + Math.abs(t);
      [p, q, t] = [p / size, q / size, t / size];
      if (m === first) return { row: m, p, q, r: t };
      const small = Math.abs(a[m * n + m - 1]) * (Math.abs(q) + Math.abs(t));
      const large = Math.abs(p) * (Math.abs(a[(m - 1) * n + m - 1]) + Math.abs(z) + Math.abs(a[(m + 1) * n + m + 1]));
      if (small <= Number.EPSILON * large) return { row: m, p, q, r: t };
    }
  }

  /** Chases the bulge that the first reflection makes down to the end. */
  #chase(first: number, end: number, start: Reflection): void {
    const [a, n] = [this.#a, this.#n];
    let { p, q, r } = start;
    for (let k = start.row; k < end; k++) {
      const isLast = k === end - 1;
      const [upper, middle, lower] = [k * n, (k + 1) * n, (k + 2) * n];
      let x = 1;
      if (k > start.row) {
        p = a[upper + k - 1];
        q = a[middle + k - 1];
        r = isLast ? 0 : a[lower + k - 1];
        x = Math.abs(p) + Math.abs(q) + Math.abs(r);
        if (x === 0) continue;
        p /= x;
        q /= x;
        r /= x;
      }
      const root = Math.sqrt(p * p + q * q + r * r);
      const s = p < 0 ? -root : root;
      if (s === 0) continue;
      if (k > start.row) a[upper + k - 1] = -s * x;
      else if (first !== start.row) a[upper + k - 1] = -a[upper + k - 1];
      p += s;
      const [px, py, pz] = [p / s, q / s, r / s];
      q /= p;
      r /= p;
      for (let j = k; j <= end; j++) {
        const sum = a[upper + j] + q * a[middle + j] + (isLast ? 0 : r * a[lower + j]);
        if (!isLast) a[lower + j] -= sum * pz;
        a[middle + j] -= sum * py;
        a[upper + j] -= sum * px;
      }
      const last = Math.min(end, k + 3);
      for (let i = first, at = first * n + k; i <= last; i++, at += n) {
        const sum = px * a[at] + py * a[at + 1] + (isLast ? 0 : pz * a[at + 2]);
        if (!isLast) a[at + 2] -= sum * r;
        a[at + 1] -= sum * q;
        a[at] -= sum;
      }
    }
  }
}

interface Reflection {
  row: number;
  p: number;
  q: number;
  r: number;
}

/** Sorts by insertion: few are out of order. */
function sorted({ re, im }: Eigenvalues): Eigenvalues {
  for (let i = 1; i < re.length; i++) {
    const [x, y] = [re[i], im[i]];
    let j = i;
    for (; j > 0 && isBefore(x, y, re[j - 1], im[j - 1]); j--) {
      re[j] = re[j - 1];
      im[j] = im[j - 1];
    }
    re[j] = x;
    im[j] = y;
  }
  return { re, im };
}

function isBefore(x: number, y: number, re: number, im: number): boolean {
  if (x !== re) return x > re;
  return Math.abs(y) === Math.abs(im) ? y > im : Math.abs(y) > Math.abs(im);
}
