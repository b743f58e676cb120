// Networks of gamma-distributed delays: the stages of all chains share one equation, with the bits of stages one by one.
import { expect, test } from "vitest";
import { type CircuitTemplate, connect, simulate, templatesFromYaml } from "../../src/index.ts";
import { compileEquations } from "../../src/model/compile/compile.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { bytesOfModule } from "../../src/model/wasm.ts";
import { processorTime } from "../support/stopwatch.ts";
import { bits } from "../support/sweep.ts";

const { one } = templatesFromYaml(`
rate: { base: OperatorTemplate, equations: ["r' = (tanh(m_in + u) - r)/tau"], variables: { r: output(0.1), tau: 2.0, m_in: input, u: input(0.5) } }
gain: { base: OperatorTemplate, equations: ["m = 1.5*sigmoid(r)"], variables: { m: output, r: input } }
node: { base: NodeTemplate, operators: [rate, gain] }
one: { base: CircuitTemplate, nodes: { n: node }, edges: [] }
`);

/** All to all, the delay of each edge unlike all others; chains of four stages, or discrete delays. */
function network(nodes: number, isGamma: boolean, source = "rate/r"): CircuitTemplate {
  const matrix = (value: (i: number, j: number) => number) =>
    Array.from({ length: nodes }, (_, i) => Array.from({ length: nodes }, (__, j) => value(i, j)));
  const ring = (i: number, j: number) => Math.min(Math.abs(i - j), nodes - Math.abs(i - j));
  const delays = matrix((i, j) => 0.01 + 0.002 * ring(i, j) + 1e-6 * (i * nodes + j));
  const spreads = delays.map((row) => row.map((delay) => delay / 2));
  const weights = matrix((i, j) => (i === j ? 0 : (1 + ((3 * i + j) % 7)) / (4 * nodes)));
  return connect(one, { source, target: "rate/m_in", weights, delays, ...(isGamma ? { spreads } : {}) });
}

test.each(["rate/r", "gain/m"])(
  "gamma networks: stages that share an equation have the bits of stages one by one, of %s",
  async (source) => {
    const net = network(20, true, source);
    const record = async (options: { looped: boolean }) => {
      const circuitTemplate = compileEquations(flatten(net, options));
      const times = { simulationTime: 0.2, stepSize: 0.001, solver: "rk4" as const };
      const outputs = { r: "all/rate/r", first: `n_0/${source}_d0_1`, last: `n_19/${source}_d3_4` };
      const results = await simulate({ circuitTemplate, ...times, outputs });
      return results.schema.fields.map(({ name }) => [name, bits(Float64Array.from(results.getChild(name) ?? []))]);
    };
    expect(await record({ looped: true })).toEqual(await record({ looped: false }));
  },
);

test("gamma networks: what is compiled grows with the edges, four times for twice the nodes", () => {
  const bytes = (nodes: number) => {
    const { module, tables } = compileEquations(flatten(network(nodes, true)));
    return { code: bytesOfModule(module)?.length ?? 0, all: (bytesOfModule(module)?.length ?? 0) + (tables?.byteLength ?? 0) };
  };
  const [small, large] = [bytes(20), bytes(40)];
  expect(large.code).toBeLessThan(1.1 * small.code);
  expect(large.all).toBeLessThan(4.4 * small.all);
});

test("gamma networks: gamma-distributed delays cost at most three times what discrete ones do", async () => {
  const run = async (isGamma: boolean) => {
    const circuitTemplate = network(60, isGamma);
    await simulate({ circuitTemplate, simulationTime: 0.05, stepSize: 0.001, outputs: { r: "all/rate/r" } });
  };
  await run(false);
  const plain = await processorTime(() => run(false), 2);
  const gamma = await processorTime(() => run(true), 2);
  expect(gamma / plain).toBeLessThan(3);
});
