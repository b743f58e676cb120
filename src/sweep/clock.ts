import type { Problems } from "../check.ts";
import { roundHalfEven, wholeNumber } from "../whole.ts";

/** When a sweep steps and when it samples. Row k is the state before step (firstSample + k) samplingSteps; its label is (firstSample + k) samplingStep. */
export interface Clock {
  stepSize: number;
  /** Steps in all. */
  steps: number;
  /** Steps from one sample to the next. */
  samplingSteps: number;
  /** Number of the first sample that is kept: the first at or after the cutoff. */
  firstSample: number;
  /** Samples that are kept. */
  sampleCount: number;
  /** Time from one label to the next. */
  samplingStep: number;
}

export interface ClockOptions {
  simulationTime: number;
  stepSize: number;
  samplingStepSize?: number | undefined;
  cutoff?: number | undefined;
  /** Given where points choose their own steps, with whether inputs have samples, which last a step each. */
  free?: { sampled: boolean } | undefined;
}

/** Steps are counted in 32 bits. */
const MOST_STEPS = 2 ** 31 - 1;

function positive(problems: Problems, code: string, name: string, value: number): boolean {
  if (Number.isFinite(value) && value > 0) return true;
  problems.add(code, [name], `${name} must be a finite time above 0, but ${value} was found`);
  return false;
}

/** Works out the clock by PyRates' rule, or tells why there is none. Times are in the model's unit. */
export function makeClock(problems: Problems, options: ClockOptions): Clock | undefined {
  const { simulationTime, stepSize, samplingStepSize = stepSize, cutoff = 0 } = options;
  const times = [
    positive(problems, "E_TIME", "simulationTime", simulationTime),
    positive(problems, "E_STEP", "stepSize", stepSize),
    samplingStepSize === stepSize || positive(problems, "E_SAMPLING", "samplingStepSize", samplingStepSize),
  ];
  const cutoffIsTime = Number.isFinite(cutoff) && cutoff >= 0;
  if (!cutoffIsTime) problems.add("E_TIME", ["cutoff"], `cutoff must be a finite time, 0 or above, but ${cutoff} was found`);
  if (times.includes(false) || !cutoffIsTime) return undefined;
  if (options.free) return freeClock(problems, { simulationTime, stepSize, samplingStepSize, cutoff, sampled: options.free.sampled });
  const steps = roundHalfEven(simulationTime / stepSize);
  if (steps < 1 || steps > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, steps));
    return undefined;
  }
  const samplingSteps = samplesEvery(problems, stepSize, samplingStepSize);
  if (samplingSteps === undefined) return undefined;
  const samples = roundHalfEven(simulationTime / samplingStepSize);
  if (samples !== Math.ceil(steps / samplingSteps)) {
    problems.add("E_SAMPLING", ["samplingStepSize"], remainderMessage(options, samplingStepSize, steps, samplingSteps));
    return undefined;
  }
  const samplingStep = simulationTime / samples;
  const first = firstKept(cutoff, samplingStep, samples);
  return { stepSize, steps, samplingSteps, firstSample: first, sampleCount: samples - first, samplingStep };
}

interface FreeTimes {
  simulationTime: number;
  stepSize: number;
  samplingStepSize: number;
  cutoff: number;
  sampled: boolean;
}

/**
 * The clock of points that choose their own steps, by PyRates' rule for them: any sampling step, labels k T / rows. A step is then what
 * a sample of an input lasts, or of the results where no input has samples.
 */
function freeClock(problems: Problems, { simulationTime, stepSize, samplingStepSize, cutoff, sampled }: FreeTimes): Clock | undefined {
  const samples = roundHalfEven(simulationTime / samplingStepSize);
  if (samples < 1 || samples > MOST_STEPS) {
    const message = `simulationTime ${simulationTime} at samplingStepSize ${samplingStepSize} makes ${samples} samples; 1 to ${MOST_STEPS} are possible`;
    problems.add("E_SAMPLING", ["samplingStepSize"], message);
    return undefined;
  }
  const samplingStep = simulationTime / samples;
  const first = firstKept(cutoff, samplingStep, samples);
  const steps = sampled ? roundHalfEven(simulationTime / stepSize) : samples;
  if (steps < 1 || steps > MOST_STEPS) {
    problems.add("E_STEP", ["stepSize"], stepsMessage(simulationTime, stepSize, steps));
    return undefined;
  }
  const step = sampled ? stepSize : samplingStep;
  return { stepSize: step, steps, samplingSteps: samplingStep / step, firstSample: first, sampleCount: samples - first, samplingStep };
}

function stepsMessage(simulationTime: number, stepSize: number, steps: number): string {
  if (steps < 1) return `stepSize ${stepSize} is larger than simulationTime ${simulationTime}, so there is no step; use a smaller step`;
  return `simulationTime ${simulationTime} at stepSize ${stepSize} makes ${steps} steps; at most ${MOST_STEPS} are possible`;
}

function samplesEvery(problems: Problems, stepSize: number, samplingStepSize: number): number | undefined {
  const ratio = samplingStepSize / stepSize;
  const every = wholeNumber(ratio);
  if (every !== undefined) return every;
  const below = Math.max(1, Math.floor(ratio));
  const near = [below, below + 1].map((k) => Number((k * stepSize).toPrecision(12))).join(" or ");
  problems.add(
    "E_SAMPLING",
    ["samplingStepSize"],
    `samplingStepSize ${samplingStepSize} is ${Number(ratio.toPrecision(6))} times stepSize ${stepSize}; it must be a whole multiple of it: use ${near}`,
  );
  return undefined;
}

function remainderMessage(options: ClockOptions, sampling: number, steps: number, every: number): string {
  const down = Math.floor(steps / every) * every;
  const fitting = [down, down + every].filter((n) => n > 0).map((n) => Number((n * options.stepSize).toPrecision(12)));
  const left = steps % every;
  return (
    `simulationTime ${options.simulationTime} is no whole number of sampling steps of ${sampling} (${left} of ${every} steps are left over); ` +
    `use simulationTime ${fitting.join(" or ")}, or another samplingStepSize`
  );
}

/** Number of the first sample whose label is not before the cutoff, with room for rounding of the label. */
function firstKept(cutoff: number, samplingStep: number, samples: number): number {
  const nearby = Math.max(0, Math.floor(cutoff / samplingStep) - 1);
  let first = Math.min(nearby, samples);
  while (first < samples && first * samplingStep < cutoff * (1 - 1e-12)) first++;
  return first;
}

/** The time labels of the rows that are kept. */
export function labels(clock: Clock): Float64Array {
  const times = new Float64Array(clock.sampleCount);
  for (let k = 0; k < times.length; k++) times[k] = (clock.firstSample + k) * clock.samplingStep;
  return times;
}
