// Wong-Wang models: numbers of Deco et al. 2013 and 2014, the limit of 0/0, and the long-range coupling.
import { describe, expect, test } from "vitest";
import { connect, simulate } from "../../../src/index.ts";
import { bisect } from "../../support/dynamics.ts";
import { holds, PublishedModel, type Values } from "../../support/published.ts";

const reduced = new PublishedModel("wongwang", "rww");
const pools = new PublishedModel("wongwang", "rww_ei");

/** The rate of a region whose input current is given. */
async function rateAt(current: number): Promise<number> {
  const [rates] = await reduced.run(["r"], { time: 1, samples: 1, values: { s: 0, I_0: current } });
  return rates[0];
}

/** The current at which the open fraction s neither grows nor falls. */
function currentOf(s: number): number {
  const rate = (x: number) => (270 * x - 108) / -Math.expm1(-0.154 * (270 * x - 108));
  return bisect((x) => 0.0641 * rate(x) * (1 - s) - s, 0.01, 1.1);
}

describe("bundled Wong-Wang, reduced", () => {
  test("the rate where a*x = b is 1/d, to the last bit, and has no jump there", async () => {
    expect(270 * 0.4).toBe(108);
    expect(await rateAt(0.4)).toBe(1 / 0.154);
    // x/(1 - exp(-d x)) = 1/d + x/2 + d x^2/12 - ...
    for (const x of [1e-15, 1e-9, 1e-6, -1e-6, -1e-9]) {
      const excess = 270 * (0.4 + x) - 108;
      expect(Math.abs((await rateAt(0.4 + x)) - (1 / 0.154 + excess / 2 + (0.154 * excess ** 2) / 12))).toBeLessThan(2e-15);
    }
  });

  test("far below the threshold the rate is 0, and far above a*x - b", async () => {
    expect(await rateAt(-100)).toBe(0);
    expect(await rateAt(10)).toBe(270 * 10 - 108);
  });

  // The paper has the states of a network of 66 regions as a figure; of one region, which is what a network of equal ones with rows
  // of sum C/G is, they follow from its equations: w + G*C stands for w.
  test("a region alone rests at its low rate, and has a high one besides where w + G is within the folds", async () => {
    const balance = (s: number) => (currentOf(s) - 0.3) / (0.2609 * s);
    const slope = (s: number) => balance(s * (1 + 1e-6)) - balance(s * (1 - 1e-6));
    const [upper, lower] = [balance(bisect(slope, 0.05, 0.25)), balance(bisect(slope, 0.25, 0.8))];
    // As SciPy's brentq has them.
    expect(Math.abs(lower - 1.1547375)).toBeLessThan(1e-6);
    expect(Math.abs(upper - 1.7976692)).toBeLessThan(1e-6);
    const self = connect(reduced.path, { source: "rww_op/s", target: "rww_op/s_in", weights: [[1]] });
    const ends = async (w: number, s: number) => {
      const params = { "p/rww_op/s": s, "p/rww_op/w": 0.9, "p/rww_op/G": w - 0.9 };
      const outputs = { s: "p/rww_op/s" };
      const run = { circuitTemplate: self, params, outputs, simulationTime: 40_000, stepSize: 100 };
      const table = await simulate({ ...run, solver: { name: "dop853", rtol: 1e-11, atol: 1e-13 } });
      return Array.from(table.getChild("s") ?? [], Number).at(-1) ?? Number.NaN;
    };
    expect(await ends(0.9, 0.9)).toBeCloseTo(0.034355056881, 9);
    const [down, up] = [0.01, 0.9];
    expect(await ends(lower * 0.99, up)).toBeLessThan(0.3);
    expect(await ends(lower * 1.01, up)).toBeGreaterThan(0.3);
    expect(await ends(upper * 0.99, down)).toBeLessThan(0.3);
    expect(await ends(upper * 1.01, down)).toBeGreaterThan(0.3);
  });
});

describe("bundled Wong-Wang, excitatory and inhibitory", () => {
  const last = async (name: string, values: Values) => {
    const [trace] = await pools.run([name], { time: 10_000, samples: 10, values });
    return trace[trace.length - 1];
  };

  // Deco et al. 2014: a region whose rate is 3 Hz has x_e - b_e/a_e = -0.026 nA, which feedback inhibition is tuned to; alone it has that at J_i = 1.
  test("at J_i = 1 a region alone has the current of -0.026 nA, to its digits", () =>
    holds(pools, {
      known: -0.026,
      bound: 0.0005,
      measure: async (values) => (await last("x_e", values)) - (values.b_e ?? 125) / (values.a_e ?? 310),
      breaks: ["J_i", "w_p", "J_N", "I_0", "a_i", "b_i", "gamma_i", "tau_i"],
    }));

  test("and the rate at that current is 3.0631 Hz", () =>
    holds(pools, {
      known: 3.0631,
      bound: 5e-5,
      measure: (values) => last("r_e", values),
      values: { J_i: 0, w_p: 0, I_0: 125 / 310 - 0.026 },
      breaks: ["I_0", "a_e", "b_e", "d_e"],
    }));

  test("with both thresholds met the rates are 1/d_e and 1/d_i, to the last bit", async () => {
    const values = { a_e: 250, b_e: 125, a_i: 500, b_i: 125, I_0: 0.5, W_i: 0.5, s_e: 0, s_i: 0 };
    const [exc, inh] = await pools.run(["r_e", "r_i"], { time: 1, samples: 1, values });
    expect([exc[0], inh[0]]).toEqual([1 / 0.16, 1 / 0.087]);
  });
});

describe("bundled Wong-Wang: a network by the papers' coupling, G*J_N*sum(C s)", () => {
  const weights = [
    [0, 0.7, 0.2],
    [0.4, 0, 0.1],
    [0, 1.1, 0],
  ];

  test.each([
    ["rww", "rww_op", "s", 0.9 * 0.2609, 0.3],
    ["rww_ei", "rww_ei_op", "s_e", 1.4 * 0.15, 0.382],
  ])("%s", async (circuit, op, state, own, base) => {
    const model = circuit === "rww" ? reduced : pools;
    const net = connect(model.path, { source: `${op}/${state}`, target: `${op}/s_in`, weights });
    const x = circuit === "rww" ? "x" : "x_e";
    const names = [0, 1, 2].map((k) => `p_${k}/${op}/`);
    const inhibition = circuit === "rww" ? "" : "s_i";
    const outputs = Object.fromEntries(
      names.flatMap((node, k) => [[`s${k}`, node + state], [`x${k}`, node + x], ...(inhibition ? [[`i${k}`, node + inhibition]] : [])]),
    );
    const params = Object.fromEntries(
      names.flatMap((node, k) => [
        [node + state, 0.2 + 0.1 * k],
        [`${node}G`, 1.3],
      ]),
    );
    const table = await simulate({ circuitTemplate: net, params, outputs, simulationTime: 200, stepSize: 0.1, solver: "rk4" });
    const at = (name: string) => table.getChild(name)?.get(1500) ?? Number.NaN;
    const J_N = model.default("J_N");
    weights.forEach((row, k) => {
      const far = row.reduce((sum, weight, j) => sum + weight * at(`s${j}`), 0);
      const wanted = base + own * at(`s${k}`) + 1.3 * J_N * far - (inhibition ? at(`i${k}`) : 0);
      expect(Math.abs(at(`x${k}`) - wanted)).toBeLessThan(1e-14);
    });
    expect(at("s0")).not.toBe(at("s1"));
  });
});
