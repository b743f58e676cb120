// Heun's method (explicit trapezoid), order 2; Heun 1900, Z. Math. Phys. 45:23.
//   k1 = f(t, y)   k2 = f(t + h, y + h k1)   y += h/2 (k1 + k2)
// Work rows: k1, then y + h k1; k2 goes to dy.
import { Block } from "../block";
import { advance, advanceByMean, firstSlope, slopeAt, stateBytes } from "../stepper";

@unmanaged
export class Heun {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
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
