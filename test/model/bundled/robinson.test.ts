// Robinson's corticothalamic model: the rates at rest that are published with its parameters, and its delays against the method of steps.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { connect, gridSearch, simulate } from "../../../src/index.ts";
import { holds, PublishedModel, type Values } from "../../support/published.ts";
import { deviationFrom, referenceRuns } from "../../support/reference-runs.ts";

const model = new PublishedModel("robinson");
const gallery = fileURLToPath(new URL("../../../examples/gallery/robinson-2002.yaml", import.meta.url));

async function last(name: string, values: Values): Promise<number> {
  const run = { circuitTemplate: model.path, params: model.paths(values), outputs: { o: model.pathOf(name) } };
  const table = await simulate({ ...run, simulationTime: 20, stepSize: 1e-3, samplingStepSize: 1, solver: "rk4" });
  return Number(table.getChild("o")?.get(19));
}

describe("bundled Robinson", () => {
  // Sanz-Leon et al. 2018: the rates of cortex, reticular and relay nucleus that their simulator starts its corticothalamic model from.
  const everywhere = ["Q_max", "theta", "sigma", "nu_ee", "nu_ei", "nu_es", "nu_re", "nu_rs", "nu_se", "nu_sr", "nu_sn", "phi_n"];
  test.each([
    ["q_e", 5.248361515],
    ["q_r", 15.39601978],
    ["q_s", 8.789733431],
  ])("%s rests at %d/s", (name, known) =>
    holds(model, { known, bound: 1e-7, measure: (values) => last(name, values), breaks: everywhere }),
  );

  // Table I of the paper, as public implementations state it; its deviation of 6 mV is a slope of sigma = 6 sqrt(3)/pi. Rest loses its stability with a
  // stronger way from cortex to relay nuclei, to a rhythm that goes once around the loop: t0 and the synapses' 1/alpha + 1/beta.
  test("with the parameters of Robinson, Rennie & Rowe 2002 rest gives way to a rhythm of the loop's time as nu_se grows", async () => {
    const { circuitTemplate, paramGrid, paramMap, outputs } = parse(readFileSync(gallery, "utf8"));
    expect(paramGrid.sigma[0]).toBeCloseTo((6 * Math.sqrt(3)) / Math.PI, 8);
    const nu_se = [1.2, 1.36, 1.38, 1.5];
    const times = { simulationTime: 120, stepSize: 1e-3, samplingStepSize: 2e-3, cutoff: 110, solver: "rk4" } as const;
    const { resultsMap } = await gridSearch({
      ...{ circuitTemplate, paramMap, outputs, ...times, paramGrid: { ...paramGrid, nu_se }, permuteGrid: true, results: false },
      features: { phi: ["mean", "range", "peakFrequency"] },
    });
    const of = (feature: string) => Array.from(resultsMap.getChild(`phi_${feature}`) ?? [], Number);
    expect(of("mean")[0]).toBeCloseTo(5.91957, 4);
    expect(
      of("range")
        .slice(0, 2)
        .every((range) => range < 0.05),
    ).toBe(true);
    expect(
      of("range")
        .slice(2)
        .every((range) => range > 20),
    ).toBe(true);
    const turn = paramGrid.t0[0] + 1 / paramGrid.alpha[0] + 1 / paramGrid.beta[0];
    for (const frequency of of("peakFrequency").slice(2)) expect(Math.abs(frequency * turn - 1)).toBeLessThan(0.01);
  });

  test("phi, W and all potentials go as by the method of steps", async () => {
    const run = referenceRuns()[model.path];
    const paths = Object.keys(run.states);
    const samples = run.states[paths[0]].length - 1;
    const traces = async (stepSize: number) => {
      const table = await simulate({
        circuitTemplate: model.path,
        ...{ simulationTime: run.time * (1 + 1 / samples), stepSize, samplingStepSize: run.time / samples, solver: "rk4" },
        outputs: Object.fromEntries(paths.map((path, i) => [`s${i}`, path])),
      });
      return new Map(paths.map((path, i) => [path, Array.from(table.getChild(`s${i}`) ?? [], Number)]));
    };
    const [coarse, fine] = [await traces(2.5e-4), await traces(1.25e-4)];
    const of = (found: typeof fine) => deviationFrom(run, (path) => found.get(path) ?? []);
    // What a delay reads between two steps is on the line between them, so that errors are of order 2, and a quarter at half the step.
    expect(Math.abs(of(coarse) / of(fine) - 4)).toBeLessThan(0.1);
    const limit = new Map(
      paths.map((path) => [path, fine.get(path)?.map((value, k) => (4 * value - (coarse.get(path)?.[k] ?? 0)) / 3) ?? []]),
    );
    expect(of(limit)).toBeLessThan(1e-6);
  });

  test("loops of edges are those of one operator, where neither has a past", async () => {
    // A rate of the relay nuclei of 0 is the past of both.
    const silent = -300;
    const times = { simulationTime: 2, stepSize: 1e-4, samplingStepSize: 0.02, solver: "rk4" } as const;
    const one = await simulate({
      ...{ circuitTemplate: model.path, params: model.paths({ V_s: silent, V_r: 1 }), ...times },
      outputs: Object.fromEntries(["phi", "V_e", "V_r", "V_s"].map((name) => [name, model.pathOf(name)])),
    });
    const edges = await simulate({
      ...{ circuitTemplate: `${model.path}_loops`, ...times },
      params: { "s/robinson_cell_op/V": silent, "r/robinson_cell_op/V": 1 },
      outputs: {
        phi: "e/robinson_axon_op/phi",
        ...{ V_e: "e/robinson_cell_op/V", V_r: "r/robinson_cell_op/V", V_s: "s/robinson_cell_op/V" },
      },
    });
    for (const name of ["phi", "V_e", "V_r", "V_s"] as const) {
      const [a, b] = [Array.from(one.getChild(name) ?? [], Number), Array.from(edges.getChild(name) ?? [], Number)];
      const range = Math.max(...a) - Math.min(...a);
      expect(a.length).toBe(100);
      a.forEach((value, k) => {
        expect(Math.abs(value - b[k]) / range, `${name} at ${k}`).toBeLessThan(1e-5);
      });
    }
  });

  test("a node of a network takes the fields of others as its own", async () => {
    const weights = [
      [0, 0.3, 0],
      [0, 0, 0.2],
      [0, 0, 0],
    ];
    const net = connect(model.path, { source: "robinson_op/phi", target: "robinson_op/phi_in", weights });
    const outputs = { phi: "all/robinson_op/phi", phi_in: "all/robinson_op/phi_in", V: "all/robinson_op/V_e" };
    const table = await simulate({ circuitTemplate: net, outputs, simulationTime: 20, stepSize: 1e-3, samplingStepSize: 1, solver: "rk4" });
    const at = (variable: string, k: number) => Number(table.getChild(`${variable}/p_${k}`)?.get(19));
    expect(at("phi_in", 0)).toBe(0.3 * at("phi", 1));
    expect(at("phi_in", 1)).toBe(0.2 * at("phi", 2));
    expect(Math.abs(at("phi", 2) - 5.248361515)).toBeLessThan(1e-7);
    expect(at("phi", 1)).toBeGreaterThan(at("phi", 2));
    expect(at("phi", 0)).toBeGreaterThan(at("phi", 2));
  });

  test("a circuit of loops takes the cortical fields of others, of the weight nu_ee, as one that is driven by phi_in", async () => {
    const circuit = `${model.path}_loops`;
    const nu = model.default("nu_ee");
    // The edges lead to the cortex's v_in, which is nu_ee times a field: the weights are nu_ee times those of phi_in.
    const net = connect(circuit, {
      weights: [
        [0, 0.3 * nu],
        [0, 0],
      ],
    });
    const silent = { V: "s/robinson_cell_op/V", q: "r/robinson_cell_op/V" };
    const times = { simulationTime: 2, stepSize: 1e-4, samplingStepSize: 0.02, solver: "rk4" } as const;
    const names = ["robinson_loops_0", "robinson_loops_1"];
    const params = Object.fromEntries(
      names.flatMap((name) => [[`${name}/${silent.V}`, -300] as const, [`${name}/${silent.q}`, 1] as const]),
    );
    const outputs = Object.fromEntries(names.map((name, k) => [`phi${k}`, `${name}/e/robinson_axon_op/phi`]));
    const loops = await simulate({ circuitTemplate: net, ...times, params, outputs });
    const single = connect(model.path, {
      weights: [
        [0, 0.3],
        [0, 0],
      ],
    });
    const starts = ["p_0", "p_1"].flatMap((node) => [[`${node}/robinson_op/V_s`, -300] as const, [`${node}/robinson_op/V_r`, 1] as const]);
    const ones = await simulate({
      ...{ circuitTemplate: single, ...times, params: Object.fromEntries(starts) },
      outputs: { phi0: "p_0/robinson_op/phi", phi1: "p_1/robinson_op/phi" },
    });
    for (const name of ["phi0", "phi1"] as const) {
      const [a, b] = [Array.from(loops.getChild(name) ?? [], Number), Array.from(ones.getChild(name) ?? [], Number)];
      const range = Math.max(...b) - Math.min(...b);
      expect(b.length).toBe(100);
      b.forEach((value, k) => {
        expect(Math.abs(value - a[k]) / range, `${name} at ${k}`).toBeLessThan(1e-5);
      });
    }
    // The field of the other tells.
    expect(Number(loops.getChild("phi0")?.get(99))).toBeGreaterThan(1.01 * Number(loops.getChild("phi1")?.get(99)));
  });
});
