/** A matrix whose first columns are eliminated: pivots come from the first `pivotRows` rows, the others are only reduced. */
export interface Elimination {
  rows: number;
  columns: number;
  pivotRows: number;
  /** How many columns are eliminated. */
  count: number;
}

/**
 * Eliminates the first columns in place, with partial pivoting; factors stay below the pivots. Gives the sign of the pivots' product. Two
 * columns go at a time: each entry of the others is read and written once for both, which is what takes the time.
 */
export function eliminate(a: Float64Array, shape: Elimination, pivots: Uint32Array): number {
  const { rows, columns, count } = shape;
  let sign = 1;
  let k = 0;
  for (; k + 1 < count; k += 2) {
    sign *= pivotAt(a, shape, k, pivots);
    divide(a, rows, columns, k);
    subtractIn(a, rows, columns, k, k + 1);
    sign *= pivotAt(a, shape, k + 1, pivots);
    divide(a, rows, columns, k + 1);
    const [first, second] = [k * columns, (k + 1) * columns];
    const share = a[second + k];
    for (let c = k + 2; c < columns; c++) a[second + c] -= share * a[first + c];
    for (let r = k + 2; r < rows; r++) subtractBoth(a, r * columns, first, second, k, columns);
  }
  if (k < count) {
    sign *= pivotAt(a, shape, k, pivots);
    divide(a, rows, columns, k);
    for (let c = k + 1; c < columns; c++) subtractIn(a, rows, columns, k, c);
  }
  return sign;
}

/** Brings the largest entry of a column to its pivot, and gives the sign that the determinant gets by it. */
function pivotAt(a: Float64Array, { columns, pivotRows }: Elimination, k: number, pivots: Uint32Array): number {
  let pivot = k;
  let largest = Math.abs(a[k * columns + k]);
  for (let r = k + 1; r < pivotRows; r++) {
    const size = Math.abs(a[r * columns + k]);
    if (size > largest) [pivot, largest] = [r, size];
  }
  pivots[k] = pivot;
  const sign = a[pivot * columns + k] < 0 ? -1 : 1;
  if (pivot === k) return sign;
  exchangeRows(a, columns, k, pivot);
  return -sign;
}

/** Entries below a pivot become the factors that their rows are reduced by. */
function divide(a: Float64Array, rows: number, columns: number, k: number): void {
  const inverse = 1 / a[k * columns + k];
  for (let r = k + 1; r < rows; r++) a[r * columns + k] *= inverse;
}

/** Reduces one column by a pivot's row. */
function subtractIn(a: Float64Array, rows: number, columns: number, k: number, c: number): void {
  const top = a[k * columns + c];
  if (top === 0) return;
  for (let r = k + 1; r < rows; r++) a[r * columns + c] -= a[r * columns + k] * top;
}

/** Reduces a row by two pivots' rows. */
function subtractBoth(a: Float64Array, at: number, first: number, second: number, k: number, columns: number): void {
  const [one, two] = [a[at + k], a[at + k + 1]];
  if (one === 0 && two === 0) return;
  for (let c = k + 2; c < columns; c++) a[at + c] -= one * a[first + c] + two * a[second + c];
}

/** Does to a right-hand side what `eliminate` did to the matrix: all exchanges first, since they moved the factors along with their rows. */
export function eliminateIn(a: Float64Array, columns: number, b: Float64Array, pivots: Uint32Array): void {
  for (let k = 0; k < pivots.length; k++) {
    const value = b[pivots[k]];
    b[pivots[k]] = b[k];
    b[k] = value;
  }
  for (let k = 0; k < pivots.length; k++) {
    const value = b[k];
    if (value === 0) continue;
    for (let r = k + 1; r < b.length; r++) b[r] -= a[r * columns + k] * value;
  }
}

/** Solves the eliminated rows for their unknowns, in place, where those of the other columns are known. */
export function substituteBack(a: Float64Array, columns: number, x: Float64Array, known: Float64Array): void {
  const count = x.length;
  for (let r = count - 1; r >= 0; r--) {
    let value = x[r];
    const at = r * columns;
    for (let c = 0; c < known.length; c++) value -= a[at + count + c] * known[c];
    for (let c = r + 1; c < count; c++) value -= a[at + c] * x[c];
    x[r] = value / a[at + r];
  }
}

function exchangeRows(a: Float64Array, columns: number, r: number, s: number): void {
  const [first, second] = [r * columns, s * columns];
  for (let c = 0; c < columns; c++) {
    const kept = a[first + c];
    a[first + c] = a[second + c];
    a[second + c] = kept;
  }
}

/**
 * Reduces a matrix to upper triangular form in its first columns by Householder's reflections, in place; the vectors stay below the
 * diagonal, scaled so that their first entry is 1, their factors in `taus`. Gives the sign of the determinant of what was done, times that
 * of the diagonal.
 */
export function reflect(a: Float64Array, rows: number, columns: number, count: number, taus: Float64Array): number {
  let sign = 1;
  for (let k = 0; k < count; k++) {
    let below = 0;
    for (let r = k + 1; r < rows; r++) below += a[r * columns + k] * a[r * columns + k];
    const head = a[k * columns + k];
    taus[k] = 0;
    if (below > 0) {
      const norm = head > 0 ? -Math.sqrt(head * head + below) : Math.sqrt(head * head + below);
      taus[k] = (norm - head) / norm;
      for (let r = k + 1; r < rows; r++) a[r * columns + k] /= head - norm;
      a[k * columns + k] = norm;
      sign = -sign;
      for (let c = k + 1; c < columns; c++) reflectColumn(a, rows, columns, k, taus[k], a, columns, c);
    }
    if (a[k * columns + k] < 0) sign = -sign;
  }
  return sign;
}

/** Applies reflections to a column of the same height. */
export function reflectIn(a: Float64Array, rows: number, columns: number, count: number, taus: Float64Array, b: Float64Array): void {
  for (let k = 0; k < count; k++) if (taus[k] !== 0) reflectColumn(a, rows, columns, k, taus[k], b, 1, 0);
}

function reflectColumn(
  a: Float64Array,
  rows: number,
  columns: number,
  k: number,
  tau: number,
  b: Float64Array,
  width: number,
  c: number,
): void {
  let sum = b[k * width + c];
  for (let r = k + 1; r < rows; r++) sum += a[r * columns + k] * b[r * width + c];
  sum *= tau;
  b[k * width + c] -= sum;
  for (let r = k + 1; r < rows; r++) b[r * width + c] -= sum * a[r * columns + k];
}
