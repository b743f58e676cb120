import { type GridSearchOptions, normalNoise } from "../../src/index.ts";

/** The potential of the pyramidal cells. */
export const V = { V: "jrc/jrc_op/V_e" };

/** 131 points with noise of their own, sampled every other step. */
export const noisy: Partial<GridSearchOptions> = {
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 3, shared: false }) },
  paramGrid: { C: Float64Array.from({ length: 131 }, (_, i) => 60 + 5 * i) },
  simulationTime: 1,
  samplingStepSize: 2e-3,
  cutoff: 0.1,
};
