import type { AdaptiveJob, InputSource, Job } from "../sweep/job.ts";
import { isPerLane } from "./layout.ts";

// What sampled inputs mean to lanes that choose their own steps. Held samples end a step where they change. Samples that are joined by
// lines are looked up at every stage, so that those which a step may reach must be at hand.

/** Stretches of a sampled input that one step may reach over where samples are joined by lines, and not all of them are at hand. */
const MOST_STRETCHES = 64;
/** All samples are at hand where they are no more than this: shared ones, and those of each lane. */
const WHOLE_SHARED = 2 ** 22;
const WHOLE_LANE = 2 ** 14;
/** An input turns sharply where its slope changes, from one sample to the next, by more than this share of its range a sample. */
const SHARP = 0.01;
/** One that turns sharply more often than at this share of its samples does so everywhere: steps are left to the error's bound. */
const OFTEN = 0.01;

/** Whether a drive's samples change in time. */
export function isSampled(drive: InputSource): boolean {
  return drive.kind !== "constant";
}

/** Steps that one sample of a drive lasts. */
export function holdOf(drive: InputSource): number {
  return drive.kind === "noise" ? drive.hold : 1;
}

/** Steps that all sampled inputs are constant for; 0 where none is sampled. */
export function segmentSteps({ inputSources }: Pick<Job, "inputSources">): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return inputSources.filter(isSampled).map(holdOf).reduce(divisor, 0);
}

/** Whether all samples of all drives are in place from the beginning, so that steps of any length may be taken over them. */
export function areWhole(job: AdaptiveJob): boolean {
  if (job.adaptive.interpolation === "hold") return false;
  return job.clock.inputSteps <= (job.inputSources.some((_, i) => isPerLane(job, i)) ? WHOLE_LANE : WHOLE_SHARED);
}

/** The longest step that lanes may take: with inputs that are joined by lines, the samples that are at hand are its limit. */
export function longestStep(job: AdaptiveJob): number {
  const { maxStep, interpolation } = job.adaptive;
  const stretch = segmentSteps(job);
  if (stretch === 0 || interpolation === "hold" || areWhole(job)) return maxStep;
  return Math.min(maxStep, MOST_STRETCHES * stretch * job.clock.inputStep);
}

/** Steps before and after a chunk whose samples lanes may look at. */
export function stepsAround(job: AdaptiveJob): number {
  if (job.adaptive.interpolation === "hold") return segmentSteps(job);
  return areWhole(job) ? job.clock.inputSteps : segmentSteps(job) * (MOST_STRETCHES + 2);
}

/** Time from one sample of an input to the next. */
export function sampleTime({ adaptive, clock }: AdaptiveJob): number {
  return adaptive.interpolation === "pyrates" ? adaptive.simulationTime / Math.max(1, clock.inputSteps - 1) : clock.inputStep;
}

/** Times at which shared inputs that are joined by lines turn sharply, in rising order: a method has its order up to there. */
export function stopsOf(job: AdaptiveJob): Float64Array {
  if (!areWhole(job)) return new Float64Array(0);
  const turns = new Set(job.inputSources.flatMap((drive) => (drive.kind === "shared" ? sharpTurns(drive.samples) : [])));
  const spacing = sampleTime(job);
  return Float64Array.from(turns, (sample) => sample * spacing).sort();
}

function sharpTurns(samples: Float64Array): number[] {
  let [least, most] = [samples[0], samples[0]];
  for (const value of samples) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const sharp = SHARP * (most - least);
  const turns: number[] = [];
  for (let i = 1; i < samples.length; i++) {
    const next = samples[Math.min(i + 1, samples.length - 1)];
    if (Math.abs(next - 2 * samples[i] + samples[i - 1]) > sharp) turns.push(i);
  }
  return turns.length > Math.max(16, OFTEN * samples.length) ? [] : turns;
}
