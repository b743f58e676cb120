import * as v from "valibot";
import { checkEntries, type Entry, isRecord, type Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { type AdaptiveClock, adaptiveClock, type ClockOptions, fixedClock } from "../sweep/clock.ts";
import type { Timing } from "../sweep/job.ts";
import {
  type AdaptiveOptions,
  type AdaptiveSettings,
  adaptiveSolvers,
  isSolverName,
  type Solver,
  type SolverName,
  solverOf,
  solvers,
} from "../sweep/solver.ts";

/** The solver of a call, with what it is told. */
export interface SolverChoice {
  solver: Solver;
  options: AdaptiveOptions;
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const entries: Record<string, Entry> = {
  name: { schema: v.string(), says: "the name of a solver", required: true },
};

const adaptiveEntries: Record<string, Entry> = {
  ...entries,
  rtol: { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), says: "a number from 0 to 1" },
  atol: { schema: v.pipe(v.number(), v.finite(), v.minValue(0)), says: "a finite number, not negative" },
  firstStep: { schema: positive, says: "a finite time above 0" },
  maxStep: { schema: v.pipe(v.number(), v.gtValue(0)), says: "a time above 0" },
  maxSteps: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  interpolation: { schema: v.picklist(["hold", "linear", "pyrates"]), says: '"hold", "linear" or "pyrates"' },
};

/** Below it, a relative tolerance asks for more than f64 can tell; SciPy's limit. */
const LEAST_RTOL = 100 * Number.EPSILON;
/** Steps that a point may take if not told: many, and enough for each sample of an input. */
const MOST_STEPS = 1e6;
const STEPS_OF_SAMPLE = 10;

/** Checks the solver of a call. */
export function checkSolver(problems: Problems, choice: unknown): SolverChoice {
  const name = isRecord(choice) ? choice.name : choice;
  const known = typeof name === "string" && isSolverName(name) ? name : undefined;
  if (typeof name === "string" && known === undefined) {
    problems.unknown("E_UNKNOWN_SOLVER", ["solver"], { what: `solver ${sanitize(name)}`, found: name, known: Object.keys(solvers) });
  }
  const solver = solverOf(known ?? "euler");
  if (!isRecord(choice)) return { solver, options: {} };
  const before = problems.list.length;
  const given = Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== null));
  if (known !== undefined && solver.kind !== "adaptive") {
    checkFixed(problems, given, solver);
    return { solver, options: {} };
  }
  checkEntries(problems, given, adaptiveEntries, ["solver"]);
  if (problems.list.length > before) return { solver, options: {} };
  const { name: _, ...options }: AdaptiveOptions & { name?: unknown } = given;
  checkTolerances(problems, options);
  return { solver, options };
}

/** Checks the options of a solver whose steps are fixed; of those that adaptive ones have, it says so. */
function checkFixed(problems: Problems, given: Record<string, unknown>, { name }: Solver): void {
  const known = Object.keys(adaptiveSolvers);
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(entries, key) || !Object.hasOwn(adaptiveEntries, key)) own[key] = value;
    else {
      const message = `unknown option solver.${key} of ${name}, whose steps are fixed; solvers that choose their own have it: ${listed(known)}`;
      problems.add("E_UNKNOWN_OPTION", ["solver", key], message);
    }
  }
  checkEntries(problems, own, entries, ["solver"]);
}

function checkTolerances(problems: Problems, { rtol, atol }: AdaptiveOptions): void {
  if (rtol !== undefined && rtol < LEAST_RTOL && rtol !== 0) {
    const message = `solver.rtol ${rtol} asks for more than numbers of 64 bits can tell; use ${LEAST_RTOL.toPrecision(2)} or more`;
    problems.add("E_TOLERANCE", ["solver", "rtol"], message);
  }
  if (rtol === 0 && !(atol !== undefined && atol > 0)) {
    problems.add("E_TOLERANCE", ["solver", "rtol"], "solver.rtol 0 needs an atol above 0");
  }
}

/** A solver, and when it steps and samples; undefined where the times are at fault. */
export interface Stepping {
  solver: Solver;
  timing: Timing | undefined;
}

/** Works out how a call steps; `sampled` tells whether its inputs have samples. */
export function resolveStepping(problems: Problems, choice: SolverChoice, times: ClockOptions, sampled: boolean): Stepping {
  const { solver } = choice;
  if (solver.kind !== "adaptive") {
    const clock = fixedClock(problems, times);
    return { solver, timing: clock && { clock } };
  }
  const clock = adaptiveClock(problems, times, sampled);
  const { simulationTime } = times;
  return { solver, timing: clock && { clock, adaptive: settingsOf(problems, choice, { clock, simulationTime, sampled }) } };
}

/** What an adaptive solver is told, with nothing left out. */
function settingsOf(
  problems: Problems,
  { options }: SolverChoice,
  { clock, simulationTime, sampled }: { clock: AdaptiveClock; simulationTime: number; sampled: boolean },
): AdaptiveSettings {
  const { rtol = 1e-6, atol = 1e-9, firstStep = 0, maxStep = Number.POSITIVE_INFINITY, interpolation = "hold" } = options;
  const { maxSteps = MOST_STEPS + (sampled ? STEPS_OF_SAMPLE * clock.inputSteps : 0) } = options;
  if (firstStep > simulationTime) {
    const message = `solver.firstStep ${firstStep} is longer than simulationTime ${simulationTime}; use a shorter one`;
    problems.add("E_STEP", ["solver", "firstStep"], message);
  }
  return { rtol, atol, firstStep, maxStep, maxSteps, interpolation, simulationTime };
}

export type SolverOption = SolverName | ({ name: SolverName } & AdaptiveOptions);
