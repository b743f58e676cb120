// The option `features`: its columns, its values, and what it needs of memory.
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type Feature, gridSearch, normalNoise, templatesFromYaml, trace } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { featureNames } from "../../src/reduce/reducers.ts";
import { oscillators } from "../support/models.ts";
import { noisy, V } from "../support/noisy.ts";
import { bits, small } from "../support/sweep.ts";
import { everything } from "../support/windows.ts";

function machine(budget: number) {
  return { budget, openFile: openFiles() };
}

const all: Feature[] = ["mean", "std", "min", "max", "range", "last", "crossings", "peakFrequency", "peakPower", "regime", "maxima"];

/** A column of a table: bits of numbers, or texts. */
function column(table: { getChild(name: string): Iterable<unknown> | null }, name: string): unknown[] {
  return Array.from(table.getChild(name) ?? [], (value) => (typeof value === "number" ? bits(Float64Array.of(value))[0] : value));
}

describe("features: columns", () => {
  test("come after status and failedAt, in the order of the call, with their metadata", async () => {
    const { resultsMap } = await gridSearch(
      small({ outputs: { ...V, m: "jrc/jrc_op/m" }, features: { m: ["last"], V: ["std", { crossings: { level: 0.01 } }, "regime"] } }),
    );
    expect(resultsMap.schema.fields.map(({ name }) => name)).toEqual([
      "key",
      "C",
      "status",
      "failedAt",
      "m_last",
      "V_std",
      "V_crossings",
      "V_regime",
    ]);
    const [last, std, crossings] = resultsMap.schema.fields.slice(4).map(({ metadata }) => Object.fromEntries(metadata));
    expect(last).toMatchObject({ output: "m", variable: "jrc/jrc_op/m", feature: "last" });
    expect(std).toEqual({ output: "V", node: "jrc", variable: "jrc/jrc_op/V_e", unit: "V", feature: "std", options: "{}" });
    expect(crossings).toMatchObject({ feature: "crossings", unit: "", options: '{"level":0.01}' });
  });

  test("say every option, also those that were not given; units are made of the output's and time's", async () => {
    const { resultsMap } = await gridSearch(small({ outputs: V, features: { V: [{ peakPower: { overlap: 0 } }, "peakFrequency"] } }));
    const [power, frequency] = resultsMap.schema.fields.slice(4).map(({ metadata }) => Object.fromEntries(metadata));
    expect(power).toMatchObject({ unit: "V^2/Hz", options: '{"window":32,"overlap":0}' });
    expect(frequency).toMatchObject({ unit: "Hz", options: '{"window":32,"overlap":0.5}' });
  });

  test("of an output that matches several nodes have the node's name", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: oscillators(),
      paramGrid: { w: [1, 4] },
      paramMap: { w: { vars: ["osc/w"], nodes: ["a"] } },
      simulationTime: 100,
      stepSize: 0.01,
      solver: "rk4",
      outputs: { x: "all/osc/x" },
      features: { x: ["peakFrequency", "max"] },
      results: false,
    });
    const names = resultsMap.schema.fields.map(({ name }) => name).slice(4);
    expect(names).toEqual(["x/a_peakFrequency", "x/b_peakFrequency", "x/a_max", "x/b_max"]);
    const found = [0, 1].map((i) => names.slice(0, 2).map((name) => Number(resultsMap.getChild(name)?.get(i))));
    const expected = [
      [1, 1],
      [2, 1],
    ].map((row) => row.map((omega) => omega / (2 * Math.PI)));
    found.flat().forEach((value, i) => {
      expect(Math.abs(value - expected.flat()[i])).toBeLessThan(2e-4);
    });
  });

  test("of a complex output stand for each of its parts, and one part can be named", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.theta.kmo_theta",
      paramGrid: { eta: [-5, 1] },
      paramMap: { eta: { vars: ["theta_op/eta"], nodes: ["p"] } },
      simulationTime: 1,
      stepSize: 0.01,
      outputs: { z: "p/theta_op/z" },
      features: { z: ["mean"], "z.re": ["max"] },
    });
    expect(resultsMap.schema.fields.map(({ name }) => name).slice(4)).toEqual(["z.re_mean", "z.im_mean", "z.re_max"]);
  });

  test("survive Arrow IPC, and a map with features is a grid again", async () => {
    const { resultsMap } = await gridSearch(small({ outputs: V, features: { V: ["mean", "regime"] } }));
    const again = tableFromIPC(tableToIPC(resultsMap, "file"));
    expect(again.schema.fields[4].metadata.get("feature")).toBe("mean");
    const second = await gridSearch(small({ outputs: V, paramGrid: again, features: { V: ["mean", "regime"] } }));
    expect(column(second.resultsMap, "V_mean")).toEqual(column(resultsMap, "V_mean"));
  });
});

/** What is of equations, and not of traces. */
const ofEquations = ["lyapunov", "equilibria", "stability", "leadingEigenvalue"];
const ofTraces = featureNames().filter((name) => !ofEquations.includes(name));

describe("features: values", () => {
  test("are those of the kept traces, bit for bit, after the cutoff, in both layouts", async () => {
    for (const layout of ["wide", "long"] as const) {
      const { results, resultsMap } = await gridSearch(small({ ...noisy, outputs: V, features: { V: all }, layout }));
      const traces = Array.from({ length: 131 }, (_, i) => trace(results, `JRC2_${i}`, "V").slice());
      expect(traces[0].length).toBe(450);
      const made = everything(traces, { spacing: 2e-3, random: true });
      ofTraces.forEach((name) => {
        const wanted = Array.from<unknown>(made[featureNames().indexOf(name)]).map((value) =>
          typeof value === "number" ? bits(Float64Array.of(value))[0] : value,
        );
        expect([name, column(resultsMap, `V_${name}`)]).toEqual([name, wanted]);
      });
    }
  });

  test("have the same bits alone as among others, with traces and without, whatever else is recorded", async () => {
    const many = { ...V, X: "jrc/jrc_op/X_e", W: "jrc/jrc_op/V_i", m: "jrc/jrc_op/m" };
    const { resultsMap } = await gridSearch({ ...small({ ...noisy, outputs: V, features: { V: all } }), results: false });
    const kept = await gridSearch(small({ ...noisy, outputs: many, features: { m: ["mean"], V: all } }));
    for (const name of ofTraces) expect(column(kept.resultsMap, `V_${name}`)).toEqual(column(resultsMap, `V_${name}`));
    const shared = { ...noisy, inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 3 }) } };
    const together = await gridSearch({ ...small({ ...shared, outputs: V, features: { V: all } }), results: false });
    for (const i of [0, 63, 64, 130]) {
      const alone = await gridSearch({
        ...small({ ...shared, paramGrid: { C: [60 + 5 * i] }, outputs: V, features: { V: all } }),
        results: false,
      });
      for (const name of ofTraces) {
        expect(column(alone.resultsMap, `V_${name}`)[0]).toEqual(column(together.resultsMap, `V_${name}`)[i]);
      }
    }
  });

  test("of a point that diverges are null, its regime too; its neighbours' bits stay", async () => {
    const tau = { paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } }, simulationTime: 1, outputs: V, features: { V: all } };
    const mixed = await gridSearch(small({ ...tau, paramGrid: { tau: [0.01, 1e-5, 0.012] } }));
    const clean = await gridSearch(small({ ...tau, paramGrid: { tau: [0.01, 0.011, 0.012] } }));
    for (const name of ofTraces) {
      const [first, bad, last] = column(mixed.resultsMap, `V_${name}`);
      expect([name, bad]).toEqual([name, null]);
      const [wanted, , alsoWanted] = column(clean.resultsMap, `V_${name}`);
      expect([first, last]).toEqual([wanted, alsoWanted]);
    }
  });

  test("of an algebraic variable that is not finite for a while are NaN, though its point is well", async () => {
    const { ramp } = templatesFromYaml(`
ramp_op: { base: OperatorTemplate, equations: ["x' = 1.0", "a = 1.0/x"], variables: { x: variable(-0.5), a: output(0.0) } }
ramp_pop: { base: NodeTemplate, operators: [ramp_op] }
ramp: { base: CircuitTemplate, nodes: { p: ramp_pop } }
`);
    const { resultsMap } = await gridSearch({
      circuitTemplate: ramp,
      paramGrid: { x: [-0.5, -0.6] },
      paramMap: { x: { vars: ["ramp_op/x"], nodes: ["p"] } },
      simulationTime: 4,
      stepSize: 0.25,
      outputs: { a: "p/ramp_op/a", x: "p/ramp_op/x" },
      features: { a: ["last", "max", "regime"], x: ["last"] },
    });
    const row = (i: number) => resultsMap.get(i)?.toJSON();
    expect(row(0)).toMatchObject({ status: "ok", a_last: Number.NaN, a_max: Number.NaN, a_regime: "diverged", x_last: 3.25 });
    expect(row(1)).toMatchObject({ status: "ok", a_last: 1 / 3.15, x_last: 3.15 });
  });
});

describe("features: results: false", () => {
  test("keeps no traces, and takes samples only of what features need", async () => {
    const found = await gridSearch({ ...small({ outputs: { ...V, m: "jrc/jrc_op/m" }, features: { V: ["mean"] } }), results: false });
    expect(Object.keys(found)).toEqual(["resultsMap"]);
    const plan = makePlan({ ...small({ outputs: { ...V, m: "jrc/jrc_op/m" }, features: { V: ["mean"] } }), results: false }, machine(1e9));
    expect(plan.columns.map(({ output }) => output)).toEqual(["V"]);
  });

  test("needs no outputs at all: then the map says which points diverge", async () => {
    const { resultsMap } = await gridSearch({ ...small({ outputs: {} }), results: false });
    expect(Array.from(resultsMap.getChild("status") ?? [])).toEqual(new Array(6).fill("ok"));
  });

  test("counts what is kept alone: a million points with four features need less than 100 MB", () => {
    const options = small({
      paramGrid: { C: new Float64Array(1e6).fill(135) },
      outputs: V,
      features: { V: ["mean", "std", "min", "regime"] },
    });
    const plan = makePlan({ ...options, results: false }, machine(1e8));
    expect(plan.bytes).toBe(1e6 * (48 + 8 + 3 * 8 + 16));
    expect(() => makePlan(options, machine(1e8))).toThrow(/E_SWEEP_TOO_LARGE.*1 outputs × 50 samples.*features and results: false/);
    expect(() => makePlan({ ...options, results: false }, machine(1e7))).toThrow(
      /E_SWEEP_TOO_LARGE.*without traces × 96 bytes.*take fewer points$/,
    );
  });
});
