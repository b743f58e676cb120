// Samples of stationary Ornstein-Uhlenbeck processes, x' = (mean - x)/tau with noise so that the standard deviation is sd
// (Uhlenbeck & Ornstein 1930, Phys. Rev. 36:823), exact in distribution at any step. With mean 0 and sd 1, the middle of an interval
// of length T between a and b is (a + b)/(2 cosh(T/2tau)) + sqrt(tanh(T/2tau)) Z, and root ends follow each other by
// exp(-T/tau) x + sqrt(1 - exp(-2T/tau)) Z.
import { cosh } from "../math/cosh";
import { exp } from "../math/exp";
import { add, both, mul } from "../math/lanes";
import { tanh } from "../math/tanh";
import { clearNormals, indexAbove, normalRow, rowBytes, rowOf, Tree } from "./tree";

/** What lies so many time constants back does not show in a double. */
const MEMORY: f64 = 46.0;

/** The value at the beginning of root interval `index`: from as far back as it shows, wherever the run began. */
function rootEnd(tree: Tree, index: i32, to: usize): void {
  const size = rowBytes(tree);
  const ratio = tree.root / tree.tau;
  const back = Math.min(<f64>index, Math.ceil(MEMORY / ratio));
  const decay = exp(both(-ratio));
  const fresh = f64x2.sqrt(oneMinusSquare(decay));
  let at = index - <i32>back;
  memory.copy(to, normalRow(tree, 0, at), size);
  for (at++; at <= index; at++) {
    const normals = normalRow(tree, 0, at);
    for (let i: usize = 0; i < size; i += 16) {
      v128.store(to + i, add(mul(decay, v128.load(to + i)), mul(fresh, v128.load(normals + i))));
    }
  }
}

/** 1 - d^2 as (1 - d)(1 + d). */
// @ts-ignore: decorator
@inline
function oneMinusSquare(d: v128): v128 {
  return mul(f64x2.sub(both(1.0), d), add(both(1.0), d));
}

/** Goes down from an interval to its left or right half: rows hold right ends, the row behind the last the present left end. */
function halve(tree: Tree, level: i32, index: i32, right: i32): void {
  const size = rowBytes(tree);
  const from = rowOf(tree, level);
  const to = from + size;
  const left = rowOf(tree, tree.levels + 1);
  const normals = normalRow(tree, level + 1, index);
  const bridge = tree.bridge + (<usize>level << 4);
  const weight = both(load<f64>(bridge));
  const scale = both(load<f64>(bridge, 8));
  for (let i: usize = 0; i < size; i += 16) {
    const b = v128.load(from + i);
    const middle = add(mul(weight, add(v128.load(left + i), b)), mul(scale, v128.load(normals + i)));
    v128.store(to + i, right ? b : middle);
    if (right) v128.store(left + i, middle);
  }
}

function start(tree: Tree, first: i32): void {
  let length = tree.root;
  for (let level = 0; level < tree.levels; level++, length *= 0.5) {
    const bridge = tree.bridge + (<usize>level << 4);
    const half = both((0.5 * length) / tree.tau);
    store<f64>(bridge, 0.5 / f64x2.extract_lane(cosh(half), 0));
    store<f64>(bridge, f64x2.extract_lane(f64x2.sqrt(tanh(half)), 0), 8);
  }
  clearNormals(tree);
  rootEnd(tree, indexAbove(first, tree.levels), rowOf(tree, tree.levels + 1));
}

/** mean + sd times the left end: a row of lanes, or one number. */
function write(tree: Tree, out: usize): void {
  const left = rowOf(tree, tree.levels + 1);
  const mean = both(tree.mean);
  const sd = both(tree.sd);
  if (tree.n == 0) {
    store<f64>(out, tree.mean + tree.sd * load<f64>(left));
    return;
  }
  const size = rowBytes(tree);
  for (let i: usize = 0; i < size; i += 16) v128.store(out + i, add(mean, mul(sd, v128.load(left + i))));
}

/** Samples at the beginnings of `count` steps from step `first` to `out`: rows of n lanes, or single numbers where all share. */
export function ornsteinUhlenbeck(at: usize, first: i32, count: i32, out: usize): void {
  const tree = changetype<Tree>(at);
  const levels = tree.levels;
  const rows = rowBytes(tree);
  const size = tree.n == 0 ? sizeof<f64>() : rows;
  let goesOn = tree.next == first && first != 0;
  if (!goesOn) start(tree, first);
  const left = rowOf(tree, levels + 1);
  for (let step = first, end = first + count; step < end; step++, out += size) {
    let level = 0;
    const zeros = ctz(step);
    if (goesOn) memory.copy(left, rowOf(tree, levels), rows);
    if (goesOn && zeros < levels) {
      level = levels - zeros;
      memory.copy(rowOf(tree, level), rowOf(tree, level - 1), rows);
    } else rootEnd(tree, indexAbove(step, levels) + 1, tree.rows);
    for (; level < levels; level++) {
      const below = levels - level;
      halve(tree, level, indexAbove(step, below), indexAbove(step, below - 1) & 1);
    }
    write(tree, out);
    goesOn = true;
  }
  tree.next = first + count;
}
