// Parts of the explorer that need no browser: how a grid is refined, links, specs, and equations as mathematics.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import {
  acrossReplicates,
  bundledCircuits,
  bundledModels,
  describeModel,
  featureNames,
  gridSearch,
  type SolverName,
  solvers,
} from "../../src/index.ts";
import { linkOf } from "../../src/page/link.ts";
import { readLink } from "../../src/page/link-state.ts";
import { MapData } from "../../src/page/map-data.ts";
import { equationMath } from "../../src/page/math.ts";
import { readModel } from "../../src/page/models.ts";
import type { Facts, MapPart } from "../../src/page/protocol.ts";
import { programText, specText } from "../../src/page/spec-text.ts";
import { defaultState, fitted, published, type State, shownOf } from "../../src/page/state.ts";
import { levels, parts, sweep } from "../../src/page/sweep.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("parts");

const facts: Facts = {
  models: bundledModels(),
  features: featureNames().filter((name): name is State["feature"] => name !== ""),
  solvers: Object.keys(solvers).filter((name): name is SolverName => name in solvers),
  kinds: Object.fromEntries(Object.entries(solvers).map(([name, { kind }]) => [name, kind])),
};

/** The state of a link; undefined where it has none that can be read. */
async function stateOfLink(link: string): Promise<State | undefined> {
  const found = await readLink(link, facts);
  return found && "state" in found ? found.state : undefined;
}

describe("page parts: refinement", () => {
  test("computes each point once, nested, at most 64 of them at first", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 500 }),
        (width, height, size) => {
          const seen = new Uint8Array(width * height);
          let before = Number.POSITIVE_INFINITY;
          const all = [...levels(width, height)];
          expect(all[0].points.length).toBeLessThanOrEqual(64);
          for (const { stride, points } of all) {
            expect(stride).toBeLessThan(before);
            before = stride;
            for (const part of parts(points, () => size)) {
              for (const point of part) {
                expect((point % width) % stride).toBe(0);
                expect(Math.floor(point / width) % stride).toBe(0);
                seen[point]++;
              }
            }
          }
          expect(before).toBe(1);
          expect(seen.every((times) => times === 1)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("has the whole grid's bits, and parts that come out of order are drawn from coarse to fine", async () => {
    const state: State = {
      ...published,
      simulationTime: 2,
      feature: "peakFrequency",
      axes: [
        { path: "jrc/jrc_op/c", key: "C", scale: "log", from: 2, to: 3, count: 13, values: [] },
        { path: "jrc/jrc_op/tau_e", key: "tau_e", scale: "linear", from: 0.008, to: 0.012, count: 11, values: [] },
      ],
      values: { "jrc/jrc_op/h_e": 0.0033 },
    };
    const map = new MapData(state);
    const model = readModel(state.model);
    const found: Parameters<MapData["add"]>[0][] = [];
    await sweep({ state: state, model: model }, { part: (part) => found.push(part), progress: () => {} }, new AbortController().signal);
    for (const part of found.reverse()) map.add(part);
    expect(map.parts.map(({ stride }) => stride)).toEqual([...map.parts.map(({ stride }) => stride)].sort((a, b) => b - a));
    const program = programText(state, model.description).replace(
      'import { gridSearch, logspace, linspace, uniformNoise } from "massgrid";',
      "",
    );
    expect(program).toContain("logspace(2, 3, 13)");
    const { linspace, logspace, uniformNoise } = await import("../../src/index.ts");
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      paramGrid: { C: logspace(2, 3, 13), tau_e: linspace(0.008, 0.012, 11), h_e: [0.0033] },
      paramMap: Object.fromEntries(
        [
          ["C", "c"],
          ["tau_e", "tau_e"],
          ["h_e", "h_e"],
        ].map(([key, name]) => [key, { vars: [`jrc_op/${name}`], nodes: ["jrc"] }]),
      ),
      permuteGrid: true,
      ...{ simulationTime: 2, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 1 },
      inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
      outputs: { signal: state.signal },
      features: { signal: ["peakFrequency"] },
      results: false,
    });
    expect(resultsMap.getChild("signal_peakFrequency")?.toArray()).toEqual(map.values);
  });
});

describe("page parts: links", () => {
  test("a state comes back whole, and an edited model with it", async () => {
    const own: State = { ...published, model: { text: "a: {base: é𝄞}\n".repeat(50), circuit: "a" }, values: { "a/b/c": 0.1 + 0.2 } };
    for (const state of [published, own]) {
      const link = await linkOf(state);
      expect(link).toMatch(/^#1\.[\w-]+$/);
      expect(await stateOfLink(link)).toEqual(state);
    }
  });

  test("what is no state of ours is none, whatever it is", async () => {
    const pack = (value: unknown) => linkOf(Object.assign(JSON.parse(JSON.stringify(published)), value));
    const wrong = [
      { solver: "huen" },
      { feature: "__proto__" },
      { axes: [{}, {}, {}] },
      { axes: [{ ...published.axes[0], scale: "linear", count: 1e9 }] },
      {
        axes: [
          { ...published.axes[0], scale: "linear", count: 5000 },
          { ...published.axes[0], scale: "linear", count: 5000 },
        ],
      },
      { stepSize: "1" },
      { stepSize: null },
      { noise: { u: { kind: "pink", a: 0, b: 1, seed: 0 } } },
      { noise: { u: { kind: "normal", a: 0, b: 1, seed: -1 } } },
      { pins: [[1, 2, 3]] },
      { model: {} },
      { values: { a: "1" } },
      { values: [1] },
      { noise: [] },
    ];
    for (const value of wrong) expect([value, await stateOfLink(await pack(value))]).toEqual([value, undefined]);
    for (const link of ["", "#", "#1.", "#1.!!", "#2.abcd", "#1.AAAA", (await linkOf(published)).slice(0, -9)]) {
      expect([link, await stateOfLink(link)]).toEqual([link, undefined]);
    }
  });

  test("a link that unpacks to more than a state is not unpacked", async () => {
    const bomb = await linkOf({ ...published, signal: "x".repeat(5e6) });
    expect(bomb.length).toBeLessThan(10_000);
    expect(await stateOfLink(bomb)).toBeUndefined();
  });
});

describe("page parts: every bundled model", () => {
  test.each(bundledCircuits())("%s has a first figure", async (path) => {
    const description = describeModel(path);
    const state = defaultState({ path }, description);
    const model = readModel(state.model);
    const small: State = { ...state, axes: state.axes.map((axis) => ({ ...axis, count: 3, values: axis.values.slice(0, 3) })) };
    const map = new MapData(small);
    if (small.axes.length > 0)
      await sweep({ state: small, model: model }, { part: (part) => map.add(part), progress: () => {} }, new AbortController().signal);
    expect(map.done).toBe(small.axes.length > 0 ? 3 : 0);
    // The step that is chosen for it suits it, at the ends of the axis too; PyRates' circuits for tests need not stay finite.
    if (!path.includes("test_resources")) expect(map.failures.size).toBeLessThan(2);
    expect(fitted(state, description)).toEqual(state);
  });

  const path = "model_templates.neural_mass_models.jansenrit.JRC";
  const description = describeModel(path);
  const base: State = {
    ...defaultState({ path }, description),
    axes: [{ path: "pc/rpo_e_in/weight", key: "weight", scale: "linear", from: 100, to: 150, count: 5, values: [] }],
    feature: "std",
  };
  const noise = { "pc/rpo_e_in/u": { kind: "normal", a: 220, b: 22, seed: 3 } } as const;
  const colored = { "pc/rpo_e_in/u": { kind: "ornsteinUhlenbeck", a: 220, b: 22, seed: 3, tau: 0.01 } } as const;

  test.each<[string, Partial<State>]>([
    ["values and noise", { values: { "pc/rpo_e_in/tau": 0.0101, "ein/rpo_e/v": 1e-7 }, noise }],
    ["a stochastic solver, with replicates", { solver: "stochastic-heun", white: { "ein/rpo_e/v": { sd: 1e-3, seed: 5 } }, replicates: 3 }],
    ["tolerances", { solver: "rk45", rtol: 1e-4, atol: 1e-7, beside: [{ signal: "ein/rpo_e/v", feature: "max" }] }],
    ["other arithmetic and coloured noise", { arithmetic: "float32", noise: colored }],
  ])("a spec gives the page's bits in the command line: %s", async (_, changes) => {
    const weight = description.variables.find(({ name }) => name === "weight");
    const state: State = { ...base, axes: [{ ...base.axes[0], path: weight?.path ?? "" }], ...changes };
    const maps = shownOf(state).map((_, layer) => new MapData(state, layer));
    const part = (found: MapPart) => {
      for (const map of maps) map.add(found);
    };
    await sweep({ state, model: readModel(state.model) }, { part, progress: () => {} }, new AbortController().signal);
    writeFileSync(join(folder, "sweep.yaml"), specText(state, description, facts.kinds[state.solver]));
    const run = spawnSync(process.execPath, [cli, "sweep", "sweep.yaml", "--out", "sweep.arrow"], { cwd: folder, encoding: "utf8" });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const table = tableFromIPC(readFileSync(join(folder, "sweep.map.arrow")));
    const across = state.replicates > 1 ? acrossReplicates(table) : table;
    for (const map of maps) expect(across.getChild(map.name)?.toArray()).toEqual(map.values);
  });
});

describe("page parts: mathematics", () => {
  const { document } = parseHTML("<html></html>");
  Object.assign(globalThis, { document });

  /** An equation as text of its marks: fractions and powers in braces. */
  function drawn(node: Element | ChildNode): string {
    const inner = [...node.childNodes].map(drawn);
    const name = node.nodeName.toLowerCase();
    if (name === "#text") return (node.textContent ?? "").replace("\u2062", " ");
    if (name === "mfrac") return `{${inner[0]}|${inner[1]}}`;
    if (name === "msup") return `${inner[0]}^{${inner[1]}}`;
    if (name === "msub") return `${inner[0]}_{${inner[1]}}`;
    if (name === "msqrt") return `root{${inner.join("")}}`;
    return inner.join("");
  }

  test.each([
    ["x' = -a*x^2 + exp(-x/tau_e)", "x˙=|−a x^{2}|+e^{{−x|τ_{e}}}"],
    ["x' = (a + b)*c - (a - (b - c))", "x˙=|(a+b) c|−(a−(b−c))"],
    ["x' = 2*3*a/(b*c)", "x˙=|{2·3 a|b c}"],
    ["x' = (a/b)^2 + sqrt(a)*sin(b)", "x˙=|({a|b})^{2}|+root{a} sin(b)"],
    ["x' = 1.0e-7*x - (-a)", "x˙=|10^{−7} x|−(−a)"],
    ["x' = exp(a)^2/(a/b) - (-a*b + c)", "x˙=|{(e^{a})^{2}|{a|b}}|−(−a b+c)"],
    ["x' = a + -b*c - (-2)*c", "x˙=|a|+(−b c)|−(−2 c)"],
    ["x' = (a + -b)*-c", "x˙=|(a+(−b)) (−c)"],
    ["x' = max(a, b) > 0.5", "x˙=|max(a,b)>0.5"],
    ["x' = constructor*a_toString", "x˙=|constructor a_{toString}"],
  ])("%s", (equation, wanted) => {
    const text = `op:\n  base: OperatorTemplate\n  equations: ["${equation}"]\n  variables: { x: output(0.0), a: 1.0, b: 1.0, c: 1.0, tau_e: 1.0, constructor: 1.0, a_toString: 1.0 }\nn: { base: NodeTemplate, operators: [op] }\nnet: { base: CircuitTemplate, nodes: { p: n } }\n`;
    const { description } = readModel({ text, circuit: "net" });
    const [first] = description.operators[0].equations;
    expect(equationMath(first).map(drawn).join("|")).toBe(wanted);
  });

  test("names that are multiplied are set apart, numbers have a sign between them", () => {
    const text =
      'op: { base: OperatorTemplate, equations: ["x = 2*3*ab*c"], variables: { x: output, ab: 1.0, c: 1.0 } }\nn: { base: NodeTemplate, operators: [op] }\nnet: { base: CircuitTemplate, nodes: { p: n } }\n';
    const [, right] = equationMath(readModel({ text, circuit: "net" }).description.operators[0].equations[0]);
    const signs = [...right.querySelectorAll("mo")].map((sign) => [sign.textContent, sign.getAttribute("rspace")]);
    expect(signs).toEqual([
      ["·", null],
      ["\u2062", "0.1667em"],
      ["\u2062", "0.1667em"],
    ]);
  });

  test("every equation of every bundled model is drawn, a long sum too", () => {
    for (const path of bundledCircuits()) {
      for (const { equations } of describeModel(path).operators) {
        for (const equation of equations) {
          const text = equationMath(equation).map(drawn).join("");
          expect(text).not.toMatch(/undefined|NaN|\[object/);
          expect(text.split("(").length).toBe(text.split(")").length);
        }
      }
    }
  });
});
