// The sweep that the explorer opens with, as a call of gridSearch.
import { uniformNoise } from "../../src/index.ts";

export const openingValues = [68, 128, 135, 270, 675, 1350];

export const openingSweep = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
  simulationTime: 10,
  stepSize: 1e-4,
  samplingStepSize: 1e-3,
  cutoff: 1,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  outputs: { signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i", X_e: "jrc/jrc_op/X_e" },
};
