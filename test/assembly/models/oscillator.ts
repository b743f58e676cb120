// The harmonic oscillator y'' = -y on two nodes a and b with one state pair each: x' = v, v' = -w x.
// States a/x a/v b/x b/v, parameters a/w b/w. A model with two nodes, for wildcards.
import { mul, PAIR } from "../../../assembly/math/lanes";

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, n: i32): usize {
  return base + (<usize>(i * n) << 3);
}

export function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void {
  for (const end = at(y, 1, n); y < end; y += PAIR, dy += PAIR, p += PAIR) {
    v128.store(dy, v128.load(at(y, 1, n)));
    v128.store(at(dy, 1, n), f64x2.neg(mul(v128.load(p), v128.load(y))));
    v128.store(at(dy, 2, n), v128.load(at(y, 3, n)));
    v128.store(at(dy, 3, n), f64x2.neg(mul(v128.load(at(p, 1, n)), v128.load(at(y, 2, n)))));
  }
}

export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {}
