// The neural masses of dynamic causal models: Moran's, and the canonical microcircuit.
import { describe, expect, test } from "vitest";
import { connect, simulate } from "../../../src/index.ts";
import { holds, PublishedModel, type Values } from "../../support/published.ts";

const moran = new PublishedModel("moran");
const cmc = new PublishedModel("cmc");

/** Frequency in Hz of the k-th rhythm at rest, from the slowest to die. */
const rhythm = (model: PublishedModel, k: number) => (values: Values) => {
  const found = model.eigenvalues(model.rest({}, values), values).filter(({ im }) => im > 1);
  return found[k].im / (2 * Math.PI);
};

describe("bundled Moran", () => {
  // Moran et al. 2007: the slope of the rate at a potential of 0, which its linear analysis is of.
  test("the slope of the rate at 0 is rho_1 exp(rho_1 rho_2)/(1 + exp(rho_1 rho_2))^2 = 0.21/mV", () =>
    holds(moran, {
      known: (2 * Math.exp(2)) / (1 + Math.exp(2)) ** 2,
      bound: 1e-7,
      measure: async (values) => {
        const at = async (V_2: number) => (await moran.run(["m"], { time: 1e-3, samples: 1, values: { ...values, V_2 } }))[0][0];
        return ((await at(1e-4)) - (await at(-1e-4))) / 2e-4;
      },
      breaks: ["rho_1", "rho_2"],
    }));

  // Eigenvalues by NumPy of the same equations, written in test/reference/bundled-dop853-masses.py.
  test("its rhythm at rest is one of 16.07 Hz", () =>
    holds(moran, {
      known: 16.0686,
      bound: 5e-4,
      measure: rhythm(moran, 0),
      breaks: ["H_e", "H_i", "kappa_e", "kappa_i", "rho_1", "rho_2", "gamma_1", "gamma_2", "gamma_3", "gamma_4", "gamma_5"],
    }));

  test("a backward connection drives pyramidal and inhibitory cells, a forward one the stellate cells", async () => {
    const forward = connect(moran.path, {
      source: "moran_op/m",
      target: "moran_op/m_in",
      weights: [
        [0, 0, 0],
        [32, 0, 0],
        [0, 32, 0],
      ],
    });
    const both = connect(forward, {
      source: "moran_op/m",
      target: "moran_op/b_in",
      weights: [
        [0, 16, 0],
        [0, 0, 16],
        [0, 0, 0],
      ],
    });
    const outputs = { m: "all/moran_op/m", m_in: "all/moran_op/m_in", b_in: "all/moran_op/b_in", V: "all/moran_op/V_1" };
    const run = { circuitTemplate: both, params: { "p_0/moran_op/u": 30 }, outputs };
    const table = await simulate({ ...run, simulationTime: 0.5, stepSize: 1e-4, solver: "rk4" });
    const at = (variable: string, k: number) => Number(table.getChild(`${variable}/p_${k}`)?.get(2000));
    for (const k of [0, 1, 2]) {
      expect(at("m_in", k)).toBe(k === 0 ? 0 : 32 * at("m", k - 1));
      expect(at("b_in", k)).toBe(k === 2 ? 0 : 16 * at("m", k + 1));
    }
    expect(at("m", 2)).not.toBe(0);
  });
});

describe("bundled canonical microcircuit", () => {
  // Eigenvalues by NumPy of the same equations.
  test.each([
    ["of interneurons and deep cells", 0, 7.2634, ["tau_ss", "tau_ii", "tau_dp", "g_1", "g_3", "g_5", "g_6", "g_9", "g_10", "R"]],
    ["of interneurons", 1, 16.9131, ["tau_ss", "tau_ii", "tau_dp", "g_1", "g_2", "g_3", "g_4", "g_5", "g_6", "g_8", "g_9", "R"]],
    ["of the upper layers", 2, 44.9923, ["tau_ss", "tau_sp", "g_1", "g_2", "g_7", "g_8", "R"]],
  ])("its rhythm %s at rest", (_, k, known, breaks) => holds(cmc, { known, bound: 5e-4, measure: rhythm(cmc, k), breaks }));

  test("forward connections excite stellate and deep cells, backward ones inhibit superficial cells and interneurons", async () => {
    const weights = [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ];
    const forward = connect(cmc.path, { source: "cmc_op/m", target: "cmc_op/f_in", weights });
    const both = connect(forward, {
      source: "cmc_op/m_dp",
      target: "cmc_op/b_in",
      weights: [
        [0, 0.5, 0],
        [0, 0, 0.5],
        [0, 0, 0],
      ],
    });
    const names = ["m", "m_dp", "f_in", "b_in", "V_ss", "V_dp"];
    const outputs = Object.fromEntries(names.map((name) => [name, `all/cmc_op/${name}`]));
    const table = await simulate({
      ...{ circuitTemplate: both, params: { "p_0/cmc_op/u": 800 }, outputs },
      ...{ simulationTime: 0.4, stepSize: 1e-4, solver: "rk4" },
    });
    const at = (variable: string, k: number) => Number(table.getChild(`${variable}/p_${k}`)?.get(2000));
    for (const k of [0, 1, 2]) {
      expect(at("f_in", k)).toBe(k === 0 ? 0 : at("m", k - 1));
      expect(at("b_in", k)).toBe(k === 2 ? 0 : 0.5 * at("m_dp", k + 1));
    }
    expect(at("V_ss", 1)).toBeGreaterThan(0);
  });
});
