// Random flat models: expressions of all real functions.
import fc from "fast-check";
import type { Equations } from "../../src/model/equation/equations.ts";
import { functions } from "../../src/model/equation/functions.ts";
import { parseExpression } from "../../src/model/equation/parse.ts";
import { print, substitute } from "../../src/model/equation/tree.ts";

export const value = fc.double({ min: -3, max: 3, noNaN: true });
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
      fc.tuple(tie("tree"), tie("tree"), tie("tree")).map(([c, a, b]) => `where((${c}) > 0, ${a}, ${b})`),
      tie("tree").map((a) => `-(${a})`),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => `log(abs(${a}) + 0.1)*tanh(${b})`),
    ),
  }));
  return tree;
}

/** A flat model: algebraic variables use those before them, and everything may use time. */
export const models: fc.Arbitrary<Equations> = fc
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

/** A model's equations as text. */
export function shown({ states, algebraic }: Equations): string {
  return [
    ...algebraic.map(({ path, expression }) => `${path} = ${print(expression)}`),
    ...states.map(({ path, derivative, re }) => `${path}' = ${print(derivative)} from ${re}`),
  ].join("; ");
}
