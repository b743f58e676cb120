/** How far, relatively, a ratio may be from a whole number to count as one: room for decimal fractions in binary. */
const WHOLE = 1e-9;

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
  return whole >= 1 && Math.abs(ratio - whole) <= WHOLE * whole ? whole : undefined;
}
