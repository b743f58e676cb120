// How benches measure: rivals take turns in one run, so that whatever else the machine does hits all of them; minima count.

/** Least milliseconds of each rival, over `rounds` turns after `warmup` of them. */
export async function minima(rivals, { rounds = 30, warmup = 5 } = {}) {
  const best = Object.fromEntries(Object.keys(rivals).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, run] of Object.entries(rivals)) {
      const start = performance.now();
      await run();
      const ms = performance.now() - start;
      if (round >= 0) best[name] = Math.min(best[name], ms);
    }
  }
  return best;
}

/** A row of results.md: what was asked, what was found, the target, and whether it is met (undefined where there is none). */
export function row(question, found, target, ratio, limit) {
  const met = limit === undefined ? "" : ratio <= limit ? "yes" : "NO";
  return { question, found, target, ratio: ratio === undefined ? "" : ratio.toFixed(3), met };
}

export const published = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 10,
  stepSize: 1e-4,
  samplingStepSize: 1e-3,
  cutoff: 1,
  outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i" },
  solver: "euler",
};

/** The published sweep with n points between C = 68 and 1350. */
export function withPoints(n) {
  return { ...published, paramGrid: { C: Float64Array.from({ length: n }, (_, i) => 68 + (1282 * i) / Math.max(1, n - 1)) } };
}
