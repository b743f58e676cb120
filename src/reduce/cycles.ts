import type { SampleWindow } from "../kernel/kernel.ts";
import { type NoiseFloor, roundingFloor } from "../kernel/noise-floor.ts";
import { REGIMES } from "../sweep/regimes.ts";
import type { Reducer, Series } from "./reducer.ts";
import { Settled } from "./settled.ts";
import { type TurningPointSummary, TurningPoints } from "./turning-points.ts";

/** What decides between a fixed point and an oscillation. */
export interface Tolerances {
  /**
   * A trace that varies by no more than `absolute` (in its unit) + `relative` times its largest size is at a fixed point, as is one that
   * varies by no more than the noise floor.
   */
  absolute: number;
  relative: number;
  /** Turning points that differ from their neighbours by less than this fraction of the trace's range are not seen. */
  prominence: number;
  /** Heights of maxima that differ by no more than this fraction of the trace's range are one. */
  distinct: number;
}

/**
 * Whether each trace oscillates, and how many heights its maxima have, judged by the second half of its samples: what is left of
 * a transient in the first half does no harm.
 */
export class Cycles implements Reducer<{ regime: string[]; maxima: Float64Array }> {
  readonly #series: Series;
  readonly #tolerances: Tolerances;
  readonly #lanes: readonly TurningPoints[];
  /** Of the last eighth of the samples. */
  readonly #tail: Settled;

  constructor(series: Series, tolerances: Tolerances) {
    this.#series = series;
    this.#tolerances = tolerances;
    this.#tail = new Settled(series, Math.floor(0.875 * series.sampleCount));
    this.#lanes = Array.from({ length: series.lanes }, () => new TurningPoints(tolerances.prominence));
  }

  add(window: SampleWindow): void {
    const { first, samples, variables, n, data } = window;
    this.#tail.add(window);
    const { variable, sampleCount } = this.#series;
    const skipped = Math.max(0, Math.floor(sampleCount / 2) - first);
    if (skipped >= samples) return;
    this.#lanes.forEach((turningPoints, lane) => {
      turningPoints.add(data, { from: (skipped * variables + variable) * n + lane, stride: variables * n, samples: samples - skipped });
    });
  }

  finish(floor = roundingFloor): { regime: string[]; maxima: Float64Array } {
    const tails = this.#tail.finish();
    const maxima = Float64Array.from(this.#lanes, (turningPoints, lane) => {
      return distinctMaxima(turningPoints.finish(), this.#tolerances, { floor, lane, tail: tails[lane] });
    });
    return { regime: Array.from(maxima, (count) => (count === 0 ? REGIMES.fixedPoint : REGIMES.oscillation)), maxima };
  }
}

/** Groups of swings that are compared; each must be below SHRINK times the one before, and the last below HALF times the first. */
const GROUPS = 4;
const SHRINK = 0.9;
const HALF = 0.5;
/** Of so many turning points some are in the last eighth of the samples, unless the trace has become too quiet to see them. */
const MANY = 16;
/** Near a resting point that attracts, swings that shrink at all are those of a trace on its way there. */
const SLOW = 0.99;

/** How many heights the maxima of a trace have; 0 where it is at a fixed point, or on its way to one: where it does not oscillate. */
function distinctMaxima(
  { low, high, points }: TurningPointSummary,
  { absolute, relative, prominence, distinct }: Tolerances,
  { floor, lane, tail }: { floor: NoiseFloor; lane: number; tail: number },
): number {
  const range = high - low;
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!(range > absolute + relative * size)) return 0;
  if (points.length < 3) return 0;
  const firstHigh = points[0].value > points[1].value ? 0 : 1;
  const maxima = points.filter((_, i) => i % 2 === firstHigh);
  if (maxima.length < 2) return 0;
  const swings = points.slice(1).map(({ value }, i) => Math.abs(value - points[i].value));
  if (points.length >= MANY && tail <= prominence * range) return 0;
  const groups = groupsOf(swings);
  if (diesOut(groups) || floor.hides(lane, range, size)) return 0;
  if (groups[groups.length - 1] < SLOW * groups[0] && floor.settles(lane)) return 0;
  // Between two samples a maximum may be as high as the parabola says, or as low as the sample.
  const margin = (distinct * range) / 2;
  return fewestHeights(maxima.map(({ value, smooth }) => ({ from: value - margin, to: Math.max(value, smooth) + margin })));
}

/** Means of the swings in each of a few groups of them, one after the other. */
function groupsOf(swings: readonly number[]): number[] {
  const groups = Math.min(GROUPS, swings.length);
  return Array.from({ length: groups }, (_, g) => {
    const part = swings.slice(Math.floor((g * swings.length) / groups), Math.floor(((g + 1) * swings.length) / groups));
    return part.reduce((sum, swing) => sum + swing, 0) / part.length;
  });
}

/** Whether swings shrink steadily, and to less than half. */
function diesOut(means: readonly number[]): boolean {
  return means.every((mean, g) => g === 0 || mean < SHRINK * means[g - 1]) && means[means.length - 1] < HALF * means[0];
}

/** The smallest number of heights such that one lies in each of the intervals: at the end of each interval that has none yet. */
function fewestHeights(intervals: { from: number; to: number }[]): number {
  const sorted = [...intervals].sort((a, b) => a.to - b.to);
  let count = 0;
  let height = Number.NEGATIVE_INFINITY;
  for (const { from, to } of sorted) {
    if (from <= height) continue;
    height = to;
    count++;
  }
  return count;
}
