import type { SampleWindow } from "../kernel/kernel.ts";
import { laneNumbers, type Reducer, type Series } from "./reducer.ts";

/**
 * Mean and standard deviation of each trace, of the population: the sum of squares is divided by the number of samples (ddof = 0).
 *
 * Method: with d = x - first sample, the sum of d is kept with its rounding error (Kahan 1965, Commun. ACM 8:40), and the sum
 * of squares grows by (d - mean before)(d - mean now) (Welford 1962, Technometrics 4:419). Subtracting the first sample is what
 * makes a mean of 1e8 with a deviation of 1e-3 come out right.
 */
export class Moments implements Reducer<{ mean: Float64Array; std: Float64Array }> {
  readonly #series: Series;
  #count = 0;
  readonly #first: Float64Array;
  readonly #sum: Float64Array;
  /** What rounding has added to the sum. */
  readonly #lost: Float64Array;
  readonly #squares: Float64Array;
  /** 1 / samples, before the window's first sample and after each. */
  #shares = new Float64Array(0);

  constructor(series: Series) {
    this.#series = series;
    this.#first = laneNumbers(series.lanes);
    this.#sum = laneNumbers(series.lanes);
    this.#lost = laneNumbers(series.lanes);
    this.#squares = laneNumbers(series.lanes);
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    if (samples === 0) return;
    const from = this.#series.variable * n;
    if (this.#count === 0) this.#first.set(data.subarray(from, from + n));
    this.#share(samples);
    for (let lane = 0; lane < n; lane += 2) this.#addPair(data, lane, { from: from + lane, stride: variables * n, samples });
    this.#count += samples;
  }

  #share(samples: number): void {
    if (this.#shares.length <= samples) this.#shares = new Float64Array(samples + 1);
    for (let s = 0; s <= samples; s++) this.#shares[s] = this.#count + s === 0 ? 0 : 1 / (this.#count + s);
  }

  /** Two lanes at once: each waits for its own sum, and the other's work fills the time. */
  #addPair(data: Float64Array, lane: number, { from, stride, samples }: { from: number; stride: number; samples: number }): void {
    const shares = this.#shares;
    const firstA = this.#first[lane];
    const firstB = this.#first[lane + 1];
    let sumA = this.#sum[lane];
    let sumB = this.#sum[lane + 1];
    let lostA = this.#lost[lane];
    let lostB = this.#lost[lane + 1];
    let squaresA = this.#squares[lane];
    let squaresB = this.#squares[lane + 1];
    for (let s = 0, i = from; s < samples; s++, i += stride) {
      const before = shares[s];
      const now = shares[s + 1];
      const a = data[i] - firstA;
      const termA = a - lostA;
      const nextA = sumA + termA;
      lostA = nextA - sumA - termA;
      squaresA += (a - sumA * before) * (a - nextA * now);
      sumA = nextA;
      const b = data[i + 1] - firstB;
      const termB = b - lostB;
      const nextB = sumB + termB;
      lostB = nextB - sumB - termB;
      squaresB += (b - sumB * before) * (b - nextB * now);
      sumB = nextB;
    }
    this.#sum[lane] = sumA;
    this.#sum[lane + 1] = sumB;
    this.#lost[lane] = lostA;
    this.#lost[lane + 1] = lostB;
    this.#squares[lane] = squaresA;
    this.#squares[lane + 1] = squaresB;
  }

  finish(): { mean: Float64Array; std: Float64Array } {
    const { lanes } = this.#series;
    const mean = new Float64Array(lanes);
    const std = new Float64Array(lanes);
    for (let lane = 0; lane < lanes; lane++) {
      mean[lane] = this.#first[lane] + (this.#sum[lane] - this.#lost[lane]) / this.#count;
      std[lane] = Math.sqrt(this.#squares[lane] / this.#count);
    }
    return { mean, std };
  }
}
