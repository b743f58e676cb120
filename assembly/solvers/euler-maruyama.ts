// Euler-Maruyama, Ito: strong order 1/2, 1 for additive noise, weak order 1; Maruyama 1955, Rend. Circ. Mat. Palermo 4:48.
//   y += h f(t, y) + g(t, y) dW
import { bytes } from "../math/lanes";
import { Block } from "../block";
import { advance, firstSlope } from "../stepper";
import { addDiffusion } from "../wiener";

@unmanaged
export class EulerMaruyama {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    firstSlope(block, block.dy);
    advance(block.y, block.y, block.h, block.dy, bytes(block.states, block.n));
    addDiffusion(block, block.y);
  }
}
