// Derivatives of random models: where differences settle, they are what the symbols say.
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import { type Element, elementsOf, randomOf } from "../../support/differences.ts";
import { models, shown } from "../../support/random-models.ts";

/** What differences of two widths, one after the other, say alike; undefined where the function has a step, or is too steep. */
function settled({ differences, rounding }: Element): number | undefined {
  for (let i = 1; i < differences.length; i++) {
    const [wide, narrow] = [differences[i - 1], differences[i]];
    const bound = 1e-8 * Math.max(1, Math.abs(narrow));
    if (Math.abs(wide - narrow) <= bound && rounding[i] <= bound) return narrow;
  }
  return undefined;
}

test("1 500 random models agree with settled differences to 1e-6", () => {
  let compared = 0;
  let zeros = 0;
  fc.assert(
    fc.property(models, fc.nat(), (equations, seed) => {
      const model = compileEquations(equations, { jacobian: true });
      const random = randomOf(seed);
      const state = model.states.map(() => 4 * random() - 2);
      const params = Object.fromEntries([...model.params, ...model.inputs].map(({ path }) => [path, 4 * random() - 2]));
      for (const element of elementsOf(model, { state, params, t: random(), scale: 1 })) {
        const expected = settled(element);
        // Beyond the square root of the largest double, a partial overflows on the way to its product, and counts as 0.
        if (expected === undefined || Math.abs(expected) > 1e150) continue;
        compared++;
        if (element.found === 0) zeros++;
        if (!(Math.abs(element.found - expected) <= 1e-6 * Math.max(1, Math.abs(expected))))
          throw new Error(
            `row ${element.row} by ${element.column}: ${element.found}, not ${expected}: ${shown(equations)} at ${state}, ${JSON.stringify(params)}`,
          );
      }
    }),
    { numRuns: 1500, seed: 20261126 },
  );
  expect(compared).toBeGreaterThan(8000);
  expect(compared - zeros).toBeGreaterThan(1200);
});
