// Dormand and Prince's formula of order 5, with fixed steps: the six stages of their pair RK5(4)7M that its higher order needs;
// Dormand & Prince 1980, J. Comput. Appl. Math. 6:19.
//   ki = f(t + ci h, y + h (ai1 k1 + ai2 k2 + ...))   y += h (b1 k1 + b3 k3 + b4 k4 + b5 k5 + b6 k6)
// Work rows: k1 ... k5, then the stage's state; k6 goes to dy. Sums are taken from the left.
import { Block } from "../block";
import {
  rk5_a31,
  rk5_a32,
  rk5_a41,
  rk5_a42,
  rk5_a43,
  rk5_a51,
  rk5_a52,
  rk5_a53,
  rk5_a54,
  rk5_a61,
  rk5_a62,
  rk5_a63,
  rk5_a64,
  rk5_a65,
  rk5_b1,
  rk5_b3,
  rk5_b4,
  rk5_b5,
  rk5_b6,
  rk5_c2,
  rk5_c3,
  rk5_c4,
  rk5_c5,
} from "../coefficients";
import { add, both, mul, PAIR } from "../math/lanes";
import { advance, firstSlope, slopeAt, stateBytes } from "../stepper";

/** The product of a weight and one pair of a slope. */
// @ts-ignore: decorator
@inline
function part(weight: f64, slope: usize): v128 {
  return mul(both(weight), v128.load(slope));
}

/** to = y + h (a k1 + b k2 + c k3 + d k4 + e k5), the slopes `size` bytes apart, as many of them as `count` says, 2 to 5. */
// @ts-ignore: decorator
@inline
function combine(to: usize, y: usize, h: f64, k: usize, size: usize, count: i32, a: f64, b: f64, c: f64, d: f64, e: f64): void {
  for (const end = y + size; y < end; y += PAIR, to += PAIR, k += PAIR) {
    let slope = add(part(a, k), part(b, k + size));
    if (count > 2) slope = add(slope, part(c, k + 2 * size));
    if (count > 3) slope = add(slope, part(d, k + 3 * size));
    if (count > 4) slope = add(slope, part(e, k + 4 * size));
    v128.store(to, add(v128.load(y), mul(both(h), slope)));
  }
}

/** y += h (b1 k1 + b3 k3 + b4 k4 + b5 k5 + b6 k6); k6 is at `last`. */
// @ts-ignore: decorator
@inline
function finish(y: usize, h: f64, k: usize, last: usize, size: usize): void {
  for (const end = y + size; y < end; y += PAIR, k += PAIR, last += PAIR) {
    let slope = add(part(rk5_b1, k), part(rk5_b3, k + 2 * size));
    slope = add(slope, part(rk5_b4, k + 3 * size));
    slope = add(slope, part(rk5_b5, k + 4 * size));
    slope = add(slope, part(rk5_b6, last));
    v128.store(y, add(v128.load(y), mul(both(h), slope)));
  }
}

@unmanaged
export class RungeKutta5 {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
    const y = block.y;
    const h = block.h;
    const k = block.work;
    const stage = k + 5 * size;
    const last = block.dy;
    firstSlope(block, k);
    advance(stage, y, rk5_c2 * h, k, size);
    slopeAt(block, rk5_c2, stage, k + size);
    combine(stage, y, h, k, size, 2, rk5_a31, rk5_a32, 0, 0, 0);
    slopeAt(block, rk5_c3, stage, k + 2 * size);
    combine(stage, y, h, k, size, 3, rk5_a41, rk5_a42, rk5_a43, 0, 0);
    slopeAt(block, rk5_c4, stage, k + 3 * size);
    combine(stage, y, h, k, size, 4, rk5_a51, rk5_a52, rk5_a53, rk5_a54, 0);
    slopeAt(block, rk5_c5, stage, k + 4 * size);
    combine(stage, y, h, k, size, 5, rk5_a61, rk5_a62, rk5_a63, rk5_a64, rk5_a65);
    slopeAt(block, 1.0, stage, last);
    finish(y, h, k, last, size);
  }
}
