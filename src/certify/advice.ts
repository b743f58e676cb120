import type { NormalOptions } from "../options/defaults.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import type { AdaptiveSolverName } from "../sweep/solver.ts";
import { type Comparison, compare } from "./compare.ts";
import { planRerun, type Rerun, rerun } from "./rerun.ts";
import { withAdaptive, withShorterSteps } from "./variations.ts";

/** Evaluations of the right-hand side, of all points together, that looking for a better step may take: about two seconds. */
const MOST_WORK = 1.5e8;
/** Steps of that many parts of the present one are tried. */
const MOST_PARTS = 4096;

export interface Search {
  options: NormalOptions;
  plan: Plan;
  reference: Rerun;
  /** Points where the sweep is off. */
  points: readonly number[];
  tolerance: number;
  absolute: number;
  order: number;
  signal: AbortSignal | undefined;
}

/** Which of the quantities a better step is asked for. */
export type Counts = "features" | "all";

/**
 * The longest step, a whole fraction of the present one, at which the errors that count are within the tolerance: guessed from the
 * order of the solver, and then run. Undefined where it would take too long to find out.
 */
export async function betterStep(search: Search, present: Comparison, counts: Counts): Promise<number | undefined> {
  const { options, plan, points, tolerance, order } = search;
  let most = worst(present, counts);
  if (most <= tolerance) return options.stepSize;
  let parts = 1;
  let work = 0;
  while (most > tolerance) {
    // An error above one is no small one: the order says nothing of it yet.
    parts = nice(parts * partsFor((1.1 * Math.min(most, 1)) / tolerance, order));
    work += parts * inputGrid(plan.clock).steps * points.length * plan.jobs[0].solver.stages;
    if (parts > MOST_PARTS || work > MOST_WORK) return undefined;
    most = worst(await tried(search, withShorterSteps(options, parts, plan)), counts);
  }
  return Number((options.stepSize / parts).toPrecision(12));
}

/** A solver that chooses its own steps, and the tolerances at which it does. */
export interface AdaptiveChoice {
  name: AdaptiveSolverName;
  rtol: number;
  atol: number;
}

/** What is tried where no step will do: what comes first costs least. */
const choices: readonly AdaptiveChoice[] = [
  { name: "rk45", rtol: 1e-6, atol: 1e-9 },
  { name: "dop853", rtol: 1e-9, atol: 1e-12 },
  { name: "rodas4", rtol: 1e-7, atol: 1e-10 },
];

/** The first of some adaptive solvers with which all errors are within the tolerance, by a run. */
export async function betterSolver(search: Search): Promise<AdaptiveChoice | undefined> {
  const { solver } = search.options;
  for (const choice of choices) {
    // What is tighter than a sweep that was off may do.
    if ("rtol" in solver && solver.rtol <= choice.rtol) continue;
    const most = worst(await tried(search, withAdaptive(search.options, choice)), "all");
    if (most <= search.tolerance) return choice;
  }
  return undefined;
}

async function tried({ reference, points, absolute, signal }: Search, options: NormalOptions): Promise<Comparison> {
  signal?.throwIfAborted();
  return compare(await rerun(planRerun(options), points, signal), reference, absolute);
}

/** The largest error of those that count; infinite where a regime or a status is another one. */
function worst({ errors, changed }: Comparison, counts: Counts): number {
  if (changed.length > 0) return Number.POSITIVE_INFINITY;
  return errors.filter(({ kind }) => counts === "all" || kind === "feature").reduce((most, { error }) => Math.max(most, error), 0);
}

/** Into how many parts a step must be cut for its error to become `ratio` times as small, by the order of the solver: 1.5 to 32. */
function partsFor(ratio: number, order: number): number {
  for (let parts = 1.5; parts < 32; parts *= 1.25) {
    let gain = 1;
    for (let i = 0; i < order; i++) gain *= parts;
    if (gain >= ratio) return parts;
  }
  return 32;
}

/** The next number of the kind 1, 2, 4, 5, 8 times a power of ten: steps that people write down. */
function nice(parts: number): number {
  let power = 1;
  while (power * 10 <= parts) power *= 10;
  const digit = [1, 2, 4, 5, 8, 10].find((each) => each * power >= parts * (1 - 1e-9)) ?? 10;
  return digit * power;
}
