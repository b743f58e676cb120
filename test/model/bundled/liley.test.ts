// Liley's mean field: the postsynaptic potentials of its table of parameters, reversal potentials, chaos, and long fibres.
import { describe, expect, test } from "vitest";
import { connect, simulate } from "../../../src/index.ts";
import { holds, PublishedModel, type Values } from "../../support/published.ts";

const model = new PublishedModel("liley");
const STEP = 0.01;

/** The highest point of what one spike makes of a synapse: its time and its height. */
async function peak(kind: "ee" | "ie", values: Values): Promise<{ time: number; height: number }> {
  const steps = 3000;
  // A spike in the middle of the first step.
  const spike = Float64Array.from({ length: steps }, (_, k) => (k === 0 ? 1 / STEP : 0));
  const still = { N_ee: 0, N_ei: 0, N_ie: 0, N_ii: 0 };
  const table = await simulate({
    ...{ circuitTemplate: model.path, params: model.paths({ ...values, ...still }), inputs: { [model.pathOf(`p_${kind}`)]: spike } },
    ...{ outputs: { o: model.pathOf(`I_${kind}`) }, simulationTime: steps * STEP, stepSize: STEP, solver: "rk4" },
  });
  const trace = Array.from(table.getChild("o") ?? [], Number);
  const k = trace.indexOf(Math.max(...trace));
  const [a, b, c] = [trace[k - 1], trace[k], trace[k + 1]];
  const shift = (a - c) / (2 * (a - 2 * b + c));
  return { time: (k + shift - 0.5) * STEP, height: b - ((a - c) * shift) / 4 };
}

describe("bundled Liley", () => {
  // The parameters of Dafilis et al. 2009: peak amplitudes and times to peak.
  test.each([
    ["an excitatory potential", "ee", 1.22, 0.99, ["Gamma_e"], ["gamma_e"]],
    ["an inhibitory potential", "ie", 3.6, 7.06, ["Gamma_i"], ["gamma_i"]],
  ] as const)("the peak of %s", async (_, kind, height, time, heights, times) => {
    await holds(model, { known: height, bound: 1e-4, measure: async (values) => (await peak(kind, values)).height, breaks: heights });
    await holds(model, { known: time, bound: 1e-4, measure: async (values) => (await peak(kind, values)).time, breaks: times });
  });

  test("a constant synaptic input moves the soma by its size at rest, and never beyond its reversal potential", async () => {
    const still = { N_ee: 0, N_ei: 0, N_ie: 0, N_ii: 0, p_ee: 0, p_ei: 0 };
    // Gamma e/gamma times the rate is the input; h rests where h_r - h + (h_eq - h)/|h_eq - h_r| input = 0.
    for (const [name, gain, reversal] of [
      ["p_ee", 1.22 * Math.E * 0.99, 45],
      ["p_ie", (3.6 * Math.E) / 0.141643059490085, -90],
    ] as const) {
      for (const rate of [1e-6, 1, 1e4]) {
        const [h] = await model.run(["h_e"], { time: 4000, samples: 4, values: { ...still, [name]: rate } });
        const share = (gain * rate) / Math.abs(reversal + 70);
        expect(Math.abs(h[3] - (-70 + reversal * share) / (1 + share))).toBeLessThan(1e-6);
      }
    }
  });

  test("with the parameters of 2009 two runs of nearly the same start part, by more than e each 250 ms; with less input they meet", async () => {
    const apart = async (p_ee: number, s_in: number) => {
      const runs = await Promise.all(
        [-70, -70 - 1e-9].map((h_i) => model.run(["h_e"], { time: 8000, samples: 1600, values: { p_ee, s_in, h_i } })),
      );
      return Math.max(...runs[0][0].slice(1200).map((value, k) => Math.abs(value - runs[1][0][k + 1200])));
    };
    expect(await apart(9.43, 0)).toBeGreaterThan(1);
    expect(await apart(5, 0.001)).toBeLessThan(1e-6);
  });

  test("long fibres bring the rates of other places, after 1/lambda", async () => {
    const weights = [
      [0.2, 0.8, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
    ];
    const net = connect(model.path, { source: "liley_op/s_e", target: "liley_op/s_in", weights });
    const outputs = { s: "all/liley_op/s_e", s_in: "all/liley_op/s_in", phi: "all/liley_op/phi_ee" };
    const inputs = Object.fromEntries([0, 1, 2].map((k) => [`p_${k}/liley_op/p_ee`, 2]));
    const table = await simulate({ circuitTemplate: net, params: inputs, outputs, simulationTime: 3000, stepSize: 0.05, solver: "rk4" });
    const at = (variable: string, k: number) => Number(table.getChild(`${variable}/p_${k}`)?.get(59_000));
    weights.forEach((row, k) => {
      const far = row.reduce((sum, weight, j) => sum + weight * at("s", j), 0);
      expect(Math.abs(at("s_in", k) - far)).toBeLessThan(1e-15);
      expect(Math.abs(at("phi", k) / (4000 * far) - 1)).toBeLessThan(1e-6);
    });
  });
});
