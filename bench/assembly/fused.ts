// The rival of the seam: Euler and the Jansen-Rit equations in one module and one loop, with no derivative rows in memory.
// The same operations in the same order as assembly/models/jansen-rit.ts and assembly/solvers/euler.ts: the same bits.
import { add, both, mul, PAIR, sub } from "../../assembly/math/lanes";
import { sigmoids } from "../../assembly/math/sigmoid";
import { fillRow } from "../../assembly/stepper";

export { derive } from "../../assembly/models/jansen-rit";

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, n: i32): usize {
  return base + (<usize>(i * n) << 3);
}

// @ts-ignore: decorator
@inline
function overThreshold(V: v128, p: usize, n: i32): v128 {
  return mul(v128.load(at(p, 5, n)), sub(V, v128.load(at(p, 6, n))));
}

/** The firing of the three populations, as three rows at `s`. */
// @ts-ignore: decorator
@inline
function firing(y: usize, s: usize, p: usize, n: i32): void {
  const first = s;
  const scratch = at(p, 22, n);
  const end = at(y, 1, n);
  do {
    v128.store(s, overThreshold(sub(v128.load(at(y, 4, n)), v128.load(at(y, 6, n))), p, n));
    v128.store(at(s, 1, n), overThreshold(v128.load(y), p, n));
    v128.store(at(s, 2, n), overThreshold(v128.load(at(y, 2, n)), p, n));
    y += PAIR;
    s += PAIR;
    p += PAIR;
  } while (y < end);
  sigmoids(first, <usize>(3 * n) << 3, scratch);
}

/** One Euler step of the synapse in rows i, i + 1. */
// @ts-ignore: decorator
@inline
function synapse(y: usize, i: i32, n: i32, h: v128, force: v128, stiff: v128, damp: v128): void {
  const v = v128.load(at(y, i, n));
  const x = v128.load(at(y, i + 1, n));
  const slope = sub(sub(force, mul(stiff, v)), mul(damp, x));
  v128.store(at(y, i, n), add(v, mul(h, x)));
  v128.store(at(y, i + 1, n), add(x, mul(h, slope)));
}

// @ts-ignore: decorator
@inline
function step(y: usize, s: usize, p: usize, n: i32, h: v128): void {
  firing(y, s, p, n);
  const end = at(y, 1, n);
  do {
    const m = mul(v128.load(at(p, 4, n)), v128.load(s));
    const excited = mul(v128.load(at(p, 17, n)), v128.load(at(s, 1, n)));
    const inhibited = mul(v128.load(at(p, 19, n)), v128.load(at(s, 2, n)));
    const afferent = mul(v128.load(at(p, 18, n)), v128.load(at(p, 11, n)));
    const current = add(add(excited, afferent), v128.load(at(p, 10, n)));
    const stiff = v128.load(at(p, 14, n));
    const damp = v128.load(at(p, 15, n));
    synapse(y, 0, n, h, mul(v128.load(at(p, 12, n)), m), stiff, damp);
    synapse(y, 2, n, h, mul(v128.load(at(p, 13, n)), m), stiff, damp);
    synapse(y, 4, n, h, mul(v128.load(at(p, 16, n)), current), stiff, damp);
    synapse(y, 6, n, h, inhibited, v128.load(at(p, 20, n)), v128.load(at(p, 21, n)));
    y += PAIR;
    s += PAIR;
    p += PAIR;
  } while (y < end);
}

/** `steps` Euler steps; one shared sample a step at `samples` drives the row `u`; `s` has three rows of scratch. */
export function euler(y: usize, s: usize, p: usize, n: i32, h: f64, steps: i32, samples: usize): void {
  const stepSize = both(h);
  const u = at(p, 10, n);
  for (let i = 0; i < steps; i++, samples += 8) {
    fillRow(u, load<f64>(samples), n);
    step(y, s, p, n, stepSize);
  }
}
