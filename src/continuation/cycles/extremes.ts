import { basisOf, lagrange } from "./basis.ts";
import { PERIOD } from "./cycle-problem.ts";
import { type Orbit, OrbitReader } from "./orbit.ts";

/** Extremes and the mean over a period. */
export interface Extent {
  min: number;
  max: number;
  mean: number;
}

/** A function of the states and the parameters: z = [u, λ] to numbers. */
type Observe = (z: Float64Array, out: Float64Array) => void;

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Extents of functions along a cycle: extremes where its polynomials have them, not at nodes; means by Gauss' rule. */
export function extentsOf(orbit: Orbit, size: number, count: number, observe: Observe): Extent[] {
  const reader = new OrbitReader(orbit, size);
  const z = new Float64Array(size + orbit.scalars.length - 1);
  z.set(orbit.scalars.subarray(PERIOD + 1), size);
  const intervals = orbit.mesh.length - 1;
  const degree = (orbit.nodes.length / size - 1) / intervals;
  const row = new Float64Array(count);
  const read = (interval: number, part: number) => {
    reader.readWithin(interval, part, z);
    observe(z, row);
  };
  const samples = new Float64Array((intervals * degree + 1) * count);
  for (let node = 0; node <= intervals * degree; node++) {
    z.set(orbit.nodes.subarray(node * size, (node + 1) * size));
    observe(z, row);
    samples.set(row, node * count);
  }
  const means = meansOf(orbit, degree, count, read, row);
  return Array.from({ length: count }, (_, c) => {
    const polynomials = (position: number) => interpolated(samples, { column: c, count, degree, intervals }, position);
    return { min: -peak(samples, c, count, (x) => -polynomials(x), -1), max: peak(samples, c, count, polynomials, 1), mean: means[c] };
  });
}

const shares = new Float64Array(32);

/** The value at a position, counted in nodes, of the polynomials through samples at all nodes. */
function interpolated(
  samples: Float64Array,
  { column, count, degree, intervals }: { column: number; count: number; degree: number; intervals: number },
  position: number,
): number {
  const inRange = Math.min(Math.max(position, 0), intervals * degree);
  const interval = Math.min(Math.floor(inRange / degree), intervals - 1);
  lagrange(degree, inRange / degree - interval, shares);
  let sum = 0;
  for (let k = 0; k <= degree; k++) sum += shares[k] * samples[(interval * degree + k) * count + column];
  return sum;
}

function meansOf(
  orbit: Orbit,
  degree: number,
  count: number,
  read: (interval: number, part: number) => void,
  row: Float64Array,
): Float64Array {
  // one point more than collocation has: nonlinear functions of the polynomials are of higher degree
  const { points, weights } = basisOf(degree + 2);
  const means = new Float64Array(count);
  for (let j = 0; j < orbit.mesh.length - 1; j++) {
    for (let i = 0; i < points.length; i++) {
      read(j, points[i]);
      const share = (orbit.mesh[j + 1] - orbit.mesh[j]) * weights[i];
      for (let c = 0; c < count; c++) means[c] += share * row[c];
    }
  }
  return means;
}

/** The highest value of sign · function: between the neighbours of each node that could have it. */
function peak(samples: Float64Array, column: number, count: number, at: (position: number) => number, sign: number): number {
  const nodes = samples.length / count;
  const value = (i: number) => sign * samples[i * count + column];
  let highest = Number.NEGATIVE_INFINITY;
  let spread = 0;
  for (let i = 0; i < nodes; i++) highest = Math.max(highest, value(i));
  for (let i = 1; i < nodes; i++) spread = Math.max(spread, Math.abs(value(i) - value(i - 1)));
  let best = highest;
  for (let i = 0; i < nodes; i++) {
    const isTop = value(i) >= value(Math.max(i - 1, 0)) && value(i) >= value(Math.min(i + 1, nodes - 1));
    if (!isTop || value(i) < highest - spread / 2) continue;
    best = Math.max(best, refined(at, i - 1, i), refined(at, i, i + 1));
  }
  return best;
}

/** The highest value between two positions, by golden sections and a parabola at the end; a corner between polynomials is an end. */
function refined(at: (position: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [at(left), at(right)];
  for (let turn = 0; turn < 40; turn++) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = at(right);
    }
  }
  return Math.max(atLeft, atRight, at(from), at(to));
}
