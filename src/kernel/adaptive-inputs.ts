import type { AdaptiveJob, Job } from "../sweep/job.ts";
import { holdOf, isPerLane, isSampled } from "./input-sources.ts";

// Sampled inputs and adaptive step size. Held samples end a step where they change. Interpolated samples are looked up at every stage, so
// that all which a step may reach must be in memory.

/** Sample-and-hold intervals that one step may reach over where samples are interpolated and not all of them are in memory. */
const MOST_INTERVALS = 64;
/** All samples are in memory where they are no more than this: shared ones, and those of each lane. */
const MOST_SHARED = 2 ** 22;
const MOST_PER_LANE = 2 ** 14;
/** A breakpoint is where an input's slope changes, from one sample to the next, by more than this share of its range a sample. */
const SHARP = 0.01;
/** An input with breakpoints at more than this share of its samples has them everywhere: steps are left to the error's bound. */
const OFTEN = 0.01;

/** Steps that all sampled inputs are constant for; 0 where none is sampled. */
export function segmentSteps({ inputSources }: Pick<Job, "inputSources">): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return inputSources.filter(isSampled).map(holdOf).reduce(divisor, 0);
}

/** Whether all samples of all inputs are in memory from the beginning, so that steps of any length may be taken over them. */
export function hasAllSamples(job: AdaptiveJob): boolean {
  if (job.adaptive.interpolation === "hold") return false;
  return job.clock.inputSteps <= (job.inputSources.some((_, i) => isPerLane(job, i)) ? MOST_PER_LANE : MOST_SHARED);
}

/** The longest step that lanes may take: with interpolated inputs, the samples that are in memory are its limit. */
export function longestStep(job: AdaptiveJob): number {
  const { maxStep, interpolation } = job.adaptive;
  const segment = segmentSteps(job);
  if (segment === 0 || interpolation === "hold" || hasAllSamples(job)) return maxStep;
  return Math.min(maxStep, MOST_INTERVALS * segment * job.clock.inputStep);
}

/** Steps before and after a chunk whose samples lanes may look up. */
export function stepsAround(job: AdaptiveJob): number {
  if (job.adaptive.interpolation === "hold") return segmentSteps(job);
  return hasAllSamples(job) ? job.clock.inputSteps : segmentSteps(job) * (MOST_INTERVALS + 2);
}

/** Time from one sample of an input to the next. */
export function sampleTime({ adaptive, clock }: AdaptiveJob): number {
  return adaptive.interpolation === "pyrates" ? adaptive.simulationTime / Math.max(1, clock.inputSteps - 1) : clock.inputStep;
}

/** Times of the breakpoints of shared interpolated inputs, in rising order: a method has its order up to there. */
export function breakpointsOf(job: AdaptiveJob): Float64Array {
  if (!hasAllSamples(job)) return new Float64Array(0);
  const breakpoints = new Set(job.inputSources.flatMap((source) => (source.kind === "shared" ? sharpSamples(source.samples) : [])));
  const time = sampleTime(job);
  return Float64Array.from(breakpoints, (sample) => sample * time).sort();
}

function sharpSamples(samples: Float64Array): number[] {
  let [least, most] = [samples[0], samples[0]];
  for (const value of samples) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const sharp = SHARP * (most - least);
  const found: number[] = [];
  for (let i = 1; i < samples.length; i++) {
    const next = samples[Math.min(i + 1, samples.length - 1)];
    if (Math.abs(next - 2 * samples[i] + samples[i - 1]) > sharp) found.push(i);
  }
  return found.length > Math.max(16, OFTEN * samples.length) ? [] : found;
}
