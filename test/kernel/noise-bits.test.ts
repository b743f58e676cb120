// A sweep with a noise source and a sweep with the samples that materialize() gives: the same bits.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, materialize, type Noise, normalNoise, trace, uniformNoise } from "../../src/index.ts";
import { oscillators, timed } from "../support/models.ts";
import { bits, small } from "../support/sweep.ts";

const path = "jrc/jrc_op/u";

function grid(points: number): Partial<GridSearchOptions> {
  return { paramGrid: { C: Float64Array.from({ length: points }, (_, i) => 68 + i) } };
}

async function traces(options: GridSearchOptions, points: number): Promise<bigint[]> {
  const { results } = await gridSearch(options);
  return Array.from({ length: points }, (_, i) => [...bits(trace(results, `JRC2_${i}`, "V_pce"))]).flat();
}

const sources: [string, Noise][] = [
  ["uniform, shared", uniformNoise({ low: 120, high: 320, seed: 1995 })],
  ["normal, shared", normalNoise({ mean: 220, sd: 50, seed: 2 })],
  ["uniform, independent", uniformNoise({ low: 120, high: 320, seed: 5, shared: false })],
  ["normal, independent", normalNoise({ mean: 220, sd: 50, seed: 2 ** 40 + 3, shared: false })],
  ["normal, shared, held 3 steps", normalNoise({ mean: 220, sd: 50, seed: 9, hold: 3e-3 })],
  ["uniform, independent, held 7 steps", uniformNoise({ low: 0, high: 300, seed: 9, shared: false, hold: 7e-3 })],
];

describe.each(sources)("noise bits: %s", (_, noise) => {
  test.each([1, 2, 3, 64, 65, 130])("%i points", async (points) => {
    const samples = materialize(noise, points, { steps: 50, stepSize: 1e-3 });
    const source = await traces(small({ ...grid(points), inputs: { [path]: noise } }), points);
    expect(source).toEqual(await traces(small({ ...grid(points), inputs: { [path]: samples } }), points));
    expect(new Set(source).size).toBeGreaterThan(30);
  });

  test("also over many chunks of steps", async () => {
    const options = small({ ...grid(3), simulationTime: 5.003, samplingStepSize: 1e-3 });
    const samples = materialize(noise, 3, { steps: 5003, stepSize: 1e-3 });
    const source = await traces({ ...options, inputs: { [path]: noise } }, 3);
    expect(source).toEqual(await traces({ ...options, inputs: { [path]: samples } }, 3));
  });
});

test("points under shared noise are alike, under independent noise they differ", async () => {
  const twins = { paramGrid: { C: [135, 135] } };
  const shared = await gridSearch(small({ ...twins, inputs: { [path]: uniformNoise({ low: 120, high: 320, seed: 1 }) } }));
  expect(bits(trace(shared.results, "JRC2_0", "V_pce"))).toEqual(bits(trace(shared.results, "JRC2_1", "V_pce")));
  const apart = await gridSearch(small({ ...twins, inputs: { [path]: uniformNoise({ low: 120, high: 320, seed: 1, shared: false }) } }));
  expect(bits(trace(apart.results, "JRC2_0", "V_pce"))).not.toEqual(bits(trace(apart.results, "JRC2_1", "V_pce")));
});

test("a point's noise does not depend on which other points are swept", async () => {
  const noise = normalNoise({ mean: 220, sd: 50, seed: 4, shared: false });
  const few = await traces(small({ ...grid(3), inputs: { [path]: noise } }), 3);
  const many = await traces(small({ ...grid(100), inputs: { [path]: noise } }), 3);
  expect(many).toEqual(few);
});

/** q' = inp of the model `timed`: Euler's q is the sum of the samples before it. */
function driven(inputs: GridSearchOptions["inputs"], points = 1): GridSearchOptions {
  return {
    circuitTemplate: timed(),
    paramGrid: { y: Array.from({ length: points }, (_, i) => i) },
    paramMap: { y: { vars: ["op/y"], nodes: ["p"] } },
    simulationTime: 8,
    stepSize: 1,
    ...(inputs ? { inputs } : {}),
    outputs: { q: "p/op/q", inp: "p/op/inp" },
  };
}

test("noise bits: sample i drives step i: a signal as given, in every form", async () => {
  const samples = [1, 2, 4, 8, 16, 32, 64, 128];
  const forms = [samples, Float64Array.from(samples), { data: samples, columns: 1 }, Float64Array.from([...samples, 256, 512])];
  for (const form of forms) {
    const { results } = await gridSearch(driven({ "p/op/inp": form }));
    expect(Array.from(trace(results, "timed_0", "q"))).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
    expect(Array.from(trace(results, "timed_0", "inp"))).toEqual(samples);
  }
  const constant = await gridSearch(driven({ "p/op/inp": 3 }));
  expect(Array.from(trace(constant.results, "timed_0", "q"))).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
});

test("noise bits: columns go to points in their order", async () => {
  const data = Float64Array.from({ length: 8 * 3 }, (_, i) => 10 ** (i % 3));
  const { results } = await gridSearch(driven({ "p/op/inp": { data, columns: 3 } }, 3));
  for (const point of [0, 1, 2]) expect(trace(results, `timed_${point}`, "q")[7]).toBe(7 * 10 ** point);
});

test("noise bits: the caller may change a signal once the call has been made", async () => {
  const samples = new Float64Array(8).fill(1);
  const data = new Float64Array(8).fill(1);
  const first = gridSearch(driven({ "p/op/inp": samples }));
  const second = gridSearch(driven({ "p/op/inp": { data, columns: 1 } }));
  samples.fill(5);
  data.fill(5);
  for (const { results } of await Promise.all([first, second])) expect(trace(results, "timed_0", "q")[7]).toBe(7);
});

test("noise bits: a model without inputs refuses them by name", async () => {
  const options = {
    ...driven(undefined),
    circuitTemplate: oscillators(),
    paramGrid: { w: [1] },
    paramMap: { w: { vars: ["osc/w"], nodes: ["a"] } },
  };
  const call = gridSearch({ ...options, outputs: { x: "a/osc/x" }, inputs: { "a/osc/w": 1 } });
  await expect(call).rejects.toMatchObject({ code: "E_NOT_AN_INPUT" });
});
