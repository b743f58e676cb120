import type { SampleWindow } from "../kernel/kernel.ts";
import { roundingFloor } from "../kernel/noise-floor.ts";
import { factorsOf, RealFft } from "./fft.ts";
import type { Reducer, Series } from "./reducer.ts";

/** Samples of a segment where none are asked for, at most: 4 s of a signal sampled at 1 kHz, a resolution of a quarter of a hertz. */
const LONGEST = 4096;
/** The shortest segment. */
export const SHORTEST = 8;

/** Samples of a segment for traces of `sampleCount` samples: the largest power of two that fits, up to 4096. */
export function defaultSegment(sampleCount: number): number {
  let size = SHORTEST;
  while (size < LONGEST && 2 * size <= sampleCount) size *= 2;
  return size;
}

/** Where the spectrum of each trace is highest. */
export type Peak = Record<"peakFrequency" | "peakPower", Float64Array>;

/** Segments of `window` samples, a power of two from 8 on, that share the fraction `overlap` with their neighbours. */
export interface Segments {
  window: number;
  overlap: number;
}

/**
 * Where the power spectral density of each trace is largest, by Welch's method (1967, IEEE Trans. Audio Electroacoust. 15:70):
 * overlapping segments, each less its mean and under a periodic Hann window, transformed as they fill up; what is left at the end
 * is not used. The frequency 0 is left out. One segment of each trace is kept, and one spectrum.
 */
export class Welch implements Reducer<Peak> {
  readonly #series: Series;
  readonly #size: number;
  /** Samples from one segment to the next. */
  readonly #hop: number;
  readonly #hann: Float64Array;
  readonly #fft: RealFft;
  /** A segment for each lane, and how many of its samples there are. */
  readonly #samples: Float64Array;
  #filled = 0;
  readonly #windowed: Float64Array;
  /** Sum of the segments' |X[k]|^2, for each lane. */
  readonly #power: Float64Array;
  #segments = 0;
  /** Largest size of a segment's first sample, for each lane. */
  readonly #largest: Float64Array;
  readonly #swings: Swings;

  constructor(series: Series, { window: size, overlap }: Segments) {
    this.#series = series;
    this.#size = size;
    this.#hop = size - Math.min(size - 1, Math.floor(size * overlap));
    this.#hann = factorsOf(size).hann;
    this.#fft = new RealFft(size);
    this.#samples = new Float64Array(series.lanes * size);
    this.#windowed = new Float64Array(size);
    this.#power = new Float64Array(series.lanes * (size / 2 + 1));
    this.#largest = new Float64Array(series.lanes);
    this.#swings = new Swings(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    const { variable, lanes } = this.#series;
    for (let done = 0; done < samples; ) {
      const count = Math.min(samples - done, this.#size - this.#filled);
      for (let lane = 0; lane < lanes; lane++) {
        let from = (done * variables + variable) * n + lane;
        const to = lane * this.#size + this.#filled;
        for (let i = to; i < to + count; i++, from += variables * n) this.#samples[i] = data[from];
      }
      this.#filled += count;
      done += count;
      if (this.#filled === this.#size) this.#transform();
    }
  }

  #transform(): void {
    const size = this.#size;
    const bins = size / 2 + 1;
    for (let lane = 0; lane < this.#series.lanes; lane++) {
      const segment = this.#samples.subarray(lane * size, (lane + 1) * size);
      this.#largest[lane] = Math.max(this.#largest[lane], Math.abs(segment[0]));
      this.#swings.add(lane, segment, this.#segments === 0 ? 0 : size - this.#hop);
      windowed(segment, this.#hann, this.#windowed);
      this.#fft.addPower(this.#windowed, this.#power.subarray(lane * bins, (lane + 1) * bins));
      segment.copyWithin(0, this.#hop);
    }
    this.#filled = size - this.#hop;
    this.#segments++;
  }

  /** The power spectral density of a lane's trace, from frequency 0 on in steps of 1 / (window * spacing). NaN without a whole segment. */
  density(lane: number): Float64Array {
    const bins = this.#size / 2 + 1;
    const power = this.#power.subarray(lane * bins, (lane + 1) * bins);
    const scale = this.#scale;
    // The frequency 0, as the highest, has no twin.
    return power.map((value, k) => (k === 0 ? value / 2 : density(power, k)) * scale);
  }

  /** The squares of a periodic Hann window add up to 3/8 of its length; both halves of the spectrum count. */
  get #scale(): number {
    return (2 * this.#series.samplingStep) / (0.375 * this.#size * this.#segments);
  }

  /**
   * Frequency in cycles for each unit of time, NaN where nothing but the solver's noise varies, or turns back: what decays to a rest, or drifts,
   * has its largest density at the lowest frequencies and no rhythm. Density in squares of the trace's unit times time.
   */
  finish(floor = roundingFloor): Peak {
    const { lanes, samplingStep } = this.#series;
    const bins = this.#size / 2 + 1;
    const scale = this.#scale;
    const peakFrequency = new Float64Array(lanes);
    const peakPower = new Float64Array(lanes);
    for (let lane = 0; lane < lanes; lane++) {
      const power = this.#power.subarray(lane * bins, (lane + 1) * bins);
      const peak = highest(power);
      // A sine of amplitude A has |X| = A size / 4 in its bin, and a range of 2 A.
      const range = (8 * Math.sqrt(power[peak] / this.#segments)) / this.#size;
      const varies = !floor.hides(lane, Math.min(range, this.#swings.least(lane)), this.#largest[lane]);
      peakFrequency[lane] = varies ? (peak + offset(power, peak)) / (this.#size * samplingStep) : Number.NaN;
      peakPower[lane] = density(power, peak) * scale;
    }
    return { peakFrequency, peakPower };
  }
}

/** How far each trace has come down from a height that it had, and up from a depth: one of them is 0 where it only rises or only falls. */
class Swings {
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;
  readonly #rise: Float64Array;
  readonly #fall: Float64Array;

  constructor(lanes: number) {
    this.#lowest = new Float64Array(lanes).fill(Number.POSITIVE_INFINITY);
    this.#highest = new Float64Array(lanes).fill(Number.NEGATIVE_INFINITY);
    this.#rise = new Float64Array(lanes);
    this.#fall = new Float64Array(lanes);
  }

  /** Takes the samples of a lane from `from` on. */
  add(lane: number, samples: Float64Array, from: number): void {
    let lowest = this.#lowest[lane];
    let highest = this.#highest[lane];
    let rise = this.#rise[lane];
    let fall = this.#fall[lane];
    for (let i = from; i < samples.length; i++) {
      const x = samples[i];
      if (x < lowest) lowest = x;
      if (x > highest) highest = x;
      if (x - lowest > rise) rise = x - lowest;
      if (highest - x > fall) fall = highest - x;
    }
    this.#lowest[lane] = lowest;
    this.#highest[lane] = highest;
    this.#rise[lane] = rise;
    this.#fall[lane] = fall;
  }

  /** The smaller of the largest rise and the largest fall. */
  least(lane: number): number {
    return Math.min(this.#rise[lane], this.#fall[lane]);
  }
}

/** A segment less its mean, times the window. The first sample is subtracted before all are added up, so that no digits are lost. */
function windowed(segment: Float64Array, hann: Float64Array, to: Float64Array): void {
  const first = segment[0];
  let sum = 0;
  for (let i = 0; i < segment.length; i++) sum += segment[i] - first;
  const mean = sum / segment.length;
  for (let i = 0; i < segment.length; i++) to[i] = (segment[i] - first - mean) * hann[i];
}

/** The highest frequency stands for itself alone: it has no twin below 0. */
function density(power: Float64Array, k: number): number {
  return k === power.length - 1 ? power[k] / 2 : power[k];
}

/** The frequency above 0 with the largest density, the lowest of equals. */
function highest(power: Float64Array): number {
  let peak = 1;
  for (let k = 2; k < power.length; k++) if (density(power, k) > density(power, peak)) peak = k;
  return peak;
}

/**
 * Where between its neighbours the peak is, in bins: exact for a single sine under a Hann window but for the leakage of other peaks
 * (three-point interpolation, Agrez 2002, IEEE Trans. Instrum. Meas. 51:287).
 */
function offset(power: Float64Array, peak: number): number {
  if (peak === power.length - 1) return 0;
  const below = Math.sqrt(power[peak - 1]);
  const above = Math.sqrt(power[peak + 1]);
  return (2 * (above - below)) / (below + 2 * Math.sqrt(power[peak]) + above);
}
