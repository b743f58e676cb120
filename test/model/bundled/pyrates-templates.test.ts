// Every template that PyRates 1.2.3 can load of its bundled files loads here by the same path, and declares the same
// (test/reference/pyrates-templates.py prints what PyRates has loaded).
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bundledCircuits, describeModel, templatesFromYaml } from "../../../src/index.ts";
import { sourceOf } from "../../../src/model/build.ts";
import { openBundled } from "../../../src/model/bundled/index.ts";
import { TemplateReader } from "../../../src/model/template/read.ts";
import type { AnyTemplate, Declaration } from "../../../src/model/template/template.ts";

interface Facts {
  kind: AnyTemplate["kind"];
  variables?: Record<string, string>;
  operators?: Record<string, Record<string, string>>;
  nodes?: Record<string, string>;
  circuits?: Record<string, string>;
  edges?: [string, string, string | null, Record<string, unknown>][];
}

const facts: Record<string, Facts> = JSON.parse(readFileSync("test/reference/pyrates-templates.json", "utf8"));
const read = (path: string) => new TemplateReader((file) => openBundled(file)).template(path);

/** A declaration in PyRates' words. */
function parsed(text: string): Pick<Declaration, "kind" | "re" | "im"> {
  const [, kind = "constant", value = text] = /^(variable|output|input)(?:\((.*)\))?$/.exec(text) ?? [];
  const known = (["variable", "output", "input"] as const).find((each) => each === kind) ?? "constant";
  if (value === "" || value === kind || (known !== "constant" && value === text)) return { kind: known, re: 0 };
  if (value === "complex") return { kind: known, re: 0, im: 0 };
  const complex = /^([-+]?[\d.]+)([-+][\d.]+)j$/.exec(value);
  return complex ? { kind: known, re: Number(complex[1]), im: Number(complex[2]) } : { kind: known, re: Number(value) };
}

function plain({ kind, re, im }: Declaration): Pick<Declaration, "kind" | "re" | "im"> {
  return { kind, re, ...(im === undefined ? {} : { im }) };
}

// Edges whose ends PyRates cannot find: an operator, and inputs, that are not there.
const mended: Record<string, (facts: Facts) => Facts> = {
  "model_templates.neural_mass_models.qif.qif_gap": (facts) => JSON.parse(JSON.stringify(facts).replaceAll("qif_op", "qif_gap_op")),
  "model_templates.CNS_2019_Tutorial.templates.JRC_nosyns": (facts) =>
    JSON.parse(JSON.stringify(facts).replaceAll("/r_e", "/r_exc").replaceAll("/r_i", "/r_inh")),
};

describe("what PyRates bundles", () => {
  test.each(Object.keys(facts))("%s", (path) => {
    const wanted = mended[path]?.(facts[path]) ?? facts[path];
    const template = read(path);
    expect(template.kind).toBe(wanted.kind);
    if (template.kind === "OperatorTemplate") {
      const own = Object.fromEntries([...template.declared].map(([name, each]) => [name, plain(each)]));
      expect(own).toEqual(Object.fromEntries(Object.entries(wanted.variables ?? {}).map(([name, text]) => [name, parsed(text)])));
    } else if (template.kind === "CircuitTemplate") {
      const names = (map: ReadonlyMap<string, AnyTemplate>) => Object.fromEntries([...map].map(([name, each]) => [name, each.name]));
      expect(names(template.nodes)).toEqual(wanted.nodes);
      expect(names(template.circuits)).toEqual(wanted.circuits);
      const edges = template.edges.map(({ source, target, template: through, values, sources }) => {
        const attributes = [...[...values].map(([name, { re }]) => [name, re]), ...[...sources].map(([name, { path }]) => [name, path])];
        return JSON.stringify([source, target, through?.name ?? null, Object.fromEntries(attributes)]);
      });
      expect(edges.sort()).toEqual((wanted.edges ?? []).map((edge) => JSON.stringify(edge)).sort());
    } else {
      const operators = template.operators.map(({ operator, values }) => [operator.name, Object.fromEntries(values)]);
      expect(Object.fromEntries(operators)).toEqual(wanted.operators);
    }
  });

  test.each(Object.keys(facts).filter((path) => facts[path]?.kind === "CircuitTemplate"))("%s is bundled, and can be run", (path) => {
    expect(bundledCircuits()).toContain(path);
    const circuit = read(path);
    if (circuit.kind !== "CircuitTemplate") throw new Error("no circuit");
    expect(sourceOf(circuit).layout.states.length).toBeGreaterThan(0);
    expect(describeModel(path).name).toBe(circuit.name);
  });

  test.each(Object.keys(facts).filter((path) => facts[path]?.kind === "NodeTemplate"))("%s is a node of a circuit of one's own", (path) => {
    const { own } = templatesFromYaml(`own: { base: CircuitTemplate, nodes: { a: ${path} } }`);
    expect([...(own?.nodes.values() ?? [])].map(({ name }) => name)).toEqual([path.split(".").at(-1)]);
  });
});
