// A model printed as AssemblyScript, compiled by asc with the command that its head gives, computes the bits of the emitted module.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, connect, type Model, templatesFromYaml } from "../../../src/index.ts";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import { assemblyScript } from "../../../src/model/compile/source.ts";
import { functions } from "../../../src/model/equation/functions.ts";
import { modelFault } from "../../../src/model/model.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { equationsOf } from "../../support/bundled.ts";
import { evaluate } from "../../support/evaluate.ts";
import { bits, refusal } from "../../support/sweep.ts";

/** The file of the package that a path names, as the compiler would find it in node_modules. */
function packaged(path: string): string | null {
  const inside = /node_modules\/massgrid\/(assembly\/.*)$/.exec(path.replaceAll("\\", "/"))?.[1];
  if (inside === undefined) return null;
  try {
    return readFileSync(fileURLToPath(new URL(`../../../${inside}`, import.meta.url)), "utf8");
  } catch {
    return null;
  }
}

/** Compiles a source by the command in it. */
async function compileSource(source: string): Promise<WebAssembly.Module> {
  const args = /^\/\/ {3}npx asc (.*)$/m.exec(source)?.[1].split(" ") ?? [];
  const written = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(args, {
    readFile: (path) => (path === "model.ts" ? source : packaged(path)),
    writeFile: (path, content) => void written.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content),
    listFiles: () => [],
  });
  expect([error, stderr.toString()]).toEqual([null, ""]);
  return new WebAssembly.Module(new Uint8Array(written.get("model.wasm") ?? []));
}

/** Numbers of many sizes, the same at each call. */
function numbers(count: number): number[] {
  const special = [0, -0, 1e-310, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e308, -745.5];
  let seed = 12345;
  return Array.from({ length: count }, (_, i) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const size = [1, 0.01, 30, 1e5][i % 4];
    return i % 11 === 10 ? special[((i / 11) % 8) | 0] : (seed / 1073741824 - 1) * size;
  });
}

const POINTS = 33;

/** What both modules say at many points, as bits. */
function compared(model: Model, module: WebAssembly.Module): [unknown, unknown] {
  const values = numbers(POINTS * (model.states.length + model.params.length));
  const take = (count: number) => values.splice(0, count);
  const states = Array.from({ length: POINTS }, () => take(model.states.length));
  const params = states.map((_, i) => {
    // The first point has the model's own parameters.
    const drawn = take(model.params.length);
    return i === 0 ? {} : Object.fromEntries(model.params.map(({ path }, row) => [path, drawn[row]]));
  });
  const [emitted, printed] = [model, { ...model, module, derived: 0 }].map((each) => {
    const { rhs, observed } = evaluate(each, { states, params, t: 0.375 });
    return [...rhs, ...observed].map((row) => bits(Float64Array.from(row)));
  });
  return [printed, emitted];
}

const real = Object.entries(functions).filter(([name]) => !["real", "imag", "conj"].includes(name));

const everyFunction = `
op:
  base: OperatorTemplate
  equations:
${real.map(([name, { least }]) => `    - f_${name} = ${name}(${["x", "y", "x*y"].slice(0, least).join(", ")})`).join("\n")}
    - q_compare = (x > y)*x + (x <= y)*y - (x == 1.0) + (x != y)*(x < 2.0) - (x >= y)
    - q_power = x^2.5 + x^-3 + 2.0^y + abs(x)^0.5 - x^0 + x^9
    - q_more = max(x, y, 0.25, t) - min(x, 1e300, -1.5e-7) + log(x, 2) + 123456789012345678901234567890.0*x
    - x' = f_exp - f_mod
    - y' = u - -x*t
  variables:
${real.map(([name]) => `    f_${name}: variable`).join("\n")}
    q_compare: variable
    q_power: variable
    q_more: variable
    x: variable(1)
    y: variable(2)
    u: input(0.5)
node: { base: NodeTemplate, operators: op }
net: { base: CircuitTemplate, nodes: { p: node } }
`;

/** Populations that excite the next one. */
function ring(count: number): CircuitTemplate {
  const weights = Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => ((i - j + count) % count === 1 ? 5 : 0)));
  return connect("model_templates.neural_mass_models.qif.qif", { source: "qif_op/r", target: "qif_op/r_in", weights });
}

const models = {
  JRC2: equationsOf("model_templates.neural_mass_models.jansenrit.JRC2"),
  JRC: equationsOf("model_templates.neural_mass_models.jansenrit.JRC"),
  qif: equationsOf("model_templates.neural_mass_models.qif.qif"),
  "qif_sd, with stages of a delay": equationsOf("model_templates.neural_mass_models.qif.qif_sd"),
  "kmo_theta, complex": equationsOf("model_templates.neural_mass_models.theta.kmo_theta"),
  kmo_2coupled: equationsOf("model_templates.oscillators.kuramoto.kmo_2coupled"),
  WC_stp: equationsOf("model_templates.neural_mass_models.wilsoncowan.WC_stp"),
  "a network of 18 nodes": flatten(ring(18), { looped: false }),
  "every function, comparison and power": flatten(templatesFromYaml(everyFunction).net),
};

describe("printed source gives the bits of the emitted module", () => {
  test.each(Object.entries(models))("%s", async (_, equations) => {
    const model = compileEquations(equations);
    const module = await compileSource(assemblyScript(equations, []));
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(["rhs", "observe"]);
    expect(modelFault({ ...model, module, derived: 0 })).toBeUndefined();
    const [printed, emitted] = compared(model, module);
    expect(printed).toEqual(emitted);
  });
});

test("source: a model without algebraic variables has an empty observe", async () => {
  const equations = equationsOf("model_templates.oscillators.vanderpol.vdp");
  const source = assemblyScript(equations, []);
  expect(source).toContain("export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {\n}");
  const [printed, emitted] = compared(compileEquations(equations), await compileSource(source));
  expect(printed).toEqual(emitted);
});

test("source: a model that needs its past is refused", async () => {
  const equations = equationsOf("model_templates.test_resources.test_backend.net16");
  const error = await refusal(() => assemblyScript(equations, []));
  expect([error.code, error.message]).toEqual(["E_NO_SOURCE", expect.stringContaining("past values of p1/op_dde/x")]);
});

describe("source: no text of a template becomes code", () => {
  const breaks = ["\n", "\r", "\u2028", "\u2029", "*/", '"', "`", "\\"];
  const evil = `${breaks.join("export function evil(): void {}")}//`;
  const circuit = (name: string, node: string, unit: string) => `
op:
  base: OperatorTemplate
  description: ${JSON.stringify(`An operator.\nUnits: x ${unit}, k ${unit}, m ${unit}`)}
  equations: ["x' = k*m", "m = exp(x)*m_in", "constructor = m"]
  variables: { x: output(1), k: 2, m: variable, m_in: input(1), constructor: variable }
node: { base: NodeTemplate, operators: op }
${JSON.stringify(name)}: { base: CircuitTemplate, nodes: { ${JSON.stringify(node)}: node } }
`;

  /** A source without its comments, cut at whatever may end a line. */
  const code = (source: string) => source.split(/[\n\r\u2028\u2029\u0085]/).flatMap((line) => line.replace(/\s*\/\/.*$/, "") || []);

  const printed = (text: string, about: readonly string[]) => {
    const [found] = Object.values(templatesFromYaml(text));
    return assemblyScript(flatten(found), about);
  };

  test("names, units and descriptions stand in comments, in one line each", () => {
    const plain = printed(circuit("net", "p", "V"), ["A circuit."]);
    expect(code(plain).join("\n")).toContain("const v0 = mul(exp(y0), p1);");
    const unit = evil.replaceAll(/[\s,]/g, "");
    for (const name of ["__proto__x", "at", "v128.store"]) {
      const hostile = printed(circuit(name, "exp-.v0", unit), [evil, `${evil}\u0085export`]);
      expect(code(hostile)).toEqual(code(plain));
      expect(hostile.split("\n")).toHaveLength(plain.split("\n").length + 1);
    }
  });
});
