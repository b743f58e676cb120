// How operators change those they are based on, as PyRates' templates do.
import { describe, expect, test } from "vitest";
import { editEquations } from "../../../src/model/template/operator.ts";
import { equations, variables } from "../../support/grammar-operator.ts";
import { refusal } from "../../support/sweep.ts";

const parent = `
old:
  base: OperatorTemplate
  equations: ["d/dt * x = -x/tau + k*u", "y = k*x + kk*u"]
  variables: { x: variable(0.5), y: output, u: input, tau: 10.0, k: 2.0, kk: 3.0 }
`;
const child = (fields: string) => equations(`${parent}op: { base: old, ${fields} }`);
const same = ["x' = -x / tau + k * u", "y = k * x + kk * u"];
const w = "variables: { w: variable }";

describe("grammar inheritance: equations of an operator that is based on another", () => {
  test.each<[string, string, string[]]>([
    ["nothing", "description: the same", same],
    ["other values", "variables: { k: 5.0 }", same],
    ["a text in the place of all", `equations: "x' = -x"`, ["x' = -x"]],
    ["a list in the place of all", `equations: ["x' = -x", "y = x"]`, ["x' = -x", "y = x"]],
    ["replace, whole names only", "equations: { replace: { k: tau } }", ["x' = -x / tau + tau * u", "y = tau * x + kk * u"]],
    ["replace by a number", "equations: { replace: { kk: 4.0 } }", ["x' = -x / tau + k * u", "y = k * x + 4 * u"]],
    ["replace a term", `equations: { replace: { "k*u": "(k*u - y)" } }`, ["x' = -x / tau + (k * u - y)", same[1]]],
    ["one after the other", "equations: { replace: { k: kk, kk: k } }", ["x' = -x / tau + k * u", "y = k * x + k * u"]],
    ["the left side of d/dt * x too", `equations: { replace: { x: w } }, ${w}`, ["w' = -w / tau + k * u", "y = k * w + kk * u"]],
    ["remove a term", `equations: { remove: "+ k*u" }`, ["x' = -x / tau", same[1]]],
    ["remove several", `equations: { remove: ["+ k*u", "+ kk*u"] }`, ["x' = -x / tau", "y = k * x"]],
    ["nothing that is a part of a term", `equations: { remove: ["*u", "ta", "/ta", " + k*u"] }`, same],
    ["append", `equations: { append: " - 1" }`, ["x' = -x / tau + k * u - 1", "y = k * x + kk * u - 1"]],
    ["add", `equations: { replace: { k: kk }, add: ["w = k*x"] }, ${w}`, ["x' = -x / tau + kk * u", "y = kk * x + kk * u", "w = k * x"]],
    ["add one", `equations: { add: "w = k*x" }, ${w}`, [...same, "w = k * x"]],
  ])("%s", (_, fields, expected) => {
    expect(child(fields)).toEqual(expected);
  });

  test("prepend", () => {
    const one = `one: { base: old, equations: "x = -k" }\n`;
    expect(equations(`${parent}${one}op: { base: one, equations: { prepend: "y" }, variables: { yx: variable } }`)).toEqual(["yx = -k"]);
  });

  test("the prime of a derivative is no boundary: its name stays", () => {
    const one = `one: { base: old, equations: ["x' = -x + y", "y = x"] }\n`;
    expect(equations(`${parent}${one}op: { base: one, equations: { replace: { x: (x + k) } } }`)[0]).toBe("x' = -(x + k) + y");
  });

  test("a term stands between PyRates' boundary characters, line ends, or the ends of the text", () => {
    const boundaries = [..."-+=*/^<>!.%@[]():, \t\n"];
    for (const left of ["", ...boundaries]) {
      for (const right of ["", ...boundaries])
        expect(editEquations([`${left}a${right}`], { replace: [["a", "b"]] })).toEqual([`${left}b${right}`]);
    }
    for (const other of ["'", "_", "1", "z", "A", "&", "{", "#", "$", '"', "\\"]) {
      expect(editEquations([`a${other}`, `${other}a`], { replace: [["a", "b"]] })).toEqual([`a${other}`, `${other}a`]);
    }
  });

  test("the order is replace, remove, prepend and append, add; replacements are in the order of the file", () => {
    const edits = { add: ["e = a"], prepend: "<", append: ">", remove: ["b"], replace: [["a", "b + c"]] as const };
    expect(editEquations(["a"], edits)).toEqual(["< + c>", "e = a"]);
    expect(child("equations: { replace: { u: 2, 2: kk, 1: k } }")).toEqual(["x' = -x / tau + k * kk", "y = k * x + kk * kk"]);
  });

  test("equations of several lines are edited as those of one", () => {
    const lines = `one:\n  base: old\n  equations:\n    - |\n      x' =\n        k\n        - x\n    - >\n      y = x\n      + k\n`;
    expect(equations(`${parent}${lines}op: { base: one, equations: { replace: { k: kk } } }`)).toEqual(["x' = kk - x", "y = x + kk"]);
  });
});

describe("grammar inheritance: variables of an operator that is based on another", () => {
  test("those that no equation uses are dropped, by whole names, and come back where they are used again", async () => {
    const fields = "equations: { replace: { kk: 1.0 } }";
    const text = `${parent}op: { base: old, ${fields}, variables: { kkk: 1.0, ta: 2.0 } }`;
    expect(Object.keys(variables(text))).toEqual(["x", "y", "u", "tau", "k"]);
    const again = `${parent}one: { base: old, ${fields} }\nop: { base: one, equations: { append: " + kk" } }`;
    expect(variables(again).kk).toEqual(["constant", 3]);
    const unused = `${text}\nother: { base: NodeTemplate, operators: { op: { kk: 1.0 } } }`;
    expect((await refusal(() => variables(unused))).message).toMatch(/no equation of op uses kk/);
  });

  test("a chain of changes", () => {
    const text = `${parent}
one: { base: old, equations: { replace: { u: (u + v) } }, variables: { v: input(1.0), tau: 20.0 } }
two: { base: one, equations: { append: " - x" }, variables: { x: variable(0.1) } }
op: { base: two, variables: { k: -1.0 } }`;
    expect(equations(text)).toEqual(["x' = -x / tau + k * (u + v) - x", "y = k * x + kk * (u + v) - x"]);
    expect(variables(text)).toEqual({
      ...{ x: ["variable", 0.1], y: ["output", 0], u: ["input", 0], tau: ["constant", 20] },
      ...{ k: ["constant", -1], kk: ["constant", 3], v: ["input", 1] },
    });
  });

  test("another kind", () => {
    expect(variables(`${parent}op: { base: old, variables: { k: input(1.5), u: 0.25 } }`)).toMatchObject({
      k: ["input", 1.5],
      u: ["constant", 0.25],
    });
  });
});

test.each<[string, string, string]>([
  ["equations: { replaces: { k: kk } }", "E_UNKNOWN_FIELD", "did you mean replace?"],
  ["equations: { replace: [k] }", "E_TEMPLATE_TYPE", "a map of old: new is needed"],
  ["equations: { replace: { k: null } }", "E_TEMPLATE_TYPE", "text is needed"],
  ["equations: { append: [a] }", "E_TEMPLATE_TYPE", "text is needed"],
  ["equations: { replace: { k: gone } }", "E_UNKNOWN_VARIABLE", "unknown variable gone"],
  ["equations: { replace: { u: ) } }", "E_EQ_SYNTAX", "in d/dt * x = -x/tau + k*): "],
  ["equations: { add: [y = 1] }", "E_DUPLICATE_VARIABLE", "y has two equations"],
  ["operators: [a]", "E_UNKNOWN_FIELD", "no field operators"],
])("grammar inheritance: %s is refused", async (fields, code, message) => {
  const error = await refusal(() => child(fields));
  expect([error.code, error.problems[0].source?.line]).toEqual([code, 6]);
  expect(error.message).toContain(message);
});
