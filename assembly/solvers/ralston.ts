// Ralston's method, order 2, whose bound of the local error is the least of all with two stages; Ralston 1962, Math. Comp. 16:431.
//   k1 = f(t, y)   k2 = f(t + 2h/3, y + 2h/3 k1)   y += h/4 (k1 + 3 k2)
// Work rows: k1, then the stage's state; k2 goes to dy.
import { Block } from "../block";
import { ralston_b2, ralston_c2, ralston_scale } from "../coefficients";
import { add, both, mul, PAIR } from "../math/lanes";
import { advance, firstSlope, slopeAt, stateBytes } from "../stepper";

@unmanaged
export class Ralston {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
    const y = block.y;
    const h = block.h;
    const first = block.work;
    const stage = first + size;
    const second = block.dy;
    firstSlope(block, first);
    advance(stage, y, ralston_c2 * h, first, size);
    slopeAt(block, ralston_c2, stage, second);
    const quarter = both(ralston_scale * h);
    const three = both(ralston_b2);
    for (let i: usize = 0; i < size; i += PAIR) {
      const slope = add(v128.load(first + i), mul(three, v128.load(second + i)));
      v128.store(y + i, add(v128.load(y + i), mul(quarter, slope)));
    }
  }
}
