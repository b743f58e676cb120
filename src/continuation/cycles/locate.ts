import type { CyclePoint, Follower } from "./follower.ts";
import { moveOrbit, type Orbit } from "./orbit.ts";

/** Two neighbouring points of a branch on one mesh: the second is `length` from the first. */
export interface Step {
  from: CyclePoint;
  to: CyclePoint;
  length: number;
}

/** A point of a branch where a test function is zero. */
export interface Located {
  point: CyclePoint;
  /** Where in the step. */
  at: number;
  /** What the test function is there, as a part of its change over the step. */
  residual: number;
}

/** A function of points whose zeros are looked for. It is called right after a point was solved for, while its factors are there. */
export type TestFunction = (point: CyclePoint) => number;

const MOST_TRIES = 25;
/** A zero is found where the function is smaller than this part of its change over the step. */
const SMALL = 1e-11;

/**
 * The zero of a test function between the ends of a step, which it has different signs at: secants, kept within the bracket (Illinois).
 *
 * @param small what is as good as 0 for the function, beside what is small in its change over the step
 */
export function locate(
  follower: Follower,
  step: Step,
  test: TestFunction,
  ends: readonly [number, number],
  small = 0,
): Located | undefined {
  let [low, high] = [0, step.length];
  let [atLow, atHigh] = ends;
  const change = Math.abs(atHigh - atLow);
  let best: Located | undefined;
  let side = 0;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const share = atLow / (atLow - atHigh);
    const at = low + (high - low) * (share > 0 && share < 1 ? share : 0.5);
    const point = follower.advance(step.from, at, between(step, at, best));
    if (point === undefined) return best;
    const value = test(point);
    const residual = Math.abs(value) / change;
    if (best === undefined || residual < best.residual) best = { point, at, residual };
    if (residual < SMALL || Math.abs(value) < small || high - low < 1e-13 * step.length) return best;
    if (value > 0 === atLow > 0) {
      [low, atLow] = [at, value];
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      [high, atHigh] = [at, value];
      if (side === 1) atLow /= 2;
      side = 1;
    }
  }
  return best;
}

/** A guess between the points of a step: along the tangents of both ends, or from the nearest that is known. */
export function between({ from, to, length }: Step, at: number, known?: Located): Orbit {
  if (known !== undefined && Math.abs(known.at - at) < 0.05 * length) {
    return moveOrbit(known.point.orbit, { mesh: from.orbit.mesh, ...known.point.tangent }, at - known.at);
  }
  const x = at / length;
  const mix = (a: Float64Array, b: Float64Array, ta: Float64Array, tb: Float64Array) =>
    a.map((value, i) => {
      const rise = b[i] - value;
      return value + x * rise + x * (1 - x) * ((1 - x) * (length * ta[i] - rise) + x * (rise - length * tb[i]));
    });
  return {
    mesh: from.orbit.mesh,
    nodes: mix(from.orbit.nodes, to.orbit.nodes, from.tangent.nodes, to.tangent.nodes),
    scalars: mix(from.orbit.scalars, to.orbit.scalars, from.tangent.scalars, to.tangent.scalars),
  };
}

/** Where in a step a free number has a value, by the cubic that both ends and their tangents give. */
export function placeOf(step: Step, place: number, value: number): number {
  let [low, high] = [0, step.length];
  const sign = Math.sign(step.to.orbit.scalars[place] - step.from.orbit.scalars[place]);
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    const at = scalarAt(step, place, middle);
    if ((at - value) * sign < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function scalarAt({ from, to, length }: Step, place: number, at: number): number {
  const x = at / length;
  const [a, b] = [from.orbit.scalars[place], to.orbit.scalars[place]];
  const rise = b - a;
  const [ta, tb] = [length * from.tangent.scalars[place] - rise, rise - length * to.tangent.scalars[place]];
  return a + x * rise + x * (1 - x) * ((1 - x) * ta + x * tb);
}
