import type { Problems } from "../check.ts";
import type { NormalOptions } from "../options/defaults.ts";
import { type MapFacts, mapColumns } from "../sweep/columns.ts";
import type { Assignment, Job } from "../sweep/job.ts";
import type { Grid } from "../sweep/points.ts";
import { checkFollowed, type Following, resolveFollow } from "./follow.ts";
import type { JobParts } from "./jobs.ts";
import { type Refinement, resolveRefine } from "./refine.ts";

/** What of a sweep is known only while it runs: which points are added, and where points start. */
export interface Growing {
  /** Given where points are added between those that differ. */
  refinement?: Refinement | undefined;
  /** Given where each point starts from where its neighbour ended. */
  following?: Following | undefined;
}

/** What is known of the sweep; the grid undefined where it is at fault. */
interface Sweep extends Pick<JobParts, "inputSources" | "initialStates">, Pick<MapFacts, "adaptive"> {
  grid: Grid | undefined;
  assignments: readonly Assignment[];
  named: Pick<MapFacts, "features" | "states"> & { keys: readonly string[] };
}

/** Resolves `refine` and `follow`, and tells what cannot be refined or followed. */
export function resolveGrowing(
  problems: Problems,
  normal: NormalOptions,
  { grid, assignments, named, adaptive, inputSources, initialStates }: Sweep,
): Growing {
  const ofInputs = inputSources.some(({ kind }) => kind === "columns");
  const ofStates = initialStates.some(({ values }) => values.length > 1);
  const columns = mapColumns({ ...named, points: { keys: named.keys }, timeUnit: "", adaptive });
  const refinement = resolveRefine(problems, normal, {
    ...{ grid, columns },
    ofPoints: [...(ofInputs ? ["inputs"] : []), ...(ofStates ? ["initialState"] : [])],
  });
  return { refinement, following: resolveFollow(problems, normal, { grid, assignments }) };
}

/** The same of a plan that is made. Throws E_FOLLOW where its model has delays. */
export function checkedGrowing({ refinement, following }: Growing, jobs: readonly Job[]): Growing {
  if (following) checkFollowed(jobs);
  return { ...(refinement ? { refinement } : {}), ...(following ? { following } : {}) };
}
