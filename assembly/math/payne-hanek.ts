// The remainder of a large f64 after quarter turns, exactly.
//
// Method: Payne and Hanek 1983, SIGNUM Newsl. 18:19. x = m 2^e with a 53-bit integer m; of x 2/pi only the bits from 2 down
// to 2^-126 are computed, in integers of 64 bits, as the product of m and the 192 bits of 2/pi that reach there. The bits
// above are whole turns. What follows the two leading bits, f in [-1/2, 1/2], becomes a sum of two f64, times pi/2.
//
// Error: relative 2^-62 at worst, since no f64 beyond 1 is closer than 2^-62 to a multiple of pi/2 (Muller 2016, ch. 11).
// trig.ts calls it for |x| from 1.6e6 on: rare, and so one lane at a time.

/** pi/2, its leading 26 bits, and what follows it. */
const QUARTER: f64 = 1.5707963267948966;
const QUARTER_HEAD: f64 = 1.5707963109016418;
const QUARTER_TAIL: f64 = 1.5893254712295857e-8;
const QUARTER_REST: f64 = 6.123233995736766e-17;
/** Weights of the bits of a fraction. */
const TWO_TO_M30: f64 = 9.313225746154785e-10;
const TWO_TO_M62: f64 = 2.168404344971009e-19;
const TWO_TO_M115: f64 = 2.407412430484045e-35;

/** Bits 64 i to 64 i + 63 of the fraction of 2/pi. */
function word(i: i32): u64 {
  switch (i) {
    case -1: return 0;
    case 0: return 0xa2f9836e4e441529;
    case 1: return 0xfc2757d1f534ddc0;
    case 2: return 0xdb6295993c439041;
    case 3: return 0xfe5163abdebbc561;
    case 4: return 0xb7246e3a424dd2e0;
    case 5: return 0x06492eea09d1921c;
    case 6: return 0xfe1deb1cb129a73e;
    case 7: return 0xe88235f52ebb4484;
    case 8: return 0xe99c7026b45f7e41;
    case 9: return 0x3991d639835339f4;
    case 10: return 0x9c845f8bbdf9283b;
    case 11: return 0x1ff897ffde05980f;
    case 12: return 0xef2f118b5a0a6d1f;
    case 13: return 0x6d367ecf27cb09b7;
    case 14: return 0x4f463f669e5fea2d;
    case 15: return 0x7527bac7ebe5f17b;
    case 16: return 0x3d0739f78a5292ea;
    case 17: return 0x6bfb5fb11f8d5d08;
    default: return 0x56033046fc7b6bab;
  }
}

/** 64 bits of the fraction of 2/pi, from bit `from`; those before it are 0. */
function bits(from: i32): u64 {
  const shift = <u64>(from & 63);
  const i = from >> 6;
  return (word(i) << shift) | ((word(i + 1) >> 1) >> (63 - shift));
}

/** The upper 64 bits of a b, where a < 2^53. */
// @ts-ignore: decorator
@inline
function upper(a: u64, b: u64): u64 {
  const aHigh = a >> 32;
  const aLow = a & 0xffffffff;
  const bHigh = b >> 32;
  const bLow = b & 0xffffffff;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  return aHigh * bHigh + (middle >> 32) + ((aLow * bHigh + (middle & 0xffffffff)) >> 32);
}

/** high + low times pi/2 in two words, with `quarter` as the last two bits of the second. */
// @ts-ignore: decorator
@inline
function quarterTurns(high: f64, low: f64, quarter: u64): v128 {
  const head = reinterpret<f64>(reinterpret<u64>(high) & 0xfffffffff8000000);
  const tail = high - head;
  const product = high * QUARTER;
  const exact = head * QUARTER_HEAD - product + head * QUARTER_TAIL + tail * QUARTER_HEAD + tail * QUARTER_TAIL;
  const rest = exact + (high * QUARTER_REST + low * QUARTER);
  const sum = product + rest;
  const left = reinterpret<u64>(product - sum + rest);
  return f64x2.replace_lane(f64x2.splat(sum), 1, reinterpret<f64>((left & ~3) | quarter));
}

/**
 * The remainder of x, from -pi/4 to pi/4, in two f64; the last two bits of the second count the quarter turns taken away.
 * NaN for an infinite x; x is at least 2^20.
 */
export function payneHanek(x: f64): v128 {
  if (x == Infinity) return f64x2.splat(NaN);
  const pattern = reinterpret<u64>(x);
  const m = (pattern & 0xfffffffffffff) | 0x10000000000000;
  // x = m 2^(exponent - 1075), so that this is the place of the bit that m takes to 2.
  const first = <i32>(pattern >> 52) - 1077;
  const middle = bits(first + 64);
  const carried = upper(m, bits(first + 128));
  const lower = m * middle + carried;
  const whole = m * bits(first) + upper(m, middle) + u64(lower < carried);
  const fraction = <i64>(whole << 2) >> 2;
  const a = f64(fraction >> 32) * TWO_TO_M30;
  const b = f64(fraction & 0xffffffff) * TWO_TO_M62;
  const c = f64(lower >> 11) * TWO_TO_M115;
  const ab = a + b;
  const abc = ab + c;
  const rest = a - ab + b + (ab - abc + c);
  const high = abc + rest;
  return quarterTurns(high, abc - high + rest, (whole - fraction) >> 62);
}
