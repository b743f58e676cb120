/** What a run's times are called, as options of gridSearch. */
export const timeNames = ["simulationTime", "stepSize", "samplingStepSize", "cutoff"] as const;

/** How long a run is, and its steps, in the model's time unit. */
export type Times = Record<(typeof timeNames)[number], number>;

/** The times of a state alone. */
export function timesOf({ simulationTime, stepSize, samplingStepSize, cutoff }: Times): Times {
  return { simulationTime, stepSize, samplingStepSize, cutoff };
}

const ofUnits: Readonly<Record<string, Times>> = {
  s: { simulationTime: 2, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 0.5 },
  ms: { simulationTime: 500, stepSize: 0.05, samplingStepSize: 0.5, cutoff: 100 },
};
const withoutUnit = { simulationTime: 100, stepSize: 0.005, samplingStepSize: 0.05, cutoff: 20 };

/** Times of a model of which the unit of time alone is known; it may have none. */
export function usualTimes(timeUnit: string): Times {
  return Object.hasOwn(ofUnits, timeUnit) ? ofUnits[timeUnit] : withoutUnit;
}

/** The shortest and the longest time constant of a model, in its time unit. */
export interface TimeScales {
  shortest: number;
  longest: number;
}

/** Steps of the shortest time constant, how many of the longest a run lasts, and steps of a run at most. */
const STEPS = 50;
const LONG = 100;
const MOST_STEPS = 40_000;
/** Steps between samples, and the part of a run that is cut off. */
const SAMPLED = 10;
const CUT = 0.25;

/** Step and duration that suit time constants: round numbers. */
export function suggestedTimes({ shortest, longest }: TimeScales): Times {
  const stepSize = roundDown(shortest / STEPS);
  const simulationTime = roundDown(Math.min(LONG * longest, MOST_STEPS * stepSize));
  return { simulationTime, stepSize, samplingStepSize: times(stepSize, SAMPLED), cutoff: times(simulationTime, CUT) };
}

/** 1, 2 or 5 times a power of ten: the largest that is not above a number, but for rounding. */
function roundDown(value: number): number {
  const exponent = Math.floor(Math.log10(value) + 1e-6);
  const part = (value / 10 ** exponent) * (1 + 1e-6);
  return Number(`${part >= 5 ? 5 : part >= 2 ? 2 : 1}e${exponent}`);
}

function times(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}
