// PyRates' grammar of nodes, circuits, edges and references, form by form.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gridSearch, simulate, templatesFromYaml } from "../../../src/index.ts";
import { print } from "../../../src/model/equation/tree.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { refusal } from "../../support/sweep.ts";

const base = `
li: { base: OperatorTemplate, equations: "r' = (eta - r)/tau + m_in", variables: { r: output(0.5), tau: 10.0, eta: 1.0, m_in: input(0.25) } }
act: { base: OperatorTemplate, equations: m = s*r, variables: { m: output, r: input, s: 2.0 } }
pop: { base: NodeTemplate, operators: [li, act] }
one: { base: NodeTemplate, operators: li }
`;

/** Parameters and inputs with their values, and equations, of the last circuit of a text. */
function flat(text: string) {
  const circuit = Object.values(templatesFromYaml(base + text)).slice(-1)[0];
  const { states, params, inputs, algebraic } = flatten(circuit);
  return {
    values: Object.fromEntries([...states, ...params, ...inputs].map(({ path, re }) => [path, re])),
    sums: Object.fromEntries(algebraic.map(({ path, expression }) => [path, print(expression)])),
    states: states.map(({ path }) => path),
  };
}

describe("grammar circuits: nodes", () => {
  const net = "net: { base: CircuitTemplate, nodes: { a: n } }";
  test.each<[string, string, Record<string, number>]>([
    ["a text", "operators: li", { "a/li/tau": 10 }],
    ["a list", "operators: [li]", { "a/li/tau": 10 }],
    ["a map of nulls", "operators: { li: , act: null }", { "a/li/tau": 10 }],
    ["values", "operators: { li: { tau: 3.0, eta: -1 } }", { "a/li/tau": 3, "a/li/eta": -1 }],
    ["values below variables", "operators: { li: { variables: { tau: 3.0 } } }", { "a/li/tau": 3, "a/li/eta": 1 }],
    ["values of text", 'operators: { li: { tau: "1e-3" } }', { "a/li/tau": 1e-3 }],
    ["an initial value", "operators: { li: { r: 0.1 } }", { "a/li/r": 0.1 }],
    ["an initial value in full", "operators: { li: { r: output(0.1) } }", { "a/li/r": 0.1 }],
    ["an input's default", "operators: { li: { m_in: 7.0 } }", { "a/li/m_in": 7 }],
    ["an input's default in full", "operators: { li: { m_in: input(7.0) } }", { "a/li/m_in": 7 }],
  ])("%s", (_, fields, values) => {
    expect(flat(`n: { base: NodeTemplate, label: a node, description: of text, ${fields} }\n${net}`).values).toMatchObject(values);
  });

  test("inheritance replaces the list, and nothing is merged", () => {
    const text = `m: { base: NodeTemplate, operators: { li: { tau: 3.0 }, act: { s: 4.0 } } }\n`;
    expect(flat(`${text}n: { base: m }\n${net}`).values).toMatchObject({ "a/li/tau": 3, "a/act/s": 4 });
    const replaced = flat(`${text}n: { base: m, operators: { li: { eta: 5.0 } } }\n${net}`).values;
    expect(replaced).toEqual({ "a/li/r": 0.5, "a/li/tau": 10, "a/li/eta": 5, "a/li/m_in": 0.25 });
  });

  test("the values of one node are not those of another", () => {
    const text = `n: { base: NodeTemplate, operators: { li: { tau: 3.0 } } }\nnet: { base: CircuitTemplate, nodes: { a: n, b: pop, c: one } }`;
    expect(flat(text).values).toMatchObject({ "a/li/tau": 3, "b/li/tau": 10, "c/li/tau": 10 });
  });

  test("several outputs of one name are added up", () => {
    const text = `more: { base: OperatorTemplate, equations: r = 3.0, variables: { r: output } }
n: { base: NodeTemplate, operators: [li, more, act] }\n${net}`;
    expect(flat(text).sums["a/act/r"]).toBe("a/li/r + a/more/r + signal of a/act/r");
  });
});

describe("circuits and edges", () => {
  const edge = (form: string) => flat(`net: { base: CircuitTemplate, nodes: { a: pop, b: one }, edges: [${form}] }`);
  const plain = "weight 0 of a/act/m to b/li/m_in * a/act/m + signal of b/li/m_in";

  test.each<[string, number]>([
    ["[a/act/m, b/li/m_in, null, { weight: 2.5 }]", 2.5],
    ["[a/act/m, b/li/m_in, null, { weight: -1e1 }]", -10],
    ['[a/act/m, b/li/m_in, null, { weight: "2.5" }]', 2.5],
    ["[a/act/m, b/li/m_in, null, { weight: 2.5, delay: null, spread: null }]", 2.5],
    ["[a/act/m, b/li/m_in, null, { weight: 2.5, delay: 0.0 }]", 2.5],
    ["[a/act/m, b/li/m_in, null, {}]", 1],
    ["[a/act/m, b/li/m_in, null, null]", 1],
    ["[a/act/m, b/li/m_in, ~]", 1],
    ["[a/act/m, b/li/m_in]", 1],
    ["{ source: a/act/m, target: b/li/m_in, template: null, variables: { weight: 2.5 } }", 2.5],
    ["{ source: a/act/m, target: b/li/m_in, template: , variables: }", 1],
    ["{ source: a/act/m, target: b/li/m_in }", 1],
  ])("%s", (form, weight) => {
    const { sums, values } = edge(form);
    expect([sums["b/li/m_in"], values["weight 0 of a/act/m to b/li/m_in"]]).toEqual([plain, weight]);
  });

  test.each(["edges: null", "edges: []", "edges:", "label: nothing"])("%s is no edge", (field) => {
    expect(flat(`net: { base: CircuitTemplate, nodes: { a: one }, ${field} }`).values["a/li/m_in"]).toBe(0.25);
  });

  test("inheritance lays nodes over each other by name, and appends edges", () => {
    const { states, values, sums } = flat(`
two: { base: CircuitTemplate, nodes: { a: pop, b: one }, edges: [[a/act/m, b/li/m_in, null, { weight: 2.0 }]] }
other: { base: NodeTemplate, operators: { li: { tau: 5.0 } } }
net: { base: two, label: more, nodes: { b: other, c: one }, edges: [[b/li/r, c/li/m_in, null, { weight: 3.0 }], [a/act/m, b/li/m_in]] }`);
    expect(states).toEqual(["a/li/r", "b/li/r", "c/li/r"]);
    expect(values["b/li/tau"]).toBe(5);
    expect(sums["b/li/m_in"]).toBe(
      "weight 0 of a/act/m to b/li/m_in * a/act/m + weight 1 of a/act/m to b/li/m_in * a/act/m + signal of b/li/m_in",
    );
  });

  test("circuits nest, also unevenly, with nodes beside circuits, inputs and values of their own", async () => {
    const text = `${base}
inner: { base: CircuitTemplate, nodes: { p: one, q: pop }, edges: [[q/act/m, p/li/m_in, null, { weight: 0.5 }]] }
middle: { base: CircuitTemplate, circuits: { i: inner }, nodes: { n: one }, edges: [[i/q/act/m, n/li/m_in]] }
net:
  base: CircuitTemplate
  circuits: { m: middle, i: inner }
  nodes: { top: one }
  edges:
    - [m/i/q/act/m, i/p/li/m_in, null, { weight: 4.0 }]
    - [top/li/r, m/i/p/li/m_in]`;
    const { net } = templatesFromYaml(text);
    expect(flatten(net).states.map(({ path }) => path)).toEqual([
      ...["top/li/r", "m/n/li/r", "m/i/p/li/r", "m/i/q/li/r", "i/p/li/r", "i/q/li/r"],
    ]);
    const { results } = await gridSearch({
      circuitTemplate: net,
      paramGrid: { w: [4, 8], tau: [10, 5] },
      paramMap: {
        w: { vars: ["weight"], edges: [["m/i/q/act/m", "i/p/li/m_in"]] },
        tau: { vars: ["li/tau"], nodes: ["m/i/p", "top"] },
      },
      inputs: { "m/i/p/li/m_in": 0.125, "top/li/m_in": 3 },
      simulationTime: 1,
      stepSize: 1,
      outputs: { deep: "m/i/p/li/m_in", side: "i/p/li/m_in", top: "top/li/m_in" },
    });
    const row = (key: string) => ["deep", "side", "top"].map((name) => results.getChild(`${name}/${key}`)?.get(0));
    expect([row("net_0"), row("net_1")]).toEqual([
      [0.5 * 1 + 0.5 + 0.125, 0.5 * 1 + 4 * 1, 3],
      [0.5 * 1 + 0.5 + 0.125, 0.5 * 1 + 8 * 1, 3],
    ]);
  });
});

describe("grammar circuits: references", () => {
  const cells = `op: { base: OperatorTemplate, equations: "v' = -v*k", variables: { v: variable(1.0), k: 0.5 } }
pop: { base: NodeTemplate, operators: [op] }
`;
  /** Writes files, and runs \`massgrid sweep\` of a circuit of one of them in a folder. */
  function sweep(files: Record<string, string>, { circuit, cwd = "." }: { circuit: string; cwd?: string }) {
    const folder = mkdtempSync(join(tmpdir(), "massgrid-"));
    const run = { simulationTime: 1, stepSize: 0.5, outputs: { v: "a/op/v" } };
    const spec = { circuitTemplate: circuit, paramGrid: { k: [1] }, paramMap: { k: { vars: ["op/k"], nodes: ["a"] } }, ...run };
    for (const [name, text] of Object.entries({ ...files, "spec.json": JSON.stringify(spec) })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [cli, "sweep", join(folder, "spec.json")], {
      cwd: join(folder, cwd),
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    return { status, stderr };
  }
  const main = (node: string) => `net: { base: CircuitTemplate, nodes: { a: ${node} } }`;

  test.each<[string, string, string]>([
    ["beside the file", "models/main/net", "lib/cells/pop"],
    ["from the working directory", "models/main/net", "models/lib/cells/pop"],
    ["from the working directory in dots", "models.main.net", "models.lib.cells.pop"],
    ["beside the file in dots", "models.main.net", "lib.cells.pop"],
    ["with extension", "models/main.yaml/net", "lib/cells.yml/pop"],
    ["with a point before", "./models/main/net", "./lib/cells/pop"],
  ])("%s", (_, circuit, node) => {
    expect(sweep({ "models/main.yaml": main(node), "models/lib/cells.yml": cells }, { circuit })).toEqual({ status: 0, stderr: "" });
  });

  test("beside the spec, wherever one stands", () => {
    const files = { "models/main.yaml": main("lib/cells/pop"), "models/lib/cells.yml": cells, "else/x": "" };
    expect(sweep(files, { circuit: "models/main/net", cwd: "else" })).toEqual({ status: 0, stderr: "" });
  });

  test("a folder of one's own that is called as the bundled one", () => {
    const files = { "model_templates/mine/main.yaml": main("model_templates.mine.cells.pop"), "model_templates/mine/cells.yaml": cells };
    expect(sweep(files, { circuit: "model_templates.mine.main.net" })).toEqual({ status: 0, stderr: "" });
  });

  test("a base in another file, whose own references are meant from there", async () => {
    const files: Record<string, string> = {
      "lib/cells": `${cells}base: { base: CircuitTemplate, nodes: { a: pop }, edges: [] }`,
      "lib/more": "fast: { base: lib.cells.op, variables: { k: 3.0 } }\nquick: { base: lib/cells/pop, operators: [fast] }",
    };
    const text = `net: { base: lib/cells/base, nodes: { b: lib/more/quick, c: model_templates.oscillators.vanderpol.vdp_pop } }`;
    const { net } = templatesFromYaml(text, { resolve: (file) => files[file] });
    expect(flatten(net).params.map(({ path, re }) => `${path} ${re}`)).toEqual(["a/op/k 0.5", "b/fast/k 3", "c/vdp_op/mu 1"]);
    const table = await simulate({ circuitTemplate: net, simulationTime: 1, stepSize: 0.5, outputs: { v: "b/fast/v" } });
    expect(table.getChild("v")?.get(1)).toBe(-0.5);
  });

  test("merged maps and lists of anchors, as files of PyRates have them", () => {
    const text = `
aliases:
  - &fast { tau: 2.0, eta: 3.0 }
  - &edge [a/li/r, b/li/m_in, null, { weight: 2.0 }]
n: { base: NodeTemplate, operators: { li: *fast } }
m: { base: NodeTemplate, operators: { li: { <<: *fast, eta: 4.0 } } }
net: { base: CircuitTemplate, nodes: { a: n, b: m }, edges: [*edge] }`;
    expect(flat(text).values).toMatchObject({
      ...{ "a/li/tau": 2, "a/li/eta": 3, "b/li/tau": 2, "b/li/eta": 4 },
      "weight 0 of a/li/r to b/li/m_in": 2,
    });
  });

  test("of several merged maps the first wins", () => {
    const text = `
aliases: [&x { tau: 1.0, eta: 1.0 }, &y { tau: 2.0, r: 0.1 }]
n: { base: NodeTemplate, operators: { li: { <<: [*x, *y] } } }
net: { base: CircuitTemplate, nodes: { a: n } }`;
    expect(flat(text).values).toMatchObject({ "a/li/tau": 1, "a/li/eta": 1, "a/li/r": 0.1 });
  });

  test.each<[string, string]>([
    ["{ base: NodeTemplate, operators: [{ li: { tau: 1.0 } }] }", "E_TEMPLATE_TYPE"],
    ["{ base: NodeTemplate, operators: [null] }", "E_TEMPLATE_TYPE"],
    ["{ base: NodeTemplate, operators: { li: { tau: [1.0] } } }", "E_VECTOR"],
    ["{ base: NodeTemplate, operators: { li: 3.0 } }", "E_TEMPLATE_TYPE"],
    ["{ base: NodeTemplate, nodes: { a: one } }", "E_UNKNOWN_FIELD"],
    ["{ base: li, operators: [act] }", "E_UNKNOWN_FIELD"],
    ["{ base: CircuitTemplate, nodes: [one] }", "E_TEMPLATE_TYPE"],
    ["{ base: CircuitTemplate, nodes: { a: one }, edges: { a: b } }", "E_TEMPLATE_TYPE"],
    ["{ base: CircuitTemplate, nodes: { a: { base: NodeTemplate } } }", "E_TEMPLATE_TYPE"],
    ["{ base: CircuitTemplate, circuits: { a: one } }", "E_TEMPLATE_KIND"],
  ])("%s is refused", async (template, code) => {
    expect((await refusal(() => flat(`\nx: ${template}`))).code).toBe(code);
  });
});
