import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inOrder } from "../../../src/model/equation/equations.ts";
import { parseEquation, parseExpression } from "../../../src/model/equation/parse.ts";
import { type Expression, namesIn, print } from "../../../src/model/equation/tree.ts";
import { editEquations } from "../../../src/model/template/operator.ts";
import { walk } from "../../support/oracle.ts";
import { refusal } from "../../support/sweep.ts";

const x = 3;

function computed(text: string): number {
  return walk(
    parseExpression(text),
    new Map([
      ["x", x],
      ["y", 0.5],
      ["pi", Math.PI],
    ]),
  );
}

describe("what an equation says", () => {
  test.each<[string, string, boolean, string]>([
    ["d/dt * x = y", "x", true, "y"],
    ["d/dt*x=y", "x", true, "y"],
    ["  d / dt  *  x  =  -y ", "x", true, "-y"],
    ["x' = a*y", "x", true, "a * y"],
    ["x'=a*y", "x", true, "a * y"],
    ["m = 1", "m", false, "1"],
    ["d = t", "d", false, "t"],
    ["z' = (1.0 + 2j)*z", "z", true, "(1 + 2j) * z"],
    ["x' = -x(t-tau)", "x", true, "-past(x, tau)"],
    ["x' = past(x, 2*tau)", "x", true, "past(x, 2 * tau)"],
    ["x' = x\n  + y", "x", true, "x + y"],
  ])("%s", (text, target, derivative, printed) => {
    const equation = parseEquation(text);
    expect(equation).toMatchObject({ target, derivative, text });
    expect(print(equation.expression)).toBe(printed);
  });
});

describe("equation: precedence is that of Python", () => {
  test.each<[string, number]>([
    ["-x^2", -9],
    ["(-x)^2", 9],
    ["2^3^2", 512],
    ["2**3**2", 512],
    ["2^-x", 0.125],
    ["-x^-2", -1 / 9],
    ["1/2/4", 0.125],
    ["1/2*4", 2],
    ["2 - 3 - 4", -5],
    ["-2*-x", 6],
    ["--x", 3],
    ["+x", 3],
    ["2*x > 5", 1],
    ["x + 1 == 4", 1],
    ["x*y^2", 0.75],
    ["max(x, 1)^2/3", 3],
    ["1e-3*x + .5", 0.503],
    ["1.*x", 3],
  ])("%s", (text, value) => {
    expect(computed(text)).toBe(value);
  });
});

/** Random trees, spans left out. */
const trees: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => {
  const span = { start: 0, end: 0 };
  return {
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      fc.double({ min: 0, max: 1e6, noNaN: true }).map((re): Expression => ({ kind: "number", re: Math.abs(re), im: 0, span })),
      fc.constantFrom("x", "y", "V_e1").map((name): Expression => ({ kind: "name", name, span })),
      tie("tree").map((operand): Expression => ({ kind: "negate", operand, span })),
      fc
        .tuple(
          fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const, "^" as const, ">" as const),
          tie("tree"),
          tie("tree"),
        )
        .map(([op, left, right]): Expression => ({ kind: "binary", op, left, right, span })),
      tie("tree").map((arg): Expression => ({ kind: "call", name: "exp", args: [arg], span })),
    ),
  };
}).tree;

function withoutSpans(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === "span" ? undefined : value)));
}

test("equation: what is printed reads as the same tree", () => {
  fc.assert(
    fc.property(trees, (tree) => {
      expect(withoutSpans(parseExpression(print(tree)))).toEqual(withoutSpans(tree));
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("equation: spans are places in the text", () => {
  const text = "a*exp(b - 2)";
  const { expression } = parseEquation(`x' = ${text}`);
  expect(expression.span).toEqual({ start: 5, end: 5 + text.length });
  expect([...namesIn(expression)]).toEqual(["a", "b"]);
});

describe("equation: refusals have a code and a place", () => {
  test.each<[string, string, number | undefined, RegExp]>([
    ["x' = m; import('fs')", "E_EQ_SYNTAX", 6, /found `;`/],
    ["x' = -x + __import__('os').system('id')", "E_EQ_SYNTAX", 21, /found `'`/],
    ["x' = `$(process.exit())`", "E_EQ_SYNTAX", 5, /found ```/],
    ["x' = x.constructor", "E_EQ_SYNTAX", 6, /found `.`/],
    ["x' = ", "E_EQ_SYNTAX", 5, /found the end/],
    ["x' = (1 + x", "E_EQ_SYNTAX", 11, /found the end/],
    ["x' = 1 +", "E_EQ_SYNTAX", 8, /a number, a name or \(/],
    ["x'", "E_EQ_SYNTAX", 2, /expected an equation/],
    ["dx/dt = x", "E_EQ_SYNTAX", 2, /expected an equation/],
    ["x' = 1_000", "E_EQ_SYNTAX", undefined, /found/],
    ["x' = 0x1p9999", "E_EQ_SYNTAX", undefined, /found/],
    ["x' = 1e5e5", "E_EQ_SYNTAX", undefined, /found/],
    ["x' = 1e400", "E_CONST_NOT_FINITE", 5, /too large/],
    ["x' = system(x)", "E_UNKNOWN_FUNCTION", 5, /unknown function system/],
    ["x' = sinn(x)", "E_UNKNOWN_FUNCTION", 5, /did you mean sin\?/],
    ["x' = exp(x, y)", "E_ARITY", 5, /takes 1 argument/],
    ["x' = pow(x)", "E_ARITY", 5, /takes 2 arguments/],
    ["x' = exp()", "E_ARITY", 5, /but 0 were found/],
    ["x' = \u0441*x", "E_BAD_IDENTIFIER", 5, /U\+0441/],
    ["x' = a\u200db", "E_BAD_IDENTIFIER", 6, /U\+200D/],
    [`x' = ${"a".repeat(200)}`, "E_BAD_IDENTIFIER", 5, /200 letters/],
    [`x' = ${"(".repeat(100_000)}`, "E_EQ_SIZE", 0, /at most 65536/],
    [`x' = ${"(".repeat(10_000)}x`, "E_EQ_DEPTH", undefined, /256 levels/],
    [`x' = ${"-".repeat(10_000)}x`, "E_EQ_DEPTH", undefined, /256 levels/],
    [`x' = ${"x^".repeat(1000)}x`, "E_EQ_DEPTH", undefined, /at most 256/],
    [`x' = ${"x+".repeat(30_000)}x`, "E_EQ_SIZE", 0, /at most 2000/],
    [`x' = ${"x+".repeat(500_000)}x`, "E_EQ_SIZE", 0, /at most 65536/],
  ])("%.60s", async (text, code, offset, message) => {
    const { problems } = await refusal(() => parseEquation(text));
    expect(problems[0].code).toBe(code);
    expect(problems[0].message).toMatch(message);
    if (offset !== undefined) expect(problems[0].offset).toBe(offset);
  });

  test("10**10**10 is a tree, and no number of ten billion digits", () => {
    expect(print(parseExpression("10**10**10"))).toBe("10^10^10");
  });
});

describe("order of algebraic equations", () => {
  const assignments = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]) => ({ name, expression: parseExpression(text) }));

  test("each comes after those that it uses, whatever the order they are written in", () => {
    expect(inOrder(assignments({ c: "a + b", b: "2*a", a: "x", d: "1" })).map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  });

  test("a ring is told by its names", async () => {
    const error = await refusal(() => inOrder(assignments({ a: "b + 1", b: "c", c: "2*a" })));
    expect(error.code).toBe("E_ALGEBRAIC_LOOP");
    expect(error.message).toContain("a → b → c → a");
    expect((await refusal(() => inOrder(assignments({ a: "a" })))).message).toContain("a → a");
  });
});

describe("edits of inherited equations", () => {
  const equations = ["x' = r*v + rv", "m = 2.0*r*v"];
  test.each<[string, Parameters<typeof editEquations>[1], string[]]>([
    ["replace a term, and not a part of a name", { replace: [["r", "q"]] }, ["x' = q*v + rv", "m = 2.0*q*v"]],
    ["replace a term with operators", { replace: [["2.0*r*v", "r*(2.0*v - g)"]] }, ["x' = r*v + rv", "m = r*(2.0*v - g)"]],
    ["leave the target of a derivative", { replace: [["x", "w"]] }, equations],
    [
      "one after the other",
      {
        replace: [
          ["r", "v"],
          ["v", "s"],
        ],
      },
      ["x' = s*s + rv", "m = 2.0*s*s"],
    ],
    ["remove", { remove: "2.0*" }, equations],
    ["remove a term", { remove: ["rv"] }, ["x' = r*v + ", "m = 2.0*r*v"]],
    ["append", { append: " + u" }, ["x' = r*v + rv + u", "m = 2.0*r*v + u"]],
    ["add what is not edited", { replace: [["r", "q"]], add: ["n = r"] }, ["x' = q*v + rv", "m = 2.0*q*v", "n = r"]],
  ])("%s", (_, edits, expected) => {
    expect(editEquations(equations, edits)).toEqual(expected);
  });

  test("growth without end is stopped", async () => {
    let texts = ["x' = a"];
    const grow = () => {
      for (let i = 0; i < 40; i++) texts = editEquations(texts, { replace: [["a", "(a+a)"]] });
    };
    expect((await refusal(grow)).code).toBe("E_EXPANSION_LIMIT");
  });
});
