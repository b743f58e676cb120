// What nodes of bundled models get from each other by their declared couplings.
import { describe, expect, test } from "vitest";
import {
  bundledModels,
  bundledYaml,
  connect,
  describeModel,
  gridSearch,
  MassgridError,
  templatesFromYaml,
  trace,
} from "../../../src/index.ts";
import { readCircuitOfPath } from "../../../src/model/bundled/read.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { equationsOf } from "../../support/bundled.ts";
import { rightHandSide } from "../../support/oracle.ts";

const weights = [
  [9, 0.5, 0.25],
  [1, 0, 0.125],
  [0, 2, 0],
];

/** Models that couple a real state to an input that nothing within them feeds: what a node gets is then the value of that input. */
const models = bundledModels().flatMap(({ path, isTestResource }) => {
  const { coupling, variables } = describeModel(path);
  if (!coupling || coupling.edge || isTestResource || describeModel(path).edges.some(({ target }) => target === coupling.target)) return [];
  const state = variables.findIndex((variable) => variable.kind === "state" && variable.path === coupling.source);
  // The oracle of slopes knows no delays.
  const isDelayed = JSON.stringify(equationsOf(path)).includes('"kind":"past"');
  return state < 0 || variables[state].path.endsWith(".re") || isDelayed ? [] : [{ path, coupling, state }];
});

describe("bundled couplings", () => {
  test("are those of enough models", () => {
    expect(models.map(({ path }) => path.split(".").at(-1))).toEqual(
      expect.arrayContaining(["fhn", "ml", "hr", "hh", "g2d", "epileptor", "epileptor2d", "coombesbyrne", "mpr_gap"]),
    );
  });

  test.each(models)("$path: a node gets the weighted sum of the others, or of their differences to it", ({ path, coupling, state }) => {
    const single = equationsOf(path);
    const count = single.states.length;
    const network = flatten(
      connect(
        readCircuitOfPath(path, () => undefined),
        { weights },
      ),
      { looped: false },
    );
    const starts = single.states.map(({ re }) => re);
    // Three nodes at different places.
    const node = (i: number) => starts.map((value, k) => value * (1 + 0.1 * i) + 0.01 * (i + 1) * (k + 1));
    const order = new Map(network.states.map(({ path: each }, row) => [each, row]));
    const y = new Array<number>(3 * count).fill(Number.NaN);
    const rowOf = (i: number, k: number) => order.get(single.states[k].path.replace("/", `_${i}/`)) ?? Number.NaN;
    for (const i of [0, 1, 2]) for (const [k, value] of node(i).entries()) y[rowOf(i, k)] = value;
    const found = rightHandSide(network)(y);
    for (const i of [0, 1, 2]) {
      const own = node(i)[state];
      const drive = weights[i].reduce((sum, weight, j) => sum + weight * (node(j)[state] - (coupling.differences ? own : 0)), 0);
      const expected = rightHandSide(single, { [coupling.target]: drive })(node(i));
      expected.forEach((slope, k) => {
        expect(Math.abs(found[rowOf(i, k)] - slope)).toBeLessThan(1e-12 * Math.max(1, Math.abs(slope)));
      });
    }
  });

  test("of phase oscillators are sines of the differences of phases, each times its weight and the node's K", () => {
    const path = "model_templates.oscillators.kuramoto.kmo";
    expect(describeModel(path).coupling).toEqual({
      ...{ source: "p/phase_op/theta", target: "p/phase_op/s_in" },
      ...{ differences: false, edge: "sin_edge" },
    });
    const network = flatten(connect(path, { weights }), { looped: false });
    const phases = [0.3, 1.9, -2.4];
    const rows = phases.map((_, i) => network.states.findIndex((state) => state.path === `p_${i}/phase_op/theta`));
    const y = rows.map((_, row) => phases[rows.indexOf(row)]);
    const slopes = rightHandSide(network, { "p_1/phase_op/K": 3 })(y);
    for (const i of [0, 1, 2]) {
      const pull = weights[i].reduce((sum, weight, j) => sum + weight * Math.sin(phases[j] - phases[i]), 0);
      expect(Math.abs(slopes[rows[i]] - (10 + (i === 1 ? 3 : 1) * pull))).toBeLessThan(1e-14);
    }
  });

  // Kuramoto 1984: two oscillators lock where the difference of their frequencies is below the sum of both pulls, at asin of their ratio.
  test("of two phase oscillators, they lock at the difference asin(Delta omega / 2 w), and not beyond the sum of pulls", async () => {
    const two = connect("model_templates.oscillators.kuramoto.kmo", { weights: [[0, 1], [1, 0]] }); // biome-ignore format: a matrix
    const { results } = await gridSearch({
      circuitTemplate: two,
      paramGrid: { omega: [10.5, 11.9, 12.1] },
      paramMap: { omega: { vars: ["phase_op/omega"], nodes: ["p_1"] } },
      ...{ simulationTime: 40, stepSize: 0.1, samplingStepSize: 0.1, solver: { name: "dop853", rtol: 1e-11, atol: 1e-12 } },
      outputs: { d: "p_1/phase_op/theta - p_0/phase_op/theta" },
    });
    const at = (key: string) => trace(results, key, "d").at(-1) ?? Number.NaN;
    expect(Math.abs(at("kmo_0") - Math.asin(0.5 / 2))).toBeLessThan(1e-8);
    expect(Math.abs(at("kmo_1") - Math.asin(1.9 / 2))).toBeLessThan(1e-8);
    expect(at("kmo_2")).toBeGreaterThan(2 * Math.PI);
  });

  test("by templates of edges name inputs of them, and own variables of the target's node", () => {
    const text = bundledYaml("model_templates.oscillators.kuramoto.kmo");
    const read = (by: string) => templatesFromYaml((text ?? "").replace("(by sin_edge: theta_s, theta_t)", by)).kmo;
    const refused = (by: string) => {
      try {
        read(by);
      } catch (error) {
        return error instanceof MassgridError ? `${error.code} ${error.message}` : error;
      }
      return undefined;
    };
    expect(refused("(by sin_edge: theta_s, theta_u)")).toMatch(
      /E_DESCRIPTION.*theta_u, which is no input of sin_edge; did you mean theta_/,
    );
    expect(refused("(by sine_edge: theta_s)")).toMatch(/E_UNKNOWN_TEMPLATE.*did you mean sin_edge/);
    expect(refused("(by phase_pop: theta)")).toMatch(/E_TEMPLATE_KIND|EdgeTemplate/);
    expect(refused("(by sin_edge)")).toMatch(/E_DESCRIPTION.*by edge_template: source/);
    expect(describeModel(read("(by sin_edge: theta_s)")).coupling?.edge).toBe("sin_edge");
  });

  test("of Epileptors, permittivity is drawn towards that of the others, K times as strongly", () => {
    const { path } = models.find((each) => each.path.endsWith(".epileptor2d")) ?? models[0];
    const [x, z] = [-1.2, 3.1];
    const at = (drive: number, K: number) =>
      rightHandSide(equationsOf(path), { "p/epileptor2d_op/x_in": drive, "p/epileptor2d_op/K": K })([x, z])[1];
    // Proix et al. 2014: tau_0 z' has - K C (x_1j - x_1i).
    expect(Math.abs(2857 * (at(0.4, 3) - at(0, 3)) + 3 * 0.4)).toBeLessThan(1e-11);
  });
});
