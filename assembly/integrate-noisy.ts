// The fixed-step loop with noise. Without any it is that of integrate.ts, bit for bit.
import { Block } from "./block";
import { look, remember } from "./delays";
import { drive, take } from "./integrate";
import { tellTime, time } from "./stepper";
import { disturb, isNoisy, turnTo } from "./wiener";

/** Takes `steps` steps of stochastic solver S. */
// @ts-ignore: decorator
@inline
export function integrateNoisy<S>(block: Block, steps: i32): void {
  const solver = changetype<S>(0);
  const noisy = isNoisy(block);
  for (let i = 0; i < steps; i++) {
    drive(block);
    tellTime(block, time(block));
    if (noisy) {
      // Intensities may depend on delayed values; what is remembered of the present may depend on noisy inputs.
      if (block.reads != 0) look(block, 0.0, block.y);
      disturb(block);
    }
    if (block.reads != 0) remember(block);
    if (block.wait == 0) {
      take(block);
      block.wait = block.every;
    }
    block.wait--;
    solver.step(block);
    if (noisy) turnTo(block);
    block.step++;
  }
}
