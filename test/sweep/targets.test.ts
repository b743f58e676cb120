// Noise is independent for each target unless nodes share it, the same for all points unless it is drawn for each, and no two
// targets draw the same numbers by accident.
import { describe, expect, test } from "vitest";
import {
  type GridSearchOptions,
  gridSearch,
  materialize,
  type Noise,
  type NoiseTerm,
  normalNoise,
  ornsteinUhlenbeck,
  templatesFromYaml,
  uniformNoise,
} from "../../src/index.ts";
import { sourceNumber, sourceNumbers } from "../../src/sweep/streams.ts";
import { bits } from "../support/sweep.ts";

const STEPS = 1000;

function circuit(nodes: readonly string[]) {
  return templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = u + w"], variables: {x: output(0.0), u: input(0.0), w: input(0.0)}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {${nodes.map((name) => `${name}: node`).join(", ")}}}
`).net;
}

/** Samples of each output column, by point. */
async function sampled(nodes: readonly string[], call: Partial<GridSearchOptions>, points = 1): Promise<Map<string, Float64Array>> {
  const { results } = await gridSearch({
    circuitTemplate: circuit(nodes),
    paramGrid: { x: new Float64Array(points) },
    paramMap: { x: { vars: ["op/x"], nodes: [nodes[0]] } },
    simulationTime: STEPS / 100,
    stepSize: 0.01,
    outputs: { u: "all/op/u", w: "all/op/w" },
    workers: 0,
    ...call,
  });
  const names = results.schema.fields.map(({ name }) => name).filter((name) => name !== "time");
  // Here a name is output/node/point.
  const renamed = (name: string) => name.replace(/^(.)\/(.*)\/(.*)$/, "$1/$3/$2");
  return new Map(names.map((name) => [renamed(name), Float64Array.from(results.getChild(name) ?? [])]));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The largest correlation of two of some signals. */
function worst(signals: readonly Float64Array[]): number {
  return signals.reduce((most, a, i) => signals.slice(0, i).reduce((m, b) => Math.max(m, Math.abs(correlation(a, b))), most), 0);
}

/** Correlations of 1000 independent pairs have a standard deviation of 0.032: one of 4005 is above 0.16 once in 1000 runs. */
const INDEPENDENT = 0.16;

const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
const normal = (options: object = {}) => normalNoise({ mean: 0, sd: 1, ...options });

describe("targets: noise sources of inputs", () => {
  const made = (source: Noise, path?: string) => {
    const samples = materialize(source, 1, { steps: STEPS, stepSize: 0.01, ...(path === undefined ? {} : { path }) });
    return bits(samples instanceof Float64Array ? samples : samples.data);
  };

  test("90 nodes of one path have 90 signals, the first of which is that of the source alone", async () => {
    const nodes = names(90);
    const found = await sampled(nodes, { inputs: { "all/op/u": normal({ seed: 1 }) } });
    const signals = nodes.map((node) => found.get(`u/${node}/net_0`) ?? new Float64Array(0));
    expect(worst(signals)).toBeLessThan(INDEPENDENT);
    expect(bits(signals[0])).toEqual(made(normal({ seed: 1 })));
    // materialize has the others by their paths.
    expect(bits(signals[7])).toEqual(made(normal({ seed: 1 }), "n7/op/u"));
    // Whichever others there are.
    const fewer = await sampled(nodes, { inputs: { "n0/op/u": normal({ seed: 1 }), "n7/op/u": normal({ seed: 1 }) } });
    expect(bits(fewer.get("u/n7/net_0") ?? new Float64Array(0))).toEqual(bits(signals[7]));
  });

  test.each([
    ["no seed", {}],
    ["one seed", { seed: 5 }],
  ])("entries with %s are independent, in whichever order they are given", async (_, seed) => {
    const entries: [string, Noise][] = [
      ["n0/op/u", normal(seed)],
      ["n0/op/w", uniformNoise({ low: 0, high: 1, ...seed })],
      ["n1/op/u", normal({ ...seed, shared: false })],
      ["n1/op/w", normal({ ...seed, sharedByNodes: true })],
    ];
    const inputs = Object.fromEntries(entries);
    const found = await sampled(names(2), { inputs });
    expect(worst([...found.values()])).toBeLessThan(INDEPENDENT);
    const turned = await sampled(names(2), { inputs: Object.fromEntries([...entries].reverse()) });
    expect([...turned.values()].map((x) => bits(x))).toEqual([...found.values()].map((x) => bits(x)));
    // A single source has the numbers of its seed.
    for (const [path, source] of entries) {
      const name = path.includes("u") ? `u/${path.slice(0, 2)}/net_0` : `w/${path.slice(0, 2)}/net_0`;
      const alone = await sampled(names(2), { inputs: { [path]: source } });
      expect(bits(alone.get(name) ?? new Float64Array(0))).toEqual(made(source));
    }
  });

  test("an Ornstein-Uhlenbeck process for each node", async () => {
    const process = ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 1e-3, seed: 2 });
    const found = await sampled(names(5), { inputs: { "all/op/u": process } });
    const signals = names(5).map((node) => found.get(`u/${node}/net_0`) ?? new Float64Array(0));
    expect(worst(signals)).toBeLessThan(INDEPENDENT);
  });

  test.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])("shared %s, sharedByNodes %s: points and nodes", async (shared, sharedByNodes) => {
    const [nodes, points] = [3, 3];
    const found = await sampled(names(nodes), { inputs: { "all/op/u": normal({ seed: 3, shared, sharedByNodes }) } }, points);
    const signal = (node: number, point: number) => found.get(`u/n${node}/net_${point}`) ?? new Float64Array(0);
    const distinct = new Map<string, Float64Array>();
    for (let node = 0; node < nodes; node++) {
      for (let point = 0; point < points; point++) {
        const key = `${sharedByNodes ? 0 : node} ${shared ? 0 : point}`;
        const known = distinct.get(key) ?? signal(node, point);
        expect(bits(signal(node, point))).toEqual(bits(known));
        distinct.set(key, known);
      }
    }
    expect(worst([...distinct.values()])).toBeLessThan(INDEPENDENT);
  });

  test("the first replicate is the run without, for each node, and replicates are independent", async () => {
    for (const shared of [true, false]) {
      const inputs = { "all/op/u": normal({ seed: 3, shared }) };
      const plain = await sampled(names(3), { inputs });
      const found = await sampled(names(3), { inputs, replicates: 3 });
      const signals = names(3).flatMap((node) => [0, 1, 2].map((r) => found.get(`u/${node}/net_0_r${r}`) ?? new Float64Array(0)));
      expect(worst(signals)).toBeLessThan(INDEPENDENT);
      names(3).forEach((node, i) => {
        expect(bits(signals[3 * i])).toEqual(bits(plain.get(`u/${node}/net_0`) ?? new Float64Array(0)));
      });
    }
  });
});

describe("targets: white noise on variables has the same rule", () => {
  const increments = (x: Float64Array) => Float64Array.from(x.subarray(1), (value, i) => value - x[i]);
  const run = async (noise: Record<string, NoiseTerm>, points = 1, more: Partial<GridSearchOptions> = {}) => {
    const found = await sampled(names(4), { noise, solver: "euler-maruyama", outputs: { x: "all/op/x" }, ...more }, points);
    return names(4).map((node) =>
      Array.from({ length: points }, (_, point) => increments(found.get(`x/${node}/net_${point}`) ?? new Float64Array(0))),
    );
  };

  test("independent for each node, or shared by nodes; by points or for each", async () => {
    for (const shared of [true, false]) {
      const own = await run({ "all/op/x": { sd: 1, shared } }, 2);
      expect(worst(shared ? own.map(([x]) => x) : own.flat())).toBeLessThan(INDEPENDENT);
      const common = await run({ "all/op/x": { sd: 1, shared, sharedByNodes: true } }, 2);
      for (const node of common) expect(node.map((x) => bits(x))).toEqual(common[0].map((x) => bits(x)));
      expect(correlation(common[0][0], common[0][1]) > 0.999).toBe(shared);
      // The one path is that of the first node.
      expect(bits(common[0][0])).toEqual(bits(own[0][0]));
    }
  });

  test("two entries that are shared by nodes are independent of each other, and a source on the same variable of both", async () => {
    const shared = { sd: 1, seed: 4, sharedByNodes: true };
    const source = normalNoise({ mean: 0, sd: 10, seed: 4 });
    const [a, b] = await Promise.all([
      run({ "all/op/x": shared, "all/op/w": shared }),
      run({ "all/op/x": shared }, 1, { inputs: { "n0/op/u": source } }),
    ]);
    const alone = await run({ "all/op/x": shared });
    const rest = (x: Float64Array, less: Float64Array) => x.map((value, i) => value - less[i]);
    expect(worst([alone[0][0], rest(a[0][0], alone[0][0])])).toBeLessThan(INDEPENDENT);
    expect(worst([alone[0][0], rest(b[0][0], alone[0][0])])).toBeLessThan(INDEPENDENT);
  });
});

test("targets: numbers of sources: 0 for the first of each seed, else apart from each other, from 0 and from those of variables", () => {
  const paths = Array.from({ length: 5000 }, (_, i) => ({ path: `n${i}/op/u`, seed: i % 2 }));
  const numbers = sourceNumbers(paths);
  expect(numbers.slice(0, 2)).toEqual([0, 0]);
  for (const seed of [0, 1]) expect(new Set(numbers.filter((_, i) => i % 2 === seed)).size).toBe(2500);
  for (const number of numbers) expect(number >= 0 && number < 2 ** 31).toBe(true);
  expect(numbers[4]).toBe(sourceNumber("n4/op/u"));
});
