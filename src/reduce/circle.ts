/** Pairs of terms that the series below have: what is left out is below 2^-54 of the sum for |x| <= pi/4. */
const TERMS = 9;

/** 1 - z/(f (f + 1)) (1 - z/((f + 2) (f + 3)) (1 - ...)): with z = x^2, cos x for f = 1 and sin(x) / x for f = 2. */
function nested(z: number, f: number): number {
  let sum = 1;
  for (let k = f + 2 * TERMS - 2; k >= f; k -= 2) sum = 1 - (z / (k * (k + 1))) * sum;
  return sum;
}

/**
 * Cosine of k/n of a turn, for whole k and n a power of two. In plain arithmetic, so that its bits depend on no engine:
 * Taylor's series on an eighth of a turn; the error is below 2.5e-16.
 */
export function cosine(k: number, n: number): number {
  // All exact: the numerators are small whole numbers, and the denominators powers of two. Cosine is even, and repeats each turn.
  const turn = Math.abs(k / n - Math.round(k / n));
  const quarters = Math.round(4 * turn);
  const x = (turn - quarters / 4) * (2 * Math.PI);
  if (quarters === 1) return -x * nested(x * x, 2);
  return quarters === 0 ? nested(x * x, 1) : -nested(x * x, 1);
}

/** Sine of k/n of a turn; as cosine. */
export function sine(k: number, n: number): number {
  return cosine(k - n / 4, n);
}
