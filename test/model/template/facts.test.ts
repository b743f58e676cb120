// Lines of a description that are read: what they say, and what is told where they are wrong.
import { describe, expect, test } from "vitest";
import { connect, describeModel, simulate, templatesFromYaml } from "../../../src/index.ts";
import { refusal } from "../../support/sweep.ts";

/** A file of one model with lines in the descriptions of its operator and of its circuit. */
const file = (ofOperator: readonly string[], ofCircuit: readonly string[]) => `
op:
  base: OperatorTemplate
  description: |
    A leak.
${ofOperator.map((line) => `    ${line}\n`).join("")}
  equations: "x' = (u - x)/tau"
  variables: { x: output(0.5), tau: 2.0, u: input(0.0) }
other: { base: op, variables: { tau: -3.0 } }
n: { base: NodeTemplate, operators: [op] }
m: { base: NodeTemplate, operators: [other] }
c:
  base: CircuitTemplate
  description: |
    A leaky node.
${ofCircuit.map((line) => `    ${line}\n`).join("")}
  nodes: { p: n }
d: { base: CircuitTemplate, nodes: { p: m } }
e: { base: c, nodes: { q: n } }
f: { base: c, nodes: { p: m } }
`;
const read = (ofOperator: readonly string[], ofCircuit: readonly string[] = []) => templatesFromYaml(file(ofOperator, ofCircuit));
const rangeOf = (circuit: ReturnType<typeof read>[string], name: string) =>
  describeModel(circuit).variables.find((variable) => variable.name === name)?.range;

const declared = [
  "Paper: Somebody 1999, doi:10.1000/1",
  "Family: Leaks",
  "Measured: V = 2 * p/op/x",
  "Coupling: p/op/x -> p/op/u",
  "Elsewhere: TVB Leak: a = 1 / tau, I = op/u; other tool's: x = p/op/x",
];

describe("template facts: lines of a description", () => {
  test("declare ranges, which an operator inherits where its default is inside", () => {
    const { c, d } = read(["Ranges: tau 0.5..8, u -1e-1..2.5E1"]);
    expect([rangeOf(c, "tau"), rangeOf(c, "u")]).toEqual([
      [0.5, 8],
      [-0.1, 25],
    ]);
    expect([rangeOf(d, "tau"), rangeOf(d, "u")]).toEqual([undefined, [-0.1, 25]]);
  });

  test("declare units, as the long form of a variable does; the line is what holds where both do", async () => {
    const text = `op:
  base: OperatorTemplate
  description: "Units: T ms"
  equations: "x' = (A - x)/T + n"
  variables:
    x: { vtype: output, value: 0.5, unit: mV }
    A: { default: 3.25, unit: mV }
    T: { default: 10.0, unit: s }
    n: { default: input(0.0), unit: 1 }
n: { base: NodeTemplate, operators: [op] }
c: { base: CircuitTemplate, nodes: { p: n } }
`;
    const units = describeModel(templatesFromYaml(text).c).variables.map(({ name, unit }) => [name, unit]);
    expect(Object.fromEntries(units)).toEqual({ x: "mV", A: "mV", T: "ms", n: "" });
    const wrong = text.replace("unit: 1 ", "unit: [mV] ");
    expect((await refusal(() => templatesFromYaml(wrong))).problems[0]).toMatchObject({ code: "E_TEMPLATE_TYPE" });
  });

  test("declare a family, a paper, what is measured, a coupling, and names in other tools", () => {
    const { family, paper, measured, coupling, elsewhere } = describeModel(read([], declared).c);
    expect([family, paper]).toEqual(["Leaks", "Somebody 1999, doi:10.1000/1"]);
    expect(measured).toEqual({ name: "V", expression: "2 * p/op/x" });
    expect(coupling).toEqual({ source: "p/op/x", target: "p/op/u", differences: false });
    expect(elsewhere).toEqual([
      { tool: "TVB", model: "Leak", names: { a: "1 / tau", I: "op/u" } },
      { tool: "other", model: "tool's", names: { x: "p/op/x" } },
    ]);
  });

  test("are those of what a circuit is based on, as far as its nodes have what they name", () => {
    const { e, f } = read([], [...declared.slice(0, 2), ...declared.slice(3)]);
    expect(describeModel(e)).toMatchObject({ family: "Leaks", coupling: { source: "p/op/x" } });
    expect(describeModel(f).family).toBe("Leaks");
    expect(describeModel(f).coupling).toBeUndefined();
    expect(describeModel(f).elsewhere).toEqual([]);
  });

  test("may be missing", () => {
    const { family, paper, measured, coupling, elsewhere } = describeModel(read([]).c);
    expect([family, paper, measured, coupling, elsewhere]).toEqual([undefined, undefined, undefined, undefined, []]);
  });

  test("change no model: its bits are those of the same without", async () => {
    const run = async (circuit: ReturnType<typeof read>[string]) =>
      (await simulate({ circuitTemplate: circuit, simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" } })).getChild("x")?.toArray();
    expect(await run(read(["Ranges: tau 0.5..8"], declared).c)).toEqual(await run(read([]).c));
  });

  test.each([
    ["Ranges: taw 0..8", /:3:\d+: op has a range of taw, which is no parameter and no input of it; did you mean tau\?/],
    ["Ranges: x 0..8", /op has a range of x, which is no parameter/],
    ["Ranges: tau 3..8", /the default 2 of tau is outside of its range 3\.\.8 in op/],
    ["Ranges: tau 8..0", /a range is "name low\.\.high" with low below high, but "tau 8\.\.0" was found in the ranges of op/],
    ["Ranges: tau 0-8", /but "tau 0-8" was found/],
    ["Ranges: tau 0..1e999", /but "tau 0\.\.1e999" was found/],
  ])("of an operator: %s", async (line, message) => {
    const found = await refusal(() => read([line]));
    expect(found.code).toBe("E_DESCRIPTION");
    expect(found.message).toMatch(new RegExp(message.source.replace(":3:", ":\\d+:")));
  });

  test.each([
    ["Coupling: p/op/x", /the coupling of c is "node\/operator\/variable -> node\/operator\/input"/],
    ["Coupling: p/op/y -> p/op/u", /names p\/op\/y, which is no variable of it; did you mean p\/op\/x\?/],
    ["Coupling: p/op/x -> p/op/tau", /names p\/op\/tau, which is no input of it/],
    ["Measured: p/op/x", /measured as "name = output"/],
    ["Elsewhere: TVB: a = tau", /is "tool model: their name = our name/],
    ["Elsewhere: TVB Leak: a", /is "tool model: their name = our name/],
    ["Elsewhere: TVB Leak: a = taw", /TVB's a is said to be taw, but c has no taw; did you mean tau\?/],
    ["Elsewhere: TVB Leak: w = p/op/x -> p/op/u", /but c has no p\/op\/x -> p\/op\/u/],
  ])("of a circuit: %s", async (line, message) => {
    const found = await refusal(() => read([], [line]));
    expect(found.code).toBe("E_DESCRIPTION");
    expect(found.message).toMatch(message);
  });

  test("what is measured is an output, as describeModel finds", async () => {
    const { c } = read([], ["Measured: V = p/op/y + 1"]);
    const found = await refusal(() => describeModel(c));
    expect(found.code).toBe("E_DESCRIPTION");
    expect(found.message).toMatch(/what is measured of c is no output of it: unknown variable op\/y on node p/);
  });
});

describe("template facts: couplings in connect", () => {
  const weights = [
    [7, 1, 2],
    [0, 0, 4],
    [0.5, 0, 0],
  ];

  test("are what it couples where it is told neither source nor target", () => {
    const { c } = read([], declared);
    const named = describeModel(connect(c, { source: "op/x", target: "op/u", weights }));
    const told = describeModel(connect(c, { weights }));
    expect(told.edges).toEqual(named.edges);
    expect(told.measured).toEqual({ name: "V", expression: "2 * all/op/x" });
    expect(told.coupling).toBeUndefined();
  });

  test("of differences take the row's sum off a node's own variable, undelayed", async () => {
    const { c } = read([], ["Coupling: p/op/x -> p/op/u (differences)"]);
    const delays = weights.map((row) => row.map(() => 0.1));
    const { edges } = describeModel(connect(c, { weights, delays }));
    const own = edges.filter(({ source, target }) => source.split("/")[0] === target.split("/")[0]);
    expect(own.map(({ weight, delay }) => [weight, delay])).toEqual([
      [-3, 0],
      [-4, 0],
      [-0.5, 0],
    ]);
    // Equal nodes get nothing from each other.
    const network = connect(c, { weights });
    const call = { simulationTime: 1, stepSize: 0.01, solver: "rk4" as const };
    const coupled = await simulate({ ...call, circuitTemplate: network, outputs: { x: "p_1/op/x" } });
    const alone = await simulate({ ...call, circuitTemplate: c, outputs: { x: "p/op/x" } });
    const [a, b] = [coupled.getChild("x")?.get(99) ?? 0, alone.getChild("x")?.get(99) ?? 1];
    expect(Math.abs(a - b)).toBeLessThan(1e-14);
  });

  test("repeat a circuit of several nodes as circuits, and couple circuits within one", () => {
    const jrc = "model_templates.neural_mass_models.jansenrit.JRC";
    const network = connect(jrc, { weights });
    const { edges, measured } = describeModel(network);
    expect(edges.filter(({ source }) => source.startsWith("JRC_2/")).map(({ target }) => target)).toContain("JRC_0/pc/rpo_e_in/m_in");
    expect(measured?.expression).toBe("all/pc/rpo_e_in/v + all/pc/rpo_i/v");
    const pair = connect("model_templates.neural_mass_models.jansenrit.JRC_2delaycoupled", {
      weights: [
        [0, 3],
        [0, 0],
      ],
    });
    expect(describeModel(pair).edges).toContainEqual({
      source: "jrc2/pc/pro/m",
      target: "jrc1/pc/rpo_e_in/m_in",
      ...{ weight: 3, delay: 0, spread: 0 },
    });
  });

  test("are asked for where there is none, or where one end alone is given", async () => {
    const { c } = read([]);
    const none = await refusal(() => connect(c, { weights }));
    expect([none.code, none.message]).toEqual([
      "E_MISSING_OPTION",
      expect.stringMatching(/c declares no coupling, so connect needs a source and a target.*Coupling:/),
    ]);
    const half = await refusal(() => connect(c, { source: "op/x", weights }));
    expect([half.code, half.message]).toEqual(["E_MISSING_OPTION", expect.stringMatching(/a source and no target/)]);
  });
});
