import type { Basis } from "./basis.ts";
import { PARAMETER, PERIOD } from "./cycle-problem.ts";
import type { EventKind } from "./events.ts";
import type { CyclePoint } from "./follower.ts";
import type { HomoclinicGuess } from "./homoclinic.ts";
import type { HopfPoint } from "./hopf-end.ts";
import { meanOf, rangesOf } from "./measure.ts";

/** How a branch is followed. Lengths are parts of the scales: of the states' extents, of the period's logarithm, of the parameter's range. */
export interface FollowOptions {
  range: readonly [number, number];
  stepSize: number;
  minStepSize: number;
  maxStepSize: number;
  maxPoints: number;
  userValues: readonly number[];
  stopAtPeriod: number | undefined;
  /** Told of all rows of the branch after each one. */
  told?: ((rows: readonly BranchRow[]) => void) | undefined;
}

/** What a row of a branch is. */
export type RowKind = "start" | "step" | "userValue" | "hopf" | "end" | "homoclinic" | EventKind;

export interface BranchRow {
  kind: RowKind;
  point: CyclePoint;
  /** Of a located bifurcation: how nearly its condition holds, and the digits of its parameter that a finer mesh leaves as they are. */
  residual?: number;
  digits?: number;
  /** The count of unstable multipliers changed by what the rows do not explain. */
  hidden?: boolean;
  /** Of a homoclinic orbit's row: the parameter is not that of an orbit but extrapolated. */
  guess?: HomoclinicGuess;
}

/** Why a branch ended. */
export type EndReason = "range" | "period" | "homoclinic" | "hopf" | "closed" | "points" | "failed";

export interface Branch {
  rows: BranchRow[];
  end: EndReason;
}

/** A fold is one where the parameter differs from its own by more than this part of it on both sides, at points of the branch. */
const FLAT = 1e-9;
/** The same where the multipliers are not to be trusted: the mesh is too coarse for the cycle, and moves its parameter from step to step. */
const COARSE = 1e-6;
/** How far a parameter has to be from a fold's to have turned away from it. */
export function tolerance(parameter: number, isTrusted = true): number {
  return (isTrusted ? FLAT : COARSE) * Math.max(Math.abs(parameter), 1e-6);
}

/** What tells cycles apart wherever their time begins: period and parameter, and the states' means and extents. */
export function signatureOf(orbit: CyclePoint["orbit"], basis: Basis, size: number): number[] {
  return [...orbit.scalars, ...meanOf(orbit, basis, size), ...rangesOf(orbit, size).ranges];
}

/** Whether a point is where a branch begins at another: a Hopf point, a period doubling or a branch point. Test functions are zero there. */
export function isSingular({ determinantSign }: CyclePoint): boolean {
  return determinantSign === 0;
}

/** dλ/dT along the branch. */
export function slopeOf({ tangent }: CyclePoint): number {
  return tangent.scalars[PARAMETER] / tangent.scalars[PERIOD];
}

/** The cycle of no size at a Hopf point. */
export function atRest(orbit: CyclePoint["orbit"], { state, parameter, frequency }: HopfPoint): CyclePoint["orbit"] {
  const size = state.length;
  const scalars = orbit.scalars.slice();
  scalars[PERIOD] = (2 * Math.PI) / frequency;
  scalars[PARAMETER] = parameter;
  return { mesh: orbit.mesh, nodes: orbit.nodes.map((_, i) => state[i % size]), scalars };
}

/** By how much the next step is longer. */
export function growth(turns: number, cosine: number): number {
  if (cosine < 0.95 || turns > 5) return 0.7;
  return turns <= 4 ? 1.4 : 1;
}
