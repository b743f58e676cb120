// Heun's method (explicit trapezoid), order 2; Heun 1900, Z. Math. Phys. 45:23.
//   k1 = f(t, y)   k2 = f(t + h, y + h k1)   y += h/2 (k1 + k2)
// Work rows: k1, then y + h k1; k2 goes to dy.
import { bytes } from "../math/lanes";
import { Block } from "../block";
import { advance, advanceByMean, firstSlope, slopeAt } from "../stepper";

@unmanaged
export class Heun {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = bytes(block.states, block.n);
    const y = block.y;
    const h = block.h;
    const first = block.work;
    const guess = first + size;
    const second = block.dy;
    firstSlope(block, first);
    advance(guess, y, h, first, size);
    slopeAt(block, 1.0, guess, second);
    advanceByMean(y, h, first, second, size);
  }
}
