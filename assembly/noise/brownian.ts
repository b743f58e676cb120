// Increments of Brownian paths. An interval of length T with increment D: its left half has D/2 + sqrt(T)/2 Z, its right half the
// rest (Levy 1948; Kloeden & Platen 1992, 2.4). Two increments of a halved step add up to the increment of the step.
import { add, both, mul, sub } from "../math/lanes";
import { clearNormals, indexAbove, normalRow, rowBytes, rowOf, Tree } from "./tree";

/** Increments of the root interval of number `index`. */
function startRoot(tree: Tree, index: i32): void {
  const scale = both(Math.sqrt(tree.root));
  const size = rowBytes(tree);
  const normals = normalRow(tree, 0, index);
  for (let i: usize = 0; i < size; i += 16) v128.store(tree.rows + i, mul(scale, v128.load(normals + i)));
}

/** Goes down from interval `index` of a level to its left or right half. */
function halve(tree: Tree, level: i32, index: i32, right: i32): void {
  const size = rowBytes(tree);
  const from = rowOf(tree, level);
  const to = from + size;
  const normals = normalRow(tree, level + 1, index);
  const bridge = tree.bridge + (<usize>level << 4);
  const weight = both(load<f64>(bridge));
  const scale = both(load<f64>(bridge, 8));
  for (let i: usize = 0; i < size; i += 16) {
    const whole = v128.load(from + i);
    const left = add(mul(weight, whole), mul(scale, v128.load(normals + i)));
    v128.store(to + i, right ? sub(whole, left) : left);
  }
}

/** From a left half to the right half of the same interval. */
function toRightHalf(tree: Tree, level: i32): void {
  const size = rowBytes(tree);
  const at = rowOf(tree, level);
  for (let i: usize = 0; i < size; i += 16) v128.store(at + i, sub(v128.load(at - size + i), v128.load(at + i)));
}

/** sqrt(T)/2 for each level. */
function start(tree: Tree): void {
  let length = tree.root;
  for (let level = 0; level < tree.levels; level++, length *= 0.5) {
    const bridge = tree.bridge + (<usize>level << 4);
    store<f64>(bridge, 0.5);
    store<f64>(bridge, 0.5 * Math.sqrt(length), 8);
  }
  clearNormals(tree);
}

/** Increments of `count` steps from step `first` to `out`: rows of n lanes, or single numbers where all lanes share the path. */
export function brownian(at: usize, first: i32, count: i32, out: usize): void {
  const tree = changetype<Tree>(at);
  const levels = tree.levels;
  const size = tree.n == 0 ? sizeof<f64>() : rowBytes(tree);
  let goesOn = tree.next == first && first != 0;
  if (!goesOn) start(tree);
  const last = rowOf(tree, levels);
  for (let step = first, end = first + count; step < end; step++, out += size) {
    let level = 0;
    const zeros = ctz(step);
    if (goesOn && zeros < levels) {
      level = levels - zeros;
      toRightHalf(tree, level);
    } else startRoot(tree, indexAbove(step, levels));
    for (; level < levels; level++) {
      const below = levels - level;
      halve(tree, level, indexAbove(step, below), indexAbove(step, below - 1) & 1);
    }
    memory.copy(out, last, size);
    goesOn = true;
  }
  tree.next = first + count;
}
