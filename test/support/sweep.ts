import { type GridSearchOptions, MassgridError } from "../../src/index.ts";

/** The published sweep of the Jansen-Rit model over C, over `simulationTime` seconds; other options replace its own. */
export function published(changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return {
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 10,
    stepSize: 1e-4,
    samplingStepSize: 1e-3,
    cutoff: 1,
    outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i" },
    ...changes,
  };
}

/** A sweep of a few hundred steps. */
export function small(changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return published({ simulationTime: 0.05, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0, ...changes });
}

/** The error that a promise or call ends with; fails where it is none of ours. */
export async function refusal(work: () => unknown): Promise<MassgridError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MassgridError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The bits of an array of doubles, or of the doubles that floats are. */
export function bits(values: Float64Array | Float32Array): BigInt64Array {
  return new BigInt64Array(values instanceof Float64Array ? values.slice().buffer : Float64Array.from(values).buffer);
}
