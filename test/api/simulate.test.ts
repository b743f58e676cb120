import { expect, test } from "vitest";
import { gridSearch, type SimulateOptions, simulate, trace } from "../../src/index.ts";
import { BOUND, deviation, reference, type SignalSpec, signals } from "../support/reference.ts";
import { refusal } from "../support/sweep.ts";

const jrc2 = "model_templates.neural_mass_models.jansenrit.JRC2";

function run(changes: Partial<SimulateOptions> = {}): SimulateOptions {
  return { circuitTemplate: jrc2, simulationTime: 0.1, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e", m: "jrc/jrc_op/m" }, ...changes };
}

function column(table: Awaited<ReturnType<typeof simulate>>, name: string): number[] {
  return Array.from(table.getChild(name) ?? []);
}

test("simulate: gives a column for each output, with the bits of a sweep of one point", async () => {
  const table = await simulate(run({ params: { "jrc/jrc_op/c": 200, "jrc/jrc_op/V_e": 0.001, "jrc/jrc_op/u": 150 } }));
  expect(table.schema.fields.map(({ name }) => name)).toEqual(["time", "V", "m"]);
  expect(table.schema.metadata.get("timeUnit")).toBe("s");
  expect(table.schema.fields[1].metadata.get("unit")).toBe("V");
  const { params: _, ...call } = run();
  const { results } = await gridSearch({
    ...call,
    paramGrid: { C: [200], V: [0.001], u: [150] },
    paramMap: {
      C: { vars: ["jrc_op/c"], nodes: ["jrc"] },
      V: { vars: ["jrc_op/V_e"], nodes: ["jrc"] },
      u: { vars: ["jrc_op/u"], nodes: ["jrc"] },
    },
  });
  expect(column(table, "V")).toEqual([...trace(results, "JRC2_0", "V")]);
  expect(column(table, "m")).toEqual([...trace(results, "JRC2_0", "m")]);
});

test("simulate: agrees with PyRates' run of the Wilson-Cowan model", async () => {
  const { meta, runs } = reference("circuits").cases.wc;
  const inputs: Record<string, SignalSpec> = meta.inputs;
  const table = await simulate({
    circuitTemplate: meta.template,
    simulationTime: meta.simulation_time,
    stepSize: meta.step_size,
    samplingStepSize: meta.sampling_step_size,
    inputs: signals(inputs, meta.simulation_time, meta.step_size),
    outputs: meta.outputs,
  });
  runs.euler.columns.forEach((name: string, i: number) => {
    expect(deviation(column(table, name), runs.euler.data[i])).toBeLessThan(BOUND);
  });
});

test("simulate: needs no params; wildcards and complex outputs have their columns", async () => {
  const path = "model_templates.oscillators.kuramoto.kmo_mf_2coupled";
  const table = await simulate(run({ circuitTemplate: path, outputs: { z: "all/kmo_op/z" }, params: { "all/kmo_op/omega": 11 } }));
  expect(table.schema.fields.map(({ name }) => name)).toEqual(["time", "z.re/p1", "z.im/p1", "z.re/p2", "z.im/p2"]);
});

test("simulate: says when a run overflows", async () => {
  const table = await simulate(run({ params: { "jrc/jrc_op/tau_e": 1e-5 }, simulationTime: 1 }));
  expect(Number(table.schema.metadata.get("failedAt"))).toBeGreaterThan(0);
});

test.each<[Partial<SimulateOptions>, string, string, RegExp]>([
  [{ params: { "jrc/jrc_op/cc": 1 } }, "E_UNKNOWN_VARIABLE", "params.jrc/jrc_op/cc", /did you mean jrc_op\/c\?/],
  [{ params: { "jrc/jrc_op/c": Number.NaN } }, "E_PARAM_NOT_FINITE", "params.jrc/jrc_op/c", /finite/],
  [{ params: { "jrc/jrc_op/m": 1 } }, "E_NOT_SWEEPABLE", "params.jrc/jrc_op/m", /computed by an equation/],
  [{ params: { "jrc/jrc_op/c": 1, "all/jrc_op/c": 2 } }, "E_PARAM_CONFLICT", "params.all/jrc_op/c", /both set/],
  [{ outputs: { time: "jrc/jrc_op/V_e" } }, "E_RESERVED_NAME", "outputs.time", /time/],
  [{ simulationTime: -1 }, "E_TIME", "simulationTime", /-1/],
])("simulate: refuses %j", async (changes, code, path, message) => {
  const { problems } = await refusal(() => simulate(run(changes)));
  expect(problems.map((problem) => [problem.code, problem.path.join(".")])).toEqual([[code, path]]);
  expect(problems[0].message).toMatch(message);
});

test("simulate: refuses options of a sweep", async () => {
  expect((await refusal(() => Reflect.apply(simulate, undefined, [{ ...run(), paramGrid: {} }]))).code).toBe("E_UNKNOWN_OPTION");
});
