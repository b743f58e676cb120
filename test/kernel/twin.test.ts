import { describe, expect, test } from "vitest";
import { type FixedSolverName, fixedSolvers, gridSearch, type Model, trace, uniformNoise } from "../../src/index.ts";
import { jansenRit } from "../../src/model/bundled/index.ts";
import { compiled } from "../support/bundled.ts";
import { evaluate } from "../support/evaluate.ts";
import { bits } from "../support/sweep.ts";

const path = "model_templates.neural_mass_models.jansenrit.JRC2";

describe("the Jansen-Rit template, compiled, is its hand-written twin", () => {
  test("in names, order, values and units of all variables", () => {
    const { module: _, derived: __, ...template } = compiled(path);
    const { module: ___, derived: ____, ...hand } = jansenRit();
    expect(template).toEqual(hand);
  });

  const names = Object.keys(fixedSolvers).filter((name): name is FixedSolverName => Object.hasOwn(fixedSolvers, name));
  const sizes = [1, 2, 3, 7, 64, 65, 130];
  test.each(names.flatMap((solver) => sizes.map((points) => [solver, points] as const)))(
    "bit for bit: %s, %i points",
    async (solver, points) => {
      const run = async (circuitTemplate: Model) => {
        const { results, resultsMap } = await gridSearch({
          circuitTemplate,
          paramGrid: {
            C: Array.from({ length: points }, (_, i) => 60 + (1400 * i) / points),
            tau: Array.from({ length: points }, (_, i) => 0.008 + 0.00003 * i),
            V: Array.from({ length: points }, (_, i) => 1e-4 * i),
          },
          paramMap: {
            C: { vars: ["jrc_op/c"], nodes: ["jrc"] },
            tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] },
            V: { vars: ["jrc_op/V_ein"], nodes: ["jrc"] },
          },
          simulationTime: 0.3,
          stepSize: 1e-3,
          inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 7, shared: false }) },
          outputs: { V_e: "jrc/jrc_op/V_e", X_i: "jrc/jrc_op/X_i", m: "jrc/jrc_op/m" },
          solver,
        });
        return Array.from(resultsMap.getChild("key") ?? [], String).flatMap((key) =>
          ["V_e", "X_i", "m"].map((output) => bits(trace(results, key, output))),
        );
      };
      expect(await run(compiled(path))).toEqual(await run(jansenRit()));
    },
  );

  test("also where nothing is finite", () => {
    const values = [0, -0, 1e308, -1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 5e-324, 0.02];
    const states = values.map((value, i) => Array.from({ length: 8 }, (_, row) => (row % 3 === i % 3 ? value : 0.001 * row)));
    expect(evaluate(compiled(path), { states })).toEqual(evaluate(jansenRit(), { states }));
  });
});
