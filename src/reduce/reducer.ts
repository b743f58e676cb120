import type { SampleWindow } from "../kernel/kernel.ts";
import type { NoiseFloor } from "../kernel/noise-floor.ts";

/**
 * Turns a block's windows into columns, as they come. One is made for each block.
 *
 * Samples are folded one by one and in their order, so that results are identical wherever windows end, and whichever lanes
 * stand side by side.
 */
export interface Reducer<Result> {
  /** Takes the samples of one chunk; nothing of the window may be kept. */
  add(window: SampleWindow): void;
  /** `floor` tells what of the traces is the solver's noise; rounding alone where it is not given. */
  finish(floor?: NoiseFloor): Result;
}

/** The traces of one recorded variable in one block. */
export interface Series {
  /** Which of the recorded variables. */
  variable: number;
  lanes: number;
  /** Samples of each trace. */
  sampleCount: number;
  /** Time from one sample to the next. */
  samplingStep: number;
  /** Whether anything of a lane's point is random; nothing is, if not given. */
  isRandom?: ((lane: number) => boolean) | undefined;
}

/** Values of a feature, one a lane. */
export type Values = Float64Array | string[];

/** Lanes of the widest vector of a kernel, which adds lanes until they fill it. */
const WIDEST = 4;

/** Numbers for each of `lanes` lanes and for those that a kernel may add, so that lanes can be taken in pairs. */
export function laneNumbers(lanes: number, fill = 0): Float64Array {
  return new Float64Array(Math.ceil(lanes / WIDEST) * WIDEST).fill(fill);
}
