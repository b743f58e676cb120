// The classical Runge-Kutta method, order 4; Kutta 1901, Z. Math. Phys. 46:435.
//   k1 = f(t, y)   k2 = f(t + h/2, y + h/2 k1)   k3 = f(t + h/2, y + h/2 k2)   k4 = f(t + h, y + h k3)
//   y += h/6 (k1 + 2 k2 + 2 k3 + k4)
// Work rows: the weighted sum of slopes, then the stage's state; each slope goes to dy.
import { Block } from "../block";
import { rk4_c2, rk4_c3, rk4_over } from "../coefficients";
import { add, both, mul, PAIR } from "../math/lanes";
import { advance, firstSlope, slopeAt, stateBytes } from "../stepper";

/** sum += 2 slope, over all rows. */
// @ts-ignore: decorator
@inline
function addTwice(sum: usize, slope: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += PAIR) {
    const k = v128.load(slope + i);
    v128.store(sum + i, add(v128.load(sum + i), add(k, k)));
  }
}

@unmanaged
export class RungeKutta4 {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
    const y = block.y;
    const h = block.h;
    const sum = block.work;
    const stage = sum + size;
    const k = block.dy;
    firstSlope(block, sum);
    advance(stage, y, rk4_c2 * h, sum, size);
    slopeAt(block, rk4_c2, stage, k);
    addTwice(sum, k, size);
    advance(stage, y, rk4_c3 * h, k, size);
    slopeAt(block, rk4_c3, stage, k);
    addTwice(sum, k, size);
    advance(stage, y, h, k, size);
    slopeAt(block, 1.0, stage, k);
    const sixth = both(h / rk4_over);
    for (let i: usize = 0; i < size; i += PAIR) {
      const slope = add(v128.load(sum + i), v128.load(k + i));
      v128.store(y + i, add(v128.load(y + i), mul(sixth, slope)));
    }
  }
}
