// Constant vectors and matrices of operators, and sums and means over the nodes of one kind.
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, gridSearch, simulate, templatesFromYaml } from "../../../src/index.ts";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { randomOf } from "../../support/differences.ts";
import { evaluate } from "../../support/evaluate.ts";
import { refusal } from "../../support/sweep.ts";

/** A circuit of one node whose algebraic variable m is `text`; x is its state. */
function circuit(text: string, variables: string, x = 0): CircuitTemplate {
  return templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = 0.0*x", "m = ${text}"], variables: { x: variable(${x}), m: variable, ${variables} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`).net;
}

async function measured(text: string, variables: string, x = 0): Promise<number> {
  const table = await simulate({ circuitTemplate: circuit(text, variables, x), simulationTime: 1, stepSize: 1, outputs: { m: "p/op/m" } });
  return table.getChild("m")?.get(0) ?? Number.NaN;
}

const table = "xs: [0.0, 1.0, 2.5, 4.0], ys: [1.0, 3.0, -2.0, 0.5]";
const linear = "W: [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], b: [1.0, 2.0, 3.0], c: [2.0, -1.0]";

describe("constant vectors and matrices", () => {
  // NumPy 2.4: interp(x, [0, 1, 2.5, 4], [1, 3, -2, 0.5]).
  test.each([
    [-1, 1],
    [0, 1],
    [0.25, 1.5],
    [1, 3],
    [1.3, 1.9999999999999998],
    [2.5, -2],
    [3.1, -0.9999999999999998],
    [4, 0.5],
    [9, 0.5],
    [Number.NaN, Number.NaN],
  ])("interp at %d is %d", async (x, value) => {
    const text = Number.isNaN(x) ? "interp(log(x), xs, ys)" : "interp(x, xs, ys)";
    expect(await measured(text, table, Number.isNaN(x) ? -1 : x)).toBe(value);
  });

  test.each<[string, number]>([
    ["vsum(b)", 6],
    ["mean(b)", 2],
    ["mean(W)", 2.5],
    ["vsum(b*b + 1)", 17],
    ["index(matvec(W, b), 0)", 8],
    ["index(matvec(W, b), 1)", 26],
    ["matmul(b, b)", 14],
    ["vsum(matmul(c, W))", -6],
    ["vsum(matmul(c, matvec(W, b)))", -10],
    ["vsum(where(b > 1.5, b, 0.0))", 5],
    ["vsum(sin(x*b))", Math.sin(0.3) + Math.sin(0.6) + Math.sin(0.3 * 3)],
  ])("%s", async (text, value) => {
    expect(Math.abs((await measured(text, linear, 0.3)) - value)).toBeLessThan(1e-14);
  });

  test("the long form, whose shape may hold rows; a node gives other values, of the same shape", async () => {
    expect(await measured("vsum(a)", "a: { vtype: constant, dtype: float, shape: [2, 2], value: [[1, 2], [3, 4]] }")).toBe(10);
    const two = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "x' = vsum(a)", variables: { x: variable, a: [1.0, 2.0] } }
node: { base: NodeTemplate, operators: { op: { a: [5.0, 6.0] } } }
net: { base: CircuitTemplate, nodes: { p: node } }`).net;
    const run = await simulate({ circuitTemplate: two, simulationTime: 2, stepSize: 1, outputs: { x: "p/op/x" } });
    expect(run.getChild("x")?.get(1)).toBe(11);
  });

  test("elements are parameters, which a sweep may vary, also of the table of an interpolation", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: circuit("interp(x, xs, ys) + index(b, 1)", `${table}, b: [1.0, 2.0]`, 0.5),
      paramGrid: { y1: [3, 7], b1: [2, 20] },
      paramMap: { y1: { vars: ["op/ys.1"], nodes: ["p"] }, b1: { vars: ["op/b.1"], nodes: ["p"] } },
      simulationTime: 1,
      stepSize: 1,
      outputs: { m: "p/op/m" },
      features: { m: ["mean"] },
    });
    const name = resultsMap.schema.fields.map((field) => field.name).find((each) => /mean/.test(each)) ?? "";
    expect([...(resultsMap.getChild(name) ?? [])]).toEqual([4, 24]);
  });

  test("derivatives of an interpolation are its slopes", () => {
    const net = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "x' = interp(x^2, xs, ys)", variables: { x: variable, ${table} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`).net;
    const equations = flatten(net);
    const model = compileEquations(equations, { jacobian: true });
    const slopes = [0.5, 1.2, 1.8, 3].map((x) => evaluate(model, { states: [[x]] }).jacobian[0][0]);
    [2 * 2 * 0.5, (-10 / 3) * 2 * 1.2, (2.5 / 1.5) * 2 * 1.8, 0].forEach((slope, i) => {
      expect(Math.abs(slopes[i] - slope)).toBeLessThan(1e-14);
    });
  });

  test.each<[string, string, RegExp]>([
    ["b", linear, /a vector of 3/],
    ["matvec(W, c)", linear, /matrix of 2 × 3 by a vector of 2/],
    ["vsum(b + c)", linear, /vector of 3 and a vector of 2/],
    ["interp(x, b, c)", linear, /same number of elements/],
    ["interp(x, 1.0, 2.0)", linear, /vectors/],
    ["index(b, 3)", linear, /from 0 to 2/],
    ["index(b, x)", linear, /from 0 to 2/],
    ["vsum(past(b, 1.0))", linear, /no past/],
    ["vsum(r)", "r: [[1.0, 2.0], [3.0]]", /equally many/],
    ["vsum(r)", "r: []", /list of numbers/],
    ["vsum(r)", "r: [1.0, abc]", /finite numbers/],
  ])("%s is refused", async (text, variables, message) => {
    const error = await refusal(() => circuit(text, variables));
    expect([error.code, error.problems[0].source?.line]).toEqual(["E_VECTOR", 2]);
    expect(error.message).toMatch(message);
  });
});

/** Nodes whose state x feels the mean, or sum, of all of their kind. */
function crowd(count: number, text: string, more = ""): CircuitTemplate {
  const nodes = Array.from({ length: count }, (_, i) => `n${i}: { base: NodeTemplate, operators: { op: { x: ${i + 1}.0 } } }`);
  return templatesFromYaml(`
op: { base: OperatorTemplate, equations: ${JSON.stringify(text)}, variables: { x: variable(1.0), k: 1.0, u: input(0.5) } }
${nodes.join("\n")}
${more}
net: { base: CircuitTemplate, nodes: { ${nodes.map((_, i) => `p${i}: n${i}`).join(", ")} } }`).net;
}

async function states(circuitTemplate: CircuitTemplate, steps: number, path = "all/op/x"): Promise<number[][]> {
  const table = await simulate({ circuitTemplate, simulationTime: steps / 10, stepSize: 0.1, outputs: { x: path } });
  const columns = table.schema.fields.slice(1).map(({ name }) => [...(table.getChild(name) ?? [])]);
  return Array.from({ length: steps }, (_, i) => columns.map((column) => column[i]));
}

describe("vectors: mean and vsum run over the nodes of one kind", () => {
  // PyRates 1.2.3, Euler in float64.
  test("as in PyRates", async () => {
    const yaml = (text: string) =>
      templatesFromYaml(`
op: { base: OperatorTemplate, equations: "${text}", variables: { x: variable(1.0), u: input(0.5) } }
a: { base: NodeTemplate, operators: [op] }
b: { base: NodeTemplate, operators: { op: { x: 3.0 } } }
net: { base: CircuitTemplate, nodes: { p: a, q: b } }`).net;
    const close = (found: number[][], expected: number[][]) =>
      found.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-12);
        });
      });
    close(await states(yaml("x' = -x + mean(x) + u"), 3), [
      [1, 3],
      [1.15, 2.95],
      [1.29, 2.91],
    ]);
    close(await states(yaml("x' = -x + vsum(x) + u"), 3), [
      [1, 3],
      [1.35, 3.15],
      [1.715, 3.335],
    ]);
  });

  test("operators of equal equations are of one kind, whatever their names and values", async () => {
    const net = templatesFromYaml(`
a: { base: OperatorTemplate, equations: "x' = -k*x + mean(x) + 0.5", variables: { x: variable(1.0), k: 1.0 } }
b: { base: a, variables: { x: variable(3.0), k: 2.0 } }
na: { base: NodeTemplate, operators: [a] }
nb: { base: NodeTemplate, operators: [b] }
net: { base: CircuitTemplate, nodes: { p: na, q: nb } }`).net;
    const table = await simulate({
      circuitTemplate: net,
      simulationTime: 0.5,
      stepSize: 0.1,
      outputs: { p: "p/a/x", q: "q/b/x" },
    });
    // PyRates 1.2.3.
    [1, 1.15, 1.275, 1.37925, 1.466275].forEach((value, i) => {
      expect(Math.abs((table.getChild("p")?.get(i) ?? Number.NaN) - value)).toBeLessThan(1e-12);
    });
    [3, 2.65, 2.36, 2.11975, 1.92075].forEach((value, i) => {
      expect(Math.abs((table.getChild("q")?.get(i) ?? Number.NaN) - value)).toBeLessThan(1e-12);
    });
  });

  test.each(["x' = -x + mean(x) + u", "x' = sin(vsum(k*x^2))*mean(cos(x)) - x", "x' = -x + mean((x - mean(x))^2)", "x' = mean(2.0*k) - x"])(
    "%s: the same bits where nodes share their equations and where each has its own, at any number of nodes",
    (text) => {
      const random = randomOf(text.length);
      for (const count of [1, 2, 3, 17, 40]) {
        const net = crowd(count, text);
        const models = [false, true].map((looped) => compileEquations(flatten(net, { looped })));
        const point = Array.from({ length: count }, () => 4 * random() - 2);
        const rhs = models.map((model) => {
          const states = model.states.map(({ path }) => point[Number(/p(\d+)/.exec(path)?.[1])]);
          const values = evaluate(model, { states: [states] }).rhs[0];
          return new Map(model.states.map(({ path }, i) => [path, values[i]]));
        });
        expect([...rhs[1]].sort()).toEqual([...rhs[0]].sort());
      }
    },
  );

  test("nested circuits, and never over points", async () => {
    const net = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "x' = mean(x) - x", variables: { x: variable(1.0) } }
n: { base: NodeTemplate, operators: [op] }
inner: { base: CircuitTemplate, nodes: { a: n } }
net: { base: CircuitTemplate, circuits: { left: inner, right: inner } }`).net;
    const { resultsMap } = await gridSearch({
      circuitTemplate: net,
      paramGrid: { start: [3, 5, 9] },
      paramMap: { start: { vars: ["op/x"], nodes: ["right/a"] } },
      simulationTime: 0.2,
      stepSize: 0.1,
      outputs: { left: "left/a/op/x" },
      features: { left: ["last"] },
    });
    const name = resultsMap.schema.fields.map(({ name }) => name).find((each) => /last/.test(each)) ?? "";
    const found: number[] = [...(resultsMap.getChild(name) ?? [])];
    [3, 5, 9].forEach((start, i) => {
      expect(Math.abs(found[i] - (1 + 0.1 * ((1 + start) / 2 - 1)))).toBeLessThan(1e-12);
    });
  });

  test("rodas4 takes the mean's derivatives", async () => {
    const net = crowd(3, "x' = -40.0*(x - mean(x)) - 0.1*x");
    const table = await simulate({
      circuitTemplate: net,
      solver: { name: "rodas4", rtol: 1e-9, atol: 1e-12 },
      simulationTime: 2,
      stepSize: 1,
      outputs: { x: "all/op/x" },
    });
    const last = table.schema.fields.slice(1).map(({ name }) => table.getChild(name)?.get(1));
    const mean = 2 * Math.exp(-0.1);
    [1, 2, 3].forEach((start, i) => {
      expect(Math.abs(last[i] - (mean + (start - 2) * Math.exp(-40.1)))).toBeLessThan(1e-8);
    });
  });
});
