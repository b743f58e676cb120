// The fixed-step loop with noise. Without any, results are identical to those of integrate.ts.
import { Block } from "./block";
import { clipStates } from "./bounds";
import { sampleHistory, updateHistory } from "./delays";
import { applyInputs, recordSample } from "./integrate";
import { bytes } from "./math/lanes";
import { writeTime, time } from "./stepper";
import { addInputNoise, isNoisy, nextIncrements } from "./wiener";

/** Takes `steps` steps of stochastic solver S. */
// @ts-ignore: decorator
@inline
export function integrateNoisy<S>(block: Block, steps: i32): void {
  const solver = changetype<S>(0);
  const noisy = isNoisy(block);
  for (let i = 0; i < steps; i++) {
    applyInputs(block);
    writeTime(block, time(block));
    if (noisy) {
      // Intensities may depend on delayed values; what is remembered of the present may depend on noisy inputs.
      if (block.delays != 0) sampleHistory(block, 0.0, block.y);
      addInputNoise(block);
    }
    if (block.delays != 0) updateHistory(block);
    if (block.stepsToSample == 0) {
      recordSample(block);
      block.stepsToSample = block.samplingSteps;
    }
    block.stepsToSample--;
    solver.step(block);
    if (block.boundCount != 0) clipStates(block.bounds, block.boundCount, block.y, bytes(1, block.n));
    if (noisy) nextIncrements(block);
    block.step++;
  }
}
