// Derivatives of right-hand sides, by symbols: against differences, of every bundled circuit and of networks.
import { beforeAll, describe, expect, test } from "vitest";
import { Problems } from "../../../src/check.ts";
import { templatesFromYaml } from "../../../src/index.ts";
import { type ModelSource, resolveTemplate, sourceOf } from "../../../src/model/build.ts";
import { bundledCircuits } from "../../../src/model/bundled/index.ts";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import { type Model, modelFault } from "../../../src/model/model.ts";
import { flatten } from "../../../src/model/template/flatten.ts";
import { equationsOf } from "../../support/bundled.ts";
import { elementsOf, errorOf, randomOf } from "../../support/differences.ts";
import { evaluate } from "../../support/evaluate.ts";
import { refusal } from "../../support/sweep.ts";

const BOUND = 1e-6;
const jrc2 = "model_templates.neural_mass_models.jansenrit.JRC2";

/** The elements of a model that differ from differences, at random states and parameters. */
function wrongElements(model: Model, { seed, scales }: { seed: number; scales: readonly number[] }): string[] {
  const random = randomOf(seed);
  return scales.flatMap((scale) => {
    const state = model.states.map(() => scale * (2 * random() - 1));
    const params = Object.fromEntries([...model.params, ...model.inputs].map(({ path, value }) => [path, value * (0.7 + 0.6 * random())]));
    return elementsOf(model, { state, params, t: random(), scale, delayed: random() })
      .filter((element) => !(errorOf(element) <= BOUND))
      .map(({ row, column, found, differences }) => `${model.states[row].path} by ${column}: ${found}, but ${differences.join(" ")}`);
  });
}

describe("jacobian: elements agree with central differences to 1e-6 at random states and parameters", () => {
  test.each(bundledCircuits().map((path, seed) => [path, seed] as const))("%s", (path, seed) => {
    const model = compileEquations(equationsOf(path), { jacobian: true });
    expect(modelFault(model)).toBeUndefined();
    expect(wrongElements(model, { seed, scales: [1, 0.3, 0.02, 0.005] })).toEqual([]);
  });
});

const operators = `
rate: { base: OperatorTemplate, equations: ["r' = (tanh(m_in + u) - r)/tau"], variables: { r: output(0.1), tau: 2.0, m_in: input, u: input(0.5) } }
gain: { base: OperatorTemplate, equations: ["m = g*sigmoid(r) + 0.1*sin(t)"], variables: { m: output, r: input, g: 1.5, t: variable } }
late: { base: OperatorTemplate, equations: ["q' = m_in*q - past(q, lag)*k + exp(-k)"], variables: { q: output(0.3), m_in: input(0.1), lag: 0.35, k: 0.7 } }
phase: { base: OperatorTemplate, equations: ["theta' = omega + s_in"], variables: { theta: output(0.2), omega: 1.0, s_in: input } }
turn: { base: OperatorTemplate, equations: ["z' = 1j*w*z*abs(z) + c*(s_in - conj(z))/(1.5 + z)"], variables: { z: "output(0.5+0.1j)", w: 2.0, c: 0.3, s_in: input } }
coupling: { base: OperatorTemplate, equations: ["s = sin(a - b)*k"], variables: { s: output, a: input, b: input, k: 0.9 } }
rate_node: { base: NodeTemplate, operators: [rate, gain] }
late_node: { base: NodeTemplate, operators: [late] }
phase_node: { base: NodeTemplate, operators: [phase] }
turn_node: { base: NodeTemplate, operators: [turn] }
sine: { base: EdgeTemplate, operators: [coupling] }
`;

/** Edges that join `count` nodes of each of the kinds, some of them from one kind to another. */
function networkOf(count: number): string {
  const random = randomOf(count);
  const any = () => Math.floor(random() * count);
  const some = (edge: (from: number, to: number) => string) => Array.from({ length: 2 * count }, () => edge(any(), any()));
  const weight = () => `weight: ${(2 * random() - 1).toFixed(3)}`;
  const edges = [
    ...some((from, to) => `[r${from}/gain/m, r${to}/rate/m_in, null, { ${weight()} }]`),
    ...some((from, to) => `[r${from}/rate/r, q${to}/late/m_in, null, { ${weight()} }]`),
    ...some((from, to) => `[q${from}/late/q, r${to}/rate/m_in, null, { ${weight()}, delay: 0.3 }]`),
    ...some((from, to) => `[z${from}/turn/z, z${to}/turn/s_in, null, { ${weight()} }]`),
    ...some(
      (from, to) =>
        `[p${from}/phase/theta, p${to}/phase/s_in, sine, { ${weight()}, sine/coupling/a: source, sine/coupling/b: p${to}/phase/theta }]`,
    ),
  ];
  const nodes = Object.entries({ r: "rate_node", q: "late_node", p: "phase_node", z: "turn_node" }).flatMap(([letter, kind]) =>
    Array.from({ length: count }, (_, i) => `${letter}${i}: ${kind}`),
  );
  return `${operators}net:\n  base: CircuitTemplate\n  nodes: { ${nodes.join(", ")} }\n  edges:\n${edges.map((edge) => `    - ${edge}\n`).join("")}`;
}

describe("jacobian: networks of nodes side by side", () => {
  const { net } = templatesFromYaml(networkOf(5));
  let looped: Model;
  let unrolled: Model;

  beforeAll(() => {
    [looped, unrolled] = [true, false].map((side) => compileEquations(flatten(net, { looped: side }), { jacobian: true }));
  });

  test("agree with central differences to 1e-6: algebraic and complex sources, edges with operators, delays, past(), time", () => {
    expect(looped.states).toHaveLength(25);
    expect(wrongElements(looped, { seed: 1, scales: [1, 0.3] })).toEqual([]);
  });

  test("agree with those of nodes one by one to 1e-13", () => {
    const random = randomOf(9);
    const values = new Map([...looped.states, ...looped.params, ...looped.inputs].map(({ path }) => [path, random()]));
    const at = (model: Model) => {
      const [found] = evaluate(model, {
        states: [model.states.map(({ path }) => values.get(path) ?? Number.NaN)],
        params: [Object.fromEntries(values)],
        delayed: 0.25,
        t: 0.75,
      }).jacobian;
      const named = [...model.states.map(({ path }) => path), "t"];
      const count = model.states.length;
      return new Map(
        found.map((value, i) => {
          const [row, column] = i < count * count ? [Math.floor(i / count), i % count] : [i - count * count, count];
          return [`${named[row]} by ${named[column]}`, value] as const;
        }),
      );
    };
    const expected = at(unrolled);
    expect([...expected.values()].filter((value) => value !== 0).length).toBeGreaterThan(80);
    for (const [name, value] of at(looped)) {
      const other = expected.get(name) ?? Number.NaN;
      expect(Math.abs(value - other), name).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(other)));
    }
  });

  test("of 64 states have a Jacobian, of 65 none, which is told", async () => {
    const phases = (count: number) => {
      const edges = Array.from({ length: count }, (_, i) => `[p${i}/phase/theta, p${(i + 1) % count}/phase/s_in, null, {}]`);
      const nodes = Array.from({ length: count }, (_, i) => `p${i}: phase_node`);
      return sourceOf(
        templatesFromYaml(`${operators}ring: { base: CircuitTemplate, nodes: { ${nodes.join(", ")} }, edges: [${edges.join(", ")}] }`).ring,
      );
    };
    const asked = { varied: new Map(), expressions: [], intensities: [], jacobian: true };
    const ring = phases(64).variant(asked);
    const [elements] = evaluate(ring, { states: [ring.states.map(() => 0)] }).jacobian;
    expect(elements.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual(
      Array.from({ length: 64 }, (_, i) => [i * 64 + ((i + 63) % 64), 1]),
    );
    const { code, message } = await refusal(() => phases(65).variant(asked));
    expect(code).toBe("E_JACOBIAN");
    expect(message).toMatch(/ring has 65 states.*at most 64; use an explicit solver/);
  });
});

describe("jacobian: a module that is asked for derivatives", () => {
  let variant: ModelSource["variant"];
  let model: Model;
  let asked: Model;

  beforeAll(() => {
    const source = resolveTemplate(new Problems(), jrc2, () => undefined);
    if (!source) throw new Error("JRC2 is not found");
    ({ variant } = source);
    model = variant({ varied: new Map(), expressions: [], intensities: [] });
    asked = variant({ varied: new Map(), expressions: [], intensities: [], jacobian: true });
  });

  test("says so, and is the model as it was before in all else", () => {
    expect([model.jacobian, asked.jacobian]).toEqual([undefined, true]);
    expect(variant({ varied: new Map(), expressions: [], intensities: [] })).toBe(model);
    expect({ ...asked, module: 0, derived: 0, jacobian: 0 }).toEqual({ ...model, module: 0, derived: 0, jacobian: 0 });
    const states = [0.3, 1, 7, 40].map((scale) => model.states.map((_, i) => 1e-3 * scale * (i - 3)));
    const { rhs, observed } = evaluate(asked, { states });
    expect({ rhs, observed }).toEqual({ ...evaluate(model, { states }), jacobian: undefined });
  });

  test("exports nothing new where it is not asked", () => {
    for (const path of bundledCircuits()) {
      const { module, jacobian } = compileEquations(equationsOf(path));
      expect(jacobian).toBeUndefined();
      expect(WebAssembly.Module.exports(module).map(({ name }) => name)).not.toContain("jacobian");
    }
  });

  test("and lacks them is refused", () => {
    expect(modelFault({ ...model, jacobian: true })).toBe("its module does not export jacobian");
  });

  test("gives each lane the same bits beside any others, of odd and even numbers of lanes", () => {
    const random = randomOf(3);
    for (const path of bundledCircuits()) {
      const circuit = compileEquations(equationsOf(path), { jacobian: true });
      const states = Array.from({ length: 7 }, () => circuit.states.map(() => random() - 0.5));
      const params = states.map(() => Object.fromEntries(circuit.params.map(({ path, value }) => [path, value * (0.5 + random())])));
      const alone = states.map((state, i) => evaluate(circuit, { states: [state], params: [params[i]], t: 0.3 }).jacobian[0]);
      for (const lanes of [2, 5, 6, 7]) {
        const { jacobian } = evaluate(circuit, { states: states.slice(0, lanes), params: params.slice(0, lanes), t: 0.3 });
        expect(jacobian).toEqual(alone.slice(0, lanes));
      }
    }
  });

  test("keeps what is not finite in one lane out of the others", () => {
    const fine = asked.states.map((_, i) => 1e-3 * i);
    const bad = asked.states.map((_, i) => [Number.NaN, Number.POSITIVE_INFINITY, 1e308][i % 3]);
    const { jacobian } = evaluate(asked, { states: [bad, fine, fine, bad] });
    const { jacobian: alone } = evaluate(asked, { states: [fine] });
    expect(jacobian.slice(1, 3)).toEqual([alone[0], alone[0]]);
  });
});
