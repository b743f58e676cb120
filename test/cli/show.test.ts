// What `massgrid models` and `massgrid show` print: laws of the texts, and the built commands.
import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { modelText } from "../../src/cli/model-text.ts";
import { numberText } from "../../src/cli/variables.ts";
import { connect, templatesFromYaml } from "../../src/index.ts";
import { bundledTemplates } from "../../src/model/bundled/read.ts";
import { parseEquation } from "../../src/model/equation/parse.ts";
import { print } from "../../src/model/equation/tree.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { Network } from "../../src/model/template/network.ts";
import type { CircuitTemplate } from "../../src/model/template/template.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("show");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

/** A pattern that only this text matches. */
function exactly(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function textOf(circuit: CircuitTemplate, path = "file/Circuit", all = false): string {
  return modelText({ path, circuit, equations: flatten(circuit), all });
}

const circuits = bundledTemplates();

describe.each(circuits.map(({ path, circuit }) => [path, circuit] as const))("cli show: the text of %s", (path, circuit) => {
  const text = textOf(circuit, path);
  const lines = text.split("\n");

  test("has the name, the description, the paper and the path", () => {
    const [what, paper] = circuit.description.split("\n");
    const words = text.replaceAll(/\s+/g, " ");
    expect(lines[0]).toBe(circuit.name);
    for (const part of [what, paper, `circuitTemplate: ${path}`]) expect(words).toContain(part);
    expect(words).toContain(circuit.timeUnit === "" ? "Time has no unit." : `Time is in ${circuit.timeUnit}.`);
  });

  test("fits into 100 columns", () => {
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test("has each equation, which reads as the one of the template", () => {
    // A line that begins no equation and no table goes on with the equation above it.
    const model = text.slice(text.indexOf("circuitTemplate:"));
    const told = model.replaceAll(/\n {8,}/g, " ").matchAll(/^ {4}(\w+'?) += (.*)$/gm);
    const printed = [...told].map(([, target, right]) => `${target} = ${print(parseEquation(`x = ${right}`).expression)}`);
    const { operators } = new Network(circuit);
    const edges = [...circuit.edges, ...[...circuit.circuits.values()].flatMap((inner) => inner.edges)];
    const ofEdges = edges.flatMap(({ template }) => template?.operators ?? []);
    const expected = [...operators, ...ofEdges].flatMap(({ operator: { equations } }) =>
      equations.map(({ target, derivative, expression }) => `${target}${derivative ? "'" : ""} = ${print(expression)}`),
    );
    expect(new Set(printed)).toEqual(new Set(expected));
  });

  test("has each variable with its default and unit", () => {
    const { states, params, inputs, algebraic } = flatten(circuit);
    const fed = new Set(algebraic.map((each) => each.path));
    const told = [...states.filter((each) => !/_d\d+_\d+$/.test(each.path)), ...params.filter(({ edge }) => edge?.attribute !== "weight")];
    for (const quantity of [...told, ...inputs.filter((each) => !fed.has(each.path))]) {
      const name = quantity.path.split("/").at(-1);
      const unit = quantity.unit === "" ? "" : ` +${exactly(quantity.unit)}`;
      const row = `^ {4}${name} +(?:state|parameter|input)(?:, output)? +`;
      const value = exactly(numberText(quantity));
      // Or that of its node, behind the operator's own.
      const ofNode = `.* {2}.*${value} on .*${exactly(quantity.path.split("/").slice(0, -2).join("/"))}`;
      expect(text).toMatch(new RegExp(`${row}(?:${value}${unit}(?: {2}|$)|${ofNode})`, "m"));
    }
  });

  test("has each edge with its weight", () => {
    for (const { edge, re } of flatten(circuit).params) {
      if (edge?.attribute !== "weight") continue;
      const told = lines.find(
        (line) => line.includes(` ${edge.source} `) && line.includes(` ${edge.target} `) && line.includes(`weight ${re}`),
      );
      expect(told).toMatch(/->/);
    }
  });
});

test("cli show: delays, operators of edges, what feeds inputs, complex numbers and past values are told", () => {
  const find = (name: string) => textOf(circuits.find(({ path }) => path.endsWith(`.${name}`))?.circuit ?? circuits[0].circuit);
  expect(find("JRC_2delaycoupled")).toMatch(
    /jrc1\/pc\/pro\/m +-> +jrc2\/pc\/rpo_e_in\/m_in +weight 20 +delay 0.004 s, spread 0.001 s: 16 stages/,
  );
  expect(find("JRC_2delaycoupled")).toContain("48 states (32 of them stages of delays)");
  expect(find("JRC")).toMatch(/^ {4}v +input +V +-0\.05\.\.0\.05 +fed by rpo_e_in\/v and rpo_i\/v$/m);
  expect(find("kmo_2coupled")).toMatch(/weight -4 +through sin_edge_num1\n/);
  expect(find("kmo_2coupled")).toMatch(/theta_t +input +rad +0\.\.6\.2832 +fed by phase_op\/theta of the edge's\s+target\n/);
  expect(find("kmo_theta")).toMatch(/^ {4}z +state +-0.6-0.8j$/m);
  expect(find("net10")).toMatch(/pop0\/op8\/a +-> +pop1\/op8\/u +weight 2 +delay 1\n/);
  expect(find("net16")).toContain("x' = -past(x, d)");
});

test("cli show: lists are told as they are written, long ones by their first numbers", () => {
  const { c } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "x' = interp(x, xs, xs) + vsum(matvec(W, b)) + mean(l)", variables: { x: variable(1), xs: [0.5, 1.0], W: [[1, 2], [3, 4]], b: [5, 6], l: [${Array.from({ length: 12 }, (_, i) => i)}] } }
n: { base: NodeTemplate, operators: op }
c: { base: CircuitTemplate, nodes: { p: n } }`);
  const text = textOf(c);
  expect(text).toContain("x' = interp(x, xs, xs) + vsum(matvec(W, b)) + mean(l)");
  expect(text).toMatch(/^ +xs +parameter +\[0\.5, 1\]$/m);
  expect(text).toMatch(/^ +W +parameter +\[\[1, 2\], \[3, 4\]\]$/m);
  expect(text).toMatch(/^ +l +parameter +12 numbers: 0, 1, 2, 3, \.\.\.$/m);
});

describe("cli show: a large network", () => {
  const count = 90;
  const pairs = Array.from({ length: count * 5 }, (_, i) => [i % count, (i * 7 + Math.floor(i / count)) % count]);
  const yaml = [
    "net:",
    "  base: CircuitTemplate",
    "  nodes:",
    ...Array.from({ length: count }, (_, i) => `    n${i}: pop${i}`),
    "  edges:",
    ...pairs.map(([from, to], i) => `    - [n${from}/qif_op/r, n${to}/qif_op/r_in, null, { weight: ${i / 100}, delay: 1.0, spread: 0.5 }]`),
    ...Array.from({ length: count }, (_, i) => {
      const values = `{ eta: ${i / 10}, tau: ${i % 40 === 3 ? 2.5 : 1.0} }`;
      return `pop${i}: { base: NodeTemplate, operators: { model_templates.neural_mass_models.qif.qif_op: ${values} } }`;
    }),
  ].join("\n");
  const { net } = templatesFromYaml(yaml);

  test("is told by kinds of nodes and groups of edges", () => {
    const text = textOf(net);
    expect(text.split("\n").length).toBeLessThan(45);
    expect(text.match(/r' = /g)).toHaveLength(1);
    expect(text).toMatch(/Nodes \(90\) n0, n1, [\s\S]*, n89\n/);
    expect(text).toMatch(/eta +parameter +0 +-10\.\.10 +90 values on 90 nodes, from 0 to 8.9\n/);
    expect(text).toMatch(/tau +parameter +1 +0\.1\.\.20 +2.5 on n3, n43, n83\n/);
    expect(text).toMatch(/\*\/qif_op\/r +-> +\*\/qif_op\/r_in +450 edges +weight 0 to 4.49, delay 1, spread 0.5\n/);
  });

  test("is told in full with --all", () => {
    const text = textOf(net, "a/b", true);
    expect(text.match(/ {2}-> {2}/g)).toHaveLength(450);
    const words = text.replaceAll(/\s+/g, " ");
    for (let i = 1; i < count; i++) expect(words).toContain(` ${i / 10} on n${i}`);
  });

  test("that a matrix of weights and delays connects is told in the same way", () => {
    const weights = Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => (i === j ? 0 : i + j)));
    const delays = weights.map((row) => row.map((weight) => weight / 100));
    const template = "model_templates.neural_mass_models.jansenrit.JRC2";
    const text = textOf(connect(template, { source: "jrc_op/m", target: "jrc_op/m_in", weights, delays }));
    expect(text.split("\n").length).toBeLessThan(80);
    expect(text).toMatch(/720 states, 900 parameters, 180 inputs and 90 algebraic variables on 90 nodes, 8010\s+edges/);
    expect(text).toMatch(/\*\/jrc_op\/m +-> +\*\/jrc_op\/m_in +8010 edges +weight 1 to 177, delay 0.01 to 1.77\n/);
  });
});

test("cli show: what a template says cannot move the cursor", () => {
  const { c } = templatesFromYaml(`
op: { base: OperatorTemplate, description: "An \\e[2J operator.\\nUnits: x \\u202eV", equations: "x' = -x", variables: { x: variable(1) } }
n: { base: NodeTemplate, operators: op }
c: { base: CircuitTemplate, description: "\\e]0;title\\a", nodes: { p: n } }`);
  expect(textOf(c)).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  expect(textOf(c)).toContain("An \\u{1b}[2J operator.");
});

describe("cli show: massgrid models", () => {
  test("lists the models of each family, a line each; with --all also those for tests", () => {
    const { status, stdout } = massgrid("models");
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^ +states +parameters +edges$/);
    for (const { path, circuit } of circuits.filter(({ isTestResource }) => !isTestResource)) {
      const at = lines.findIndex((line) => line.startsWith(`${path} `));
      const edges = flatten(circuit).params.filter(({ edge }) => edge?.attribute === "weight").length;
      const [headline] = circuit.description.split("\n");
      expect(lines[at]).toMatch(new RegExp(`^\\S+ +${flatten(circuit).states.length} +\\d+ +${edges}  ${exactly(headline ?? "")}$`));
      const title = lines.slice(0, at).findLast((_, i) => lines[i - 1] === "");
      expect(title).toBe(circuit.facts?.family);
    }
    const apart = circuits.filter(({ isTestResource }) => isTestResource);
    expect(stdout).not.toContain("test_resources");
    expect(stdout).toMatch(new RegExp(`^${apart.length} more, for tests and of a tutorial: massgrid models --all$`, "m"));
    const all = massgrid("models", "--all").stdout.match(/^model_templates\S+/gm);
    expect(all).toEqual(circuits.map(({ path }) => path));
  });

  test("finds text in paths and descriptions, and suggests the nearest", () => {
    const found = massgrid("models", "Kuramoto").stdout;
    expect(found.match(/^model_templates/gm)).toHaveLength(4);
    expect(massgrid("models", "adaptation").stdout).toContain("qif_sfa");
    const { status, stdout, stderr } = massgrid("models", "kuramto");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe('no bundled model has "kuramto" in its path or description; did you mean kuramoto?\n');
  });
});

const ops = `op: { base: OperatorTemplate, equations: "x' = -x/tau", variables: { x: output(1), tau: 2.0 } }
pop: { base: NodeTemplate, operators: op }
`;

describe("massgrid show", () => {
  const vdp = "model_templates.oscillators.vanderpol.vdp";

  test("takes bundled paths in dots and slashes, files, and files alone", () => {
    const dots = massgrid("show", vdp);
    expect([dots.status, dots.stderr]).toEqual([0, ""]);
    expect(dots.stdout).toContain("    z' = mu * z * (1 - x^2) - x + inp\n");
    const same = (path: string) =>
      expect(massgrid("show", path).stdout.replaceAll(/circuitTemplate: .*/g, "")).toBe(dots.stdout.replaceAll(/circuitTemplate: .*/g, ""));
    same(vdp.replaceAll(".", "/"));
    same("model_templates.oscillators.vanderpol");
    const one = file("one.yaml", `${ops}only: { base: CircuitTemplate, nodes: { p: pop } }\n`);
    expect(massgrid("show", one).stdout).toMatch(/^only\n[\s\S]*circuitTemplate: one.yaml\/only\n[\s\S]*x' = -x \/ tau\n/);
    expect(massgrid("show", `${one}/only`).stdout).toBe(massgrid("show", one).stdout);
    const two = file("two.yaml", `${ops}a: { base: CircuitTemplate, nodes: { p: pop } }\nb: { base: a }\n`);
    const { status, stdout } = massgrid("show", two);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^two.yaml has 2 circuits:\n.*states.*\ntwo.yaml\/a +1 +1 +0\ntwo.yaml\/b +1 +1 +0\n$/),
    ]);
  });

  test("prints source with --as assemblyscript", () => {
    const { status, stdout, stderr } = massgrid("show", vdp, "--as", "assemblyscript");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^\/\/ vdp\n\/\/ A Van der Pol oscillator\.\n[\s\S]*^export function rhs\(/m);
  });

  const wrong: [string, string[], RegExp][] = [
    ["no template", ["show"], /missing required argument 'template'/],
    ["unknown form", ["show", vdp, "--as", "fortran"], /Allowed choices are text, assemblyscript/],
    [
      "unknown path",
      ["show", "model_templates.oscillators.vanderpol.vpd"],
      /^E_UNKNOWN_TEMPLATE: .*did you mean model_templates.oscillators.vanderpol.vdp\?\n$/,
    ],
    ["no file", ["show", "none.yaml"], /^E_UNKNOWN_TEMPLATE: there is no file none.yaml\n$/],
    [
      "an operator",
      ["show", "model_templates.oscillators.vanderpol.vdp_op"],
      /^E_TEMPLATE_KIND: .* is an OperatorTemplate, but a CircuitTemplate/,
    ],
    ["a file without circuits", ["show", "ops.yaml"], /^E_TEMPLATE_KIND: ops.yaml has no CircuitTemplate/],
    ["an address", ["show", "https://example.org/a.yaml"], /^E_UNKNOWN_TEMPLATE: /],
    [
      "source of several",
      ["show", "model_templates.oscillators.kuramoto", "--as", "assemblyscript"],
      /has 4 circuits; say which of them: .*kuramoto\.kmo, /,
    ],
    ["source of a past", ["show", "model_templates.test_resources.test_backend.net16", "--as", "assemblyscript"], /^E_NO_SOURCE: /],
    [
      "a wrong name in an equation",
      ["show", "wrong.yaml"],
      /^E_UNKNOWN_VARIABLE: wrong.yaml:1:\d+: unknown variable tua .*did you mean tau\?\n {2}1 \| op: .*\n {4}\| +\^\n$/,
    ],
  ];
  beforeAll(() => {
    file("ops.yaml", ops);
    file("wrong.yaml", `${ops.replace("-x/tau", "-x/tua")}c: { base: CircuitTemplate, nodes: { p: pop } }\n`);
  });
  test.each(wrong)("%s leaves with 2 and says why", (_, args, message) => {
    const { status, stdout, stderr } = massgrid(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test("a model that cannot be run is shown, and then said to be wrong", () => {
    const loop = `op: { base: OperatorTemplate, equations: ["a = b + 1", "b = a"], variables: { a: variable, b: variable } }
pop: { base: NodeTemplate, operators: op }
c: { base: CircuitTemplate, nodes: { p: pop } }
`;
    const { status, stdout, stderr } = massgrid("show", file("loop.yaml", loop));
    expect([status, stdout]).toEqual([2, expect.stringContaining("    a = b + 1\n    b = a\n")]);
    expect(stderr).toMatch(/^E_ALGEBRAIC_LOOP: .*p\/op\/a → p\/op\/b → p\/op\/a/);
  });
});

test("cli show: help names the commands, and loads none of what they need", () => {
  const { stdout } = massgrid("--help");
  for (const word of ["sweep [options] <spec>", "models [options] [text]", "show [options] <template>"]) expect(stdout).toContain(word);
  expect(massgrid("show", "--help").stdout).toContain("--as <form>");
  // The command line's own parser is most of it; Arrow alone would be three times as much.
  expect(statSync(cli).size).toBeLessThan(200_000);
});
