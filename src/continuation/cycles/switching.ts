import { type Bordered, Turnover } from "./bordered.ts";
import type { Solution } from "./condensation.ts";
import { PERIOD } from "./cycle-problem.ts";
import { type CyclePoint, Follower } from "./follower.ts";
import type { Multipliers } from "./multipliers.ts";

/** Where another branch begins, and what follows it: it need not be on the same number of intervals. */
export interface NewBranch {
  follower: Follower;
  point: CyclePoint;
}

/** The branch of twice the period at a period doubling: the orbit run through twice, with a deviation that turns over in between. */
export function doubledBranch(follower: Follower, point: CyclePoint): NewBranch {
  const { problem, degree, intervals } = follower;
  const { x } = new Turnover(problem, degree, intervals).at(point.orbit, follower.scales.states);
  const doubled = new Follower(problem, { degree, intervals: 2 * intervals, scales: follower.scales });
  const { mesh, nodes, scalars } = point.orbit;
  const first = Float64Array.from(mesh, (time) => time / 2);
  const orbit = {
    mesh: joined(
      first,
      first.subarray(1).map((time) => time + 0.5),
    ),
    nodes: joined(nodes, nodes.subarray(problem.size)),
    scalars: scalars.slice(),
  };
  orbit.scalars[PERIOD] *= 2;
  const tangent = {
    nodes: joined(
      x.nodes,
      x.nodes.subarray(problem.size).map((value) => -value),
    ),
    scalars: new Float64Array(scalars.length),
  };
  const multipliers = squared(point.multipliers);
  return { follower: doubled, point: { ...point, orbit, multipliers, determinantSign: 0, tangent: scaled(doubled, orbit.mesh, tangent) } };
}

/** The other branch at a point where two cross: along the null vector that is orthogonal to the tangent (Doedel, Keller & Kernevez 1991). */
export function crossingBranch(follower: Follower, point: CyclePoint, { x }: Bordered): NewBranch {
  const { mesh } = point.orbit;
  const share = follower.product(mesh, point.tangent, x) / follower.product(mesh, point.tangent, point.tangent);
  const away = {
    nodes: x.nodes.map((value, i) => value - share * point.tangent.nodes[i]),
    scalars: x.scalars.map((value, i) => value - share * point.tangent.scalars[i]),
  };
  return { follower, point: { ...point, determinantSign: 0, tangent: scaled(follower, mesh, away) } };
}

/** The point with its direction turned round. */
export function reversed(point: CyclePoint): CyclePoint {
  const turn = (values: Float64Array) => values.map((value) => -value);
  return {
    ...point,
    tangent: { nodes: turn(point.tangent.nodes), scalars: turn(point.tangent.scalars) },
    determinantSign: -point.determinantSign,
  };
}

/** Multipliers once around an orbit that is run through twice. */
function squared({ values, ...rest }: Multipliers): Multipliers {
  return { ...rest, values: values.map(({ re, im }) => ({ re: re * re - im * im, im: 2 * re * im })) };
}

function scaled(follower: Follower, mesh: Float64Array, direction: Solution): Solution {
  const length = Math.sqrt(follower.product(mesh, direction, direction));
  return { nodes: direction.nodes.map((value) => value / length), scalars: direction.scalars.map((value) => value / length) };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
