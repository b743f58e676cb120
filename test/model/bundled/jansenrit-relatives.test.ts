// Wendling's, Zetterberg's and David and Friston's models, of which Jansen and Rit's is a special case: where its rhythm is born and dies.
import { describe, expect, test } from "vitest";
import { connect, simulate } from "../../../src/index.ts";
import { frequency, holds, PublishedModel, type Values } from "../../support/published.ts";

const wendling = new PublishedModel("wendling");
const zetterberg = new PublishedModel("zetterberg");
const davidfriston = new PublishedModel("davidfriston");

/** Jansen and Rit's column at rest where V_e - V_i is v: inner potential of the interneurons, and both of the pyramidal cells. */
function column(v: number) {
  const S = (x: number) => 5 / (1 + Math.exp(0.56 * (6 - x)));
  const inner = (3.25 / 100) * S(v);
  const inhibitory = (22 / 50) * 33.75 * S(33.75 * inner);
  return { inner, inhibitory, excitatory: v + inhibitory };
}

interface Special {
  model: PublishedModel;
  values: Values;
  input: string;
  /** States at rest by the model's names, from those of a column. */
  guess: (at: ReturnType<typeof column>) => Values;
  breaks: string[];
}

const special: Record<string, Special> = {
  "Wendling's without fast inhibition": {
    model: wendling,
    values: { G: 0 },
    input: "p",
    guess: ({ inner, excitatory, inhibitory }) => ({ V_p: inner, V_e: excitatory, V_s: inhibitory, V_sf: inhibitory / 33.75 }),
    breaks: ["A", "B", "a", "b", "C", "c_2", "c_3", "c_4", "e0", "v0", "r"],
  },
  "Zetterberg's without inhibition of inhibitory cells": {
    model: zetterberg,
    values: { gamma_5: 0, U: 0, Q: 0 },
    input: "P",
    guess: ({ inner, excitatory, inhibitory }) => ({ V_1: 135 * inner, V_2: excitatory, V_3: inhibitory, V_4: 33.75 * inner }),
    breaks: ["H_e", "H_i", "k_e", "k_i", "gamma_1", "gamma_2", "gamma_3", "gamma_4", "e0", "rho_1", "rho_2"],
  },
  "David and Friston's of one kinetics": {
    model: davidfriston,
    values: { w: 1, tau_e1: 0.01, tau_i1: 0.02 },
    input: "p",
    guess: ({ inner, excitatory, inhibitory }) =>
      Object.fromEntries(
        [1, 2].flatMap((k) => [
          [`y_${k}`, inner],
          [`e_${k}`, excitatory],
          [`i_${k}`, inhibitory],
        ]),
      ),
    breaks: ["h_e", "h_i", "tau_e1", "tau_i1", "c_1", "c_2", "c_3", "c_4", "e0", "v0", "r"],
  },
};

describe("bundled relatives of Jansen and Rit's column", () => {
  // Grimbert & Faugeras 2006: Hopf points at inputs of 89.83 and 315.70, with V_e - V_i of 6.74 and 8.08 mV.
  test.each(Object.entries(special))(
    "%s: a rhythm is born at an input of 89.83, and dies at 315.70",
    (_, { model, values, input, guess, breaks }) => {
      const growth = (v: number, changed: Values) => {
        const state = model.rest(guess(column(v)), changed);
        return Math.max(
          ...model
            .eigenvalues(state, changed)
            .filter(({ im }) => Math.abs(im) > 1)
            .map(({ re }) => re),
        );
      };
      const isBetween = (changed: Values) => {
        const at = (p: number, v: number) => growth(v, { ...changed, [input]: p });
        return at(89.82, 6.7396) < 0 && at(89.84, 6.7396) > 0 && at(315.69, 8.079) > 0 && at(315.71, 8.079) < 0;
      };
      expect(isBetween(values)).toBe(true);
      for (const name of breaks) expect(isBetween({ ...values, [name]: 1.05 * (values[name] ?? model.default(name)) }), name).toBe(false);
    },
  );

  test.each(Object.entries(special))("%s goes where Jansen and Rit's goes", async (_, { model, values, input }) => {
    const other = await simulate({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      ...{ simulationTime: 1, stepSize: 0.01, solver: { name: "dop853", rtol: 1e-11, atol: 1e-12 } },
      outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    });
    const [e, i] = model === wendling ? ["V_e", "V_s"] : model === zetterberg ? ["V_2", "V_3"] : ["e_1", "i_1"];
    const [excitatory, inhibitory] = await model.run([e, i], { time: 1, samples: 100, values: { ...values, [input]: 220 } });
    excitatory.forEach((value, k) => {
      expect(Math.abs(value - inhibitory[k] - 1000 * (other.getChild("V")?.get(k) ?? Number.NaN))).toBeLessThan(1e-6);
    });
  });

  const rhythm = async (values: Values) => {
    const k = values.w === 1 ? 1 : 2;
    const [e, i] = await davidfriston.run([`e_${k}`, `i_${k}`], { time: 4, samples: 8000, values });
    return frequency(e.map((value, at) => value - i[at]).slice(4000), 5e-4);
  };

  test("David and Friston's slow kinetics alone are an alpha rhythm of 10 Hz", () =>
    holds(davidfriston, { known: 10, bound: 0.05, measure: rhythm, values: { w: 1 }, breaks: ["tau_e1", "tau_i1"] }));

  test("their fast kinetics alone are a gamma rhythm of 43.67 Hz", () =>
    holds(davidfriston, { known: 43.67, bound: 0.05, measure: rhythm, values: { w: 0 }, breaks: ["tau_e2", "tau_i2"] }));
});

describe("bundled relatives of Jansen and Rit's column as nodes of a network", () => {
  test.each([
    ["wendling", wendling, "V_e"],
    ["zetterberg", zetterberg, "V_2"],
    ["davidfriston", davidfriston, "e_1"],
  ] as const)("%s: rates of others are added to its own input", async (name, model, potential) => {
    const weights = [
      [0, 0, 30],
      [0, 0, 0],
      [0, 20, 0],
    ];
    const net = connect(model.path, { source: `${name}_op/m`, target: `${name}_op/m_in`, weights });
    const outputs = { m: `all/${name}_op/m`, m_in: `all/${name}_op/m_in`, V: `all/${name}_op/${potential}` };
    const table = await simulate({ circuitTemplate: net, outputs, simulationTime: 0.5, stepSize: 1e-4, solver: "rk4" });
    const at = (variable: string, k: number) => table.getChild(`${variable}/p_${k}`)?.get(3000);
    expect(at("m_in", 0)).toBe(30 * at("m", 2));
    expect(at("m_in", 1)).toBe(0);
    expect(at("m_in", 2)).toBe(20 * at("m", 1));
    expect(at("V", 0)).toBeGreaterThan(at("V", 1));
  });
});
