import { describe, expect, test } from "vitest";
import { gridSearch, simulate, templatesFromYaml, trace } from "../../src/index.ts";
import { jansenRit } from "../../src/model/bundled/index.ts";
import { bits, refusal } from "../support/sweep.ts";

const path = "model_templates.neural_mass_models.jansenrit";
const run = (circuitTemplate: string, outputs: Record<string, string>) =>
  simulate({ circuitTemplate: `${path}.${circuitTemplate}`, simulationTime: 0.3, stepSize: 1e-3, outputs });
const column = (results: Awaited<ReturnType<typeof run>>, name: string) => Float64Array.from(results.getChild(name) ?? []);

describe("outputs may be expressions of paths", () => {
  test("a difference is the difference of the outputs, bit for bit, also of the model written by hand", async () => {
    const results = await run("JRC2", {
      e: "jrc/jrc_op/V_e",
      i: "jrc/jrc_op/V_i",
      spaced: "jrc/jrc_op/V_e - jrc/jrc_op/V_i",
      tight: "jrc/jrc_op/V_e-jrc/jrc_op/V_i",
      short: "jrc_op/V_e - jrc_op/V_i",
      share: "(jrc/jrc_op/V_e + 1e-3) / (jrc/jrc_op/V_i + 1e-3) * 2^0.5",
      rate: "jrc/jrc_op/m_max*sigmoid(jrc/jrc_op/r*(jrc/jrc_op/V_e-jrc/jrc_op/V_i-jrc/jrc_op/V_thr))",
      m: "jrc/jrc_op/m",
      late: "t + 0*jrc/jrc_op/V_e",
    });
    const [e, i] = [column(results, "e"), column(results, "i")];
    const expected = bits(e.map((value, k) => value - i[k]));
    for (const name of ["spaced", "tight", "short"]) expect(bits(column(results, name))).toEqual(expected);
    expect(bits(column(results, "rate"))).toEqual(bits(column(results, "m")));
    expect(column(results, "share")[200]).toBe(((e[200] + 1e-3) / (i[200] + 1e-3)) * Math.SQRT2);
    expect(bits(column(results, "late"))).toEqual(bits(column(results, "time")));
    const field = results.schema.fields.find(({ name }) => name === "spaced");
    expect(Object.fromEntries(field?.metadata ?? [])).toMatchObject({
      unit: "V",
      node: "jrc",
      variable: "jrc/jrc_op/V_e - jrc/jrc_op/V_i",
    });
  });

  test("wildcards give a column a node", async () => {
    const results = await run("JRC", { d: "1e3 * all/rpo_e/v - pc/rpo_i/v", v: "all/rpo_e/v", p: "pc/rpo_i/v" });
    for (const node of ["ein", "iin"]) {
      const p = column(results, "p");
      expect(bits(column(results, `d/${node}`))).toEqual(bits(column(results, `v/${node}`).map((value, k) => 1e3 * value - p[k])));
    }
  });

  test("in sweeps, in both layouts, and of complex variables", async () => {
    const options = {
      circuitTemplate: "model_templates.neural_mass_models.theta.kmo_theta",
      paramGrid: { eta: [-5, -2] },
      paramMap: { eta: { vars: ["theta_op/eta"], nodes: ["all"] } },
      simulationTime: 1,
      stepSize: 1e-2,
      outputs: { z: "p/theta_op/z", size: "abs(p/theta_op/z)", twice: "2*p/theta_op/z", re: "p/theta_op/z.re + 0" },
    };
    for (const layout of ["wide", "long"] as const) {
      const { results } = await gridSearch({ ...options, layout });
      for (const key of ["kmo_theta_0", "kmo_theta_1"]) {
        const [re, im] = [trace(results, key, "z.re"), trace(results, key, "z.im")];
        expect(bits(trace(results, key, "size"))).toEqual(bits(re.map((x, k) => Math.sqrt(x * x + im[k] * im[k]))));
        expect(bits(trace(results, key, "twice.im"))).toEqual(bits(im.map((x) => 2 * x)));
        expect(bits(trace(results, key, "re"))).toEqual(bits(re));
      }
    }
  });

  test("node names with signs and dots are read as names", async () => {
    const { circuit } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "x' = k - x", variables: { x: output(0.5), k: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
circuit: { base: CircuitTemplate, nodes: { V1-left: node, V1.right: node } }
`);
    const outputs = { x: "V1-left/op/x", d: "V1-left/op/x-V1.right/op/k" };
    const results = await simulate({ circuitTemplate: circuit, simulationTime: 1, stepSize: 0.1, outputs });
    expect(bits(column(results, "d"))).toEqual(bits(column(results, "x").map((value) => value - 1)));
  });

  test.each([
    ["jrc/jrc_op/V_x - jrc/jrc_op/V_i", "E_UNKNOWN_OUTPUT", /did you mean jrc_op\/V_/],
    ["jrx/jrc_op/V_e - jrc/jrc_op/V_i", "E_UNKNOWN_NODE", /did you mean jrc\?/],
    ["jrc/jrc_op/V_e - V_i", "E_UNKNOWN_OUTPUT", /unknown name V_i/],
    ["jrc/jrc_op/V_e - ", "E_EQ_SYNTAX", /found the end/],
    ["foo(jrc/jrc_op/V_e)", "E_UNKNOWN_FUNCTION", /unknown function foo/],
    ["past(jrc/jrc_op/V_e, 1)", "E_OUTPUT_EXPRESSION", /looks back/],
    ["jrc/jrc_op/V_e; 1", "E_EQ_SYNTAX", /found `;`/],
  ])("%s is refused", async (text, code, message) => {
    const error = await refusal(() => run("JRC2", { V: text }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test("a bare module has no expressions", async () => {
    const outputs = { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" };
    const error = await refusal(() => simulate({ circuitTemplate: jansenRit(), simulationTime: 1, stepSize: 0.1, outputs }));
    expect(error.code).toBe("E_OUTPUT_EXPRESSION");
  });
});
