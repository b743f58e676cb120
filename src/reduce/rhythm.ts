/**
 * Whether the spectrum of a trace that noise drives has a peak, the trace a rhythm of its own.
 *
 * Noise that real poles filter has a spectrum that falls or rises monotonically, or has one broad hump, s/(s + a)^2 at the sharpest, which
 * has 1.56 times the power of half and twice its frequency. A resonance of quality Q has 0.56 Q^2 + 0.25 times that of half its frequency.
 * So a band is compared with the background at both sides of it, an octave away, in medians, which the narrow lines of harmonics do not move.
 */

/** A band reaches from f / NEAR to f NEAR; its shoulders from f / OUTER to f / INNER, and from f INNER to f OUTER. */
const NEAR = 1.12;
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
/** The ratio of two estimates of equal power is exceeded by chance at this quantile of the normal distribution: one of 6,300 times. */
const CERTAIN = 3.6;
/** What chance makes of power that is not equal: the hump of two equal poles. */
const HUMP = 1.6;
/** Nothing is said of a spectrum with a peak that chance makes one of 90 times, and that has this share of all power. */
const DOUBTFUL = 2.3;
const DOMINANT = 0.2;
/** Nor of one that has less than this share of its power at the frequencies that can be told. */
const RESOLVED = 0.1;

/** Frequencies from `from` to `to`, not included, with their mean power. */
interface Cell {
  from: number;
  to: number;
  power: number;
}

/** A peak that is none by chance; none; or one that may be chance, or of a frequency that cannot be told. */
export type Verdict = "peak" | "none" | "doubtful";

/** The frequencies of which it can be said whether there is a peak: none for spectra with fewer than 17 of them. */
export function canHavePeak(size: number): boolean {
  return LOWEST * OUTER <= size / 2;
}

/** Looks for a peak in a power spectrum, from frequency 0 on, that is the mean of `segments` under a Hann window, half overlapping. */
export function findPeak(power: Float64Array, segments: number): Verdict {
  const half = power.length - 1;
  const cells = cellsOf(power);
  const sumOf = (parts: readonly Cell[]) => parts.reduce((sum, { from, to, power: each }) => sum + each * (to - from), 0);
  const all = sumOf(cells);
  let verdict: Verdict = sumOf(cells.filter(({ from }) => from >= LOWEST)) < RESOLVED * all ? "doubtful" : "none";
  for (let f = LOWEST; f * OUTER <= half; f *= STEP) {
    const band = between(cells, f / NEAR, f * NEAR);
    const left = between(cells, f / OUTER, f / INNER);
    const right = between(cells, f * INNER, f * OUTER);
    if (band.length === 0 || left.length === 0 || right.length === 0) continue;
    const inBand = sumOf(band);
    const mean = inBand / countOf(band);
    if (!(mean > RIGHT * median(right))) continue;
    const ofLeft = countOf(left);
    // The median of estimates of equal power is below their mean (Wilson and Hilferty 1931), and varies by pi/2 of its variance.
    const bias = left.length > 1 ? cube(1 - 2 / (9 * freedom(ofLeft / left.length, segments))) : 1;
    const ratio = (mean * bias) / median(left);
    const own = freedom(countOf(band), segments);
    const other = freedom(ofLeft, segments) / (left.length > 2 ? Math.PI / 2 : 1);
    const above = (z: number) => ratio > Math.max(LEFT, HUMP * ratioQuantile(own, other, z));
    if (above(CERTAIN)) return "peak";
    if (inBand > DOMINANT * all && above(DOUBTFUL)) verdict = "doubtful";
  }
  return verdict;
}

/** Frequencies but 0 and the highest, those close together as one. */
function cellsOf(power: Float64Array): Cell[] {
  const cells: Cell[] = [];
  for (let from = 1; from < power.length - 1; ) {
    const to = Math.min(from + Math.max(1, Math.floor(from / CELLS)), power.length - 1);
    let sum = 0;
    for (let k = from; k < to; k++) sum += power[k];
    cells.push({ from, to, power: sum / (to - from) });
    from = to;
  }
  return cells;
}

/** The cells all of whose frequencies are from `low` to `high`. */
function between(cells: readonly Cell[], low: number, high: number): readonly Cell[] {
  let first = 0;
  while (first < cells.length && cells[first].from < low) first++;
  let end = first;
  while (end < cells.length && cells[end].to - 1 <= high) end++;
  return cells.slice(first, end);
}

function countOf(cells: readonly Cell[]): number {
  return cells[cells.length - 1].to - cells[0].from;
}

function median(cells: readonly Cell[]): number {
  const sorted = Float64Array.from(cells, ({ power }) => power).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
