// Van der Pol: x' = z, z' = mu z (1 - x^2) - x + inp. States x z, parameter mu, input inp, algebraic r2 = x^2.
import { add, both, mul, PAIR, sub } from "../../../assembly/math/lanes";

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, n: i32): usize {
  return base + (<usize>(i * n) << 3);
}

export function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void {
  for (const end = at(y, 1, n); y < end; y += PAIR, dy += PAIR, p += PAIR) {
    const x = v128.load(y);
    const z = v128.load(at(y, 1, n));
    v128.store(dy, z);
    const damped = mul(mul(v128.load(p), z), sub(both(1.0), mul(x, x)));
    v128.store(at(dy, 1, n), add(sub(damped, x), v128.load(at(p, 1, n))));
  }
}

export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {
  for (const end = at(y, 1, n); y < end; y += PAIR, out += PAIR) v128.store(out, mul(v128.load(y), v128.load(y)));
}
