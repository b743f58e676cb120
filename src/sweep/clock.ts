import type { Problems } from "../check.ts";
import { roundHalfEven, wholeNumber } from "../whole.ts";

/** When a sweep samples: the label of row k is (firstSample + k) samplingStep. Times are in the model's unit. */
interface SampleTimes {
  /** Number of the first sample that is kept: the first at or after the cutoff. */
  firstSample: number;
  /** Samples that are kept. */
  sampleCount: number;
  /** Time from one label to the next. */
  samplingStep: number;
}

/** The clock of a solver with fixed steps: row k is the state before step (firstSample + k) samplingSteps. An input sample lasts one step. */
export interface FixedClock extends SampleTimes {
  kind: "fixed";
  stepSize: number;
  /** Steps in all. */
  steps: number;
  /** Steps from one sample to the next. */
  samplingSteps: number;
}

/**
 * The clock of an adaptive solver: row k is the state at its label, whatever steps the solver takes, so that the sampling step need be
 * no multiple of anything. Inputs have a grid of their own, which is that of the samples where no input is sampled.
 */
export interface AdaptiveClock extends SampleTimes {
  kind: "adaptive";
  /** How long an input sample lasts. */
  inputStep: number;
  /** Input samples in all. */
  inputSteps: number;
}

/** When a sweep steps and when it samples. */
export type Clock = FixedClock | AdaptiveClock;

/** How long an input sample lasts, and how many there are. With fixed steps these are the steps. */
export function inputGrid(clock: Clock): { step: number; steps: number } {
  return clock.kind === "fixed" ? { step: clock.stepSize, steps: clock.steps } : { step: clock.inputStep, steps: clock.inputSteps };
}

export interface ClockOptions {
  simulationTime: number;
  stepSize: number;
  samplingStepSize: number;
  cutoff: number;
}

/** Steps are counted in 32 bits. */
const MOST_STEPS = 2 ** 31 - 1;

function positive(problems: Problems, code: string, name: string, value: number): boolean {
  if (Number.isFinite(value) && value > 0) return true;
  problems.add(code, [name], `${name} must be a finite time above 0, but ${value} was found`);
  return false;
}

/** Whether all times of a call are times; tells which is none. */
function areTimes(problems: Problems, { simulationTime, stepSize, samplingStepSize, cutoff }: ClockOptions): boolean {
  const times = [
    positive(problems, "E_TIME", "simulationTime", simulationTime),
    positive(problems, "E_STEP", "stepSize", stepSize),
    samplingStepSize === stepSize || positive(problems, "E_SAMPLING", "samplingStepSize", samplingStepSize),
  ];
  if (Number.isFinite(cutoff) && cutoff >= 0) return !times.includes(false);
  problems.add("E_TIME", ["cutoff"], `cutoff must be a finite time, 0 or above, but ${cutoff} was found`);
  return false;
}

/** Works out the clock of fixed steps by PyRates' rule, or tells why there is none. */
export function fixedClock(problems: Problems, options: ClockOptions): FixedClock | undefined {
  if (!areTimes(problems, options)) return undefined;
  const { simulationTime, stepSize, samplingStepSize, cutoff } = options;
  const steps = roundHalfEven(simulationTime / stepSize);
  if (steps < 1 || steps > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, steps));
    return undefined;
  }
  const samplingSteps = wholeSamplingSteps(problems, stepSize, samplingStepSize);
  if (samplingSteps === undefined) return undefined;
  const samples = roundHalfEven(simulationTime / samplingStepSize);
  if (samples !== Math.ceil(steps / samplingSteps)) {
    problems.add("E_SAMPLING", ["samplingStepSize"], remainderMessage(options, steps, samplingSteps));
    return undefined;
  }
  const samplingStep = simulationTime / samples;
  return { kind: "fixed", stepSize, steps, samplingSteps, ...sampleTimes(cutoff, samplingStep, samples) };
}

/**
 * Works out the clock of an adaptive solver by PyRates' rule for them, or tells why there is none: any sampling step, labels k T / samples.
 * `sampled` tells whether inputs are sampled: then each sample lasts `stepSize`.
 */
export function adaptiveClock(problems: Problems, options: ClockOptions, sampled: boolean): AdaptiveClock | undefined {
  if (!areTimes(problems, options)) return undefined;
  const { simulationTime, stepSize, samplingStepSize, cutoff } = options;
  const samples = roundHalfEven(simulationTime / samplingStepSize);
  if (samples < 1 || samples > MOST_STEPS) {
    const message = `simulationTime ${simulationTime} at samplingStepSize ${samplingStepSize} makes ${samples} samples; 1 to ${MOST_STEPS} are possible`;
    problems.add("E_SAMPLING", ["samplingStepSize"], message);
    return undefined;
  }
  const samplingStep = simulationTime / samples;
  const inputSteps = sampled ? roundHalfEven(simulationTime / stepSize) : samples;
  if (inputSteps < 1 || inputSteps > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, inputSteps));
    return undefined;
  }
  return { kind: "adaptive", inputStep: sampled ? stepSize : samplingStep, inputSteps, ...sampleTimes(cutoff, samplingStep, samples) };
}

function stepsMessage(simulationTime: number, stepSize: number, steps: number): string {
  if (steps < 1) return `stepSize ${stepSize} is larger than simulationTime ${simulationTime}, so there is no step; use a smaller step`;
  return `simulationTime ${simulationTime} at stepSize ${stepSize} makes ${steps} steps; at most ${MOST_STEPS} are possible`;
}

function wholeSamplingSteps(problems: Problems, stepSize: number, samplingStepSize: number): number | undefined {
  const ratio = samplingStepSize / stepSize;
  const samplingSteps = wholeNumber(ratio);
  if (samplingSteps !== undefined) return samplingSteps;
  const below = Math.max(1, Math.floor(ratio));
  const near = [below, below + 1].map((k) => Number((k * stepSize).toPrecision(12))).join(" or ");
  const message = `samplingStepSize ${samplingStepSize} is ${Number(ratio.toPrecision(6))} times stepSize ${stepSize}; it must be a whole multiple of it: use ${near}`;
  problems.add("E_SAMPLING", ["samplingStepSize"], message);
  return undefined;
}

function remainderMessage({ simulationTime, stepSize, samplingStepSize }: ClockOptions, steps: number, samplingSteps: number): string {
  const down = Math.floor(steps / samplingSteps) * samplingSteps;
  const fitting = [down, down + samplingSteps].filter((n) => n > 0).map((n) => Number((n * stepSize).toPrecision(12)));
  const left = steps % samplingSteps;
  return (
    `simulationTime ${simulationTime} is no whole number of sampling steps of ${samplingStepSize} (${left} of ${samplingSteps} steps are left over); ` +
    `use simulationTime ${fitting.join(" or ")}, or another samplingStepSize`
  );
}

/** Which of a number of samples are kept: from the first whose label is not before the cutoff, with room for rounding of the label. */
function sampleTimes(cutoff: number, samplingStep: number, samples: number): SampleTimes {
  const nearby = Math.max(0, Math.floor(cutoff / samplingStep) - 1);
  let firstSample = Math.min(nearby, samples);
  while (firstSample < samples && firstSample * samplingStep < cutoff * (1 - 1e-12)) firstSample++;
  return { firstSample, sampleCount: samples - firstSample, samplingStep };
}

/** The time labels of the rows that are kept. */
export function labels(clock: Clock): Float64Array {
  const times = new Float64Array(clock.sampleCount);
  for (let k = 0; k < times.length; k++) times[k] = (clock.firstSample + k) * clock.samplingStep;
  return times;
}
