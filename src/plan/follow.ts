import type { Problems } from "../check.ts";
import { listed, refusal, sanitize } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { NormalOptions } from "../options/defaults.ts";
import { type FollowDirection, followDirections } from "../options/edges.ts";
import { DIRECTION } from "../sweep/columns.ts";
import type { Assignment, Job } from "../sweep/job.ts";
import type { Grid } from "../sweep/points.ts";

/** How points follow each other, resolved. */
export interface Following {
  /** Number of the grid key. */
  key: number;
  direction: FollowDirection;
}

/** Finds along which key points follow each other, and tells what cannot be followed. */
export function resolveFollow(
  problems: Problems,
  { follow, certify, store }: Pick<NormalOptions, "follow" | "certify" | "store">,
  { grid, assignments }: { grid: Grid | undefined; assignments: readonly Assignment[] },
): Following | undefined {
  if (follow === false || !grid) return undefined;
  const add = (message: string) => problems.add("E_FOLLOW", ["follow"], message);
  if (store !== undefined)
    add("points that follow each other are run one after the other, and not in shards; leave out store, and write the map");
  if (certify !== false)
    add("a certificate runs points again from where they start, which for these is where others ended; leave out certify");
  if (grid.keys.includes(DIRECTION)) {
    const message = `the grid key ${DIRECTION} is a column of a map whose points follow each other; choose another name, such as rename: { ${DIRECTION}: "${DIRECTION}_" }`;
    problems.add("E_RESERVED_NAME", ["paramGrid", DIRECTION], message);
  }
  const state = assignments.find(({ kind }) => kind === "state");
  if (state) {
    const key = sanitize(grid.keys[state.key]);
    add(`the grid key ${key} sets where ${state.path} starts, which is where the neighbour ended; leave out ${key}, or follow`);
  }
  const { keys, permute } = grid;
  const isList = keys.length > 1 && !permute && !grid.isTwice;
  if (isList)
    add(
      "points of several keys follow each other along one of them in a product of all (permuteGrid: true); this grid is a list of points",
    );
  const direction = followDirections.find((name) => name === follow.direction);
  // What is no name at all has been told with the kinds of options.
  if (follow.key !== null && typeof follow.key !== "string") return undefined;
  const key = follow.key === null ? (keys.length === 1 ? 0 : -1) : keys.indexOf(follow.key);
  if (key < 0) {
    const suggestion = follow.key === null ? undefined : nearest(follow.key, keys);
    const hint = suggestion === undefined ? `there are: ${listed(keys)}` : `did you mean ${suggestion}?`;
    const what =
      follow.key === null
        ? "the grid has several keys, and follow must name one: { key, direction }"
        : `the grid has no key ${sanitize(follow.key)}`;
    add(`${what}; ${hint}`);
  }
  return direction === undefined || key < 0 ? undefined : { key, direction };
}

/** Throws E_FOLLOW where the state at the end is not all that goes on: where delays look back beyond it. */
export function checkFollowed(jobs: readonly Job[]): void {
  if (jobs.every(({ longestDelay }) => longestDelay === 0)) return;
  const message = "the model has delays, so that what a neighbour leaves is its past, and not its state alone; leave out follow";
  throw refusal("E_FOLLOW", message, { path: ["follow"] });
}
