/** A matrix whose first columns are eliminated: pivots come from the first `pivotRows` rows, the others are only reduced. */
export interface Elimination {
  rows: number;
  columns: number;
  pivotRows: number;
  /** How many columns are eliminated. */
  count: number;
}

/** Eliminates the first columns in place, with partial pivoting; factors stay below the pivots. Gives the sign of the pivots' product. */
export function eliminate(a: Float64Array, { rows, columns, pivotRows, count }: Elimination, pivots: Uint32Array): number {
  let sign = 1;
  for (let k = 0; k < count; k++) {
    let pivot = k;
    for (let r = k + 1; r < pivotRows; r++) if (Math.abs(a[r * columns + k]) > Math.abs(a[pivot * columns + k])) pivot = r;
    pivots[k] = pivot;
    if (pivot !== k) {
      exchangeRows(a, columns, k, pivot);
      sign = -sign;
    }
    const top = k * columns;
    if (a[top + k] < 0) sign = -sign;
    const inverse = 1 / a[top + k];
    for (let r = k + 1; r < rows; r++) {
      const at = r * columns;
      if (a[at + k] === 0) continue;
      const share = a[at + k] * inverse;
      a[at + k] = share;
      for (let c = k + 1; c < columns; c++) a[at + c] -= share * a[top + c];
    }
  }
  return sign;
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
    for (let r = k + 1; r < rows; r++) below += a[r * columns + k] ** 2;
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
