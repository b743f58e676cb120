import { latinHypercube } from "../design/samples.ts";
import { sobol } from "../design/sobol.ts";
import { valueAt } from "../kernel/key-values.ts";
import { groupBy, mostFrequent } from "../lists.ts";
import type { KeyValues } from "../sweep/key-values.ts";
import { EquilibriumFinder } from "./find-equilibria.ts";
import { type Stability, stabilityAt } from "./stability.ts";
import type { System } from "./system.ts";

/** An equilibrium of a point of a grid. */
export interface Equilibrium {
  z: Float64Array;
  stability: Stability;
  residual: number;
}

/** Points that are searched from all starts; the others begin with what their neighbours have. */
const MOST_SEARCHED = 64;
/** Points next to whose equilibria others are looked for: those that are nearest to being singular. */
const MOST_SINGULAR = 100;
/** States of which Sobol's sequence has points. */
const MOST_SOBOL = 21;

/** Points that fill the unit cube: Sobol's, or of many states a Latin hypercube. */
export function unitsOf(states: number, starts: number): Float64Array[] {
  const ranges = Object.fromEntries(Array.from({ length: states }, (_, i) => [`x${i}`, [0, 1]] as const));
  const made: Record<string, Float64Array | readonly number[]> =
    states <= MOST_SOBOL ? sobol(ranges, starts, { seed: 0 }) : latinHypercube(ranges, starts, { seed: 0 });
  return Array.from({ length: starts }, (_, k) => Float64Array.from({ length: states }, (_, i) => made[`x${i}`][k]));
}

/** Equilibria of all points of a grid, by the first state that tells them apart. */
export function equilibriaOfGrid(
  system: System,
  columns: readonly KeyValues[],
  { points, starts }: { points: number; starts: number },
): Equilibrium[][] {
  const { field, initial, values, keyRows } = system;
  const finder = new EquilibriumFinder(field, initial, unitsOf(field.states.length, starts));
  const at = values.slice();
  const load = (point: number) => {
    keyRows.forEach((rows, key) => {
      for (const row of rows) at[row] = valueAt(columns[key], point);
    });
    field.load(at);
  };
  const found: Float64Array[][] = Array.from({ length: points }, () => []);
  const neighbours = neighboursOf(columns, points);
  const stride = Math.max(1, Math.floor(points / MOST_SEARCHED));
  const queue: number[] = [];
  const search = (point: number) => {
    load(point);
    found[point] = finder.search(found[point]);
    queue.push(point);
  };
  for (let point = 0; point < points; point += stride) search(point);
  const spread = (): number[] => {
    const reached = queue.slice();
    for (let head = 0; head < queue.length; head++) {
      const point = queue[head];
      for (const other of neighbours(point)) {
        const missing = found[point].filter((z) => !finder.isNear(z, found[other]));
        if (missing.length === 0) continue;
        load(other);
        const before = found[other].length;
        for (const z of missing) finder.near(z, found[other]);
        if (found[other].length === before) continue;
        queue.push(other);
        reached.push(other);
      }
    }
    queue.length = 0;
    return reached;
  };
  spread();
  // Whatever no neighbour leads to.
  for (let point = 0; point < points; point++) if (found[point].length === 0) search(point);
  spread();
  const describe = (point: number) => {
    load(point);
    return sorted(found[point]).map((z) => described(system, z));
  };
  const all = found.map((_, point) => describe(point));
  // Where an equilibrium is nearly singular, there may be others that no start led to.
  const order = [...all.keys()].filter((point) => all[point].length > 0);
  const nearness = Float64Array.from(all, nearestToSingular);
  order.sort((a, b) => nearness[a] - nearness[b]);
  // The signs of the determinants add up to one number wherever no equilibrium comes from infinity: elsewhere one is missing.
  const degrees = all.map(degreeOf);
  const usual = Number(mostFrequent(degrees.map(String)));
  for (const point of order.filter((each) => degrees[each] !== usual).slice(0, MOST_SEARCHED)) {
    search(point);
    for (const { z } of all[point]) finder.along(z, found[point]);
  }
  const changed = new Set<number>(spread());
  for (const point of order.slice(0, MOST_SINGULAR)) {
    load(point);
    let isNew = false;
    for (const { z } of all[point]) isNew = finder.beside(z, found[point]) || isNew;
    isNew = finder.along(all[point][0].z, found[point], 1) || isNew;
    if (isNew) queue.push(point);
  }
  for (const point of spread()) changed.add(point);
  for (const point of changed) all[point] = describe(point);
  return all;
}

/** Equilibria with an even dimension of the unstable part, less those with an odd one. */
function degreeOf(all: readonly Equilibrium[]): number {
  return all.reduce((sum, { stability }) => sum + (stability.unstable % 2 === 0 ? 1 : -1), 0);
}

/** The smallest eigenvalue of a point's equilibria, in units of the largest. */
function nearestToSingular(all: readonly Equilibrium[]): number {
  let least = 1;
  for (const { stability } of all) {
    const { re, im } = stability.eigenvalues;
    let [small, large] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < re.length; i++) {
      const size = Math.abs(re[i]) + Math.abs(im[i]);
      small = Math.min(small, size);
      large = Math.max(large, size);
    }
    if (large > 0) least = Math.min(least, small / large);
  }
  return least;
}

function described({ field }: System, z: Float64Array): Equilibrium {
  const slopes = new Float64Array(z.length);
  field.evaluate(z, slopes);
  return { z, stability: stabilityAt(field, z), residual: slopes.reduce((most, each) => Math.max(most, Math.abs(each)), 0) };
}

function sorted(all: readonly Float64Array[]): Float64Array[] {
  return [...all].sort((a, b) => {
    const i = a.findIndex((value, k) => Math.abs(value - b[k]) > 1e-9 * (Math.abs(value) + Math.abs(b[k])));
    return i < 0 ? 0 : a[i] - b[i];
  });
}

/** Points that differ from a point in one key, by the next value there is; the points before and behind it where there are none. */
function neighboursOf(columns: readonly KeyValues[], points: number): (point: number) => number[] {
  const links: number[][] = Array.from({ length: points }, () => []);
  columns.forEach((column, key) => {
    const others = columns.filter((_, k) => k !== key);
    const lines = groupBy(
      Array.from({ length: points }, (_, point) => point),
      (point) => others.map((other) => valueAt(other, point)).join(" "),
    );
    for (const line of lines.values()) {
      line.sort((a, b) => valueAt(column, a) - valueAt(column, b));
      for (let i = 1; i < line.length; i++) {
        links[line[i]].push(line[i - 1]);
        links[line[i - 1]].push(line[i]);
      }
    }
  });
  return (point) => (links[point].length > 0 ? links[point] : [point - 1, point + 1].filter((other) => other >= 0 && other < points));
}
