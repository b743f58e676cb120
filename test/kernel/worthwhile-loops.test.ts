// When a fused loop is compiled: once the steps of a model's sweeps that were run, and of the one that comes, are worth it.
import { expect, test } from "vitest";
import { bundledYaml, simulate, templatesFromYaml } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { run } from "../../src/run/run.ts";
import { small } from "../support/sweep.ts";

test("worthwhile-loops: sweeps that are run count, and those that are only planned do not", async () => {
  // A model of its own: what other tests of the process have run of a bundled one counts. 50 points, 10 000 steps and 8 states are half of what is
  // worth a loop.
  const text = bundledYaml("model_templates.neural_mass_models.jansenrit.JRC2") ?? "";
  const { JRC2 } = templatesFromYaml(text.replaceAll("3.25e-3", "3.251e-3"));
  const call = small({
    circuitTemplate: JRC2,
    paramGrid: { C: Float64Array.from({ length: 50 }, (_, i) => 60 + i) },
    simulationTime: 10,
    cutoff: 9.9,
  });
  const plan = () => makePlan(call, { budget: 1e9, openFile: openFiles() });
  const hasLoop = () => plan().jobs.map(({ loop }) => loop !== undefined);
  expect([hasLoop(), hasLoop(), hasLoop()]).toEqual([[false], [false], [false]]);
  for await (const _ of run(plan(), { workers: 0 })) expect(hasLoop()).toEqual([true]);
  const { circuitTemplate, outputs } = call;
  for (let i = 0; i < 2; i++) await simulate({ circuitTemplate, outputs, simulationTime: 0.01, stepSize: 1e-3 });
  expect(hasLoop()).toEqual([true]);
});
