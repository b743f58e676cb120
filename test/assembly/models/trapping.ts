// Van der Pol's oscillator, as in vanderpol.ts, but it traps where mu is negative.
import { PAIR } from "../../../assembly/math/lanes";
import { observe as observed, rhs as sound } from "./vanderpol";

export function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void {
  const end = p + (<usize>n << 3);
  for (let mu = p; mu < end; mu += PAIR) {
    if (v128.any_true(f64x2.lt(v128.load(mu), f64x2.splat(0)))) unreachable();
  }
  sound(t, y, dy, p, n);
}

export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {
  observed(t, y, out, p, n);
}
