// PyRates' grammar of operators, form by form: what each reads as, also where PyRates itself fails on what it documents.
import { describe, expect, test } from "vitest";
import { simulate, templatesFromYaml } from "../../../src/index.ts";
import { print } from "../../../src/model/equation/tree.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { equations, net, operator, variables } from "../../support/grammar-operator.ts";
import { refusal } from "../../support/sweep.ts";

/** An operator with these equations, as they stand in a file, and x, y, u, k and tau. */
function written(lines: string): string {
  return `op:
  base: OperatorTemplate
  equations:${lines}
  variables: { x: variable(0.5), y: variable, z: variable, u: input, k: 2.0, tau: 10.0 }
`;
}

describe("grammar operators: equations", () => {
  test.each<[string, string, string[]]>([
    ["one text", ` "x' = -x/tau + u"`, ["x' = -x / tau + u"]],
    ["a list", `\n    - "x' = y"\n    - y = k*x`, ["x' = y", "y = k * x"]],
    ["no quotes", `\n    - d/dt * x = y\n    - z' = y\n    - y = x`, ["x' = y", "z' = y", "y = x"]],
    ["spaces of any number", `\n    - "d/dt*x=y"\n    - "d / dt  *  z  =  y"\n    - "y   =k"`, ["x' = y", "z' = y", "y = k"]],
    [
      "folded",
      `\n    - >\n      d/dt * x =\n      -x/tau\n      + u\n    - >-\n      y = x\n      * k`,
      ["x' = -x / tau + u", "y = x * k"],
    ],
    ["literal", `\n    - |\n      x' = -x/tau\n         + u`, ["x' = -x / tau + u"]],
    ["several plain lines", `\n    - x' = -x/tau\n      + u\n    - "y = x\n       * k"`, ["x' = -x / tau + u", "y = x * k"]],
    ["one folded text", ` >\n    x' = -x\n      + u`, ["x' = -x + u"]],
    ["a quote in quotes", `\n    - 'x'' = -x'`, ["x' = -x"]],
    ["in any order", `\n    - y = z + x\n    - z = k*x\n    - x' = y`, ["y = z + x", "z = k * x", "x' = y"]],
    ["a constant slope", ` "x' = 2.0"`, ["x' = 2"]],
    ["a constant that is a state", ` "k' = -k"`, ["k' = -k"]],
    ["powers", ` "x' = -x^2^k**u"`, ["x' = -x^2^k^u"]],
    ["signs", ` "x' = -x*-k + +u - -1"`, ["x' = -x * -k + u - -1"]],
    ["comparisons within", ` "x' = (x > 0.5)*u + k*(u <= x)"`, ["x' = (x > 0.5) * u + k * (u <= x)"]],
    ["a comparison alone", ` "x' = x >= u"`, ["x' = x >= u"]],
    ["rational numbers", ` "x' = 1/3 + .5 + 2. + 1e-3 + 1E3"`, ["x' = 1 / 3 + 0.5 + 2 + 0.001 + 1000"]],
    ["numbers with parts", ` "x' = real((1.0 + 2j)*x)"`, ["x' = real((1 + 2j) * x)"]],
    ["names of its own", ` "x' = pi + E + t"`, ["x' = pi + E + t"]],
    ["the past", `\n    - "x' = x(t-tau) + past(x, 2.0*tau)"`, ["x' = past(x, tau) + past(x, 2 * tau)"]],
    [
      "vectors' functions",
      ` "x' = mean(x) + vsum(u) + matmul(k, u) + matvec(k, x + u)"`,
      ["x' = mean(x) + vsum(u) + matmul(k, u) + matvec(k, x + u)"],
    ],
  ])("%s", (_, lines, expected) => {
    expect(equations(written(lines))).toEqual(expected);
  });

  test.each([
    "x += 1",
    "x -= 1",
    "d/dt x = x",
    "dx/dt = x",
    "x == 1",
    "x' = x[0]",
    "x' = x @ k",
    "x' = x % k",
    "x' = x if k else u",
    "x'' = x",
    "x' = x = k",
    "",
  ])("%s is refused where it stands", async (text) => {
    const error = await refusal(() => operator(written(`\n    - ${JSON.stringify(text)}`)));
    expect([error.code, error.problems[0].source?.line]).toEqual(["E_EQ_SYNTAX", 4]);
  });
});

test("grammar operators: every function of PyRates, under its own names", async () => {
  const x = 0.4;
  const values: [string, number][] = [
    ["sin(x)", Math.sin(x)],
    ["cos(x)", Math.cos(x)],
    ["tan(x)", Math.tan(x)],
    ["sinh(x)", Math.sinh(x)],
    ["cosh(x)", Math.cosh(x)],
    ["tanh(x)", Math.tanh(x)],
    ["arcsin(x)", Math.asin(x)],
    ["arccos(x)", Math.acos(x)],
    ["arctan(x)", Math.atan(x)],
    ["exp(x)", Math.exp(x)],
    ["ln(x)", Math.log(x)],
    ["log(x)", Math.log(x)],
    ["log(x, 10)", Math.log10(x)],
    ["sqrt(x)", Math.sqrt(x)],
    ["cbrt(x)", Math.cbrt(x)],
    ["sigmoid(x)", 1 / (1 + Math.exp(-x))],
    ["absv(-x)", x],
    ["sign(-x)", -1],
    ["maxi(x, 0.3)", x],
    ["mini(x, 0.3)", 0.3],
    ["real(x + 2j)", x],
    ["imag(x*2j)", 2 * x],
    ["imag(conj(x*2j))", -2 * x],
    ["mean(x)", x],
    ["vsum(x)", x],
    ["matmul(x, x)", x * x],
    ["matvec(x, 2.0)", 2 * x],
    ["x^2", x * x],
    ["x**3", x * x * x],
    ["2*pi", 2 * Math.PI],
    ["E", Math.E],
  ];
  const texts = values.map(([text], i) => JSON.stringify(`v${i} = ${text}`));
  const names = values.map((_, i) => `v${i}: variable`);
  const circuit = `op: { base: OperatorTemplate, equations: ["x' = 0.0*x", ${texts.join(", ")}], variables: { x: variable(${x}), ${names.join(", ")} } }${net}`;
  const outputs = Object.fromEntries(values.map((_, i) => [`v${i}`, `a/op/v${i}`]));
  const table = await simulate({ circuitTemplate: templatesFromYaml(circuit).net, simulationTime: 1, stepSize: 1, outputs });
  values.forEach(([text, value], i) => {
    expect(Math.abs(table.getChild(`v${i}`)?.get(0) - value), text).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(value)));
  });
});

describe("grammar operators: declarations", () => {
  const declared = (text: string, equation = "x' = -x") =>
    variables(`op: { base: OperatorTemplate, equations: "${equation}", variables: { x: ${text} } }`).x;

  test.each<[string, (string | number)[]]>([
    ["variable", ["variable", 0]],
    ["variable(0.5)", ["variable", 0.5]],
    ["variable( -22e-3 )", ["variable", -0.022]],
    ["variable(float)", ["variable", 0]],
    ["variable(complex)", ["variable", 0, 0]],
    ["variable(0.5+0.1j)", ["variable", 0.5, 0.1]],
    ["variable(-1j)", ["variable", 0, -1]],
    ['"variable(0.5, 1)"', ["variable", 0.5]],
    ["output", ["output", 0]],
    ["output(1.0)", ["output", 1]],
    ["1", ["constant", 1]],
    ["1.0", ["constant", 1]],
    ["1.", ["constant", 1]],
    ["-22e-3", ["constant", -0.022]],
    ["10e-3", ["constant", 0.01]],
    ["010", ["constant", 10]],
    ["0x10", ["constant", 16]],
    ['"1e-3"', ["constant", 0.001]],
    ["1+2j", ["constant", 1, 2]],
    ["'0.0+1.0j'", ["constant", 0, 1]],
    ["{ vtype: state_var, dtype: float, shape: [1], value: 0.25 }", ["variable", 0.25]],
    ["{ vtype: state_var, dtype: float, shape: [1], value: [0.25] }", ["variable", 0.25]],
    ["{ vtype: variable, dtype: complex64 }", ["variable", 0, 0]],
    ["{ vtype: constant, value: 2 }", ["constant", 2]],
    ["{ default: output(2.0), unit: mV, description: old }", ["output", 2]],
  ])("%s", (text, value) => {
    expect(declared(text)).toEqual(value);
  });

  test.each<[string, (string | number)[]]>([
    ["input", ["input", 0]],
    ["input(220.0)", ["input", 220]],
    ["{ vtype: input, value: 0.5 }", ["input", 0.5]],
    ["{ default: input }", ["input", 0]],
  ])("%s", (text, value) => {
    const found = variables(`op: { base: OperatorTemplate, equations: "x' = u", variables: { x: variable, u: ${text} } }`).u;
    expect(found).toEqual(value);
  });

  test.each<[string, string, RegExp]>([
    ["inputs", "E_DECLARATION", /inputs/],
    ["constant(3.0)", "E_DECLARATION", /constant\(3.0\)/],
    ["variable(abc)", "E_DECLARATION", /abc/],
    ["yes", "E_DECLARATION", /yes/],
    ["null", "E_DECLARATION", /null/],
    ["{ vtype: state_var, valeu: 0.25 }", "E_UNKNOWN_FIELD", /did you mean value\?/],
    ["{ vtype: states, value: 0.25 }", "E_DECLARATION", /state_var/],
    ["[1.0, 2.0]", "E_VECTOR", /single numbers/],
    ["{ vtype: constant, value: [1.0, 2.0] }", "E_VECTOR", /number/],
  ])("%s is refused", async (text, code, message) => {
    const error = await refusal(() => declared(text));
    expect([error.code, error.problems[0].source?.line]).toEqual([code, 1]);
    expect(error.message).toMatch(message);
  });

  test("names that PyRates reserves are free", () => {
    const names = "y dy source_idx pi I E S Q O N oo nan beta gamma exp sin abs zeta re im max min test var field lambda alpha theta".split(
      " ",
    );
    const text = `op: { base: OperatorTemplate, equations: "x' = ${names.join(" + ")}", variables: { x: variable, ${names.map((name) => `${name}: 1.0`).join(", ")} } }`;
    expect(Object.keys(variables(text))).toEqual(["x", ...names]);
  });

  test.each(["variable", "0.0", "input"])("t is the time, also where it is declared %s", (text) => {
    const { algebraic } = flatten(
      templatesFromYaml(`op: { base: OperatorTemplate, equations: "x' = t", variables: { x: variable, t: ${text} } }${net}`).net,
    );
    expect(algebraic.map(({ path, expression }) => [path, print(expression)])).toEqual([["a/op/t", "t"]]);
  });
});
