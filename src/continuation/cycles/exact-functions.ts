/**
 * Functions of numbers by additions, multiplications, divisions and square roots alone, which round alike on every engine; those of Math
 * need not. They are correct to a few units of the last place.
 */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

export function square(x: number): number {
  return x * x;
}

/** The length of a vector of two. */
export function lengthOf(x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  const [larger, smaller] = a > b ? [a, b] : [b, a];
  return larger === 0 || !Number.isFinite(larger) ? larger : larger * Math.sqrt(1 + square(smaller / larger));
}

/** The exponent e of a finite number from 2^e up to 2^(e + 1), which is not 0. */
export function exponentOf(x: number): number {
  double[0] = Math.abs(x);
  const exponent = (words[1] >>> 20) & 0x7ff;
  if (exponent > 0) return exponent - 1023;
  // one of the smallest, which have no exponent of their own
  double[0] = Math.abs(x) * 2 ** 60;
  return ((words[1] >>> 20) & 0x7ff) - 1083;
}

/** x · 2^exponent, rounded where that has fewer digits. */
export function timesPowerOfTwo(x: number, exponent: number): number {
  const factor = exponent > 0 ? 2 : 0.5;
  let value = x;
  for (let i = Math.abs(exponent); i > 0 && value !== 0 && Number.isFinite(value); i--) value *= factor;
  return value;
}

/** The root of a positive number: 0 of 0. */
export function rootOf(x: number, order: number): number {
  if (!(x > 0) || !Number.isFinite(x)) return x;
  let root = timesPowerOfTwo(1, Math.ceil((exponentOf(x) + 1) / order));
  for (let turn = 0; turn < 200; turn++) {
    const next = ((order - 1) * root + x / wholePower(root, order - 1)) / order;
    // from above, Newton's method only ever goes down
    if (!(next < root)) return root;
    root = next;
  }
  return root;
}

export function wholePower(x: number, exponent: number): number {
  let value = 1;
  for (let i = 0; i < exponent; i++) value *= x;
  return value;
}

/** log 2. */
const LOG_2 = Math.LN2;

/** The natural logarithm of a positive number. */
export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (!Number.isFinite(x)) return x;
  let exponent = exponentOf(x);
  let mantissa = timesPowerOfTwo(x, -exponent);
  if (mantissa > 1.5) {
    mantissa /= 2;
    exponent++;
  }
  // log m = 2 artanh((m - 1) / (m + 1))
  const z = (mantissa - 1) / (mantissa + 1);
  let [power, sum] = [z, 0];
  for (let k = 1; k < 40; k += 2) {
    sum += power / k;
    power *= z * z;
  }
  return exponent * LOG_2 + 2 * sum;
}

/** Cosine and sine of 2π · turn, for a turn from 0 to 1. */
export function circle(turn: number): [cos: number, sin: number] {
  const quarter = Math.round(4 * turn);
  const angle = 2 * Math.PI * (turn - quarter / 4);
  let [cos, sin, term] = [0, 0, 1];
  for (let k = 0; k < 24; k += 4) {
    cos += term - (term * angle * angle) / ((k + 1) * (k + 2));
    term *= angle / (k + 1);
    sin += term - (term * angle * angle) / ((k + 2) * (k + 3));
    term *= (angle * angle * angle) / ((k + 2) * (k + 3) * (k + 4));
  }
  const turned: readonly [number, number][] = [
    [cos, sin],
    [-sin, cos],
    [-cos, -sin],
    [sin, -cos],
  ];
  return turned[quarter % 4];
}

/** Cosine and sine of an angle in radians. */
export function circleOf(angle: number): [cos: number, sin: number] {
  const turns = angle / (2 * Math.PI);
  return circle(turns - Math.floor(turns));
}

/** The leading digits of log 2, and what they leave. */
const LOG_2_HIGH = 0.6931471803691238;
const LOG_2_LOW = 1.9082149292705877e-10;

/** The exponential function. */
export function exponential(x: number): number {
  if (!(Math.abs(x) < 800)) return x > 0 ? Number.POSITIVE_INFINITY : x < 0 ? 0 : Number.NaN;
  const exponent = Math.round(x / LOG_2);
  const rest = x - exponent * LOG_2_HIGH - exponent * LOG_2_LOW;
  let [term, sum] = [1, 1];
  for (let k = 1; k < 18; k++) {
    term *= rest / k;
    sum += term;
  }
  return timesPowerOfTwo(sum, exponent);
}

/** Numbers in (-1, 1) without a pattern, the same always: Lehmer's generator. */
export function scatteredNumbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  });
}
