import type { SampleWindow } from "../kernel/kernel.ts";
import { type NoiseFloor, roundingFloor } from "../kernel/noise-floor.ts";
import { REGIMES, type Regime } from "../sweep/regimes.ts";
import { Cycles, type Tolerances } from "./cycles.ts";
import type { Reducer, Series } from "./reducer.ts";
import { canHavePeak, findPeak } from "./rhythm.ts";
import { TurningPoints } from "./turning-points.ts";
import { SHORTEST, Welch } from "./welch.ts";

/** Samples of the longer segments at most: those of a block's 64 points, and of the shorter ones, take 25 MB. */
const LONGEST = 32768;
const OVERLAP = 0.5;
/** Ups and downs count that are larger than this part of the range of the last three quarters: a transient in the first does no harm. */
const PROMINENCE = 0.2;
const SKIPPED = 0.25;
/** With fewer maxima than this nothing is said; and with fewer than this, no more than that there is a rhythm. */
const FEW = 5;
const MANY = 8;

/** The regime of each trace, and its maxima: that of a random point by its spectrum, that of any other by its cycles. */
export class Regimes implements Reducer<{ regime: string[]; maxima: Float64Array }> {
  readonly #cycles: Cycles;
  readonly #random: RandomRegimes | undefined;

  constructor(series: Series, tolerances: Tolerances) {
    this.#cycles = new Cycles(series, tolerances);
    const lanes = Array.from({ length: series.lanes }, (_, lane) => lane).filter((lane) => series.isRandom?.(lane));
    this.#random = lanes.length > 0 ? new RandomRegimes(series, tolerances, lanes) : undefined;
  }

  add(window: SampleWindow): void {
    this.#cycles.add(window);
    this.#random?.add(window);
  }

  finish(floor = roundingFloor): { regime: string[]; maxima: Float64Array } {
    const { regime, maxima } = this.#cycles.finish(floor);
    const random = this.#random?.finish(floor);
    return { regime: random ? regime.map((label, lane) => random.get(lane) ?? label) : regime, maxima };
  }
}

/**
 * The regimes of random traces: by two spectra, of segments of a third to two thirds of the trace and of half of that. The longer
 * segments tell slower rhythms, and the shorter ones, of which there are more, broader peaks.
 */
class RandomRegimes implements Reducer<Map<number, Regime>> {
  readonly #series: Series;
  readonly #tolerances: Tolerances;
  readonly #turns: ReadonlyMap<number, TurningPoints>;
  readonly #spectra: readonly { welch: Welch; segments: number }[];

  constructor(series: Series, tolerances: Tolerances, lanes: readonly number[]) {
    const { sampleCount } = series;
    this.#series = series;
    this.#tolerances = tolerances;
    this.#turns = new Map(lanes.map((lane) => [lane, new TurningPoints(PROMINENCE)]));
    let longer = SHORTEST;
    while (longer < LONGEST && 3 * longer <= sampleCount) longer *= 2;
    this.#spectra = [longer, longer / 2].filter(canHavePeak).map((window) => ({
      welch: new Welch(series, { window, overlap: OVERLAP }),
      segments: 1 + Math.floor((sampleCount - window) / (window - OVERLAP * window)),
    }));
  }

  add(window: SampleWindow): void {
    const { first, samples, variables, n, data } = window;
    const { variable, sampleCount } = this.#series;
    for (const { welch } of this.#spectra) welch.add(window);
    const skipped = Math.max(0, Math.floor(SKIPPED * sampleCount) - first);
    if (skipped >= samples) return;
    for (const [lane, turns] of this.#turns) {
      turns.add(data, { from: (skipped * variables + variable) * n + lane, stride: variables * n, samples: samples - skipped });
    }
  }

  finish(floor = roundingFloor): Map<number, Regime> {
    return new Map(Array.from(this.#turns, ([lane, turns]) => [lane, this.#regimeOf(lane, turns, floor)]));
  }

  #regimeOf(lane: number, turns: TurningPoints, floor: NoiseFloor): Regime {
    const { absolute, relative } = this.#tolerances;
    const { low, high, points } = turns.finish();
    // Noise of the point need not reach every variable.
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (!(high - low > absolute + relative * size) || floor.hides(lane, high - low, size)) return REGIMES.fixedPoint;
    const maxima = points.length / 2;
    if (maxima < FEW || this.#spectra.length === 0) return REGIMES.undecided;
    const verdicts = this.#spectra.map(({ welch, segments }) => findPeak(welch.density(lane), segments));
    if (verdicts.includes("peak")) return REGIMES.rhythm;
    return maxima < MANY || verdicts.includes("doubtful") ? REGIMES.undecided : REGIMES.noiseDriven;
  }
}
