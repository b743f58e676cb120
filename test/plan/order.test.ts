// Columns of wildcards, and targets of signals, come in the order of the circuit's nodes, whichever nodes share equations or are fed.
import { expect, test } from "vitest";
import { simulate, templatesFromYaml } from "../../src/index.ts";

const operators = `
rate_op: {base: OperatorTemplate, equations: ["x' = u + m_in - x", "y = 2*x"], variables: {x: output(0.0), y: variable(0.0), u: input(0.0), m_in: input(0.0)}}
other_op: {base: OperatorTemplate, equations: ["z' = -z"], variables: {z: variable(1.0)}}
plain: {base: NodeTemplate, operators: [rate_op]}
more: {base: NodeTemplate, operators: [rate_op, other_op]}
complex_op: {base: OperatorTemplate, equations: ["z' = 1j*z"], variables: {z: "output(1.0+0.0j)"}}
turning: {base: NodeTemplate, operators: [complex_op]}
`;

/** Numbers from a seed (Park and Miller). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return Math.floor((state / 2147483647) * below);
  };
}

const times = { simulationTime: 0.3, stepSize: 0.1 } as const;

test("order: random circuits of two kinds with random matrices", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const names = Array.from({ length: 2 + random(30) }, (_, i) => `n${random(1000)}_${i}`);
    const nodes = names.map((name) => `${name}: ${["plain", "more"][random(2)]}`).join(", ");
    // Some nodes are fed and others are not; algebraic sources may need each other in turn.
    const weights = names.map(() => names.map(() => (random(4) === 0 ? 1 : 0)));
    const source = ["x", "y"][random(2)];
    const { net } = templatesFromYaml(`${operators}
net:
  base: CircuitTemplate
  nodes: {${nodes}}
  edges: [{source: rate_op/${source}, target: rate_op/m_in, weights: ${JSON.stringify(weights)}}]
`);
    const columns = names.length;
    const data = Float64Array.from({ length: 3 * columns }, (_, i) => 1 + (i % columns));
    const outputs = { x: "all/rate_op/x", y: "all/rate_op/y", m: "rate_op/m_in", u: "all/rate_op/u", sum: "all/rate_op/x + all/rate_op/y" };
    const table = await simulate({ circuitTemplate: net, ...times, outputs, inputs: { "all/rate_op/u": { data, columns } } });
    const found = table.schema.fields.map(({ name }) => name).slice(1);
    expect(found).toEqual(Object.keys(outputs).flatMap((output) => names.map((name) => `${output}/${name}`)));
    // A signal's columns are those of the nodes in the same order.
    expect(names.map((name) => table.getChild(`u/${name}`)?.get(0))).toEqual(names.map((_, i) => i + 1));
  }
});

test("order: complex variables, nested circuits", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `p${19 - i}`);
  const { outer } = templatesFromYaml(`${operators}
inner: {base: CircuitTemplate, nodes: {${names.map((name, i) => `${name}: ${i % 3 === 1 ? "plain" : "turning"}`).join(", ")}}}
outer: {base: CircuitTemplate, circuits: {b: inner, a: inner}}
`);
  const table = await simulate({ circuitTemplate: outer, ...times, outputs: { z: "all/complex_op/z" } });
  const nodes = ["b", "a"].flatMap((circuit) => names.filter((_, i) => i % 3 !== 1).map((name) => `${circuit}/${name}`));
  const found = table.schema.fields.map(({ name }) => name).slice(1);
  expect(found).toEqual(nodes.flatMap((node) => [`z.re/${node}`, `z.im/${node}`]));
});
