// Heun's method for Stratonovich equations: strong order 1 for one or commuting noises, weak order 1, 2 for additive noise of linear
// systems; Rumelin 1982, SIAM J. Numer. Anal. 19:604.
//   z = y + h f(t, y) + g(t, y) dW   y += h/2 (f(t, y) + f(t + h, z)) + (g(t, y) + g(t + h, z))/2 dW
// Work rows: f(t, y), then z; the second slope goes to dy.
import { Block } from "../block";
import { sampleHistory } from "../delays";
import { rhs } from "../model";
import { advance, advanceByMean, firstSlope, stateBytes, writeTime, time } from "../stepper";
import { addInputNoiseAt, isNoisy, addDiffusion, addMeanDiffusion } from "../wiener";

@unmanaged
export class StochasticHeun {
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
    addDiffusion(block, guess);
    writeTime(block, time(block) + h);
    if (block.delays != 0) sampleHistory(block, 1.0, guess);
    if (isNoisy(block)) addInputNoiseAt(block, guess);
    rhs(block.t, guess, second, block.p, block.n);
    advanceByMean(y, h, first, second, size);
    addMeanDiffusion(block, y);
  }
}
