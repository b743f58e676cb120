// A model is compiled once for the same text, wherever the text comes from, and anew for any other.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect, templatesFromYaml } from "../../src/index.ts";
import { Kept } from "../../src/kept.ts";
import { resolveTemplate, sourceOf } from "../../src/model/build.ts";
import { bundledCircuits, bundledYaml, openBundled, writtenModels } from "../../src/model/bundled/index.ts";
import { readCircuitOfPath } from "../../src/model/bundled/read.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { TemplateReader } from "../../src/model/template/read.ts";
import type { CircuitTemplate, Declaration } from "../../src/model/template/template.ts";
import type { GridSearchOptions } from "../../src/options/options.ts";
import { openFiles } from "../../src/platform/files.ts";

const jrc = "model_templates.neural_mass_models.jansenrit.JRC2";
const jansenRitText = bundledYaml(jrc) ?? "";
const grid = { paramGrid: { k: [1, 2] }, paramMap: { k: { vars: ["op/k"], nodes: ["all"] } } };
const sweep = { simulationTime: 0.01, stepSize: 1e-3, outputs: { x: "p/op/x" }, ...grid };

/** A circuit of one equation, on a line that `line` says. */
const textOf = (rate: number, line = 1) => `${"\n".repeat(line)}
op: { base: OperatorTemplate, equations: ["x' = -${rate} * k * x"], variables: { x: variable(1), k: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`;

let folder: string;
let compiled = 0;
let plan: (template: CircuitTemplate | string, options?: Partial<GridSearchOptions>) => number;
const { Module } = WebAssembly;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "kept-"));
  // What other tests have left is not to be found.
  vi.resetModules();
  const { makePlan } = await import("../../src/plan/plan.ts");
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, args: [BufferSource]) => {
      const made = new target(...args);
      if (target.exports(made).some(({ name }) => name === "rhs")) compiled++;
      return made;
    },
  });
  plan = (circuitTemplate, options = {}) => {
    compiled = 0;
    makePlan({ ...sweep, ...options, circuitTemplate } as GridSearchOptions, { budget: 1e9, openFile: openFiles() });
    return compiled;
  };
});
afterEach(() => {
  WebAssembly.Module = Module;
  rmSync(folder, { recursive: true });
});

const netOf = (text: string, name?: string): CircuitTemplate => templatesFromYaml(text, name === undefined ? {} : { name }).net;

describe("kept: a model is compiled once", () => {
  test("for the same text of templates, and anew for another, or one whose messages would name another place", () => {
    expect([1, 1, 2, 1, 2].map((rate) => plan(netOf(textOf(rate))))).toEqual([1, 0, 1, 0, 0]);
    expect([plan(netOf(textOf(1), "mine.yaml")), plan(netOf(textOf(1), "mine.yaml"))]).toEqual([1, 0]);
    expect([plan(netOf(textOf(1, 2))), plan(netOf(textOf(1, 2)))]).toEqual([1, 0]);
  });

  test("for the same variant of it", () => {
    const outputs = (factor: number) => ({ outputs: { x: `${factor} * p/op/x` } });
    expect([2, 2, 3, 2].map((factor) => plan(netOf(textOf(1)), outputs(factor)))).toEqual([1, 0, 1, 0]);
    expect([plan(netOf(textOf(1))), plan(netOf(textOf(1)))]).toEqual([1, 0]);
  });

  test("for a circuit that is made again of equal parts", () => {
    const renamed = (name: string) => ({ ...netOf(textOf(1)), name });
    expect(["a", "a", "b", "a"].map((name) => plan(renamed(name)))).toEqual([1, 0, 1, 0]);
    const ring = (weight: number, delay: number) =>
      connect(jrc, {
        source: "jrc_op/m",
        target: "jrc_op/m_in",
        weights: [
          [0, weight],
          [1, 0],
        ],
        delays: [
          [0, 0.01],
          [delay, 0],
        ],
      });
    const sizes = [
      [1, 0.01],
      [1, 0.01],
      [2, 0.01],
      [1, 0.02],
      [2, 0.01],
    ];
    const outputs = { outputs: { V: "all/jrc_op/V_e" }, paramMap: { k: { vars: ["jrc_op/c"], nodes: ["all"] } } };
    expect(sizes.map(([weight, delay]) => plan(ring(weight, delay), outputs))).toEqual([1, 0, 1, 1, 0]);
  });

  test("for a file and what it refers to, until one of them changes", () => {
    const [file, base] = [join(folder, "model.yaml"), join(folder, "base.yaml")];
    const [op, ...rest] = textOf(1).trim().split("\n");
    const write = (rate: number, more = "") => {
      writeFileSync(base, op.replace("-1", `-${rate}`));
      writeFileSync(file, rest.join("\n").replace("[op]", "[base.yaml/op]") + more);
    };
    write(1);
    const path = join(folder, "model", "net");
    expect([plan(path), plan(path)]).toEqual([1, 0]);
    write(2);
    expect([plan(path), plan(path)]).toEqual([1, 0]);
    write(1);
    expect(plan(path)).toBe(0);
    write(1, "\n# a remark");
    expect([plan(path), plan(path)]).toEqual([1, 0]);
    rmSync(base);
    expect(() => plan(path)).toThrow(/base/);
    write(1);
    expect(plan(path)).toBe(0);
  });

  test("for the file that a path means in the folder of the process", () => {
    const before = process.cwd();
    const folders = [1, 2].map((rate) => {
      const there = mkdtempSync(join(folder, "cwd-"));
      writeFileSync(join(there, "model.yaml"), textOf(rate));
      return there;
    });
    try {
      const counts = [...folders, ...folders].map((there) => {
        process.chdir(there);
        return plan("model/net");
      });
      expect(counts).toEqual([1, 1, 0, 0]);
    } finally {
      process.chdir(before);
    }
  });

  test("and a circuit that was changed in place is another one", () => {
    const net = netOf(textOf(1));
    expect([plan(net), plan(net)]).toEqual([1, 0]);
    const [{ operator }] = net.nodes.get("p")?.operators ?? [];
    const declared = operator.variables.get("k") as { -readonly [Key in keyof Declaration]: Declaration[Key] };
    declared.re = 3;
    expect([plan(net), plan(net)]).toEqual([1, 0]);
    // What is compiled later of the first is of the text, and of nothing that was changed.
    const outputs = { outputs: { x: "2 * p/op/k" } };
    expect([plan(netOf(textOf(1))), plan(netOf(textOf(1)), outputs), plan(net, outputs)]).toEqual([0, 1, 1]);
  });
});

describe("kept: a text of templates is read once", () => {
  test("and each call has templates of its own", () => {
    const circuits = vi.spyOn(TemplateReader.prototype, "circuits");
    const [first, second] = [netOf(textOf(7)), netOf(textOf(7))];
    expect(circuits).toHaveBeenCalledTimes(1);
    expect(second).toEqual(first);
    const [mine, other] = [first, second].map((net) => [...net.nodes.values()][0].operators[0].operator);
    expect(mine.variables).not.toBe(other.variables);
    expect(mine.equations[0].expression).not.toBe(other.equations[0].expression);
    (mine.variables as Map<string, Declaration>).clear();
    expect(netOf(textOf(7))).toEqual(second);
    // What is one object in a template is one in each copy.
    const { a, b } = Object.fromEntries(netOf(textOf(7).replace("{ p: node }", "{ a: node, b: node }")).nodes);
    expect(a).toBe(b);
    circuits.mockRestore();
  });

  test("while what it refers to is the same", () => {
    const [op, ...rest] = textOf(1).trim().split("\n");
    const net = (rate: number) =>
      templatesFromYaml(rest.join("\n").replace("[op]", "[base/op]"), { resolve: () => op.replace("-1", `-${rate}`) }).net;
    const textsOf = (circuit: CircuitTemplate) => circuit.nodes.get("p")?.operators[0].operator.texts.map(({ text }) => text);
    expect([1, 2, 1].map((rate) => textsOf(net(rate)))).toEqual([1, 2, 1].map((rate) => [`x' = -${rate} * k * x`]));
  });
});

test("kept: so many are kept, and so many letters of their keys; those that were asked for last", () => {
  const kept = new Kept<number>({ values: 3, letters: 10 });
  for (const [i, key] of ["a", "b", "c"].entries()) kept.set(key, i);
  expect(kept.get("a")).toBe(0);
  kept.set("d", 3);
  expect(["a", "b", "c", "d"].map((key) => kept.get(key))).toEqual([0, undefined, 2, 3]);
  kept.set("eight888", 4);
  expect(["a", "c", "d", "eight888"].map((key) => kept.get(key))).toEqual([undefined, 2, 3, 4]);
  kept.set("more than ten", 5);
  expect(["c", "d", "eight888", "more than ten"].map((key) => kept.get(key))).toEqual([2, 3, 4, undefined]);
  kept.set("d", 6);
  expect([kept.get("c"), kept.get("d"), kept.get("eight888")]).toEqual([2, 6, 4]);
});

test("kept: models of many texts are dropped", () => {
  const rates = Array.from({ length: 40 }, (_, i) => i + 1);
  expect(rates.map((rate) => plan(netOf(textOf(rate)))).every((count) => count === 1)).toBe(true);
  expect(rates.toReversed().map((rate) => plan(netOf(textOf(rate))))[39]).toBe(1);
  expect(plan(netOf(textOf(1)))).toBe(0);
});

test("kept: nothing of a template is read for a model that is written by hand, until it is needed; what is said of it is true", () => {
  for (const [path, written] of Object.entries(writtenModels)) {
    const circuit = readCircuitOfPath(path, (file) => openBundled(file));
    const { nodes, edgeDelays, ...equations } = flatten(circuit);
    expect([written.nodes, edgeDelays?.size]).toEqual([nodes, 0]);
    const { layout } = resolveTemplate({ attempt: (work: () => unknown) => work() } as never, path, () => undefined) ?? {};
    const names = (list: readonly { path: string }[] | undefined) => list?.map((each) => each.path);
    expect([names(layout?.states), names(layout?.params), names(layout?.inputs)]).toEqual([
      names(equations.states),
      names(equations.params),
      names(equations.inputs),
    ]);
    expect(layout?.unused).toBeInstanceOf(Set);
  }
  expect(bundledCircuits()).toContain(jrc);
  expect(jansenRitText).toContain("JRC2");
});

test("kept: networks of equal matrices are looked at once, and anew for another weight, delay or spread, and for edges one by one", () => {
  const text = `
op: { base: OperatorTemplate, equations: ["x' = u - k * x"], variables: { x: output(1), u: input(0), k: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`;
  const one = netOf(text);
  const ends = { source: "op/x", target: "op/u" };
  const matrices = {
    weights: [
      [0, 1],
      [2, 0],
    ],
    delays: [
      [0, 0.002],
      [0.003, 0],
    ],
    spreads: [
      [0, 0],
      [0.001, 0],
    ],
  };
  const net = () => connect(one, { ...ends, ...structuredClone(matrices) });
  const layoutOf = (circuit: CircuitTemplate) => sourceOf(circuit).layout;
  const first = net();
  const known = layoutOf(first);
  expect(layoutOf(first)).toBe(known);
  expect(layoutOf(net())).toBe(known);
  expect(layoutOf({ ...net() })).not.toBe(known);
  expect(layoutOf({ ...net() })).toEqual(known);
  for (const name of ["weights", "delays", "spreads"] as const) {
    const other = structuredClone(matrices);
    other[name][1][0] *= 1.5;
    expect(layoutOf(connect(one, { ...ends, ...other }))).not.toBe(known);
    expect(layoutOf(net())).toBe(known);
  }
  const twice = layoutOf(connect(net(), { ...ends, weights: 1 }));
  expect(twice).not.toBe(known);
  expect(layoutOf(connect(net(), { ...ends, weights: 1 }))).toBe(twice);
  // Nobody can change them in place, so that none is missed.
  expect(() => (first.edges as unknown[]).pop()).toThrow(TypeError);
});
