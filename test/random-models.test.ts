import fc from "fast-check";
import { expect, test } from "vitest";
import { compileEquations } from "../src/compile/compile.ts";
import type { Equations } from "../src/equation/equations.ts";
import { functions } from "../src/equation/functions.ts";
import { parseExpression } from "../src/equation/parse.ts";
import { print, substitute } from "../src/equation/tree.ts";
import { type FixedSolverName, gridSearch, trace } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { integrate } from "./oracle.ts";

const value = fc.double({ min: -3, max: 3, noNaN: true });
const literal = fc.oneof(
  value.map((x) => String(Math.abs(x))),
  fc.constantFrom("0", "1", "2", "0.5", "1e-3", "pi", "E"),
);
/** Functions whose real values JavaScript has too; those of complex numbers are left out. */
const unary = Object.entries(functions).filter(
  ([name, { least, ...rest }]) => least === 1 && !("is" in rest) && !["real", "imag", "conj", "log"].includes(name),
);

/** Text of an expression of the given names. */
function expressions(names: readonly string[]): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string; leaf: string }>((tie) => ({
    leaf: fc.oneof(literal, ...(names.length > 0 ? [fc.constantFrom(...names), fc.constantFrom(...names)] : [])),
    tree: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      tie("leaf"),
      fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree")).map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(tie("tree"), fc.constantFrom("2", "3", "-1", "0.5", "1.7")).map(([a, power]) => `(${a})^${power}`),
      fc.tuple(tie("tree"), fc.constantFrom(">", "<", ">=", "<="), tie("tree")).map(([a, op, b]) => `((${a}) ${op} (${b}))`),
      fc.tuple(fc.constantFrom(...unary.map(([name]) => name)), tie("tree")).map(([name, a]) => `${name}(${a})`),
      fc.tuple(fc.constantFrom("min", "max"), tie("tree"), tie("tree")).map(([name, a, b]) => `${name}(${a}, ${b})`),
      tie("tree").map((a) => `-(${a})`),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => `log(abs(${a}) + 0.1)*tanh(${b})`),
    ),
  }));
  return tree;
}

/** A flat model: algebraic variables use those before them, and everything may use time. */
const models: fc.Arbitrary<Equations> = fc
  .record({
    states: fc.array(value, { minLength: 1, maxLength: 4 }),
    params: fc.array(value, { maxLength: 3 }),
    inputs: fc.array(value, { maxLength: 2 }),
    count: fc.nat(3),
  })
  .chain(({ states, params, inputs, count }) => {
    const quantities = (letter: string, values: readonly number[]) => values.map((re, i) => ({ path: `p/op/${letter}${i}`, unit: "", re }));
    const given = { x: quantities("x", states), k: quantities("k", params), u: quantities("u", inputs) };
    const names = [...given.x, ...given.k, ...given.u].map(({ path }) => path.slice(5));
    const algebraic = Array.from({ length: count }, (_, i) =>
      expressions([...names, "t", ...Array.from({ length: i }, (__, j) => `a${j}`)]),
    );
    const all = [...names, "t", ...algebraic.map((_, i) => `a${i}`)];
    return fc.tuple(fc.tuple(...algebraic), fc.tuple(...given.x.map(() => expressions(all)))).map(([sums, slopes]) => ({
      name: "random",
      timeUnit: "",
      states: given.x.map((state, i) => ({ ...state, derivative: placed(slopes[i]) })),
      params: given.k,
      inputs: given.u,
      algebraic: sums.map((text, i) => ({ path: `p/op/a${i}`, unit: "", expression: placed(text) })),
    }));
  });

/** Variables under their paths. */
function placed(text: string) {
  return substitute(parseExpression(text), (name, span) => ({ kind: "name", name: /^[xkua]\d$/.test(name) ? `p/op/${name}` : name, span }));
}

const BOUND = 1e-10;

/** Whether two values agree as well as functions that are `nudge` off would let them. */
function close(found: number, expected: number, nudged: number): boolean {
  if (Object.is(found, expected) || !Number.isFinite(nudged) || !Number.isFinite(expected)) return true;
  return Math.abs(found - expected) <= BOUND * Math.max(1, Math.abs(expected)) + 16 * Math.abs(nudged - expected);
}

test("2 000 random models agree with a tree walker and textbook integrators", async () => {
  let compared = 0;
  const run = { steps: 5, stepSize: 0.01 };
  const solvers = fc.constantFrom<FixedSolverName>("euler", "heun", "rk4");
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

function shown({ states, algebraic }: Equations): string {
  return [
    ...algebraic.map(({ path, expression }) => `${path} = ${print(expression)}`),
    ...states.map(({ path, derivative, re }) => `${path}' = ${print(derivative)} from ${re}`),
  ].join("; ");
}

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
