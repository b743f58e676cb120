/** The status of a point that reached the end. */
export const OK = "ok";

/**
 * Why a point did not reach the end: a state grew beyond bounds; a slope is not a number; an adaptive solver would need steps too
 * short for doubles, though nothing grows; it took as many steps as it may.
 */
export const failureStatuses = ["diverged", "not_a_number", "step_underflow", "step_limit"] as const;
export type FailureStatus = (typeof failureStatuses)[number];

/** Why lanes of a block failed; what it holds of a lane that did not fail means nothing. */
export interface Failures {
  /** For each lane the number of its status in `failureStatuses`. */
  reasons: Uint8Array;
  /** For each lane that is not_a_number, the row of the state whose slope is none; -1 else. */
  variables: Int32Array;
}

export function noFailures(lanes: number): Failures {
  return { reasons: new Uint8Array(lanes), variables: new Int32Array(lanes).fill(-1) };
}

/** The number of a status in `failureStatuses`. */
export function reasonOf(status: FailureStatus): number {
  return failureStatuses.indexOf(status);
}

/** The status of a lane that failed. */
export function failureOf(failures: Failures | undefined, lane: number): FailureStatus {
  return failureStatuses[failures?.reasons[lane] ?? 0];
}
