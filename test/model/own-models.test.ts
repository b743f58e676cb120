// A dozen models that are written by hand in PyRates' grammar, swept, against their equations in plain TypeScript.
import { expect, test } from "vitest";
import { gridSearch, templatesFromYaml, trace } from "../../src/index.ts";
import { textbook } from "../support/oracle.ts";
import { type OwnModel, ownModels } from "../support/own-models.ts";
import { moreModels } from "../support/own-models-more.ts";

/** States before each step. */
function plain({ start, slopes, solver, stepSize, steps }: OwnModel, value: number): number[][] {
  let y = start(value);
  return Array.from({ length: steps }, (_, step) => {
    const before = y;
    y = textbook[solver]((states, t) => slopes(states, t, value), y, step * stepSize, stepSize);
    return before;
  });
}

test.each([...ownModels, ...moreModels])("own models: $name", async (model) => {
  const { yaml, sweep, values, inputs = {}, states, solver, stepSize, steps } = model;
  const { results, resultsMap } = await gridSearch({
    circuitTemplate: templatesFromYaml(yaml).net,
    paramGrid: { p: values },
    paramMap: { p: sweep },
    inputs,
    simulationTime: stepSize * steps,
    stepSize,
    solver,
    outputs: Object.fromEntries(states.map((path, i) => [`s${i}`, path])),
  });
  expect(resultsMap.numRows).toBe(values.length);
  values.forEach((value, point) => {
    const rows = plain(model, value);
    states.forEach((path, i) => {
      const wanted = rows.map((row) => row[i]);
      const range = Math.max(...wanted) - Math.min(...wanted);
      const found = trace(results, `net_${point}`, `s${i}`);
      expect(found.length, path).toBe(steps);
      const worst = wanted.reduce((most, each, k) => Math.max(most, Math.abs(found[k] - each)), 0);
      expect(worst / Math.max(range, 1e-6), `${path} at ${value}`).toBeLessThan(1e-8);
    });
  });
});
