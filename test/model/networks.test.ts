// Networks: nodes of one kind share their equations, and edges are matrices; the same bits as with code for each node.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, gridSearch, type Model, type SolverName, simulate, templatesFromYaml } from "../../src/index.ts";
import { compileEquations } from "../../src/model/compile/compile.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { bits, refusal } from "../support/sweep.ts";

const operators = `
rate: { base: OperatorTemplate, equations: ["r' = (tanh(m_in + u + x) - r)/tau"], variables: { r: output(0.1), tau: 2.0, m_in: input, x: input(0.2), u: input(0.5) } }
gain: { base: OperatorTemplate, equations: ["m = g*sigmoid(r) + 0.1*sin(t)"], variables: { m: output, r: input, g: 1.5, t: variable } }
late: { base: OperatorTemplate, equations: ["q' = m_in - past(q, lag)*k + exp(-k)"], variables: { q: output(0.3), m_in: input(0.1), lag: 0.35, k: 0.7 } }
phase: { base: OperatorTemplate, equations: ["theta' = omega + s_in"], variables: { theta: output(0.2), omega: 1.0, s_in: input } }
turn: { base: OperatorTemplate, equations: ["z' = 1j*w*z + c*(s_in - z)"], variables: { z: "output(0.5+0.1j)", w: 2.0, c: 0.3, s_in: input } }
coupling: { base: OperatorTemplate, equations: ["s = sin(a - b)*k"], variables: { s: output, a: input, b: input, k: 0.9 } }
rate_node: { base: NodeTemplate, operators: [rate, gain] }
late_node: { base: NodeTemplate, operators: [late] }
phase_node: { base: NodeTemplate, operators: [phase] }
turn_node: { base: NodeTemplate, operators: [turn] }
sine: { base: EdgeTemplate, operators: [coupling] }
`;

/** What each kind of node sends and where it receives. */
const kinds = [
  { node: "rate_node", sends: ["rate/r", "gain/m"], receives: ["rate/m_in", "rate/x"] },
  { node: "late_node", sends: ["late/q"], receives: ["late/m_in"] },
  { node: "phase_node", sends: ["phase/theta"], receives: ["phase/s_in"] },
  { node: "turn_node", sends: ["turn/z"], receives: ["turn/s_in"] },
];

interface Edge {
  from: number;
  to: number;
  out: number;
  into: number;
  weight: number;
  delay: number;
  sine: boolean;
}

/** Text of a circuit of nodes of the given kinds. */
function circuitOf(nodes: readonly number[], edges: readonly Edge[]): string {
  const list = edges.flatMap(({ from, to, out, into, weight, delay, sine }) => {
    const [a, b] = [kinds[nodes[from % nodes.length]], kinds[nodes[to % nodes.length]]];
    const isPhase = a.node === "phase_node" && b.node === "phase_node";
    // A complex variable goes to complex ones alone.
    if (a.node === "turn_node" && b.node !== "turn_node") return [];
    const source = `n${from % nodes.length}/${a.sends[out % a.sends.length]}`;
    const target = `n${to % nodes.length}/${b.receives[into % b.receives.length]}`;
    const values: Record<string, unknown> = { weight, ...(delay > 0 ? { delay: 0.1 * delay } : {}) };
    if (sine && isPhase) Object.assign(values, { "sine/coupling/a": "source", "sine/coupling/b": `n${to % nodes.length}/phase/theta` });
    return [`    - [${source}, ${target}, ${sine && isPhase ? "sine" : "null"}, ${JSON.stringify(values)}]`];
  });
  return `${operators}
net:
  base: CircuitTemplate
  nodes: { ${nodes.map((kind, i) => `n${i}: ${kinds[kind].node}`).join(", ")} }
  edges:${list.length === 0 ? " []" : `\n${list.join("\n")}`}
`;
}

const networks = fc.record({
  nodes: fc.array(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 9 }),
  edges: fc.array(
    fc.record({
      from: fc.nat(20),
      to: fc.nat(20),
      out: fc.nat(3),
      into: fc.nat(3),
      weight: fc.double({ min: -2, max: 2, noNaN: true }).filter((w) => w !== 0),
      delay: fc.constantFrom(0, 0, 0, 1, 2, 5),
      sine: fc.boolean(),
    }),
    { maxLength: 25 },
  ),
});

const models = (circuit: CircuitTemplate): [Model, Model, Model] => [
  compileEquations(flatten(circuit, { looped: true })),
  compileEquations(flatten(circuit, { looped: false })),
  compileEquations(flatten(circuit, { looped: true }), { isSingle: true }),
];

/** Bits, with zeros of one sign: a real source of a complex sum adds a zero to its imaginary part, which -0 does not survive. */
function signless(values: Iterable<number>): BigInt64Array {
  return bits(Float64Array.from(values, (value) => value + 0));
}

/** All states and algebraic variables that can be recorded, of three points. */
async function record(circuitTemplate: Model, solver: SolverName): Promise<Record<string, BigInt64Array>> {
  const paths = [...circuitTemplate.states, ...circuitTemplate.outputs].map(({ path }) => path);
  const { results } = await gridSearch({
    circuitTemplate,
    paramGrid: { first: [0.25, 0.5, 0.75] },
    paramMap: { first: { vars: [paths[0].split("/").slice(-2).join("/")], nodes: [paths[0].split("/").slice(0, -2).join("/")] } },
    simulationTime: 1.5,
    stepSize: 0.1,
    outputs: Object.fromEntries(paths.map((path) => [path.replaceAll("/", "."), path])),
    solver,
  });
  return Object.fromEntries(results.schema.fields.map(({ name }) => [name, signless(results.getChild(name) ?? [])]));
}

describe("networks: nodes side by side have the bits of nodes one by one", () => {
  test("150 random networks: several kinds, algebraic and complex sources, operators on edges, delays, past(), time", async () => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(networks, fc.constantFrom<SolverName>("euler", "heun", "rk4"), async ({ nodes, edges }, solver) => {
        const { net } = templatesFromYaml(circuitOf(nodes, edges));
        const [looped, unrolled, single] = models(net);
        if (looped.states[1]?.path.split("/")[0] !== unrolled.states[1]?.path.split("/")[0]) shared++;
        // An input that edges feed on some nodes of a kind is recorded on all of them.
        const expected = await record(unrolled, solver);
        const found = await record(looped, solver);
        // An input that gets a complex value on some is complex on all.
        for (const [name, values] of Object.entries(expected)) expect(found[name] ?? found[name.replace("/", ".re/")]).toEqual(values);
        expect(await record(single, solver)).toEqual(found);
      }),
      { numRuns: 150, seed: 90 },
    );
    expect(shared).toBeGreaterThan(50);
  });

  test("algebraic variables that need each other in turn along nodes of one kind", async () => {
    const chain = templatesFromYaml(`
pass: { base: OperatorTemplate, equations: "m = 2*x + 1", variables: { m: output, x: input(0.5) } }
node: { base: NodeTemplate, operators: [pass] }
state: { base: OperatorTemplate, equations: "v' = i", variables: { v: output(0.0), i: input } }
end: { base: NodeTemplate, operators: [state] }
chain:
  base: CircuitTemplate
  nodes: { ${Array.from({ length: 20 }, (_, i) => `n${i}: node`).join(", ")}, e: end }
  edges:
${Array.from({ length: 19 }, (_, i) => `    - [n${i}/pass/m, n${i + 1}/pass/x, null, { weight: 1.0 }]`).join("\n")}
    - [n19/pass/m, e/state/i, null, { weight: 1.0 }]
`).chain;
    const results = await simulate({ circuitTemplate: chain, simulationTime: 1, stepSize: 1, outputs: { m: "n19/pass/m" } });
    // m becomes 2 m + 1 twenty times, from 0.5.
    expect(results.getChild("m")?.get(0)).toBe(1.5 * 2 ** 20 - 1);
  });

  test("a ring of algebraic variables is told, by its names", async () => {
    const ring = templatesFromYaml(`
pass: { base: OperatorTemplate, equations: "m = 2*x + 1", variables: { m: output, x: input(0.5) } }
node: { base: NodeTemplate, operators: [pass] }
ring:
  base: CircuitTemplate
  nodes: { ${Array.from({ length: 20 }, (_, i) => `n${i}: node`).join(", ")} }
  edges: [[n3/pass/m, n7/pass/x, null, {}], [n7/pass/m, n3/pass/x, null, {}]]
`).ring;
    const error = await refusal(() => simulate({ circuitTemplate: ring, simulationTime: 1, stepSize: 1, outputs: { m: "n1/pass/m" } }));
    expect(error.code).toBe("E_ALGEBRAIC_LOOP");
    expect(error.message).toContain("n3/pass/m → n3/pass/x → n7/pass/m → n7/pass/x → n3/pass/m");
  });
});
