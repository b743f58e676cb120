// Random paths that are the same at a step and at its half. Time is cut into root intervals of equal length, each halved `levels`
// times: the leaves are the steps. What happens in the middle of an interval is drawn given its ends (a bridge), from a normal
// number keyed by the interval's level and index alone; so a halved step has the same tree with one level more.
//
//   level 0     [           root 0            ][           root 1            ] ...
//   level 1     [    0       ][    1          ][    2       ] ...
//   level L     [0][1][2][3] ...               leaf i is step i; its interval at level k has the index i >> (L - k)
//
// Leaves are made in their order, with a row for each level of the way from the root to the present leaf: one normal a leaf.
import { PAIR } from "../math/lanes";
import { laneSamples, NoiseSource, sharedSamples } from "./samples";

/** A tree and where it stands; src/kernel/noise.ts writes it. */
@unmanaged
export class Tree {
  /** Lanes, even, each with a path of its own; 0 where all have the same. */
  n: i32;
  levels: i32;
  /** The leaf to which the way leads on from what the rows hold; -1 where they hold nothing. */
  next: i32;
  /** A NoiseSource of standard normal numbers, and its scratch. */
  source: usize;
  scratch: usize;
  /** For each level, the group of intervals whose normals are there (i32). */
  groups: usize;
  /** For each level, two f64: the weight of an interval's ends in its middle, and the scale of the normal. */
  bridge: usize;
  /** A row for each level, and two more. */
  rows: usize;
  /** For each level, the normals of a group: two rows of lanes, or eight numbers, twice each. */
  normals: usize;
  padding: i32;
  /** Length of a root interval. */
  root: f64;
  /** Time constant, mean and standard deviation of an Ornstein-Uhlenbeck process. */
  tau: f64;
  mean: f64;
  sd: f64;
}

/** Bytes of a row: a pair of equal lanes where all share one path. */
// @ts-ignore: decorator
@inline
export function rowBytes(tree: Tree): usize {
  return tree.n == 0 ? PAIR : <usize>tree.n << 3;
}

/** The row of a level. */
// @ts-ignore: decorator
@inline
export function rowOf(tree: Tree, level: i32): usize {
  return tree.rows + <usize>level * rowBytes(tree);
}

/** The index of the interval `above` levels above a leaf. */
// @ts-ignore: decorator
@inline
export function indexAbove(leaf: i32, above: i32): i32 {
  return above > 30 ? 0 : leaf >> above;
}

/** Clears all normals, so that none of another block is used for this one. */
export function clearNormals(tree: Tree): void {
  memory.fill(tree.groups, 255, (<usize>tree.levels + 2) << 2);
}

/** The row of normals of interval `index` in place `level` of the keys: place 0 for the roots, k + 1 for the middles of level k. */
export function normalRow(tree: Tree, level: i32, index: i32): usize {
  const source = changetype<NoiseSource>(tree.source);
  const known = tree.groups + (<usize>level << 2);
  const size = rowBytes(tree);
  source.level = level + 1;
  if (tree.n != 0) {
    const at = tree.normals + 2 * <usize>level * size;
    if (load<i32>(known) != index >> 1) {
      laneSamples(tree.source, tree.scratch, index >> 1, 2, at, tree.n);
      store<i32>(known, index >> 1);
    }
    return at + <usize>(index & 1) * size;
  }
  const at = tree.normals + <usize>level * 8 * PAIR;
  if (load<i32>(known) != index >> 3) {
    sharedSamples(tree.source, tree.scratch, (index >> 3) << 2, 8, at);
    // What is made with them is not used. Spread from the end, each number over a pair.
    for (let i: usize = 8; i > 0; i--) v128.store(at + (i - 1) * PAIR, f64x2.splat(load<f64>(at + ((i - 1) << 3))));
    store<i32>(known, index >> 3);
  }
  return at + <usize>(index & 7) * PAIR;
}
