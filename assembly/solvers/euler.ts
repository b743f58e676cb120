// Forward Euler, order 1: y += h f(t, y).
import { Block } from "../block";
import { advance, firstSlope, stateBytes } from "../stepper";

@unmanaged
export class Euler {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    firstSlope(block, block.dy);
    advance(block.y, block.y, block.h, block.dy, stateBytes(block));
  }
}
