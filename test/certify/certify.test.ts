// The certificate: how far a sweep is from its equations, at a seeded sample of its points, and which step would do.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Certificate,
  type GridSearchOptions,
  gridSearch,
  normalNoise,
  templatesFromYaml,
  trace,
  uniformNoise,
} from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { circuitOf } from "../support/random-dynamics.ts";
import { published, refusal } from "../support/sweep.ts";

const { decay, late, wave } = templatesFromYaml(`
decay_op: { base: OperatorTemplate, equations: ["y' = -k*y"], variables: { y: output(1.0), k: 1.0 } }
late_op: { base: OperatorTemplate, equations: ["x' = -past(x, 0.5)"], variables: { x: output(1.0) } }
wave_op: { base: OperatorTemplate, equations: ["x' = v", "v' = -w*w*x"], variables: { x: output(1.0), v: variable(0.0), w: 1.0 } }
decay_node: { base: NodeTemplate, operators: [decay_op] }
late_node: { base: NodeTemplate, operators: [late_op] }
wave_node: { base: NodeTemplate, operators: [wave_op] }
decay: { base: CircuitTemplate, nodes: { p: decay_node } }
late: { base: CircuitTemplate, nodes: { p: late_node } }
wave: { base: CircuitTemplate, nodes: { p: wave_node } }
`);

async function certificate(options: GridSearchOptions): Promise<Certificate> {
  const { certificate: found } = await gridSearch({ certify: true, ...options });
  if (!found) throw new Error("there is no certificate");
  return found;
}

describe("certify: the published sweep by Euler's method", () => {
  const call = published({ simulationTime: 3, outputs: { V: "jrc/jrc_op/V_e" } });
  let found: Certificate;

  beforeAll(async () => {
    found = await certificate(call);
  });

  test("is off in amplitude at C = 135, and says so in words: which C, how much, which step", () => {
    expect(found.met).toBe(false);
    const range = found.quantities.find(({ quantity }) => quantity === "V_range");
    // As far from its own reference as C = 135 is from its own, though its waves are a tenth as high.
    expect(range?.grid).toEqual({ C: 128 });
    expect(Number(range?.error)).toBeGreaterThan(0.1);
    // An error of order one is halved by half the step, about.
    expect(Number(range?.errorHalved) / Number(range?.error)).toBeLessThan(0.7);
    expect(found.text).toMatch(/^certified at all 6 points, against dop853 .*; 1 % were asked for\n/);
    expect(found.text).toMatch(/V_range is off by \d+ % at C = 128 \(0\.0000\d+, not 0\.0000\d+\)/);
    expect(found.text).toMatch(/V is off by \d+ % at C = 135 \(0\.02\d+, not 0\.02\d+\)/);
    expect(found.text).toMatch(/stepSize [\d.e-]+ puts the features within 1 %/);
  });

  test("the step that it names does", async () => {
    const stepSize = Number(found.stepForFeatures);
    expect(stepSize).toBeLessThan(1e-4);
    const finer = await certificate({ ...call, stepSize });
    for (const { quantity, error } of finer.quantities) if (quantity.includes("_")) expect(error, quantity).toBeLessThanOrEqual(0.01);
  });

  test("the table has a row for each point and quantity", () => {
    const names = found.table.schema.fields.map(({ name }) => name);
    expect(names).toEqual(["key", "C", "quantity", "value", "reference", "error", "errorHalved"]);
    expect(found.table.numRows).toBeGreaterThanOrEqual(6 * 3);
    const errors = Array.from(found.table.getChild("error") ?? [], Number);
    expect(Math.max(...errors)).toBe(found.largest);
  });

  test.each([["rk4"], ["rk45"]] as const)("%s is within", async (solver) => {
    const good = await certificate({ ...call, solver });
    expect(good.met).toBe(true);
    expect(good.largest).toBeLessThan(1e-3);
    expect(good.text).toMatch(/\(a range of V up to [\de.-]+ is noise of the solver\), within the 1 % that were asked for$/);
  });
});

test("certify: errors are those that the mathematics gives: Euler's of a decay", async () => {
  const options = {
    ...{ circuitTemplate: decay, paramGrid: { k: [1, 2] }, paramMap: { k: { vars: ["decay_op/k"], nodes: ["p"] } } },
    ...{ simulationTime: 1, stepSize: 0.01, outputs: { y: "p/decay_op/y" }, features: { y: ["last" as const] } },
  };
  const { quantities } = await certificate(options);
  const last = quantities.find(({ quantity }) => quantity === "y_last");
  const [euler, exact] = [0.98 ** 99, Math.exp(-2 * 0.99)];
  expect(last?.grid).toEqual({ k: 2 });
  expect(Math.abs(Number(last?.value) - euler)).toBeLessThan(1e-14);
  expect(Math.abs(Number(last?.reference) - exact)).toBeLessThan(1e-10);
  expect(Math.abs(Number(last?.error) - (exact - euler) / (1 - exact))).toBeLessThan(1e-8);
});

test("certify: a regime that is an artefact of the step is named", async () => {
  const found = await certificate({
    ...{ circuitTemplate: decay, paramGrid: { k: [1, 200] }, paramMap: { k: { vars: ["decay_op/k"], nodes: ["p"] } } },
    ...{ simulationTime: 1, stepSize: 0.01, outputs: { y: "p/decay_op/y" }, features: { y: ["regime" as const] } },
  });
  expect(found.met).toBe(false);
  expect(found.changes).toEqual([
    { quantity: "y_regime", key: "decay_1", grid: { k: 200 }, value: "oscillation", reference: "fixed point" },
  ]);
  expect(found.text).toMatch(/y_regime is oscillation at k = 200, and fixed point by the reference/);
});

test("certify: points keep their own noise, and the same samples at half the step", async () => {
  for (const noise of [
    normalNoise({ mean: 220, sd: 60, seed: 3, shared: false }),
    uniformNoise({ low: 120, high: 320, seed: 4, hold: 2e-3 }),
  ]) {
    const found = await certificate(
      published({
        ...{ paramGrid: { C: Array.from({ length: 40 }, (_, i) => 60 + i) }, simulationTime: 0.5, stepSize: 1e-3, cutoff: 0 },
        ...{ inputs: { "jrc/jrc_op/u": noise }, solver: "rk4", certify: { points: 5, seed: 9 } },
      }),
    );
    expect(found.points.length).toBe(5);
    expect(found.largest).toBeLessThan(1e-3);
  }
});

test("certify: the sample is seeded", async () => {
  const call = (seed: number) =>
    certificate(
      published({ paramGrid: { C: Array.from({ length: 300 }, (_, i) => 60 + i) }, simulationTime: 0.05, cutoff: 0, certify: { seed } }),
    );
  const [a, again, b] = [await call(1), await call(1), await call(2)];
  expect(a.points.length).toBe(16);
  expect(new Set(a.points).size).toBe(16);
  expect(again.points).toEqual(a.points);
  expect(b.points).not.toEqual(a.points);
});

test("certify: with delays, half the step is the reference, extrapolated by the order", async () => {
  const found = await certificate({
    ...{ circuitTemplate: late, paramGrid: { x: [1] }, paramMap: { x: { vars: ["late_op/x"], nodes: ["p"] } } },
    ...{ simulationTime: 2, stepSize: 0.02, outputs: { x: "p/late_op/x" }, features: { x: ["last" as const] } },
  });
  expect(found.reference).toBe("half the step");
  const fine = await gridSearch({
    ...{ circuitTemplate: late, paramGrid: { x: [1] }, paramMap: { x: { vars: ["late_op/x"], nodes: ["p"] } } },
    ...{
      simulationTime: 2,
      stepSize: 0.02 / 64,
      samplingStepSize: 0.02,
      outputs: { x: "p/late_op/x" },
      features: { x: ["last" as const] },
      solver: "heun" as const,
    },
  });
  const last = found.quantities.find(({ quantity }) => quantity === "x_last");
  const off = Math.abs(Number(last?.value) - Number(fine.resultsMap.get(0)?.x_last));
  const range = 1 - Math.min(...Array.from(fine.results.getChildAt(1) ?? [], Number));
  expect(Number(last?.error) / (off / range)).toBeGreaterThan(0.8);
  expect(Number(last?.error) / (off / range)).toBeLessThan(1.25);
});

test("certify: a tolerance of one's own, and maps without traces", async () => {
  const call = {
    ...{ circuitTemplate: wave, paramGrid: { w: [1, 5] }, paramMap: { w: { vars: ["wave_op/w"], nodes: ["p"] } } },
    ...{ simulationTime: 20, stepSize: 1e-3, outputs: { x: "p/wave_op/x" }, features: { x: ["range" as const] }, solver: "heun" as const },
  };
  const lax = await gridSearch({ ...call, results: false, certify: { tolerance: 0.5 } });
  const strict = await gridSearch({ ...call, results: false, certify: { tolerance: 1e-9 } });
  expect([lax.certificate?.met, strict.certificate?.met]).toEqual([true, false]);
  expect(lax.certificate?.quantities.every(({ quantity }) => quantity.includes("_"))).toBe(true);
});

test("certify: is refused before anything runs where its options are wrong", async () => {
  const wrong = (certify: object) => () => gridSearch(published({ certify }));
  expect((await refusal(wrong({ tolerence: 1 }))).message).toMatch(/did you mean (certify\.)?tolerance\?/);
  expect((await refusal(wrong({ tolerance: 0 }))).code).toBe("E_TYPE");
});

describe("certify: the command line", () => {
  const folder = folderFor("certify");

  test("--certify says it at the end", () => {
    const spec = join(folder, "spec.yaml");
    writeFileSync(
      spec,
      `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: {C: [128, 135]}
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
simulationTime: 2
stepSize: 1e-3
cutoff: 0.5
outputs: {V: jrc/jrc_op/V_e}
solver: heun
`,
    );
    const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
    const { stdout, status } = spawnSync(process.execPath, [cli, "sweep", spec, "--certify"], { encoding: "utf8", timeout: 60_000 });
    expect(status).toBe(0);
    expect(stdout).toMatch(/certified at all 2 points, against dop853 at rtol 1e-11: the largest relative error is/);
  });
});

test.each(["wide", "long"] as const)(
  "certify: every name in a certificate is one that trace() and the map know: %s layout",
  async (layout) => {
    const pair = templatesFromYaml(`
decay_op: { base: OperatorTemplate, equations: ["y' = -k*y"], variables: { y: output(1.0), k: 1.0 } }
decay_node: { base: NodeTemplate, operators: [decay_op] }
pair: { base: CircuitTemplate, nodes: { p: decay_node, q: decay_node } }
`).pair;
    const found = await gridSearch({
      circuitTemplate: pair,
      paramGrid: { k: [1, 150, 1500] },
      paramMap: { k: { vars: ["decay_op/k"], nodes: ["all"] } },
      simulationTime: 0.1,
      stepSize: 1e-3,
      outputs: { V: "all/decay_op/y" },
      features: { V: ["mean", "std", "range", "regime"] },
      solver: "euler",
      layout,
      certify: { tolerance: 1e-9 },
    });
    const { quantities, changes } = found.certificate ?? { quantities: [], changes: [] };
    const keys = Array.from(found.resultsMap.getChild("key") ?? [], String);
    const columns = found.resultsMap.schema.fields.map(({ name }) => name);
    const traces = quantities.map(({ quantity }) => quantity).filter((name) => !columns.includes(name));
    expect(traces.sort()).toEqual(["V/p", "V/q"]);
    for (const name of traces) expect(trace(found.results, keys[0], name)).toHaveLength(100);
    expect(quantities.map(({ quantity }) => quantity)).toContain("V/q_mean");
    for (const { quantity, key, grid } of [...quantities, ...changes]) {
      expect([...traces, ...columns]).toContain(quantity);
      for (const [name, value] of Object.entries(grid)) expect(found.resultsMap.getChild(name)?.get(keys.indexOf(key))).toBe(value);
    }
  },
);

describe("certify: what counts as nothing", () => {
  const fitzhugh = circuitOf(["v' = v - v^3/3 - w + I", "w' = 0.08*(v + 0.7 - 0.8*w)"], ["v: output(-1.0)", "w: variable(1.0)", "I: 0.0"]);
  const resting: GridSearchOptions = {
    ...{ circuitTemplate: fitzhugh, paramGrid: { I: [0, 0.1, 0.2, 0.3] }, paramMap: { I: { vars: ["op/I"], nodes: ["p"] } } },
    ...{ simulationTime: 1000, stepSize: 0.1, cutoff: 500, outputs: { v: "p/op/v" } },
    features: { v: ["regime", "maxima", "peakFrequency", "range"] },
  };

  test.each(["rk23", "rk45", "dop853", "rodas4"] as const)(
    "%s: points at rest are right, and their rhythms are left out",
    async (solver) => {
      const found = await certificate({ ...resting, solver });
      expect([found.met, found.changes]).toEqual([true, []]);
      expect(found.largest).toBeLessThan(1e-3);
      expect(found.leftOut).toBeGreaterThanOrEqual(8);
      expect(found.text).toMatch(
        /a range of v up to [\de.-]+ is noise of the solver; \d+ frequencies and counts of what is at rest were left out/,
      );
    },
  );

  test("a point is judged by itself: another one that is larger by far changes nothing", async () => {
    const circuit = circuitOf(["x' = v", "v' = -w*w*x"], ["x: output(1.0)", "v: variable(0.0)", "w: 1.0"]);
    const call = {
      ...{ circuitTemplate: circuit, paramMap: { x: { vars: ["op/x"], nodes: ["p"] } }, simulationTime: 20, stepSize: 0.01 },
      ...{ outputs: { x: "p/op/x" }, features: { x: ["range" as const, "std" as const] }, solver: "euler" as const },
    };
    const alone = await certificate({ ...call, paramGrid: { x: [1e-6] } });
    const beside = await certificate({ ...call, paramGrid: { x: [1e-6, 1e6] } });
    const errors = ({ table }: Certificate) =>
      table
        .toArray()
        .filter((row) => row.x === 1e-6)
        .map((row) => [row.quantity, row.error]);
    expect(errors(alone).length).toBeGreaterThan(3);
    expect(errors(beside)).toEqual(errors(alone));
    expect(alone.met).toBe(false);
  });

  test("`absolute`: what differs by no more counts as equal", async () => {
    const call = {
      ...{ circuitTemplate: decay, paramGrid: { k: [1] }, paramMap: { k: { vars: ["decay_op/k"], nodes: ["p"] } } },
      ...{ simulationTime: 1, stepSize: 0.01, outputs: { y: "p/decay_op/y" }, features: { y: ["last" as const] } },
    };
    const strict = await certificate({ ...call, certify: { tolerance: 1e-4 } });
    const own = await certificate({ ...call, certify: { tolerance: 1e-4, absolute: 0.01 } });
    expect([strict.met, own.met, own.largest]).toEqual([false, true, 0]);
    expect(own.text).toMatch(/a difference of at most 0\.01 is none/);
    expect((await refusal(() => gridSearch({ ...call, certify: { absolute: -1 } }))).code).toBe("E_TYPE");
  });

  test("without a reference there is no certificate", async () => {
    // What dop853 and rodas4 cannot step: a slope that jumps between two values about the state, ever faster.
    const circuit = circuitOf(["x' = 1 - 2*(x > 0)", "y' = -k*y"], ["x: output(0.5)", "y: variable(1.0)", "k: 1.0"]);
    const found = await certificate({
      ...{
        circuitTemplate: circuit,
        paramGrid: { k: [1, 2] },
        paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
        solver: "euler" as const,
      },
      ...{ simulationTime: 2, stepSize: 0.01, outputs: { x: "p/op/x" } },
    });
    expect([found.met, found.points, found.withoutReference]).toEqual([false, [], ["model_0", "model_1"]]);
    expect(found.text).toMatch(/^not certified: no solver could finish model_0, model_1, so that there is no reference/);
  });

  test("a solver that is named has been run", async () => {
    const found = await certificate({
      ...{ circuitTemplate: wave, paramGrid: { w: [5] }, paramMap: { w: { vars: ["wave_op/w"], nodes: ["p"] } } },
      ...{
        simulationTime: 200,
        stepSize: 0.02,
        outputs: { x: "p/wave_op/x" },
        features: { x: ["range" as const] },
        solver: "euler" as const,
      },
      certify: { tolerance: 1e-5 },
    });
    expect(found.stepForAll).toBeUndefined();
    expect(found.solverForAll?.name).toBe("dop853");
    expect(found.text).toMatch(/solver \{ name: "dop853", rtol: 1e-9, atol: 1e-12 \} puts all of it within 0\.001 %/);
  });
});
