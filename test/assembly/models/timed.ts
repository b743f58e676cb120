// y' = y (1 - t/4) + t^3 and q' = inp: a model that depends on time. States y q, input inp.
import { add, both, mul, PAIR, sub } from "../../../assembly/math/lanes";

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, n: i32): usize {
  return base + (<usize>(i * n) << 3);
}

export function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void {
  for (const end = at(y, 1, n); y < end; y += PAIR, dy += PAIR, p += PAIR, t += PAIR) {
    const time = v128.load(t);
    const growth = mul(v128.load(y), sub(both(1.0), mul(both(0.25), time)));
    v128.store(dy, add(growth, mul(time, mul(time, time))));
    v128.store(at(dy, 1, n), v128.load(p));
  }
}

export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {
  memory.copy(out, t, <usize>n << 3);
}
