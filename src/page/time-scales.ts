import { type CircuitTemplate, gridSearch, type ModelDescription } from "../index.ts";
import type { TimeScales } from "./times.ts";

/** States of a model whose time constants are looked for. */
const MOST_STATES = 60;
/** How far a state is moved: a part of it, or of the least size that a state is taken to have. */
const PART = 2 ** -20;
const LEAST = 1e-3;
/** Slower than this is no time constant, but rounding. */
const LEAST_RATE = 1e-6;

/**
 * Time constants at the initial state: 1/|J_ii| and 1/sqrt|J_ij J_ji| of the Jacobian J, which is found from one Euler step of the initial
 * state and of each state moved a little. Undefined where there are none to be found, or too many states.
 */
export async function timeScalesOf(circuit: CircuitTemplate, { variables, edges }: ModelDescription): Promise<TimeScales | undefined> {
  const states = variables.filter(({ kind, mapping }) => kind === "state" && mapping !== undefined);
  if (states.length === 0 || states.length > MOST_STATES) return undefined;
  // One Euler step is exact, however long; only a delay must not be shorter.
  const step = edges.reduce((least, { delay }) => (delay > 0 ? Math.min(least, delay) : least), 1);
  const moves = states.map(({ value }) => PART * Math.max(LEAST, Math.abs(value)));
  const named = <Value>(of: (i: number) => Value) => Object.fromEntries(states.map((_, i) => [`s${i}`, of(i)]));
  const { resultsMap } = await gridSearch({
    circuitTemplate: circuit,
    paramGrid: named((i) => Float64Array.from({ length: states.length + 1 }, (_, k) => states[i].value + (k === i + 1 ? moves[i] : 0))),
    paramMap: Object.fromEntries(states.flatMap(({ mapping }, i) => (mapping ? [[`s${i}`, mapping]] : []))),
    outputs: Object.fromEntries(states.map(({ path }, i) => [`x${i}`, path])),
    features: Object.fromEntries(states.map((_, i) => [`x${i}`, ["last" as const]])),
    ...{ simulationTime: 2 * step, stepSize: step, samplingStepSize: step, solver: "euler", results: false, workers: 0 },
  });
  const after = states.map((_, i) => Array.from(resultsMap.getChild(`x${i}_last`) ?? [], Number));
  const slope = (i: number, j: number) => ((after[i][j + 1] - after[i][0]) / moves[j] - (i === j ? 1 : 0)) / step;
  const rates = states.flatMap((_, i) =>
    states.slice(0, i + 1).map((__, j) => (i === j ? Math.abs(slope(i, i)) : Math.sqrt(Math.abs(slope(i, j) * slope(j, i))))),
  );
  const real = rates.filter((rate) => Number.isFinite(rate) && rate > LEAST_RATE).sort((a, b) => a - b);
  return real.length === 0 ? undefined : { shortest: 1 / real[real.length - 1], longest: 1 / real[0] };
}
