/**
 * How far a ratio may be from a whole number to count as one, relatively and in all: room for decimal fractions in binary, which is
 * below the second for any number of 31 bits.
 */
const WHOLE = 1e-9;
const MOST_OFF = 1e-6;

/** Rounds to the nearest integer, halves to even, as NumPy and Python do. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** `ratio` as a whole number above 0 if it is one but for rounding, else undefined. */
export function wholeNumber(ratio: number): number | undefined {
  const whole = roundHalfEven(ratio);
  return whole >= 1 && Math.abs(ratio - whole) <= Math.min(WHOLE * whole, MOST_OFF) ? whole : undefined;
}
