// Forward Euler, order 1: y += h f(t, y).
import { Block } from "../block";
import { rhs } from "../model";
import { advance, bytes } from "../stepper";

@unmanaged
export class Euler {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const n = block.n;
    rhs(block.t, block.y, block.dy, block.p, n);
    advance(block.y, block.y, block.h, block.dy, bytes(block.states, n));
  }
}
