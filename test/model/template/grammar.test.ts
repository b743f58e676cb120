// The grammar of templates: what each form gives, by the flat equations that come out of it.
import { describe, expect, test } from "vitest";
import { gridSearch, templatesFromYaml, trace } from "../../../src/index.ts";
import { print } from "../../../src/model/equation/tree.ts";
import { flatten } from "../../../src/model/template/flatten.ts";

const base = `
li:
  base: OperatorTemplate
  description: |
    A leaky integrator.
    Units: r Hz, tau s, m_in Hz
  equations: "r' = (eta - r)/tau + m_in"
  variables: { r: output(0.5), tau: 10.0, eta: 1.0, m_in: input(0.25) }
tanh_op:
  base: OperatorTemplate
  equations: [m = tanh(r)]
  variables: { m: output, r: input }
pop: { base: NodeTemplate, operators: [li, tanh_op] }
`;

/** Flat equations of the circuit `net` of a text: "path = expression", values of parameters and inputs. */
function flat(text: string, name = "net") {
  const { states, params, inputs, algebraic } = flatten(templatesFromYaml(base + text)[name]);
  const values = (list: readonly { path: string; re: number }[]) => Object.fromEntries(list.map(({ path, re }) => [path, re]));
  return {
    equations: [
      ...states.map(({ path, derivative }) => `${path}' = ${print(derivative)}`),
      ...algebraic.map(({ path, expression }) => `${path} = ${print(expression)}`),
    ],
    states: values(states),
    params: values(params),
    inputs: values(inputs),
  };
}

describe("grammar: operators", () => {
  test("are wired by the names of outputs and inputs; an input that nothing feeds keeps its default", () => {
    const { equations, inputs, params, states } = flat("net: { base: CircuitTemplate, nodes: { a: pop } }");
    expect(equations).toEqual([
      "a/li/r' = (a/li/eta - a/li/r) / a/li/tau + a/li/m_in",
      "a/tanh_op/m = tanh(a/tanh_op/r)",
      "a/tanh_op/r = a/li/r + signal of a/tanh_op/r",
    ]);
    expect(inputs).toEqual({ "a/li/m_in": 0.25, "a/tanh_op/r": 0 });
    expect(params).toEqual({ "a/li/tau": 10, "a/li/eta": 1 });
    expect(states).toEqual({ "a/li/r": 0.5 });
  });

  test("inherit equations and variables, and change them", () => {
    const { equations, params } = flat(`
quick:
  base: li
  equations: { replace: { tau: (tau/k), m_in: "(m_in + u)" }, append: " - b", add: ["b = 2*eta"] }
  variables: { k: 4.0, u: input, b: variable, unused: 3.0 }
slow: { base: quick, variables: { tau: 50.0 } }
node: { base: NodeTemplate, operators: slow }
net: { base: CircuitTemplate, nodes: { a: node } }`);
    expect(equations).toEqual([
      "a/slow/r' = (a/slow/eta - a/slow/r) / (a/slow/tau / a/slow/k) + (a/slow/m_in + a/slow/u) - a/slow/b",
      "a/slow/b = 2 * a/slow/eta",
    ]);
    expect(params).toEqual({ "a/slow/tau": 50, "a/slow/eta": 1, "a/slow/k": 4 });
  });

  test.each(["li: { tau: 3.0 }, tanh_op: null", "li: { variables: { tau: 3.0 } }, tanh_op: {}"])(
    "have values of their own on a node: {%s}",
    (operators) => {
      const { params } = flat(`
node: { base: NodeTemplate, label: a node, operators: { ${operators} } }
net: { base: CircuitTemplate, nodes: { a: node, b: pop } }`);
      expect([params["a/li/tau"], params["b/li/tau"]]).toEqual([3, 10]);
    },
  );

  test.each<[string, number | { re: number; im: number }]>([
    ["variable", 0],
    ["variable(0.5)", 0.5],
    ["variable(-1e-3)", -1e-3],
    ["variable(float)", 0],
    ["variable(complex)", { re: 0, im: 0 }],
    ["variable(-0.6-0.8j)", { re: -0.6, im: -0.8 }],
    ["variable(2j)", { re: 0, im: 2 }],
    ["output(.5)", 0.5],
    ["{ vtype: state_var, dtype: float, value: 2.5 }", 2.5],
    ["{ default: variable(3) }", 3],
  ])("declare x: %s", (declaration, value) => {
    const [net] = Object.values(
      templatesFromYaml(
        `
op: { base: OperatorTemplate, equations: ["x' = -x"], variables: { x: "${declaration}" } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`.replace(/"(\{.*?\})"/, "$1"),
      ),
    );
    expect(flatten(net).states[0]).toMatchObject(typeof value === "number" ? { re: value } : value);
  });

  test.each([
    ["1+2j", 1, 2],
    ['"1e-3"', 1e-3, undefined],
    ["10e-3", 0.01, undefined],
    ["1.", 1, undefined],
    ["010", 10, undefined],
  ])("number %s", (text, re, im) => {
    const [net] = Object.values(
      templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = -k*real(x)"], variables: { x: variable, k: ${text} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`),
    );
    const [{ re: found, im: imaginary }] = flatten(net).params;
    expect([found, imaginary]).toEqual([re, im]);
  });
});

describe("grammar: circuits", () => {
  test("edges add weight times source, parallel ones too, to the signal from outside", () => {
    const { equations, inputs, params } = flat(`
net:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/tanh_op/m, b/li/m_in, null, { weight: 2.0 }]
    - [a/tanh_op/m, b/li/m_in, null, { weight: 0.5 }]
    - { source: b/li/r, target: b/li/m_in, template: null, variables: {} }
    - [b/li/r, b/li/m_in]`);
    expect(equations).toContain(
      "b/li/m_in = weight 0 of a/tanh_op/m to b/li/m_in * a/tanh_op/m + weight 1 of a/tanh_op/m to b/li/m_in * a/tanh_op/m" +
        " + weight 0 of b/li/r to b/li/m_in * b/li/r + weight 1 of b/li/r to b/li/m_in * b/li/r + signal of b/li/m_in",
    );
    expect(Object.values(params).slice(4)).toEqual([2, 0.5, 1, 1]);
    expect(inputs["b/li/m_in"]).toBe(0);
  });

  test("nest, inherit nodes and edges, and are wired across levels", () => {
    const { states, equations } = flat(
      `
pair: { base: CircuitTemplate, nodes: { a: pop, b: pop }, edges: [[a/li/r, b/li/m_in, null, { weight: 3.0 }]] }
trio: { base: pair, nodes: { b: lone, c: pop }, edges: [[c/li/r, a/li/m_in]] }
lone: { base: NodeTemplate, operators: [li] }
net: { base: CircuitTemplate, circuits: { x: trio, y: pair }, edges: [[x/c/li/r, y/a/li/m_in, null, { weight: -1.0 }]] }
big: { base: CircuitTemplate, circuits: { n: net } }`,
      "big",
    );
    expect(Object.keys(states)).toEqual(["n/x/a/li/r", "n/x/b/li/r", "n/x/c/li/r", "n/y/a/li/r", "n/y/b/li/r"]);
    expect(equations.filter((each) => each.includes("weight")).map((each) => each.split(" = ")[0])).toEqual([
      "n/x/a/li/m_in",
      "n/x/b/li/m_in",
      "n/y/a/li/m_in",
      "n/y/b/li/m_in",
    ]);
  });

  test("edges have operators, with states of their own, several inputs, and values", () => {
    const { equations, params, states } = flat(`
diff: { base: OperatorTemplate, equations: ["s = k*sin(a_s - a_t)"], variables: { s: output, a_s: input, a_t: input, k: 2.0 } }
lag: { base: OperatorTemplate, equations: ["z' = s - z"], variables: { z: output, s: input } }
edge: { base: EdgeTemplate, operators: [diff, lag] }
net:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/li/r, b/li/m_in, edge, { weight: 4.0, diff/k: 5.0, edge/diff/a_s: source, edge/diff/a_t: b/li/r }]
    - [b/li/r, a/li/m_in, edge, { edge/diff/a_s: source, edge/diff/a_t: a/li/r }]`);
    expect(Object.keys(states)).toEqual(["a/li/r", "b/li/r", "edge/lag/z", "edge_num1/lag/z"]);
    expect([params["edge/diff/k"], params["edge_num1/diff/k"]]).toEqual([5, 2]);
    expect(equations).toContain("edge/diff/s = edge/diff/k * sin(edge/diff/a_s - edge/diff/a_t)");
    expect(equations).toContain("edge/diff/a_t = b/li/r + signal of edge/diff/a_t");
    expect(equations).toContain("b/li/m_in = weight 0 of a/li/r to b/li/m_in * edge/lag/z + signal of b/li/m_in");
  });

  test("a spread makes a delay a chain, which edges of one source share", () => {
    const { states, equations } = flat(`
net:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/li/r, b/li/m_in, null, { delay: 0.3, spread: 0.2 }]
    - [a/li/r, a/li/m_in, null, { delay: 0.3, spread: 0.2 }]
    - [a/li/r, a/li/m_in, null, { delay: 0.4, spread: 0.8 }]
    - [a/li/r, a/li/m_in, null, { spread: 0.8 }]`);
    expect(Object.keys(states)).toEqual(["a/li/r", "b/li/r", "a/li/r_d0_1", "a/li/r_d0_2"]);
    expect(equations).toContain(`a/li/r_d0_2' = ${2 / 0.3} * (a/li/r_d0_1 - a/li/r_d0_2)`);
    expect(equations.find((each) => each.startsWith("a/li/m_in"))).toBe(
      "a/li/m_in = weight 0 of a/li/r to a/li/m_in * a/li/r_d0_2 + weight 1 of a/li/r to a/li/m_in * a/li/r + weight 2 of a/li/r to a/li/m_in * a/li/r + signal of a/li/m_in",
    );
  });
});

test("grammar: edges, their operators' parameters and nested ones are swept; the model is not recompiled for it", async () => {
  const { net } = templatesFromYaml(`${base}
gain_op: { base: OperatorTemplate, equations: ["o = g*i"], variables: { o: output, i: input, g: 1.0 } }
gain: { base: EdgeTemplate, operators: [gain_op] }
pair:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/li/r, b/li/m_in, null, { weight: 2.0 }]
    - [a/li/r, b/li/m_in, gain, { weight: 0.5 }]
net: { base: CircuitTemplate, circuits: { n: pair } }`);
  const edge = ["n/a/li/r", "n/b/li/m_in"];
  const { results } = await gridSearch({
    circuitTemplate: net,
    paramGrid: { w: [2, 3], second: [0.5, 0.25], g: [1, 4] },
    paramMap: {
      w: { vars: ["weight"], edges: [edge] },
      second: { vars: ["weight"], edges: [[...edge, 1]] },
      g: { vars: ["gain_op/g"], edges: [[...edge, 1]] },
    },
    simulationTime: 1,
    stepSize: 1,
    outputs: { fed: "n/b/li/m_in", all: "n/all/li/r", m: "n/a/tanh_op/m" },
  });
  expect([...trace(results, "net_0", "fed"), ...trace(results, "net_1", "fed")]).toEqual([0.5 * (2 + 0.5), 0.5 * (3 + 1)]);
  expect([...trace(results, "net_0", "all/n/b")]).toEqual([0.5]);
  expect(Math.abs(trace(results, "net_0", "m")[0] - Math.tanh(0.5))).toBeLessThan(1e-15);
});

test("grammar: a complex output is two columns, in both layouts", async () => {
  for (const layout of ["wide", "long"] as const) {
    const { results } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.theta.kmo_theta",
      paramGrid: { eta: [-5, 1] },
      paramMap: { eta: { vars: ["theta_op/eta"], nodes: ["p"] } },
      simulationTime: 0.01,
      stepSize: 0.01,
      outputs: { z: "p/theta_op/z", r: "p/theta_op/r", part: "p/theta_op/z.im" },
      layout,
    });
    expect([
      trace(results, "kmo_theta_1", "z.re")[0],
      trace(results, "kmo_theta_1", "z.im")[0],
      trace(results, "kmo_theta_1", "part")[0],
    ]).toEqual([-0.6, -0.8, -0.8]);
  }
});
