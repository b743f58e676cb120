/** A complex number. */
export interface Complex {
  re: number;
  im: number;
}

const MOST_SWEEPS = 60;

/** Eigenvalues of a real matrix, row by row, by Hessenberg form and Francis' double shifts (Golub & Van Loan 2013, 7.5). */
export function eigenvaluesOf(matrix: Float64Array, size: number): Complex[] {
  const a = matrix.slice();
  toHessenberg(a, size);
  const found: Complex[] = [];
  let high = size - 1;
  let sweeps = 0;
  while (high >= 0) {
    const low = lowestOf(a, size, high);
    if (low === high) {
      found.push({ re: a[high * size + high], im: 0 });
      [high, sweeps] = [high - 1, 0];
    } else if (low === high - 1) {
      for (const value of ofTwo(a[low * size + low], a[low * size + high], a[high * size + low], a[high * size + high])) found.push(value);
      [high, sweeps] = [high - 2, 0];
    } else {
      if (++sweeps > MOST_SWEEPS) return Array.from({ length: size }, () => ({ re: Number.NaN, im: Number.NaN }));
      francis(a, size, low, high, sweeps % 10 === 0);
    }
  }
  return found;
}

function ofTwo(a: number, b: number, c: number, d: number): Complex[] {
  const [half, mean] = [(a - d) / 2, (a + d) / 2];
  const square = half * half + b * c;
  if (square < 0) return [1, -1].map((sign) => ({ re: mean, im: sign * Math.sqrt(-square) }));
  const larger = mean + (mean < 0 ? -1 : 1) * Math.sqrt(square);
  const smaller = larger === 0 ? 0 : (a * d - b * c) / larger;
  return [
    { re: larger, im: 0 },
    { re: smaller, im: 0 },
  ];
}

/** Where the active block that ends at `high` begins. */
function lowestOf(a: Float64Array, size: number, high: number): number {
  for (let k = high; k > 0; k--) {
    const near = Math.abs(a[k * size + k]) + Math.abs(a[(k - 1) * size + k - 1]);
    if (Math.abs(a[k * size + k - 1]) <= 1e-16 * near) {
      a[k * size + k - 1] = 0;
      return k;
    }
  }
  return 0;
}

function toHessenberg(a: Float64Array, size: number): void {
  for (let k = 0; k < size - 2; k++) {
    const vector = Array.from({ length: size - k - 1 }, (_, i) => a[(k + 1 + i) * size + k]);
    similar(a, size, k + 1, vector, 0, size);
    for (let r = k + 2; r < size; r++) a[r * size + k] = 0;
  }
}

/** Reflects rows and columns from `first` on so that a vector turns to the first axis. */
function similar(a: Float64Array, size: number, first: number, vector: number[], fromColumn: number, toRow: number): void {
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (norm === 0) return;
  const v = vector.slice();
  v[0] += v[0] < 0 ? -norm : norm;
  const square = v.reduce((sum, x) => sum + x * x, 0);
  for (let c = fromColumn; c < size; c++) {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i] * a[(first + i) * size + c];
    for (let i = 0; i < v.length; i++) a[(first + i) * size + c] -= ((2 * sum) / square) * v[i];
  }
  for (let r = 0; r < toRow; r++) {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i] * a[r * size + first + i];
    for (let i = 0; i < v.length; i++) a[r * size + first + i] -= ((2 * sum) / square) * v[i];
  }
}

/** One sweep of the implicit double shift on rows low … high. */
function francis(a: Float64Array, size: number, low: number, high: number, exceptional: boolean): void {
  const at = (r: number, c: number) => a[r * size + c];
  let sum = at(high - 1, high - 1) + at(high, high);
  let product = at(high - 1, high - 1) * at(high, high) - at(high - 1, high) * at(high, high - 1);
  if (exceptional) {
    const step = Math.abs(at(high, high - 1)) + Math.abs(at(high - 1, high - 2));
    [sum, product] = [1.5 * step, step * step];
  }
  let x = at(low, low) * at(low, low) + at(low, low + 1) * at(low + 1, low) - sum * at(low, low) + product;
  let y = at(low + 1, low) * (at(low, low) + at(low + 1, low + 1) - sum);
  let z = at(low + 1, low) * at(low + 2, low + 1);
  for (let k = low; k < high; k++) {
    const vector = k < high - 1 ? [x, y, z] : [x, y];
    similar(a, size, k, vector, Math.max(low, k - 1), Math.min(high, k + 3) + 1);
    if (k > low) for (let r = k + 1; r < Math.min(k + 3, high + 1); r++) a[r * size + k - 1] = 0;
    if (k < high - 1) [x, y, z] = [at(k + 1, k), at(k + 2, k), k < high - 2 ? at(k + 3, k) : 0];
  }
}
