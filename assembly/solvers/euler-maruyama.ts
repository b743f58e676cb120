// Euler-Maruyama, Ito: strong order 1/2, 1 for additive noise, weak order 1; Maruyama 1955, Rend. Circ. Mat. Palermo 4:48.
//   y += h f(t, y) + g(t, y) dW
import { Block } from "../block";
import { advance, firstSlope, stateBytes } from "../stepper";
import { addDiffusion } from "../wiener";

@unmanaged
export class EulerMaruyama {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    firstSlope(block, block.dy);
    advance(block.y, block.y, block.h, block.dy, stateBytes(block));
    addDiffusion(block, block.y);
  }
}
