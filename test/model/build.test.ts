import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bundledCircuits, connect, describeModel, templatesFromYaml } from "../../src/index.ts";
import type { GridSearchOptions } from "../../src/options/options.ts";

const jrc = "model_templates.neural_mass_models.jansenrit.JRC2";
const sweep = { circuitTemplate: jrc, simulationTime: 0.01, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" } };
const grid = { paramGrid: { C: [130, 135] }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["all"] } } };
/** JRC2 whose own name no written model has, so that its module comes from its equations. */
const ofEquations = () => connect(jrc, { source: "jrc_op/m", target: "jrc_op/m_in", weights: [[0]] });
let made = 0;
/** Each time a circuit that no other is equal to. */
const delayed = () => ({
  ...connect(jrc, { source: "jrc_op/m", target: "jrc_op/m_in", weights: [[1]], delays: [[0.01]] }),
  name: `delayed${made++}`,
});

describe("modules of models are compiled when they are needed", () => {
  const { Module } = WebAssembly;
  let compiled = 0;
  let makePlan: typeof import("../../src/plan/plan.ts").makePlan;
  let refusal: typeof import("../support/sweep.ts").refusal;

  beforeEach(async () => {
    // What is kept of bundled models must not be what other tests have left.
    vi.resetModules();
    ({ makePlan } = await import("../../src/plan/plan.ts"));
    ({ refusal } = await import("../support/sweep.ts"));
    compiled = 0;
    WebAssembly.Module = new Proxy(Module, {
      construct: (target, args: [BufferSource]) => {
        const made = new target(...args);
        if (target.exports(made).some(({ name }) => name === "rhs")) compiled++;
        return made;
      },
    });
  });
  afterEach(() => {
    WebAssembly.Module = Module;
  });

  const modulesOf = (options: Partial<GridSearchOptions>) => {
    compiled = 0;
    makePlan({ ...sweep, ...grid, ...options } as GridSearchOptions, { budget: 1e9, openFile: () => undefined });
    return compiled;
  };

  test.each<[string, Partial<GridSearchOptions>]>([
    ["of the model alone", {}],
    ["with an expression", { outputs: { PSP: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" } }],
    ["with derivatives", { solver: "rodas4" }],
    ["with an intensity that is an expression", { solver: "euler-maruyama", noise: { "jrc/jrc_op/X_e": { sd: "abs(jrc/jrc_op/V_e)" } } }],
  ])("once for a sweep %s", (_, options) => {
    expect(modulesOf(options)).toBe(1);
    expect(modulesOf({ circuitTemplate: ofEquations(), ...options })).toBe(1);
  });

  test("once for each form of a delay that the grid varies", () => {
    const edges = [["jrc/jrc_op/m", "jrc/jrc_op/m_in"]];
    const varied = (values: number[], vars: string[], more = {}) =>
      modulesOf({ circuitTemplate: delayed(), paramGrid: { d: values }, paramMap: { d: { vars, edges } }, ...more } as never);
    expect(varied([0.005, 0.01], ["delay"])).toBe(1);
    expect(varied([0, 0.005, 0.01], ["delay"])).toBe(2);
    // Chains of 4 and of 1 stages, and a delay of steps.
    expect(varied([0, 0.005, 0.01, 0.0101], ["spread"])).toBe(3);
    expect(varied([0, 0.005, 0.01], ["spread"], { outputs: { PSP: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" } })).toBe(3);
  });

  test("once for all sweeps of a bundled model, which keeps the variants that were asked for last", () => {
    const outputs = (factor: number) => ({ outputs: { V: `${factor} * jrc/jrc_op/V_i` } });
    expect([2, 2, 3, 2].map((factor) => modulesOf(outputs(factor)))).toEqual([1, 0, 1, 0]);
    for (let factor = 4; factor < 24; factor++) modulesOf(outputs(factor));
    expect(modulesOf(outputs(23))).toBe(0);
    expect(modulesOf(outputs(2))).toBe(1);
  });

  test("not at all for a description", () => {
    for (const template of [...bundledCircuits(), ofEquations()]) describeModel(template);
    expect(compiled).toBe(0);
  });

  test("not before faults of the equations are told, with their place, beside other faults", async () => {
    const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = -z * x"], variables: { x: variable(1), z: 1+2j } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`);
    const error = await refusal(() => modulesOf({ circuitTemplate: net, outputs: { x: "p/op/x", y: "p/op/y" } }));
    expect(error.problems.map(({ code }) => code)).toContain("E_COMPLEX");
    expect(error.problems.find(({ code }) => code === "E_COMPLEX")?.message).toMatch(/^templates\.yaml:2:\d+: the derivative of p\/op\/x/);
    expect(compiled).toBe(0);
    expect(() => describeModel(net)).toThrow(/E_COMPLEX/);
  });
});
