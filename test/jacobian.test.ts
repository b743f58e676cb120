// Derivatives of right-hand sides, by symbols: against differences, of every bundled circuit and of networks.
import { describe, expect, test } from "vitest";
import { compileEquations } from "../src/compile/compile.ts";
import { type CircuitTemplate, templatesFromYaml } from "../src/index.ts";
import { type Model, modelFault } from "../src/model.ts";
import { bundledCircuits } from "../src/models/index.ts";
import { sourceOf } from "../src/plan/template.ts";
import { flatten } from "../src/template/flatten.ts";
import { equationsOf } from "./bundled.ts";
import { elementsOf, errorOf, randomOf } from "./differences.ts";
import { evaluate } from "./evaluate.ts";
import { refusal } from "./sweep.ts";

const BOUND = 1e-6;

/** The worst elements of a model at random states and parameters. */
function errorsOf(model: Model, { seed, scales }: { seed: number; scales: readonly number[] }): string[] {
  const random = randomOf(seed);
  return scales.flatMap((scale) => {
    const state = model.states.map(() => scale * (2 * random() - 1));
    const params = Object.fromEntries([...model.params, ...model.inputs].map(({ path, value }) => [path, value * (0.7 + 0.6 * random())]));
    return elementsOf(model, { state, params, t: random(), scale, delayed: random() })
      .filter((element) => !(errorOf(element) <= BOUND))
      .map(({ row, column, found, differences }) => `${model.states[row].path} by ${column}: ${found}, but ${differences.join(" ")}`);
  });
}

describe("elements agree with central differences to 1e-6 at random states and parameters", () => {
  test.each(bundledCircuits().map((path, seed) => [path, seed] as const))("%s", (path, seed) => {
    const model = compileEquations(equationsOf(path), { jacobian: true });
    expect(modelFault(model)).toBeUndefined();
    expect(errorsOf(model, { seed, scales: [1, 0.3, 0.02, 0.005] })).toEqual([]);
  });
});
