import { PARAMETER, PERIOD } from "./cycle-problem.ts";
import { circle, lengthOf } from "./exact-functions.ts";
import type { CyclePoint, Follower } from "./follower.ts";
import type { HopfPoint } from "./hopf-end.ts";
import { oscillatingVector } from "./hopf-start.ts";
import { multipliersOf } from "./multipliers.ts";
import { orbitOf, uniformMesh } from "./orbit.ts";
import type { Turn } from "./recurrence.ts";
import { readTrajectory } from "./trajectory.ts";

interface Field {
  readonly states: readonly string[];
  jacobian(z: Float64Array, out: Float64Array): void;
}

/** The plane in which cycles begin at a Hopf point. */
export interface HopfPlane {
  hopf: Omit<HopfPoint, "residual">;
  /** Real and imaginary parts of the eigenvector. */
  re: Float64Array;
  im: Float64Array;
  /** What states are measured by before cycles have any size: shares in the oscillation, as large as the equilibrium's states. */
  scales: Float64Array;
}

export function hopfPlane(field: Field, hopf: Omit<HopfPoint, "residual">): HopfPlane {
  const size = field.states.length;
  const z = new Float64Array(size + 1);
  z.set(hopf.state);
  z[size] = hopf.parameter;
  const all = new Float64Array(size * (size + 1));
  field.jacobian(z, all);
  const square = new Float64Array(size * size);
  for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) square[r * size + c] = all[r * (size + 1) + c];
  const vector = oscillatingVector(square, size, hopf.frequency);
  const moduli = vector.map(({ re, im }) => lengthOf(re, im));
  let [states, shares] = [0, 0];
  hopf.state.forEach((value, i) => {
    if (value === 0) return;
    states += value * value;
    shares += moduli[i] * moduli[i];
  });
  const factor = states > 0 && shares > 0 ? Math.sqrt(states / shares) : 1;
  const largest = moduli.reduce((most, share) => Math.max(most, share), 0);
  return {
    hopf,
    re: Float64Array.from(vector, ({ re }) => re),
    im: Float64Array.from(vector, ({ im }) => im),
    scales: Float64Array.from(moduli, (share) => factor * Math.max(share, 1e-6 * largest)),
  };
}

/** The cycle of no size at a Hopf point, and the direction in which cycles grow from it. */
export function fromHopf(follower: Follower, { hopf, re, im }: HopfPlane): CyclePoint {
  const { problem, degree, intervals, collocation } = follower;
  const mesh = uniformMesh(intervals);
  const shape = { degree, size: problem.size };
  const scalars = new Float64Array(problem.scalars);
  scalars[PERIOD] = (2 * Math.PI) / hopf.frequency;
  scalars[PARAMETER] = hopf.parameter;
  const orbit = orbitOf(mesh, shape, (_, out) => out.set(hopf.state.subarray(0, problem.size)), scalars);
  const wave = (time: number, out: Float64Array) => {
    const [cos, sin] = circle(time);
    for (let i = 0; i < out.length; i++) out[i] = re[i] * cos - im[i] * sin;
  };
  const direction = orbitOf(mesh, shape, wave, new Float64Array(problem.scalars));
  const length = Math.sqrt(follower.product(mesh, direction, direction));
  const none = { nodes: new Float64Array(orbit.nodes.length), scalars: new Float64Array(problem.scalars), residual: 0 };
  collocation.linearize(
    orbit,
    Array.from({ length: problem.scalars }, () => none),
  );
  return {
    orbit,
    tangent: { nodes: direction.nodes.map((value) => value / length), scalars: direction.scalars },
    multipliers: multipliersOf(collocation.system),
    determinantSign: 0,
    turns: 0,
  };
}

/** The cycle that a trajectory has come to, on a mesh that is adapted to it. */
export function fromTurn(follower: Follower, { trajectory, start, period }: Turn, parameter: number, sign: number): CyclePoint | undefined {
  const { problem, degree, intervals } = follower;
  const scalars = new Float64Array(problem.scalars);
  scalars[PERIOD] = period;
  scalars[PARAMETER] = parameter;
  const read = (time: number, out: Float64Array) => readTrajectory(trajectory, start + time * period, out);
  const guess = orbitOf(uniformMesh(4 * intervals), { degree, size: problem.size }, read, scalars);
  const tangent = { nodes: new Float64Array(guess.nodes.length), scalars: new Float64Array(problem.scalars) };
  let point: CyclePoint | undefined = {
    orbit: guess,
    tangent,
    multipliers: { values: [], trivialError: 0, unstable: 0, directions: new Float64Array(0) },
    determinantSign: 0,
    turns: 0,
  };
  // the guess is not smooth; meshes settle once the orbit is
  for (let round = 0; round < 3 && point !== undefined; round++) point = follower.begin(follower.adapted(point).orbit, sign);
  return point;
}
