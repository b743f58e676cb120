// Doubles as whole numbers: those of one sign are in order.

const word = new BigInt64Array(1);
const double = new Float64Array(word.buffer);

/** The double `by` doubles behind one that is not negative; no less than 0. */
export function moved(value: number, by: bigint): number {
  double[0] = value;
  word[0] = word[0] + by < 0n ? 0n : word[0] + by;
  return double[0];
}

/** How many doubles one is behind another, neither of which is negative. */
export function doublesBetween(from: number, to: number): bigint {
  double[0] = from;
  const first = word[0];
  double[0] = to;
  return word[0] - first;
}
