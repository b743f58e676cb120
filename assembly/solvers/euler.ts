// Forward Euler, order 1: y += h f(t, y).
import { bytes } from "../math/lanes";
import { Block } from "../block";
import { advance, firstSlope } from "../stepper";

@unmanaged
export class Euler {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    firstSlope(block, block.dy);
    advance(block.y, block.y, block.h, block.dy, bytes(block.states, block.n));
  }
}
