// The explicit midpoint method, order 2; Runge 1895, Math. Ann. 46:167.
//   k1 = f(t, y)   k2 = f(t + h/2, y + h/2 k1)   y += h k2
// Work rows: y + h/2 k1; each slope goes to dy.
import { Block } from "../block";
import { midpoint_c2 } from "../coefficients";
import { advance, firstSlope, slopeAt, stateBytes } from "../stepper";

@unmanaged
export class Midpoint {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
    const y = block.y;
    const h = block.h;
    const k = block.dy;
    const stage = block.work;
    firstSlope(block, k);
    advance(stage, y, midpoint_c2 * h, k, size);
    slopeAt(block, midpoint_c2, stage, k);
    advance(y, y, h, k, size);
  }
}
