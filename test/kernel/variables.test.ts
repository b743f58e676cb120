// Every variable of the Jansen-Rit model can be swept, recorded and, where it is an input, driven; held against plain TypeScript.
import { describe, expect, test } from "vitest";
import { gridSearch, trace } from "../../src/index.ts";
import { derivative, euler, type Parameters, parameters, stateNames } from "../support/jansen-rit.ts";
import { small } from "../support/sweep.ts";

const h = 1e-3;
const steps = 200;
const outputs = Object.fromEntries(stateNames.map((name) => [name, `jrc/jrc_op/${name}`]));

/** Largest difference of a point's states from the plain run, in ranges of each state. */
async function deviation(name: string, values: number[], plain: (value: number) => { y0: number[]; p: Parameters }): Promise<number> {
  const { results } = await gridSearch(
    small({ paramGrid: { v: values }, paramMap: { v: { vars: [`jrc_op/${name}`], nodes: ["jrc"] } }, simulationTime: steps * h, outputs }),
  );
  let most = 0;
  values.forEach((value, point) => {
    const { y0, p } = plain(value);
    const rows = euler(y0, p, h, steps);
    stateNames.forEach((state, k) => {
      const column = rows.map((row) => row[k]);
      const range = Math.max(...column) - Math.min(...column);
      trace(results, `JRC2_${point}`, state).forEach((found, i) => {
        most = Math.max(most, Math.abs(found - column[i]) / range);
      });
    });
  });
  return most;
}

const zeros = stateNames.map(() => 0);

describe("variables: parameters and inputs", () => {
  test.each(Object.entries(parameters))("%s", async (name, value) => {
    const values = name === "m_in" ? [0, 2.5, 4] : [0.8 * value, value, 1.15 * value];
    expect(await deviation(name, values, (v) => ({ y0: zeros, p: { ...parameters, [name]: v } }))).toBeLessThan(1e-11);
  });
});

describe("variables: initial values", () => {
  test.each(stateNames)("%s", async (name) => {
    const y0 = (v: number) => stateNames.map((state) => (state === name ? v : 0));
    const scale = name.startsWith("X") ? 1 : 0.01;
    expect(await deviation(name, [0, scale, -scale], (v) => ({ y0: y0(v), p: parameters }))).toBeLessThan(1e-11);
  });
});

test("the algebraic variable, the inputs and parameters can be recorded", async () => {
  const u = Float64Array.from({ length: steps }, (_, i) => 200 + i);
  const { results } = await gridSearch(
    small({
      simulationTime: steps * h,
      inputs: { "jrc/jrc_op/u": u },
      outputs: { m: "jrc/jrc_op/m", u: "jrc/jrc_op/u", c: "jrc/jrc_op/c", V_e: "jrc/jrc_op/V_e", V_i: "jrc/jrc_op/V_i" },
    }),
  );
  expect(trace(results, "JRC2_3", "u")).toEqual(u);
  expect(new Set(trace(results, "JRC2_3", "c"))).toEqual(new Set([270]));
  const [V_e, V_i] = ["V_e", "V_i"].map((name) => trace(results, "JRC2_3", name));
  trace(results, "JRC2_3", "m").forEach((m, i) => {
    expect(m).toBeCloseTo(5 / (1 + Math.exp(-560 * (V_e[i] - V_i[i] - 6e-3))), 12);
  });
});

test("variables: the fixed point of the equations is one of the run: every derivative is zero there", async () => {
  const { results } = await gridSearch(small({ paramGrid: { C: [68] }, simulationTime: 3, cutoff: 2.999, outputs }));
  const y = stateNames.map((name) => trace(results, "JRC2_0", name)[0]);
  const dy = derivative(y, { ...parameters, c: 68 });
  dy.forEach((value, k) => {
    expect(Math.abs(value)).toBeLessThan(k % 2 === 0 ? 1e-9 : 1e-6);
  });
});
