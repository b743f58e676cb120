// Networks of gamma-distributed delays: the stages of all chains share one equation, with the bits of stages one by one.
import { expect, test } from "vitest";
import { type CircuitTemplate, connect, gridSearch, simulate, templatesFromYaml, trace } from "../../src/index.ts";
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

/** Stages of each delay: an edge has them beside itself. */
const STAGES = 4;

test("gamma networks: a stage of a delay costs at most three times what an edge with a discrete one does", async () => {
  const run = async (isGamma: boolean) => {
    const circuitTemplate = network(60, isGamma);
    await simulate({ circuitTemplate, simulationTime: 0.05, stepSize: 0.001, outputs: { r: "all/rate/r" } });
  };
  await run(false);
  const plain = await processorTime(() => run(false), 2);
  const gamma = await processorTime(() => run(true), 2);
  expect((gamma / plain - 1) / STAGES).toBeLessThan(3);
});

test("gamma networks: so they do at 64 points", async () => {
  const run = (isGamma: boolean) =>
    gridSearch({
      circuitTemplate: network(100, isGamma),
      paramGrid: { u: Array.from({ length: 64 }, (_, i) => i / 64) },
      paramMap: { u: { vars: ["rate/u"], nodes: ["n_0"] } },
      ...{ simulationTime: 0.02, stepSize: 0.001, workers: 0, outputs: { r: "all/rate/r" } },
    });
  await run(false);
  const plain = await processorTime(() => run(false), 2);
  const gamma = await processorTime(() => run(true), 2);
  expect((gamma / plain - 1) / STAGES).toBeLessThan(3);
});

/** What a generator draws of a sweep: which edges it drives, and the values of their delay, their spread, or both. */
interface Drawn {
  nodes: number;
  driven: (target: number, source: number) => boolean;
  delays?: number[];
  spreads?: number[];
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

function draw(seed: number): Drawn {
  const next = random(seed);
  const nodes = [12, 17, 24, 33][seed % 4];
  const share = [0, 0.1, 0.5, 1][Math.floor(next() * 4)];
  const chosen = Array.from({ length: nodes * nodes }, (_, i) => i === nodes || next() < share);
  // Delays from 10 to 30 steps, and spreads of a third of that to the whole: chains of 1 to 81 stages, of unlike lengths.
  const values = (least: number) => Array.from({ length: 3 }, () => least * (1 + 2 * next()));
  const what = seed % 3;
  return {
    nodes,
    driven: (target, source) => chosen[target * nodes + source],
    ...(what === 1 ? {} : { delays: values(0.01) }),
    ...(what === 0 ? {} : { spreads: values(0.0035) }),
  };
}

/** A sweep over delays or spreads of a network's edges, and each of its points as a network of those delays. */
async function compareSwept({ nodes, driven, delays, spreads }: Drawn, solver: "heun" | "euler"): Promise<void> {
  const matrix = (value: (i: number, j: number) => number) =>
    Array.from({ length: nodes }, (_, i) => Array.from({ length: nodes }, (__, j) => value(i, j)));
  const weights = matrix((i, j) => (i === j ? 0 : (1 + ((3 * i + j) % 7)) / (4 * nodes)));
  const given = { delays: matrix((i, j) => 0.01 + 0.001 * ((i + 2 * j) % 9)), spreads: matrix((i, j) => 0.004 + 0.0005 * ((i + j) % 5)) };
  const make = (point?: number) => {
    const at = (own: number[][], values: number[] | undefined) =>
      matrix((i, j) => (point !== undefined && values && driven(i, j) ? values[point] : own[i][j]));
    const edges = { delays: at(given.delays, delays), spreads: at(given.spreads, spreads) };
    return connect(one, { source: "rate/r", target: "rate/m_in", weights, ...edges });
  };
  const pairs = weights.flatMap((row, i) => row.flatMap((_, j) => (i !== j && driven(i, j) ? [[i, j]] : [])));
  const edges = pairs.map(([i, j]) => [`n_${j}/rate/r`, `n_${i}/rate/m_in`] as const);
  const common = { simulationTime: 0.05, stepSize: 0.001, solver, outputs: { r: "all/rate/r" } };
  const { results } = await gridSearch({
    ...{ circuitTemplate: make(), ...common },
    paramGrid: { ...(delays ? { d: delays } : {}), ...(spreads ? { s: spreads } : {}) },
    paramMap: { ...(delays ? { d: { vars: ["delay"], edges } } : {}), ...(spreads ? { s: { vars: ["spread"], edges } } : {}) },
  });
  for (const point of (delays ?? spreads ?? []).keys()) {
    const alone = await simulate({ circuitTemplate: make(point), ...common });
    for (let node = 0; node < nodes; node++) {
      const expected = Float64Array.from(alone.getChild(`r/n_${node}`) ?? []);
      expect(bits(trace(results, `one_${point}`, `r/n_${node}`))).toEqual(bits(expected));
    }
  }
}

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  "gamma networks: swept delays and spreads have the bits of points one by one, drawn network %i",
  async (seed) => {
    await compareSwept(draw(seed), seed % 2 === 0 ? "heun" : "euler");
  },
);

test.each([
  ["all delays", () => true],
  ["one delay", (target: number, source: number) => target === 1 && source === 0],
])(
  "gamma networks: sweeps over %s of 80 nodes are not bounded by the engine",
  async (_, driven) => {
    await compareSwept({ nodes: 80, driven, delays: [0.012, 0.011, 0.013] }, "euler");
  },
  60_000,
);
