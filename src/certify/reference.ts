import { MassgridError } from "../errors.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { Job } from "../sweep/job.ts";
import { compare, idOf } from "./compare.ts";
import { type PointResult, planRerun, type Rerun, rerun } from "./rerun.ts";
import { withReference, withTighterTolerances } from "./variations.ts";

/** A reference: what the sampled points should have come to, and what that is said to be. */
export interface Reference {
  run: Rerun;
  /** The same at a tenth of the tolerances. */
  check: Rerun | undefined;
  says: string;
  /** Factor from the distance to a finer run to the error: above 1 where the reference is only half a step. */
  factor: number;
  /** Points of the sample for which there is none. */
  missing: readonly number[];
  /** Of quantities at points where the run is the finer one: what it may be off by still, relative. */
  doubts?: ReadonlyMap<string, number>;
}

const SAYS = { dop853: "dop853 at rtol 1e-11", rodas4: "rodas4 at rtol 1e-9" } as const;

/** The runs that a reference is made for. */
interface Runs {
  sample: readonly number[];
  signal: AbortSignal | undefined;
  /** The sweep as it is, and at half the step. */
  own: Rerun;
  finer: Rerun;
  job: Job;
}

/**
 * Runs the reference: by dop853, by rodas4 at points that dop853 cannot finish, or the finer run where neither can step the model. A point
 * that neither finishes has no reference, unless the sweep fails there too, or both say that it fails at the same time.
 */
export async function referenceOf(call: NormalOptions, runs: Runs): Promise<Reference> {
  const { sample, signal, own, finer } = runs;
  const run = await attempt(() => rerun(planRerun(withReference(call, "dop853")), sample, signal));
  if (!run) return { run: finer, check: undefined, ...fromHalf(runs.job), missing: [] };
  const unfinished = sample.filter((point) => {
    const [found, ours] = [run.points.get(point), own.points.get(point)];
    return found === undefined || found.isUnfinished || (found.failed && !ours?.failed);
  });
  const rest = sample.filter((point) => !unfinished.includes(point));
  const check = await rerun(planRerun(withTighterTolerances(withReference(call, "dop853"))), rest, signal);
  if (unfinished.length === 0) return { run, check, says: SAYS.dop853, factor: 1, missing: [] };
  const stiffCall = withReference(call, "rodas4");
  const stiff = await attempt(() => rerun(planRerun(stiffCall), unfinished, signal));
  const stiffCheck = stiff && (await rerun(planRerun(withTighterTolerances(stiffCall)), unfinished, signal));
  const points = new Map(run.points);
  const missing: number[] = [];
  let stiffPoints = 0;
  for (const point of unfinished) {
    const [first, second] = [run.points.get(point), stiff?.points.get(point)];
    if (second && !second.failed) {
      points.set(point, second);
      stiffPoints++;
    } else if (!first || !second || !agree(first, second)) {
      points.delete(point);
      missing.push(point);
    }
  }
  const all = stiffPoints === sample.length;
  const says = all ? SAYS.rodas4 : stiffPoints > 0 ? `${SAYS.dop853} and, at ${stiffPoints} of the points, ${SAYS.rodas4}` : SAYS.dop853;
  const checks = new Map([...check.points, ...(stiffCheck?.points ?? [])]);
  return { run: { ...run, points }, check: { ...check, points: checks }, says, factor: 1, missing };
}

/** A reference that is off itself by more than this share of an error does not tell it. */
const SHARE = 0.1;
/** What two references differ by at the least, relative: rounding. */
const ROUNDING = 1e-12;
/** What the finer of two references is off by, as a share of their distance: with room, since an order has no meaning at the last digits. */
const DOUBT = 0.5;

/** The reference with points taken from the run at a tenth of its tolerances where its own error is not small beside that of the sweep. */
export function refined(reference: Reference, own: Rerun, absolute: number): Reference {
  const { run, check } = reference;
  if (!check) return reference;
  const errors = new Map(compare(own, run, absolute).errors.map((each) => [idOf(each), each.error]));
  const distances = compare(run, check, absolute).errors;
  const doubtful = distances.filter((each) => {
    return each.error > ROUNDING && each.error > SHARE * (errors.get(idOf(each)) ?? Number.POSITIVE_INFINITY);
  });
  if (doubtful.length === 0) return reference;
  const points = new Map(run.points);
  const finer = new Set(doubtful.map(({ point }) => point));
  for (const point of finer) {
    const result = check.points.get(point);
    if (result) points.set(point, result);
  }
  const doubts = new Map(distances.filter(({ point }) => finer.has(point)).map((each) => [idOf(each), DOUBT * each.error]));
  return { ...reference, doubts, run: { ...run, points }, says: `${reference.says} (a tenth of that at ${finer.size} of the points)` };
}

/** Whether two references of a point tell the same failure: one that is the equations', and not a solver's. */
function agree(first: PointResult, second: PointResult): boolean {
  if (first.isUnfinished || second.isUnfinished || !first.failed || !second.failed) return false;
  return Math.abs(first.failedAt - second.failedAt) <= 1e-3 * Math.max(first.failedAt, second.failedAt);
}

/** How the error follows from the distance to half the step: by the order that the solver has on such a model. */
function fromHalf({ solver, model, wiener }: Job): Pick<Reference, "says" | "factor"> {
  const strong = wiener.length > 0 ? (solver.strongOrder ?? solver.order) : solver.order;
  // The past is interpolated, and jumps in it have no order at all.
  const order = model.history ? Math.min(strong, 2) : strong;
  const half = Math.sqrt(1 << (2 * order));
  return { says: solver.kind === "adaptive" ? "a tenth of the tolerances" : "half the step", factor: half / (half - 1) };
}

/** Undefined where the call is refused: a solver takes no such model. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MassgridError) return undefined;
    throw error;
  }
}
