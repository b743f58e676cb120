// Equilibria of grids: against a scan of an explicit equation, and eigenvalues against their polynomials.
import { describe, expect, test } from "vitest";
import { equilibria, templatesFromYaml } from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

const JRC2 = "model_templates.neural_mass_models.jansenrit.JRC2";

/** Equilibria of Jansen-Rit at C and u, by sign changes of the equation for V_e - V_i. */
function countOf(C: number, u: number): number {
  const S = (v: number) => 5 / (1 + Math.exp(-560 * (v - 6e-3)));
  const left = (y: number) => {
    const inner = 3.25e-3 * C * 0.01 * S(y);
    return 3.25e-5 * (0.8 * C * S(inner) + u) - ((22e-3 * C) / 4) * 0.02 * S(inner / 4) - y;
  };
  let [count, before] = [0, left(-0.06)];
  for (let i = 1; i <= 6000; i++) {
    const here = left(-0.06 + (i * 0.12) / 6000);
    if (before * here < 0) count++;
    before = here;
  }
  return count;
}

describe("equilibria: of Jansen-Rit over C and u", () => {
  test("all that a scan of the explicit equation finds, each at rest", async () => {
    // 10,000 points: at some of them, near the cusp and the folds, two equilibria are close to each other and far from the third.
    const [C, u] = [Array.from({ length: 100 }, (_, i) => 60 + 2 * i), Array.from({ length: 100 }, (_, i) => -60 + 3.4 * i)];
    const table = await equilibria({
      circuitTemplate: JRC2,
      ...{ paramGrid: { C, u }, permuteGrid: true },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
    });
    const counts = new Map<string, number>();
    const columns = ["C", "u", "residual", "stability", "eigenvalue_1_re"].map((name) => Array.from<unknown>(table.getChild(name) ?? []));
    let [largest, mislabelled] = [0, 0];
    for (let row = 0; row < table.numRows; row++) {
      const [c, p, residual, stability, rate] = columns.map((values) => values[row]);
      counts.set(`${c} ${p}`, (counts.get(`${c} ${p}`) ?? 0) + 1);
      largest = Math.max(largest, Number(residual));
      if (stability !== (Number(rate) < 0 ? "stable" : "unstable")) mislabelled++;
    }
    expect(largest).toBeLessThan(1e-10);
    expect(mislabelled).toBe(0);
    const wrong = C.flatMap((c) => u.map((p) => [c, p, counts.get(`${c} ${p}`), countOf(c, p)])).filter(([, , own, scan]) => own !== scan);
    expect(wrong).toEqual([]);
    expect(counts.size).toBe(10_000);
  });
});

describe("equilibria: small systems", () => {
  const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = l*x - x^3 + b", "y' = -2*y + q*(x - y)"], variables: { x: output(0.1), y: variable(0.0), l: 1.0, b: 0.0, q: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`);
  const paramMap = { l: { vars: ["op/l"], nodes: ["n"] }, b: { vars: ["op/b"], nodes: ["n"] } };

  test("a double well: three, in order, with their types, outputs and eigenvalues", async () => {
    const table = await equilibria({ circuitTemplate: net, paramGrid: { l: [-1, 4] }, paramMap, outputs: { s: "n/op/x + n/op/y" } });
    const rows = table.toArray().map((row) => row.toJSON());
    expect(rows.map(({ key, l, index, type }) => [key, l, index, type])).toEqual([
      ["net_0", -1, 0, "stable node"],
      ["net_1", 4, 0, "stable node"],
      ["net_1", 4, 1, "saddle"],
      ["net_1", 4, 2, "stable node"],
    ]);
    expect(rows.map((row) => Number(row["n/op/x"]))).toEqual([0, -2, 0, 2].map((x) => expect.closeTo(x, 14)));
    expect(Number(rows[3].s)).toBeCloseTo(2 + 2 / 3, 14);
    expect([Number(rows[3].eigenvalue_1_re), Number(rows[3].eigenvalue_2_re)]).toEqual([expect.closeTo(-3, 13), expect.closeTo(-8, 13)]);
  });

  test("constant inputs and noise: its mean is taken, which the table says", async () => {
    const { uniformNoise } = await import("../../src/index.ts");
    const call = (input: number | ReturnType<typeof uniformNoise>) =>
      equilibria({
        circuitTemplate: JRC2,
        paramGrid: { C: [135] },
        paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
        inputs: { "jrc/jrc_op/u": input },
      });
    const [noisy, constant] = [await call(uniformNoise({ low: 120, high: 320 })), await call(220)];
    expect(noisy.schema.metadata.get("noiseIgnored")).toBe("jrc/jrc_op/u");
    expect(constant.schema.metadata.has("noiseIgnored")).toBe(false);
    expect(noisy.toArray().map((row) => row.toJSON())).toEqual(constant.toArray().map((row) => row.toJSON()));
  });

  test("no equilibrium: no row; endlessly many: one of them, that is not hyperbolic", async () => {
    const of = (equation: string) =>
      templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = ${equation}"], variables: { x: output(0.1), b: 0.5 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`).net;
    const call = (equation: string) => equilibria({ circuitTemplate: of(equation), paramGrid: { b: [0.5, 1] }, paramMap });
    expect((await call("1 + x^2 + b^2")).numRows).toBe(0);
    const line = (await call("b*max(0, x - 1)")).toArray().map((row) => row.toJSON());
    expect(line.map(({ key, type }) => [key, type])).toEqual([
      ["net_0", "nonhyperbolic"],
      ["net_1", "nonhyperbolic"],
    ]);
  });

  test("what is wrong is refused before anything is computed", async () => {
    const call = (changes: object) => () =>
      Reflect.apply(equilibria, undefined, [{ circuitTemplate: net, paramGrid: { l: [1] }, paramMap, ...changes }]);
    expect((await refusal(call({ paramGrid: { l: [] } }))).code).toBe("E_GRID_EMPTY");
    expect((await refusal(call({ paramGrid: { k: [1] } }))).code).toBe("E_MAP_MISSING");
    expect((await refusal(call({ starts: 0 }))).code).toBe("E_TYPE");
    expect((await refusal(call({ paramGrid: undefined }))).code).toBe("E_MISSING_OPTION");
  });
});
