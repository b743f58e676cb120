// What nodes of bundled models get from each other by their declared couplings.
import { describe, expect, test } from "vitest";
import { bundledModels, connect, describeModel } from "../../../src/index.ts";
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
  if (!coupling || isTestResource || describeModel(path).edges.some(({ target }) => target === coupling.target)) return [];
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

  test("of Epileptors, permittivity is drawn towards that of the others, K times as strongly", () => {
    const { path } = models.find((each) => each.path.endsWith(".epileptor2d")) ?? models[0];
    const [x, z] = [-1.2, 3.1];
    const at = (drive: number, K: number) =>
      rightHandSide(equationsOf(path), { "p/epileptor2d_op/x_in": drive, "p/epileptor2d_op/K": K })([x, z])[1];
    // Proix et al. 2014: tau_0 z' has - K C (x_1j - x_1i).
    expect(Math.abs(2857 * (at(0.4, 3) - at(0, 3)) + 3 * 0.4)).toBeLessThan(1e-11);
  });
});
