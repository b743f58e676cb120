import { sureDigits } from "../newton.ts";
import { Turnover } from "./bordered.ts";
import { PARAMETER } from "./cycle-problem.ts";
import { Detector, type EventKind } from "./events.ts";
import type { CyclePoint, Follower } from "./follower.ts";

/** Digits that doubles have. */
const MOST_DIGITS = 15;

/** A parameter near 0 has digits as a number of this part of its range would. */
const OF_RANGE = 1e-2;

/** A bifurcation on a mesh of twice as many intervals, and how many digits of its parameter both meshes have in common. */
export interface Finer {
  point: CyclePoint;
  digits: number;
}

export function onFinerMesh(follower: Follower, kind: EventKind, point: CyclePoint, width: number): Finer | undefined {
  const finer = follower.withIntervals(2 * follower.intervals);
  const detector = new Detector(finer, new Turnover(finer.problem, finer.degree, finer.intervals));
  const again = detector.again(kind, finer.rebased(point, follower.scales), 0.01 * width);
  if (again === undefined) return undefined;
  const [coarse, fine] = [point.orbit.scalars[PARAMETER], again.point.orbit.scalars[PARAMETER]];
  const size = Math.max(Math.abs(fine), OF_RANGE * follower.scales.scalars[PARAMETER]);
  return { point: again.point, digits: Math.min(MOST_DIGITS, sureDigits(size, Math.abs(coarse - fine), size)) };
}
