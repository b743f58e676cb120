import type { NormalOptions } from "../options/defaults.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import { compare, type QuantityError } from "./compare.ts";
import { planRerun, type Rerun, rerun } from "./rerun.ts";
import { withShorterSteps } from "./variations.ts";

/** Evaluations of the right-hand side, of all points together, that looking for a better step may take: about two seconds. */
const MOST_WORK = 1.5e8;
/** Steps of that many parts of the present one are tried. */
const MOST_PARTS = 4096;

export interface Search {
  options: NormalOptions;
  plan: Plan;
  reference: Rerun;
  points: readonly number[];
  tolerance: number;
  order: number;
  signal: AbortSignal | undefined;
}

/**
 * The longest step, a whole fraction of the present one, at which the errors that `counts` picks are within the tolerance: guessed
 * from the order of the solver, and then run. Undefined where it would take too long to find out.
 */
export async function betterStep(
  search: Search,
  errors: readonly QuantityError[],
  counts: (error: QuantityError) => boolean,
): Promise<number | undefined> {
  const { options, plan, reference, points, tolerance, order, signal } = search;
  const worst = (list: readonly QuantityError[]) => list.filter(counts).reduce((most, { error }) => Math.max(most, error), 0);
  let most = worst(errors);
  if (most <= tolerance) return options.stepSize;
  let parts = 1;
  let work = 0;
  while (most > tolerance) {
    // An error above one is no small one: the order says nothing of it yet.
    parts = nice(parts * partsFor((1.1 * Math.min(most, 1)) / tolerance, order));
    work += parts * inputGrid(plan.clock).steps * points.length * plan.jobs[0].solver.stages;
    if (parts > MOST_PARTS || work > MOST_WORK) return undefined;
    signal?.throwIfAborted();
    const finer = await rerun(planRerun(withShorterSteps(options, parts, plan)), points, signal);
    most = worst(compare(finer, reference).errors);
  }
  return Number((options.stepSize / parts).toPrecision(12));
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
