import type { Problems } from "../check.ts";
import { roundHalfEven, wholeNumber } from "../whole.ts";

/** When a sweep samples: the label of row k is (firstSample + k) samplingStep, which is the time of its state. Times are in the model's unit. */
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

/** Works out the clock of fixed steps, or tells why there is none: simulationTime must be a whole number of sampling steps, these of steps. */
export function fixedClock(problems: Problems, options: ClockOptions): FixedClock | undefined {
  if (!areTimes(problems, options)) return undefined;
  const { simulationTime, stepSize, samplingStepSize, cutoff } = options;
  const most = roundHalfEven(simulationTime / stepSize);
  if (most < 1 || most > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, most));
    return undefined;
  }
  const samplingSteps = wholeSamplingSteps(problems, stepSize, samplingStepSize);
  if (samplingSteps === undefined) return undefined;
  const samples = wholeSamples(problems, options, samplingSteps);
  if (samples === undefined) return undefined;
  return { kind: "fixed", stepSize, steps: samples * samplingSteps, samplingSteps, ...sampleTimes(cutoff, samplingStepSize, samples) };
}

/**
 * Works out the clock of an adaptive solver, or tells why there is none: simulationTime must be a whole number of sampling steps, of any
 * length. `sampled` tells whether inputs are sampled: then each sample lasts `stepSize`, the last one at least to the end.
 */
export function adaptiveClock(problems: Problems, options: ClockOptions, sampled: boolean): AdaptiveClock | undefined {
  if (!areTimes(problems, options)) return undefined;
  const { simulationTime, stepSize, samplingStepSize, cutoff } = options;
  const most = roundHalfEven(simulationTime / samplingStepSize);
  if (most < 1 || most > MOST_STEPS) {
    const message = `simulationTime ${simulationTime} at samplingStepSize ${samplingStepSize} makes ${most} samples; 1 to ${MOST_STEPS} are possible`;
    problems.add("E_SAMPLING", ["samplingStepSize"], message);
    return undefined;
  }
  const samples = wholeSamples(problems, options);
  if (samples === undefined) return undefined;
  // The last sample may last beyond the end.
  const inputSamples = simulationTime / stepSize;
  const inputSteps = sampled ? (wholeNumber(inputSamples) ?? Math.ceil(inputSamples)) : samples;
  if (inputSteps < 1 || inputSteps > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, inputSteps));
    return undefined;
  }
  const inputStep = sampled ? stepSize : samplingStepSize;
  return { kind: "adaptive", inputStep, inputSteps, ...sampleTimes(cutoff, samplingStepSize, samples) };
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

/** How many sampling steps simulationTime has; tells where that is no whole number, but for rounding of decimal fractions. */
function wholeSamples(problems: Problems, options: ClockOptions, samplingSteps?: number): number | undefined {
  const { simulationTime, stepSize, samplingStepSize } = options;
  const samples = wholeNumber(simulationTime / samplingStepSize);
  if (samples !== undefined) return samples;
  const steps = samplingSteps === undefined ? undefined : wholeNumber(simulationTime / stepSize);
  const left =
    steps === undefined || samplingSteps === undefined
      ? `it has ${Number((simulationTime / samplingStepSize).toPrecision(6))} of them`
      : `${steps % samplingSteps} of ${samplingSteps} steps are left over`;
  const below = Math.floor(simulationTime / samplingStepSize);
  const fitting = [below, below + 1].filter((n) => n > 0).map((n) => Number((n * samplingStepSize).toPrecision(12)));
  // A sampling step that was not given is the step.
  const isStep = samplingStepSize === stepSize;
  const [what, name] = isStep ? ["steps", "stepSize"] : ["sampling steps", "samplingStepSize"];
  const message =
    `simulationTime ${simulationTime} is no whole number of ${what} of ${samplingStepSize} (${left}); ` +
    `use simulationTime ${fitting.join(" or ")}, or another ${name}`;
  problems.add("E_SAMPLING", [isStep ? "simulationTime" : "samplingStepSize"], message);
  return undefined;
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
