// What the programs have in common.
export const base = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1,
  stepSize: 1e-4,
  outputs: { V_pce: "jrc/jrc_op/V_e" },
};
export const run = { circuitTemplate: "a.b", simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" } };
