// Elementary functions in fixed point, 2^-240, by BigInt: the oracle of the math tests. Slow, and right to some 200 bits.

const BITS = 240n;
const ONE = 1n << BITS;

/** A double as fixed point; exact for |x| above 2^-180. */
export function fixed(x: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0];
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const shift = BITS + (exponent === 0n ? 1n : exponent) - 1075n;
  const size = shift >= 0n ? fraction << shift : fraction >> -shift;
  return x < 0 ? -size : size;
}

/** A number m 2^e with m in fixed point: what the oracle's results are. */
export interface Scaled {
  mantissa: bigint;
  exponent: number;
}

const LN2 = ln2();

/** ln 2 = 2 atanh(1/3). */
function ln2(): bigint {
  let sum = 0n;
  let power = ONE / 3n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power /= 9n;
  }
  return 2n * sum;
}

/** e^x, x in fixed point: 2^k e^r by the series of e^(r / 256), squared eight times. */
export function exp(x: bigint): Scaled {
  const k = (2n * x + LN2) / (2n * LN2);
  const r = (x - k * LN2) >> 8n;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * r) / (n << BITS);
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> BITS;
  return { mantissa: sum, exponent: Number(k) };
}

/** ln x of a positive double: 2 atanh((m - 1) / (m + 1)) + k ln 2. */
export function log(x: number): Scaled {
  // Powers of two are taken out of very small numbers first, exactly: they are below what fixed point holds.
  let k = x < 2 ** -100 ? -1074 : 0;
  let m = fixed(x < 2 ** -100 ? x * 2 ** 537 * 2 ** 537 : x);
  const places = m.toString(2).length - 1 - Number(BITS);
  m = places > 0 ? m >> BigInt(places) : m << BigInt(-places);
  k += places;
  if (2n * m > 3n * ONE) {
    m >>= 1n;
    k++;
  }
  const s = ((m - ONE) << BITS) / (m + ONE);
  const s2 = (s * s) >> BITS;
  let power = s;
  let sum = 0n;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = (power * s2) >> BITS;
  }
  return { mantissa: 2n * sum + BigInt(k) * LN2, exponent: 0 };
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: bigint): Scaled {
  const { mantissa, exponent } = exp(x);
  // e^x / (1 + e^x) where e^x is small, so that nothing is lost.
  if (exponent > 0) {
    const inverse = exp(-x);
    return { mantissa: (ONE << BITS) / (ONE + shifted(inverse)), exponent: 0 };
  }
  return { mantissa: (mantissa << BITS) / (ONE + shifted({ mantissa, exponent })), exponent };
}

function shifted({ mantissa, exponent }: Scaled): bigint {
  return exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent);
}

/** How far `found` is from the true value, in units of the last place of the true value (subnormals: of 2^-1074). */
export function ulps(found: number, { mantissa, exponent }: Scaled): number {
  const size = mantissa < 0n ? -mantissa : mantissa;
  const top = size.toString(2).length - 1 - Number(BITS) + exponent;
  const unit = Math.max(top - 52, -1074);
  // Both in units of 2^(unit - 60).
  const scale = (value: bigint, e: number) => {
    const shift = BigInt(e - Number(BITS) - unit + 60);
    return shift >= 0n ? value << shift : value >> -shift;
  };
  const bits = new BigInt64Array(Float64Array.of(Math.abs(found)).buffer)[0];
  const biased = Number(bits >> 52n);
  const fraction = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const place = BigInt((biased === 0 ? 1 : biased) - 1075 - unit + 60);
  const ours = place >= 0n ? fraction << place : fraction >> -place;
  const signed = found < 0 ? -ours : ours;
  return Math.abs(Number(signed - scale(mantissa, exponent))) / 2 ** 60;
}
