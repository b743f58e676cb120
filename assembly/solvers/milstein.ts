// Milstein's method without derivatives, Ito, for noise whose intensity depends on no other noisy state: strong order 1;
// Milstein 1974, Theory Probab. Appl. 19:557; Kloeden & Platen 1992, 11.1.
//   z = y + h f(t, y) + sqrt(h) g(t, y)   y += h f(t, y) + g(t, y) dW + (g(t, z) - g(t, y)) (dW^2 - h) / (2 sqrt(h))
// Work rows: z.
import { Block } from "../block";
import { advance, firstSlope, stateBytes } from "../stepper";
import { milsteinCorrection, intensitiesAt, isMultiplicative, addDiffusion, addSupportOffset } from "../wiener";

@unmanaged
export class Milstein {
  // @ts-ignore: decorator
  @inline
  step(block: Block): void {
    const size = stateBytes(block);
    const y = block.y;
    const h = block.h;
    const root = Math.sqrt(h);
    firstSlope(block, block.dy);
    const multiplicative = isMultiplicative(block);
    if (multiplicative) {
      advance(block.work, y, h, block.dy, size);
      addSupportOffset(block, block.work, root);
      intensitiesAt(block, block.work);
    }
    advance(y, y, h, block.dy, size);
    addDiffusion(block, y);
    if (multiplicative) milsteinCorrection(block, y, root);
  }
}
