import fc from "fast-check";
import { expect, test } from "vitest";
import { gridSearch, trace } from "../../src/index.ts";
import { compileEquations } from "../../src/model/compile/compile.ts";
import { evaluate } from "../support/evaluate.ts";
import { fixedNames } from "../support/fixed.ts";
import { integrate } from "../support/oracle.ts";
import { models, shown, value } from "../support/random-models.ts";

const BOUND = 1e-10;

/** Whether two values agree as well as functions that are `nudge` off would let them. */
function close(found: number, expected: number, nudged: number): boolean {
  if (Object.is(found, expected) || !Number.isFinite(nudged) || !Number.isFinite(expected)) return true;
  return Math.abs(found - expected) <= BOUND * Math.max(1, Math.abs(expected)) + 16 * Math.abs(nudged - expected);
}

test("2 000 random models agree with a tree walker and textbook integrators", async () => {
  let compared = 0;
  const run = { steps: 5, stepSize: 0.01 };
  const solvers = fc.constantFrom(...fixedNames);
  await fc.assert(
    fc.asyncProperty(models, solvers, async (equations, solver) => {
      const expected = integrate(equations, { ...run, solver });
      const nudged = integrate(equations, { ...run, solver, nudge: 2 ** -50 });
      const outputs = Object.fromEntries([...equations.states, ...equations.algebraic].map(({ path }) => [path.slice(5), path]));
      const { results } = await gridSearch({
        circuitTemplate: compileEquations(equations),
        paramGrid: { x0: [equations.states[0].re] },
        paramMap: { x0: { vars: ["op/x0"], nodes: ["p"] } },
        simulationTime: run.steps * run.stepSize,
        stepSize: run.stepSize,
        outputs,
        solver,
      });
      for (const [output, path] of Object.entries(outputs)) {
        trace(results, "random_0", output).forEach((found, row) => {
          const [value, other] = [expected[row], nudged[row]].map(({ values }) => values.get(path) ?? Number.NaN);
          if (Number.isFinite(value)) compared++;
          if (!close(found, value, other))
            throw new Error(`${path} at step ${row}: ${found}, but ${value} by the tree: ${shown(equations)}`);
        });
      }
    }),
    { numRuns: 2000, seed: 20261124 },
  );
  expect(compared).toBeGreaterThan(20_000);
});

test("lanes of a random model do not depend on their neighbours", () => {
  fc.assert(
    fc.property(models, fc.array(value, { minLength: 4, maxLength: 4 }), (equations, values) => {
      const model = compileEquations(equations);
      const states = [1, 2, 3, 5, 7].map((scale) => equations.states.map((_, i) => values[i % 4] * scale));
      const together = evaluate(model, { states });
      const alone = states.map((each) => evaluate(model, { states: [each] }));
      expect(together.rhs).toEqual(alone.map(({ rhs }) => rhs[0]));
      expect(together.observed).toEqual(alone.map(({ observed }) => observed[0]));
    }),
    { numRuns: 300, seed: 7 },
  );
});
