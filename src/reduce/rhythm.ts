/**
 * Whether the spectrum of a trace that noise drives has a peak, the trace a rhythm of its own.
 *
 * Noise that real poles filter has a spectrum that falls or rises monotonically, or has one broad hump, s/(s + a)^2 at the sharpest, which
 * has 1.56 times the power of half and twice its frequency. A resonance of quality Q has 0.56 Q^2 + 0.25 times that of half its frequency.
 * So a band is compared with the background at both sides of it, an octave away, in medians, which the narrow lines of harmonics do not move.
 */

/**
 * A band reaches from f / near to f near; its shoulders from f / OUTER to f / INNER, and from f INNER to f OUTER. The ratio of two
 * estimates of equal power is above the quantile `certain` of the normal distribution by chance: 3.6 is one of 6,300 cases. Of narrow
 * bands there are more, and they are means of less.
 */
const BANDS = [
  { near: 1.12, certain: 3.6 },
  { near: 1.04, certain: 4.3 },
];
const INNER = 1.6;
const OUTER = 2.6;
/** The lowest frequency that can be told, in steps of the spectrum, and from one frequency that is looked at to the next. */
const LOWEST = 4;
const STEP = 1.04;
/** Neighbouring frequencies from this one on are taken together, so that there are about so many to each factor of e. */
const CELLS = 48;
/** A peak has so many times the median power of either shoulder; on the left, where a spectrum that falls has more, it is tested too. */
const LEFT = 3;
const RIGHT = 2;
/** What chance makes of power that is not equal: the hump of two equal poles. */
const HUMP = 1.6;
/** Nothing is said of a spectrum with a peak that chance makes one of 90 times, and that has this share of all power. */
const DOUBTFUL = 2.3;
const DOMINANT = 0.2;
/** Nor of one that has less than this share of its power at the frequencies that can be told. */
const RESOLVED = 0.1;

/** A peak that is none by chance; none; or one that may be chance, or of a frequency that cannot be told. */
export type Verdict = "peak" | "none" | "doubtful";

/** The frequencies of which it can be said whether there is a peak: none for spectra with fewer than 17 of them. */
export function canHavePeak(size: number): boolean {
  return LOWEST * OUTER <= size / 2;
}

/** Looks for a peak in a power spectrum, from frequency 0 on, that is the mean of `segments` under a Hann window, half overlapping. */
export function findPeak(power: Float64Array, segments: number): Verdict {
  const cells = new Cells(power);
  const all = cells.sum(cells.all);
  const told = cells.sum({ first: cells.indexOf(LOWEST), end: cells.all.end });
  let verdict: Verdict = told < RESOLVED * all ? "doubtful" : "none";
  for (let f = LOWEST; f * OUTER <= power.length - 1; f *= STEP) {
    for (const { near, certain } of BANDS) {
      const band = cells.between(f / near, f * near);
      const isMore = excess(
        cells,
        { band, left: cells.between(f / OUTER, f / INNER), right: cells.between(f * INNER, f * OUTER) },
        segments,
      );
      if (isMore(certain)) return "peak";
      if (cells.sum(band) > DOMINANT * all && isMore(DOUBTFUL)) verdict = "doubtful";
    }
  }
  return verdict;
}

/** Whether a band has more power than its shoulders, and more than chance makes at a quantile of the normal distribution. */
function excess(cells: Cells, { band, left, right }: Record<"band" | "left" | "right", Span>, segments: number): (z: number) => boolean {
  if ([band, left, right].some(({ first, end }) => first >= end)) return () => false;
  const mean = cells.sum(band) / cells.count(band);
  // The median of estimates of equal power is below their mean (Wilson and Hilferty 1931), and varies by pi/2 of its variance.
  const ofLeft = cells.count(left);
  const medianOf = left.end - left.first;
  const bias = medianOf > 1 ? cube(1 - 2 / (9 * freedom(ofLeft / medianOf, segments))) : 1;
  if (cells.isBelowMedian(right, mean / RIGHT) || cells.isBelowMedian(left, (mean * bias) / LEFT)) return () => false;
  const ratio = (mean * bias) / cells.median(left);
  if (!(mean > RIGHT * cells.median(right) && ratio > LEFT)) return () => false;
  const own = freedom(cells.count(band), segments);
  const other = freedom(ofLeft, segments) / (medianOf > 2 ? Math.PI / 2 : 1);
  return (z) => ratio > HUMP * ratioQuantile(own, other, z);
}

/** Cells from number `first` to `end`, not included. */
interface Span {
  first: number;
  end: number;
}

/** A spectrum without frequency 0 and the highest, in cells: of one frequency each, or of some that are close together. */
class Cells {
  readonly all: Span;
  /** The first frequency of each cell, and behind the last one the next. */
  readonly #starts: number[] = [1];
  /** Mean power of each cell. */
  readonly #power: number[] = [];

  constructor(power: Float64Array) {
    const end = power.length - 1;
    for (let from = 1; from < end; ) {
      const to = Math.min(from + Math.max(1, Math.floor(from / CELLS)), end);
      let own = 0;
      for (let k = from; k < to; k++) own += power[k];
      this.#power.push(own / (to - from));
      this.#starts.push(to);
      from = to;
    }
    this.all = { first: 0, end: this.#power.length };
  }

  /** The number of the first cell that starts at a frequency or above it. */
  indexOf(frequency: number): number {
    let low = 0;
    let high = this.#power.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] >= frequency) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The cells all of whose frequencies are from `low` to `high`. */
  between(low: number, high: number): Span {
    const first = this.indexOf(low);
    const next = this.indexOf(high + 1);
    // The cell before the next one ends at its start.
    return { first, end: this.#starts[next] - 1 <= high ? next : next - 1 };
  }

  /** The power of all frequencies of some cells. */
  sum({ first, end }: Span): number {
    let sum = 0;
    for (let i = first; i < end; i++) sum += this.#power[i] * (this.#starts[i + 1] - this.#starts[i]);
    return sum;
  }

  /** Frequencies of some cells. */
  count({ first, end }: Span): number {
    return this.#starts[end] - this.#starts[first];
  }

  /** Whether a power is certainly at or below the median of some cells: it is, where fewer than half of them are below. */
  isBelowMedian({ first, end }: Span, power: number): boolean {
    let below = 0;
    for (let i = first; i < end; i++) if (this.#power[i] < power) below++;
    return below < (end - first) >> 1;
  }

  median({ first, end }: Span): number {
    const sorted = Float64Array.from(this.#power.slice(first, end)).sort();
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

/**
 * Degrees of freedom of the mean power of `count` neighbouring frequencies: two for each and for each segment, less what segments that
 * overlap by half share (correlation 1/36, Welch 1967), and what neighbours under a Hann window do (4/9, and 1/36 of those next to them).
 */
function freedom(count: number, segments: number): number {
  const shared = 1 + ((2 / 36) * (segments - 1)) / segments;
  const spread = 1 + (8 / 9) * (1 - 1 / count) + (count > 2 ? (2 / 36) * (1 - 2 / count) : 0);
  return (2 * segments * count) / (shared * spread);
}

/**
 * The quantile of an F distribution at quantile z of the normal one: the cube root of a variance ratio is nearly that of two normal
 * numbers (Paulson 1942, Ann. Math. Statist. 13:233). Too high, or infinite, where degrees of freedom are few.
 */
function ratioQuantile(above: number, below: number, z: number): number {
  const a = 2 / (9 * above);
  const b = 2 / (9 * below);
  const divisor = (1 - b) * (1 - b) - z * z * b;
  if (divisor <= 0) return Number.POSITIVE_INFINITY;
  const variance = (1 - a) * (1 - a) * b + (1 - b) * (1 - b) * a - z * z * a * b;
  return cube(((1 - a) * (1 - b) + z * Math.sqrt(Math.max(0, variance))) / divisor);
}

function cube(x: number): number {
  return x * x * x;
}
