// One rule says which noise stream a point draws from, and which number a noisy variable has; plan, kernel and store read it.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type GridSearchOptions,
  gridSearch,
  materialize,
  normalNoise,
  ornsteinUhlenbeck,
  resumeSweep,
  templatesFromYaml,
  trace,
} from "../../src/index.ts";
import { noiseStream, pointOfStream, replicateOf, streamOf, variableNumbers } from "../../src/sweep/streams.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over } from "../support/stores.ts";
import { bits, refusal } from "../support/sweep.ts";

const folder = folderFor("streams");
const u = "jrc/jrc_op/u";

describe("streams of points", () => {
  test("each point has one of its own, and pointOfStream is the inverse of streamOf", () => {
    for (const replicates of [
      { each: 1, points: 7 },
      { each: 4, points: 5 },
    ]) {
      const points = Array.from({ length: replicates.each * replicates.points }, (_, point) => point);
      const streams = points.map((point) => streamOf(replicates, point));
      expect([...streams].sort((a, b) => a - b)).toEqual(points);
      expect(streams.map((stream) => pointOfStream(replicates, stream))).toEqual(points);
      for (const more of [0, 1, 6, 40]) expect(pointOfStream(replicates, points.length + more)).toBe(-1);
      expect(points.map((point) => noiseStream(replicates, point, { shared: true }))).toEqual(
        points.map((point) => point % replicates.each),
      );
    }
  });

  test("first replicates have those of a sweep without replicates", () => {
    const points = Array.from({ length: 5 }, (_, point) => point);
    const first = points.map((point) => streamOf({ each: 3, points: 5 }, 3 * point));
    expect(first).toEqual(points.map((point) => streamOf({ each: 1, points: 5 }, point)));
  });

  test("a sweep draws its input from the stream, and has the column of the signal, that the rule tells", async () => {
    const noise = normalNoise({ mean: 220, sd: 60, seed: 7, shared: false });
    const { results } = await gridSearch(over(4, { inputs: { [u]: noise }, replicates: 3, outputs: { u } }));
    const samples = materialize(noise, 12, 50);
    if (samples instanceof Float64Array) throw new Error("independent noise has columns");
    const replicates = { each: 3, points: 4 };
    for (let point = 0; point < 12; point++) {
      const { gridPoint, replicate } = replicateOf(replicates, point);
      const column = noiseStream(replicates, point, { shared: false });
      const own = trace(results, `JRC2_${gridPoint}_r${replicate}`, "u");
      expect(own).toEqual(Float64Array.from(own, (_, i) => samples.data[i * samples.columns + column]));
    }
  });
});

const random: [string, Partial<GridSearchOptions>][] = [
  ["input noise", { inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) } }],
  ["an Ornstein-Uhlenbeck input", { inputs: { [u]: ornsteinUhlenbeck({ mean: 220, sd: 60, tau: 0.01, seed: 7, shared: false }) } }],
  ["shared input noise", { inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 7 }) } }],
  ["noise on a variable", { solver: "euler-maruyama", noise: { "jrc/jrc_op/V_e": { sd: 2, seed: 3, shared: false } } }],
];

describe.each(random)("sweep streams: an extended store of %s with replicates", (title, changes) => {
  test.each([1, 3])("has the bytes of a fresh one, %i replicates", async (replicates) => {
    const options = (points: number) => over(points, { ...changes, replicates, features: { V_pce: ["mean"] } });
    const [extended, fresh] = ["extended", "fresh"].map((name) => join(folder, `${title}-${replicates}-${name}`.replaceAll(" ", "-")));
    await gridSearch({ ...options(5), store: { directory: extended, shardPoints: 4 } });
    await gridSearch({ ...options(8), store: { directory: fresh, shardPoints: 4 } });
    await resumeSweep(extended, { paramGrid: options(8).paramGrid, extend: true });
    expect(contents(extended)).toEqual(contents(fresh));
  });
});

test("sweep streams: columns of a signal are for their points alone: a store with them is not extended", async () => {
  const options = (points: number) => over(points, { inputs: { [u]: { data: new Float64Array(50 * points).fill(220), columns: points } } });
  const directory = join(folder, "columns");
  await gridSearch({ ...options(3), store: { directory } });
  const { inputs = {}, paramGrid } = options(5);
  expect((await refusal(() => resumeSweep(directory, { inputs, paramGrid, extend: true }))).code).toBe("E_RESUME_CHANGED");
});

describe("sweep streams: numbers of noisy variables", () => {
  const [first, second] = ["n11257/op/V_i", "n572/op/x"];
  const [alone, other] = [first, second].map((path) => variableNumbers([{ path, seed: 0 }])[0]);

  test("two paths of one hash differ, in whichever order they are given; the first by path keeps its own", () => {
    expect(other).toBe(alone);
    const both = [first, second].map((path) => ({ path, seed: 0 }));
    const [a, b] = variableNumbers(both);
    expect(a).toBe(alone);
    expect(b).not.toBe(alone);
    expect(variableNumbers([...both].reverse())).toEqual([b, a]);
    // Other noise changes neither; with seeds of their own they are apart as they are.
    expect(variableNumbers([{ path: "a/op/x", seed: 0 }, ...both, { path: "z/op/x", seed: 0 }]).slice(1, 3)).toEqual([a, b]);
    expect(variableNumbers([both[0], { ...both[1], seed: 1 }])).toEqual([alone, alone]);
  });

  test("their noise is independent", async () => {
    const { both } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = -x", "V_i' = -V_i"], variables: {x: output(0.0), V_i: variable(0.0)}}
node: {base: NodeTemplate, operators: [op]}
both: {base: CircuitTemplate, nodes: {n572: node, n11257: node}}
`);
    const sweep = async (paths: readonly string[]) => {
      const { results } = await gridSearch({
        circuitTemplate: both,
        paramGrid: { start: [0] },
        paramMap: { start: { vars: ["op/x"], nodes: ["n11257"] } },
        simulationTime: 200,
        stepSize: 0.01,
        solver: "euler-maruyama",
        noise: Object.fromEntries(paths.map((path) => [path, { sd: 1 }])),
        outputs: { first, second },
      });
      return ["first", "second"].map((name) => trace(results, "both_0", name).slice());
    };
    const [[a, b], [lone], [, otherLone]] = [await sweep([second, first]), await sweep([first]), await sweep([second])];
    expect(bits(a)).toEqual(bits(lone));
    expect(bits(otherLone)).toEqual(bits(lone));
    const increments = (x: Float64Array) => Float64Array.from(x.subarray(1), (value, i) => value - x[i] * (1 - 0.01));
    const [da, db] = [a, b].map(increments);
    const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
    // 20 000 independent pairs: the standard deviation of their correlation is 0.007.
    expect(Math.abs(dot(da, db) / Math.sqrt(dot(da, da) * dot(db, db)))).toBeLessThan(0.03);
  });
});
