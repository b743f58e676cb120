// Vector fields with exact derivatives: against differences of the order below, and against derivatives by hand.
import { describe, expect, test } from "vitest";
import { Problems } from "../../src/check.ts";
import { resolveSystem } from "../../src/continuation/system.ts";
import type { CompiledField } from "../../src/continuation/vector-field.ts";
import { describeModel, type SystemOptions, templatesFromYaml } from "../../src/index.ts";
import { bundledCircuits } from "../../src/model/bundled/index.ts";
import { randomOf } from "../support/differences.ts";

const openFile = () => undefined;

function systemOf(options: SystemOptions, ...free: string[]) {
  const problems = new Problems();
  const system = resolveSystem(problems, options, { free: free.map((name) => ({ name, at: ["parameter"] })), openFile });
  problems.throwIfAny();
  if (!system) throw new Error("no system");
  return system;
}

function codesOf(options: SystemOptions, ...free: string[]): string[] {
  const problems = new Problems();
  resolveSystem(problems, options, { free: free.map((name) => ({ name, at: ["parameter"] })), openFile });
  return problems.list.map(({ code }) => code);
}

function circuitOf(equations: string, variables: string): SystemOptions["circuitTemplate"] {
  const yaml = `
op: { base: OperatorTemplate, equations: ${equations}, variables: ${variables} }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`;
  return templatesFromYaml(yaml).net as SystemOptions["circuitTemplate"];
}

/** Derivative of g at z along d by Richardson extrapolation of central differences. */
function along(g: (z: Float64Array) => Float64Array, z: Float64Array, d: Float64Array, h: number): Float64Array {
  const at = (s: number) => g(z.map((value, i) => value + s * d[i]));
  const central = (s: number) => {
    const [up, down] = [at(s), at(-s)];
    return up.map((value, i) => (value - down[i]) / (2 * s));
  };
  const [wide, narrow] = [central(h), central(h / 2)];
  return narrow.map((value, i) => (4 * value - wide[i]) / 3);
}

function filled(size: number, work: (out: Float64Array) => void): Float64Array {
  const out = new Float64Array(size);
  work(out);
  return out;
}

/** Largest relative errors of the three derivatives at a random point, in random directions. */
function errorsAt(field: CompiledField, z: Float64Array, random: () => number, h: number): number[] {
  const n = field.states.length;
  const size = z.length;
  const direction = () => Float64Array.from(z, (value) => (2 * random() - 1) * Math.max(Math.abs(value), 0.1));
  const [a, b, c] = [direction(), direction(), direction()];
  const f = (at: Float64Array) => filled(n, (out) => field.evaluate(at, out));
  const ja = (at: Float64Array) => {
    const jacobian = filled(n * size, (out) => field.jacobian(at, out));
    return Float64Array.from({ length: n }, (_, i) => a.reduce((sum, each, j) => sum + jacobian[i * size + j] * each, 0));
  };
  const second = (at: Float64Array) => filled(n, (out) => field.second(at, a, b, out));
  const third = filled(n, (out) => field.third(z, a, b, c, out));
  const compare = (found: Float64Array, expected: Float64Array) => {
    const scale = Math.max(1e-9, ...expected.map(Math.abs));
    return Math.max(...found.map((value, i) => Math.abs(value - expected[i]) / scale));
  };
  return [compare(ja(z), along(f, z, a, h)), compare(second(z), along(ja, z, b, h)), compare(third, along(second, z, c, h))];
}

describe("continuation: derivatives of every bundled model agree with differences of the order below", () => {
  const smooth = bundledCircuits().filter((path) => {
    const states = describeModel(path).variables.filter(({ kind }) => kind === "state").length;
    return states > 0 && states <= 64;
  });
  test.each(smooth.map((path, seed) => [path, seed] as const))("%s", (path, seed) => {
    const random = randomOf(seed);
    const free = describeModel(path).variables.filter(({ kind, mapping }) => kind === "parameter" && mapping && "nodes" in mapping);
    const problems = new Problems();
    const names = free.slice(0, 2).map(({ path: name }) => ({ name, at: ["parameter"] }));
    const system = resolveSystem(problems, { circuitTemplate: path }, { free: names, openFile });
    if (!system) {
      expect(problems.list.every(({ code }) => ["E_AUTONOMOUS", "E_IDLE_PARAMETER"].includes(code))).toBe(true);
      return;
    }
    const { field, initial, freeValues, module } = system;
    if (module.corners.length > 0) return;
    const z = Float64Array.from([...initial.map((value) => value + 0.02 * (2 * random() - 1)), ...freeValues]);
    // Which step is best depends on how steep a model is.
    const errors = [2e-2, 2e-3, 2e-4].map((h) => errorsAt(field, z, randomOf(seed + 1), h));
    for (const order of [0, 1, 2]) expect(Math.min(...errors.map((each) => each[order]))).toBeLessThan(2e-6);
  });
});

test("continuation: derivatives of a polynomial field are those by hand", () => {
  const circuitTemplate = circuitOf(
    '["x\' = r + s*x - x^3*y", "y\' = sin(x)*y^2 - exp(-r*y)"]',
    "{ x: output(0.3), y: variable(0.7), r: 0.2, s: 1.1 }",
  );
  const { field } = systemOf({ circuitTemplate, outputs: { twice: "2*n/op/x" } }, "n/op/r", "n/op/s");
  const [x, y, r, s] = [0.3, 0.7, 0.2, 1.1];
  const z = Float64Array.of(x, y, r, s);
  expect(filled(2, (out) => field.evaluate(z, out))[0]).toBeCloseTo(r + s * x - x ** 3 * y, 15);
  const jacobian = filled(8, (out) => field.jacobian(z, out));
  const e = Math.exp(-r * y);
  const expected = [s - 3 * x * x * y, -(x ** 3), 1, x, Math.cos(x) * y * y, 2 * Math.sin(x) * y + r * e, y * e, 0];
  expected.forEach((value, i) => {
    expect(jacobian[i]).toBeCloseTo(value, 14);
  });
  const unit = (i: number) => Float64Array.from({ length: 4 }, (_, j) => (i === j ? 1 : 0));
  expect(filled(2, (out) => field.second(z, unit(0), unit(3), out))[0]).toBeCloseTo(1, 15);
  expect(filled(2, (out) => field.second(z, unit(1), unit(2), out))[1]).toBeCloseTo(e * (1 - r * y), 14);
  expect(filled(2, (out) => field.third(z, unit(0), unit(0), unit(1), out))[0]).toBeCloseTo(-6 * x, 14);
  expect(filled(2, (out) => field.third(z, unit(1), unit(1), unit(1), out))[1]).toBeCloseTo(r ** 3 * e, 14);
  expect(filled(1, (out) => field.observe(z, out))[0]).toBe(0.6);
});

describe("continuation: what has no autonomous vector field is refused by name", () => {
  const variables = "{ x: output(0.3), r: 0.2, q: 1.0, lag: 0.1, t: variable, y: variable }";
  test.each([
    ["time", '["x\' = r - q*sin(t)*x"]', "E_AUTONOMOUS"],
    ["a variable that is a function of its own past", '["y = r*past(y, lag) + x", "x\' = q - y"]', "E_FIELD_DELAY"],
  ])("%s", (_, equations, code) => {
    expect(codesOf({ circuitTemplate: circuitOf(equations, variables) })).toEqual([code]);
  });
  const circuitTemplate = circuitOf('["x\' = r - q*x + 0*k"]', "{ x: output(0.3), r: input(0.2), q: 1.0, k: 0.5 }");
  test("parameters that nothing uses, states, and what does not exist", () => {
    expect(codesOf({ circuitTemplate }, "n/op/x")).toEqual(["E_IDLE_PARAMETER"]);
    expect(codesOf({ circuitTemplate }, "n/op/qq")).toEqual(["E_UNKNOWN_VARIABLE"]);
    expect(codesOf({ circuitTemplate }, "q")).toEqual(["E_MAP_MISSING"]);
    expect(codesOf({ circuitTemplate, paramMap: { q: { vars: ["op/q"], nodes: ["n"] } } }, "q")).toEqual([]);
  });
  test("inputs that change", () => {
    expect(codesOf({ circuitTemplate, inputs: { "n/op/r": Float64Array.of(1, 2) } })).toEqual(["E_AUTONOMOUS"]);
    expect(codesOf({ circuitTemplate, inputs: { "n/op/r": Float64Array.of(1, 1) } })).toEqual([]);
  });
});
