import { MassgridError } from "../errors.ts";
import { jumpTimesOf } from "../kernel/point-jumps.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { Plan } from "../plan/plan.ts";
import { amountText } from "../quantity.ts";
import { pointAt } from "../sweep/job.ts";
import { nameOf } from "../sweep/points.ts";
import { planRerun } from "./rerun.ts";
import { withReference } from "./variations.ts";

/** Jumps of the equations that lie within steps of a fixed size, which do not end there. */
export interface JumpsInSteps {
  /** Those of the points that were run again whose equations jump at known times, and the first time of the first of them. */
  points: readonly string[];
  time?: number;
  /** Whether there are jumps also where a state makes them. */
  byState: boolean;
}

/** Finds the jumps that the steps of a call do not end at; undefined where its steps end at all of them, or there are none. */
export function jumpsInSteps(call: NormalOptions, plan: Plan, sample: readonly number[]): JumpsInSteps | undefined {
  if (plan.clock.kind === "adaptive") return undefined;
  const adaptive = planned(call);
  if (!adaptive) return undefined;
  const found = new Map<number, number>();
  const wanted = new Set(sample);
  for (const job of adaptive.jobs) {
    if (!job.adaptive) continue;
    for (let i = 0; i < (job.points?.length ?? plan.points.names.length); i++) {
      const point = pointAt(job, i);
      const jump = wanted.has(point) ? jumpTimesOf(job, point)?.next() : undefined;
      if (jump) found.set(point, jump.first);
    }
  }
  const byState = adaptive.jobs.some(({ model }) => model.modes !== undefined);
  if (found.size === 0 && !byState) return undefined;
  const points = sample.filter((point) => found.has(point));
  const [first] = points;
  const time = found.get(first);
  return { points: points.map((point) => nameOf(plan.points.names, point)), ...(time === undefined ? {} : { time }), byState };
}

/** The plan of an adaptive solver, which finds jumps; undefined where none can step the model. */
function planned(call: NormalOptions): Plan | undefined {
  try {
    return planRerun(withReference(call, "dop853"));
  } catch (error) {
    if (error instanceof MassgridError) return undefined;
    throw error;
  }
}

/** A sentence about them. */
export function jumpsText({ points, time, byState }: JumpsInSteps, timeUnit: string): string {
  const [first] = points;
  const others = points.length - 1;
  const more =
    others > 0 ? `, and so do those of ${others} more ${others === 1 ? "point at its own times" : "points at their own times"}` : "";
  const known = time === undefined ? [] : [`the equations of ${first} jump at ${amountText(time, timeUnit)}, within a step${more}`];
  const located = byState ? ["the equations jump where a state makes them, within steps"] : [];
  return `${[...known, ...located].join("; ")}: fixed steps do not end there, those of adaptive solvers do`;
}
