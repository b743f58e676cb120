/**
 * The discrete Fourier transform X[k] = sum of x[i] exp(-2 pi i k / size) of real signals of one length, a power of two from 8 on.
 *
 * Method: even and odd samples as the real and imaginary part of a signal of half the length (Sorensen et al. 1987, IEEE Trans.
 * Acoust. Speech Signal Process. 35:849), transformed in steps of radix 4, in place, from bit-reversed order. Twiddle factors are
 * those of cosine() below, and all arithmetic is plain, so that the same signal gives the same bits on every engine.
 * Error: a few 1e-16 of the root of the signal's energy (test/reduce-spectrum.test.ts measures it).
 */
export class RealFft {
  readonly #half: number;
  readonly #order: Uint32Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(size: number) {
    const { order, cos, sin } = factorsOf(size);
    const half = size / 2;
    this.#half = half;
    this.#order = order;
    this.#cos = cos;
    this.#sin = sin;
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
  }

  /** Adds |X[k]|^2 of `signal` to `power`, for k from 0 to size / 2. */
  addPower(signal: Float64Array, power: Float64Array): void {
    const [half, order, re, im, cos, sin] = [this.#half, this.#order, this.#re, this.#im, this.#cos, this.#sin];
    for (let i = 0; i < half; i++) {
      re[i] = signal[2 * order[i]];
      im[i] = signal[2 * order[i] + 1];
    }
    this.#transform();
    // Z[k] = E[k] + i O[k] holds the transforms of the even and the odd samples: X[k] = E[k] + exp(-2 pi i k / size) O[k].
    power[0] += (re[0] + im[0]) * (re[0] + im[0]);
    power[half] += (re[0] - im[0]) * (re[0] - im[0]);
    for (let k = 1; k < half; k++) {
      const m = half - k;
      const evenRe = 0.5 * (re[k] + re[m]);
      const evenIm = 0.5 * (im[k] - im[m]);
      const oddRe = 0.5 * (im[k] + im[m]);
      const oddIm = 0.5 * (re[m] - re[k]);
      const a = evenRe + (oddRe * cos[k] - oddIm * sin[k]);
      const b = evenIm + (oddRe * sin[k] + oddIm * cos[k]);
      power[k] += a * a + b * b;
    }
  }

  /** The complex transform of half the length, in place. */
  #transform(): void {
    const half = this.#half;
    let quarter = 1;
    if (Math.clz32(half) % 2 === 0) {
      pairs(this.#re, this.#im);
      quarter = 2;
    }
    for (; quarter < half; quarter *= 4) butterflies(this.#re, this.#im, { cos: this.#cos, sin: this.#sin, quarter });
  }
}

/** What transforms of one length have in common. */
export interface Factors {
  /** Where sample pair i comes from. */
  readonly order: Uint32Array;
  /** exp(-2 pi i k / size), for k below size / 2. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** A periodic Hann window. */
  readonly hann: Float64Array;
}

/** Longest length whose factors are kept: a few hundred kilobytes. */
const MOST_KEPT = 2 ** 14;
const keptFactors = new Map<number, Factors>();

/** The factors of a length: each takes a series of a dozen terms, and every block of a sweep needs the same. */
export function factorsOf(size: number): Factors {
  const known = keptFactors.get(size);
  if (known) return known;
  const half = size / 2;
  const cos = Float64Array.from({ length: half }, (_, k) => cosine(k, size));
  const sin = Float64Array.from({ length: half }, (_, k) => -sine(k, size));
  const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * cosine(i, size));
  const factors = { order: bitReversed(half), cos, sin, hann };
  if (size <= MOST_KEPT) keptFactors.set(size, factors);
  return factors;
}

/** One step of radix 4: from transforms of `quarter` numbers to those of four times as many. */
function butterflies(re: Float64Array, im: Float64Array, step: { cos: Float64Array; sin: Float64Array; quarter: number }): void {
  const { cos, sin, quarter } = step;
  const stride = cos.length / (2 * quarter);
  // Factors in the outer loop: each is loaded once for all the butterflies that take it.
  for (let k = 0, w = 0; k < quarter; k++, w += stride) {
    const cosB = cos[w];
    const sinB = sin[w];
    const cosC = cos[2 * w];
    const sinC = sin[2 * w];
    const cosD = cosB * cosC - sinB * sinC;
    const sinD = cosB * sinC + sinB * cosC;
    for (let a = k; a < re.length; a += 4 * quarter) {
      // Bit-reversed order: the second and third of four stand the other way round.
      const c = a + quarter;
      const b = a + 2 * quarter;
      const d = a + 3 * quarter;
      const bRe = re[b] * cosB - im[b] * sinB;
      const bIm = re[b] * sinB + im[b] * cosB;
      const cRe = re[c] * cosC - im[c] * sinC;
      const cIm = re[c] * sinC + im[c] * cosC;
      const dRe = re[d] * cosD - im[d] * sinD;
      const dIm = re[d] * sinD + im[d] * cosD;
      const sumRe = re[a] + cRe;
      const sumIm = im[a] + cIm;
      const restRe = re[a] - cRe;
      const restIm = im[a] - cIm;
      re[a] = sumRe + (bRe + dRe);
      im[a] = sumIm + (bIm + dIm);
      re[c] = restRe + (bIm - dIm);
      im[c] = restIm - (bRe - dRe);
      re[b] = sumRe - (bRe + dRe);
      im[b] = sumIm - (bIm + dIm);
      re[d] = restRe - (bIm - dIm);
      im[d] = restIm + (bRe - dRe);
    }
  }
}

/** Sums and differences of neighbours: the first step where the length is an odd power of two. */
function pairs(re: Float64Array, im: Float64Array): void {
  for (let i = 0; i < re.length; i += 2) {
    const a = re[i];
    const b = im[i];
    re[i] = a + re[i + 1];
    im[i] = b + im[i + 1];
    re[i + 1] = a - re[i + 1];
    im[i + 1] = b - im[i + 1];
  }
}

/** For each of n places, n a power of two, the place whose bits stand the other way round. */
function bitReversed(n: number): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 1; i < n; i++) order[i] = (order[i >> 1] >> 1) | (i % 2 === 1 ? n >> 1 : 0);
  return order;
}

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
