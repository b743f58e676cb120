import type { Basis } from "./basis.ts";
import type { Scales } from "./follower.ts";
import { dot, type Orbit } from "./orbit.ts";

/** Least that a state is measured by, as a part of the most that it has moved so far, and of its own size. */
const OF_MOST = 0.1;
const OF_SIZE = 0.1;
/** A state that moves by less than this part of its size, or not at all, says nothing of what it is to be measured by. */
const STILL = 1e-6;

/** A state that moves by less than this part of what another does is moved by rounding. */
const ROUNDING = 1e-12;

/** How far each state moves along an orbit's nodes, and how large it gets. */
export function rangesOf({ nodes }: Orbit, size: number): { ranges: Float64Array; sizes: Float64Array } {
  const [low, high] = [nodes.slice(0, size), nodes.slice(0, size)];
  for (let i = size; i < nodes.length; i++) {
    const c = i % size;
    if (nodes[i] < low[c]) low[c] = nodes[i];
    if (nodes[i] > high[c]) high[c] = nodes[i];
  }
  return {
    ranges: high.map((value, i) => value - low[i]),
    sizes: high.map((value, i) => Math.max(Math.abs(value), Math.abs(low[i]))),
  };
}

/** What states are measured by: how far they move, and of one that stands still, at 0 maybe, the least that another does. */
export function measuresOf(moves: Float64Array, sizes: Float64Array): Float64Array {
  const most = moves.reduce((size, move) => Math.max(size, move), 0);
  const isStill = (i: number) => moves[i] <= STILL * sizes[i] || moves[i] <= ROUNDING * most;
  const least = moves.reduce((size, move, i) => (isStill(i) ? size : Math.min(size, move)), Number.POSITIVE_INFINITY);
  return moves.map((move, i) => (isStill(i) ? (Number.isFinite(least) ? least : 1) : move));
}

/** Keeps the scales of a branch: states by how far they move, the period by itself, the parameter by its range. */
export class Ruler {
  readonly #most: Float64Array;
  readonly #span: number;

  /** @param first what states are measured by before anything has moved */
  constructor(first: Float64Array, span: number) {
    this.#most = first.slice();
    this.#span = span;
  }

  scalesAt(orbit: Orbit): Scales {
    const { ranges, sizes } = rangesOf(orbit, this.#most.length);
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ranges.length; i++) {
      this.#most[i] = Math.max(this.#most[i], ranges[i]);
      if (this.#most[i] > STILL * sizes[i]) least = Math.min(least, this.#most[i]);
    }
    for (let i = 0; i < ranges.length; i++) {
      if (this.#most[i] <= STILL * sizes[i] && sizes[i] < least) this.#most[i] = Number.isFinite(least) ? least : 1;
    }
    const states = ranges.map((range, i) => Math.max(range, OF_MOST * this.#most[i], OF_SIZE * sizes[i]));
    return { states, scalars: Float64Array.of(orbit.scalars[0], this.#span) };
  }
}

/** Deviations of an orbit from its mean, at its nodes. */
function deviations(orbit: Orbit, basis: Basis, size: number): Float64Array {
  const mean = meanOf(orbit, basis, size);
  return orbit.nodes.map((value, i) => value - mean[i % size]);
}

/** The mean of an orbit. */
export function meanOf({ mesh, nodes }: Orbit, { degree, weights, values }: Basis, size: number): Float64Array {
  const mean = new Float64Array(size);
  for (let k = 0; k <= degree; k++) {
    let share = 0;
    for (let i = 0; i < degree; i++) share += weights[i] * values[i * (degree + 1) + k];
    for (let j = 0; j < mesh.length - 1; j++) {
      const part = share * (mesh[j + 1] - mesh[j]);
      for (let c = 0; c < size; c++) mean[c] += part * nodes[(j * degree + k) * size + c];
    }
  }
  return mean;
}

/** The cosine of the angle between two orbits' deviations from their means: -1 where one is the other turned over. 0 where one is at rest. */
export function likeness(a: Orbit, b: Orbit, basis: Basis, scales: Float64Array): { cosine: number; sizes: [number, number] } {
  const size = scales.length;
  const scaled = (values: Float64Array) => values.map((value, i) => value / scales[i % size]);
  const [p, q] = [scaled(deviations(a, basis, size)), scaled(deviations(b, basis, size))];
  const sizes: [number, number] = [Math.sqrt(dot(p, p) / p.length), Math.sqrt(dot(q, q) / q.length)];
  const product = dot(p, q) / p.length;
  return { cosine: product === 0 ? 0 : product / (sizes[0] * sizes[1]), sizes };
}
