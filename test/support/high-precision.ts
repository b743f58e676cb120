// An oracle for the functions of assembly/math: BigInt fixed point, 240 bits after the leading one.
//
// A fixed-point number `a` of p bits means a 2^-p. Small arguments get as many bits more as they have leading zeros, so that
// all results have at least 170 right bits.

/** value 2^-bits. */
export interface Exact {
  readonly value: bigint;
  readonly bits: number;
}

const guard = 240;

function abs(a: bigint): bigint {
  return a < 0n ? -a : a;
}

function bitLength(a: bigint): number {
  const hex = abs(a).toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0], 16)) + 28;
}

function shift(a: bigint, by: number): bigint {
  return by >= 0 ? a << BigInt(by) : a >> BigInt(-by);
}

const view = new DataView(new ArrayBuffer(8));

/** A finite double as m 2^e, exactly. */
function parts(x: number): { m: bigint; e: number } {
  view.setFloat64(0, x);
  const pattern = view.getBigUint64(0);
  const exponent = Number((pattern >> 52n) & 2047n);
  const fraction = pattern & ((1n << 52n) - 1n);
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { m: pattern >> 63n ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

/** Bits of fixed point that x needs for `guard` good ones. */
function bitsFor(x: number): number {
  const { m, e } = parts(x);
  return guard + (m === 0n ? 0 : Math.max(0, -(bitLength(m) + e)));
}

function fixed(x: number, p: number): bigint {
  const { m, e } = parts(x);
  return shift(m, p + e);
}

function mul(a: bigint, b: bigint, p: number): bigint {
  return (a * b) >> BigInt(p);
}

function div(a: bigint, b: bigint, p: number): bigint {
  return (a << BigInt(p)) / b;
}

/** The n-th root of a integer, rounded down, by Newton's method. */
function root(a: bigint, n: number): bigint {
  if (a === 0n) return 0n;
  const order = BigInt(n);
  for (let x = 1n << BigInt(Math.ceil(bitLength(a) / n)); ; ) {
    const next = ((order - 1n) * x + a / x ** (order - 1n)) / order;
    if (next >= x) return x;
    x = next;
  }
}

function sqrt(a: bigint, p: number): bigint {
  return root(a << BigInt(p), 2);
}

/** sum of x^(2j+1)/(2j+1), with alternating signs or not: atan or atanh of a small x. */
function oddSeries(x: bigint, p: number, sign: bigint): bigint {
  const z = sign * mul(x, x, p);
  let sum = x;
  let power = x;
  for (let j = 3n; power !== 0n && power !== -1n; j += 2n) {
    power = mul(power, z, p);
    sum += power / j;
  }
  return sum;
}

/** The terms x^j/j! for j = first, first + step, ..., with alternating signs or not: exp, sin or cos of a small x. */
function exponentialSeries(x: bigint, p: number, first: number, step: number, sign: bigint): bigint {
  let term = first === 0 ? 1n << BigInt(p) : x;
  const factor = sign * (step === 2 ? mul(x, x, p) : x);
  let sum = 0n;
  for (let j = first; term !== 0n && term !== -1n; j += step) {
    sum += term;
    term = mul(term, factor, p) / BigInt(step === 2 ? (j + 1) * (j + 2) : j + 1);
  }
  return sum;
}

const constantBits = 2500;
const longPi = (() => {
  const inverse = (n: bigint) => oddSeries((1n << BigInt(constantBits)) / n, constantBits, -1n);
  return 16n * inverse(5n) - 4n * inverse(239n);
})();
const longLn2 = 2n * oddSeries((1n << BigInt(constantBits)) / 3n, constantBits, 1n);

function pi(p: number): bigint {
  return shift(longPi, p - constantBits);
}

function ln2(p: number): bigint {
  return shift(longLn2, p - constantBits);
}

/** a / b to the nearest integer, for b > 0. */
function nearest(a: bigint, b: bigint): bigint {
  const twice = 2n * a + b;
  const quotient = twice / (2n * b);
  return twice < 0n && twice % (2n * b) !== 0n ? quotient - 1n : quotient;
}

/** exp(x) = value 2^k. */
function exponential(x: bigint, p: number): { value: bigint; k: number } {
  const k = nearest(x, ln2(p));
  const halvings = 8n;
  let value = exponentialSeries((x - k * ln2(p)) >> halvings, p, 0, 1, 1n);
  for (let i = 0n; i < halvings; i++) value = mul(value, value, p);
  return { value, k: Number(k) };
}

/** exp(|x|), and its inverse, in as many bits as both need. */
function growth(x: number): { grown: bigint; decayed: bigint; p: number } {
  const p = bitsFor(x) + Math.ceil(Math.abs(x) * 1.5);
  const { value, k } = exponential(abs(fixed(x, p)), p);
  const grown = shift(value, k);
  return { grown, decayed: div(1n << BigInt(p), grown, p), p };
}

function logarithm(x: number, p: number): bigint {
  const { m, e } = parts(x);
  const length = bitLength(m);
  const k = length + e - (m * m < 1n << BigInt(2 * length - 1) ? 1 : 0);
  const f = shift(m, p + e - k);
  const one = 1n << BigInt(p);
  return 2n * oddSeries(div(f - one, f + one, p), p, 1n) + BigInt(k) * ln2(p);
}

/** The remainder of x after quarter turns, and their number. */
function quarters(x: number): { r: bigint; k: bigint; p: number } {
  const p = bitsFor(x);
  const { m, e } = parts(x);
  const q = p + Math.max(0, bitLength(m) + e);
  const quarter = pi(q) >> 1n;
  const k = nearest(fixed(x, q), quarter);
  return { r: shift(fixed(x, q) - k * quarter, p - q), k: ((k % 4n) + 4n) % 4n, p };
}

function sine(r: bigint, p: number, turns: bigint): bigint {
  const value = turns % 2n === 0n ? exponentialSeries(r, p, 1, 2, -1n) : exponentialSeries(r, p, 0, 2, -1n);
  return turns % 4n < 2n ? value : -value;
}

function arctangent(t: bigint, p: number): bigint {
  const one = 1n << BigInt(p);
  if (t < 0n) return -arctangent(-t, p);
  if (t > one) return (pi(p) >> 1n) - arctangent(div(one, t, p), p);
  const halvings = 3n;
  let small = t;
  for (let i = 0n; i < halvings; i++) small = div(small, one + sqrt(one + mul(small, small, p), p), p);
  return oddSeries(small, p, -1n) << halvings;
}

/** exp(x) - 1 of a fixed-point x. */
function exponentialLessOne(x: number): { value: bigint; p: number } {
  const p = bitsFor(x) + Math.ceil(Math.max(0, x) * 1.5);
  const a = fixed(x, p);
  const { value, k } = exponential(a, p);
  return { value: shift(value, k) - (1n << BigInt(p)), p };
}

/** log(1 + x) of a fixed-point x above -1. */
function logarithmOfOneAnd(x: number, p: number): bigint {
  const one = 1n << BigInt(p);
  const whole = one + fixed(x, p);
  const k = bitLength(whole) - p - (whole * whole < 1n << BigInt(2 * bitLength(whole) - 1) ? 1 : 0);
  const f = shift(whole, -k);
  return 2n * oddSeries(div(f - one, f + one, p), p, 1n) + BigInt(k) * ln2(p);
}

/** The functions, exactly but for 2^-170, on their domains and where the result is not 0 or infinite. */
export const exact = {
  exp(x: number): Exact {
    const p = bitsFor(x);
    const { value, k } = exponential(fixed(x, p), p);
    return { value, bits: p - k };
  },
  log(x: number): Exact {
    return { value: logarithm(x, guard), bits: guard };
  },
  log10(x: number): Exact {
    return { value: div(logarithm(x, guard), logarithm(10, guard), guard), bits: guard };
  },
  log1p(x: number): Exact {
    const p = bitsFor(x) + 60;
    return { value: logarithmOfOneAnd(x, p), bits: p };
  },
  expm1(x: number): Exact {
    const { value, p } = exponentialLessOne(x);
    return { value, bits: p };
  },
  exprel(x: number): Exact {
    const { value, p } = exponentialLessOne(x);
    return { value: div(x < 0 ? -value : value, abs(fixed(x, p)), p), bits: p };
  },
  erf(x: number): Exact {
    const p = bitsFor(x) + 160;
    const a = fixed(Math.max(-9, Math.min(x, 9)), p);
    const square = -mul(a, a, p);
    let term = a;
    let sum = 0n;
    for (let j = 0n; term !== 0n && term !== -1n; j++) {
      sum += term / (2n * j + 1n);
      term = mul(term, square, p) / (j + 1n);
    }
    return { value: div(2n * sum, sqrt(pi(p), p), p), bits: p };
  },
  sigmoid(x: number): Exact {
    const { grown, decayed, p } = growth(x);
    const one = 1n << BigInt(p);
    return { value: div(one, one + (x < 0 ? grown : decayed), p), bits: p };
  },
  sin(x: number): Exact {
    const { r, k, p } = quarters(x);
    return { value: sine(r, p, k), bits: p };
  },
  cos(x: number): Exact {
    const { r, k, p } = quarters(x);
    return { value: sine(r, p, k + 1n), bits: p };
  },
  tan(x: number): Exact {
    const { r, k, p } = quarters(x);
    return { value: div(sine(r, p, k), sine(r, p, k + 1n), p), bits: p };
  },
  sinh(x: number): Exact {
    const { grown, decayed, p } = growth(x);
    return { value: x < 0 ? decayed - grown : grown - decayed, bits: p + 1 };
  },
  cosh(x: number): Exact {
    const { grown, decayed, p } = growth(x);
    return { value: grown + decayed, bits: p + 1 };
  },
  tanh(x: number): Exact {
    const { grown, decayed, p } = growth(x);
    return { value: div(x < 0 ? decayed - grown : grown - decayed, grown + decayed, p), bits: p };
  },
  asin(x: number): Exact {
    const p = bitsFor(x);
    const one = 1n << BigInt(p);
    const a = fixed(x, p);
    if (abs(a) === one) return { value: x < 0 ? -pi(p) : pi(p), bits: p + 1 };
    return { value: arctangent(div(a, sqrt(one - mul(a, a, p), p), p), p), bits: p };
  },
  acos(x: number): Exact {
    const p = bitsFor(x);
    const one = 1n << BigInt(p);
    const a = fixed(x, p);
    if (a === -one) return { value: pi(p), bits: p };
    return { value: 2n * arctangent(sqrt(div(one - a, one + a, p), p), p), bits: p };
  },
  atan(x: number): Exact {
    const p = bitsFor(x);
    return { value: arctangent(fixed(x, p), p), bits: p };
  },
  cbrt(x: number): Exact {
    const { m, e } = parts(x);
    const third = Math.floor(e / 3);
    const value = root(abs(m) << BigInt(e - 3 * third + 3 * guard), 3);
    return { value: m < 0n ? -value : value, bits: guard - third };
  },
  pow(x: number, y: number): Exact {
    const p = 2 * guard + bitLength(parts(y).m);
    const { m, e } = parts(y);
    const { value, k } = exponential(shift(logarithm(Math.abs(x), p) * m, e), p);
    return { value: x < 0 && Math.abs(y % 2) === 1 ? -value : value, bits: p - k };
  },
};

/** Digits of a binary format, and its least exponent of normal numbers. */
interface Format {
  digits: number;
  least: number;
}

const binary64: Format = { digits: 53, least: -1022 };
export const binary32: Format = { digits: 24, least: -126 };

/** How far `candidate` is from the exact value, in units in the last place of the exact value; subnormals have the smallest unit. */
export function ulps(candidate: number, { value, bits }: Exact, { digits, least }: Format = binary64): number {
  const exponent = bitLength(value) - bits - 1;
  if (Math.abs(candidate) === Infinity) return exponent >= 1024 && candidate > 0 === value > 0n ? 0 : Infinity;
  if (Number.isNaN(candidate)) return Infinity;
  const unit = Math.max(exponent, least) - digits + 1;
  const { m, e } = parts(candidate);
  const places = Math.max(bits, 1074);
  const difference = abs(shift(m, places + e) - shift(value, places - bits));
  return Number(shift(difference, 60 - places - unit)) / 2 ** 60;
}
