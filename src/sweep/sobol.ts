/** Bits of a coordinate. */
const BITS = 32;
/** One more than the largest coordinate in so many bits. */
export const WHOLE = 4294967296;

/**
 * Primitive polynomials (their inner coefficients as bits) and first direction numbers of the second and further dimensions:
 * Joe & Kuo 2008, SIAM J. Sci. Comput. 30:2635, the set for D(6).
 */
const directions: readonly (readonly [inner: number, first: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
  [19, [1, 1, 1, 15, 7, 5]],
  [22, [1, 3, 1, 15, 13, 25]],
  [25, [1, 1, 5, 5, 19, 61]],
  [1, [1, 3, 7, 11, 23, 15, 103]],
  [4, [1, 3, 7, 13, 13, 15, 69]],
];

/** Dimensions that there are direction numbers for. */
export const DIMENSIONS = directions.length + 1;

/** The 32 direction numbers of a dimension, as fractions of 2^32. */
export function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  if (dimension === 0) return numbers.map((_, bit) => 1 << (BITS - 1 - bit));
  const [inner, first] = directions[dimension - 1];
  const degree = first.length;
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      numbers[bit] = first[bit] << (BITS - 1 - bit);
      continue;
    }
    let number = numbers[bit - degree] ^ (numbers[bit - degree] >>> degree);
    for (let k = 1; k < degree; k++) if ((inner >> (degree - 1 - k)) & 1) number ^= numbers[bit - k];
    numbers[bit] = number;
  }
  return numbers;
}

/**
 * Coordinates number `first` to before `end` in Gray-code order (Antonov & Saleev 1979): each differs from the last by one direction number, and
 * the first is the sum, without carry, of those of the bits of its Gray code.
 */
export function coordinates(numbers: Uint32Array, { first, end }: { first: number; end: number }, shift: number): Float64Array {
  const made = new Float64Array(end - first);
  let state = shift;
  for (let code = first ^ (first >>> 1), bit = 0; code !== 0; code >>>= 1, bit++) if (code & 1) state ^= numbers[bit];
  state >>>= 0;
  for (let i = first; i < end; i++) {
    made[i - first] = state / WHOLE;
    let lowestZero = 0;
    while ((i >>> lowestZero) & 1) lowestZero++;
    state = (state ^ numbers[lowestZero]) >>> 0;
  }
  return made;
}
