// Every bundled circuit against SciPy's DOP853 at rtol 1e-12 (test/reference/bundled-dop853*.py, which say how, and with which values).
import { describe, expect, test } from "vitest";
import { bundledCircuits, describeModel, simulate } from "../../src/index.ts";
import { deviationFrom, referenceRuns } from "../support/reference-runs.ts";

/** Circuits with discrete delays, over which no adaptive solver steps. */
const delayed = [
  ...["net10", "net11", "net12", "net16"].map((name) => `model_templates.test_resources.test_backend.${name}`),
  ...["robinson", "robinson_loops"].map((name) => `model_templates.neural_mass_models.robinson.${name}`),
];
const runs = Object.fromEntries(Object.entries(referenceRuns()).filter(([path]) => !delayed.includes(path)));

test("bundled dop853: every bundled circuit is here", () => {
  expect(Object.keys(runs).sort()).toEqual(
    bundledCircuits()
      .filter((path) => !delayed.includes(path))
      .sort(),
  );
});

/** Largest difference of any state from SciPy's, as a share of the state's range; of one that rests, of its size. */
async function deviation(circuitTemplate: string, solver: { name: "dop853" | "rodas4"; rtol: number; atol: number }): Promise<number> {
  const { time, values, states } = runs[circuitTemplate];
  const paths = Object.keys(states);
  const samples = Object.values(states)[0].length - 1;
  const table = await simulate({
    circuitTemplate,
    solver,
    params: values,
    simulationTime: time * (1 + 1 / samples),
    stepSize: time / samples,
    outputs: Object.fromEntries(paths.map((path, i) => [`s${i}`, path])),
  });
  return deviationFrom(runs[circuitTemplate], (path) => Array.from(table.getChild(`s${paths.indexOf(path)}`) ?? []));
}

describe("bundled dop853: every state, over 10 of the slowest times", () => {
  test.each(Object.keys(runs))("%s", async (path) => {
    const states = describeModel(path).variables.filter(({ kind }) => kind === "state");
    const ownStates = states.filter(({ path: each }) => !/_d\d+_\d+$/.test(each));
    expect(Object.keys(runs[path].states).sort()).toEqual(ownStates.map(({ path: each }) => each).sort());
    expect(await deviation(path, { name: "dop853", rtol: 1e-12, atol: 1e-15 })).toBeLessThan(1e-8);
    expect(await deviation(path, { name: "rodas4", rtol: 1e-9, atol: 1e-12 })).toBeLessThan(1e-6);
  });
});

test("bundled dop853: rodas4 is as far off as its tolerance says where Larter-Breakspear is chaotic", async () => {
  const outputs = { V: "p/lb_op/V", W: "p/lb_op/W", Z: "p/lb_op/Z" };
  const run = async (solver: { name: "dop853" | "rodas4"; rtol: number; atol: number }) => {
    const circuitTemplate = "model_templates.neural_mass_models.larterbreakspear.lb";
    const params = { "p/lb_op/d_V": 0.65 };
    return simulate({ circuitTemplate, params, solver, simulationTime: 100, stepSize: 5, outputs });
  };
  const exact = await run({ name: "dop853", rtol: 1e-13, atol: 1e-15 });
  const off = async (rtol: number) => {
    const found = await run({ name: "rodas4", rtol, atol: rtol * 1e-3 });
    const of = (name: string) =>
      Float64Array.from(exact.getChild(name) ?? []).map((value, i) => Math.abs(value - found.getChild(name)?.get(i)));
    return Math.max(...Object.keys(outputs).flatMap((name) => [...of(name)]));
  };
  // A fault would stay where the tolerance falls.
  const [coarse, fine] = [await off(1e-8), await off(1e-10)];
  expect(coarse).toBeLessThan(1e-6);
  expect(coarse / fine).toBeGreaterThan(50);
  expect(coarse / fine).toBeLessThan(200);
});
