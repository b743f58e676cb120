import { sureDigits } from "./newton.ts";

/** A point of a curve, and where the curve goes on. */
interface Place {
  x: Float64Array;
  tangent: Float64Array;
}

/** A point that was located within a step as the zero of a test function, and how others beside it are found. */
export interface LocatedPlace<Point extends Place> {
  s: number;
  place: Point;
  length: number;
  at: (s: number) => Point | undefined;
  value: (place: Point) => number;
}

/** How far beside a point its test function is looked at, as a part of the step. */
const BESIDE = 1e-7;

/**
 * Digits of some unknowns that are sure at a located point: on both sides of it the test function and the unknowns are lines, but for rounding, and by how much
 * the point is off these is what rounding does to it.
 */
export function digitsAt<Point extends Place>(
  { s, place, length, at, value }: LocatedPlace<Point>,
  unknowns: readonly number[],
  scales: Float64Array,
): number {
  const h = BESIDE * length;
  const [before, behind] = [at(s - h), at(s + h)];
  if (!before || !behind) return 0;
  const [low, high] = [value(before), value(behind)];
  const slope = Math.abs(high - low) / (2 * h);
  const off = Math.max(Math.abs(value(place)), Math.abs(low + high) / 2) / slope;
  if (!Number.isFinite(off)) return 0;
  return unknowns.reduce((least, j) => {
    const own = Math.abs((before.x[j] + behind.x[j]) / 2 - place.x[j]);
    const error = off * Math.abs(place.tangent[j]) + own + Number.EPSILON * Math.abs(place.x[j]);
    return Math.min(least, sureDigits(place.x[j], error, scales[j]));
  }, 16);
}
