// Ornstein-Uhlenbeck inputs: exact in distribution at any step, one path under a halved step, and the samples that materialize() gives.
import { describe, expect, test } from "vitest";
import { gridSearch, materialize, type Noise, ornsteinUhlenbeck, simulate, trace } from "../../src/index.ts";
import { linear, momentsOf } from "../support/noisy-models.ts";
import { bits, refusal, small } from "../support/sweep.ts";

const u = "jrc/jrc_op/u";

function one(noise: Noise, steps: number, stepSize: number): Float64Array {
  const made = materialize(noise, 1, { steps, stepSize });
  return made instanceof Float64Array ? made : made.data;
}

describe("ornstein uhlenbeck: a process", () => {
  const [mean, sd, tau] = [220, 60, 0.02];

  test.each([0.001, 0.01, 0.05, 3e6])("has its mean, deviation and memory at the step %f, from the first sample on", (stepSize) => {
    const n = 20_000;
    const long = tau * (stepSize > 1 ? 1e8 : 1);
    const noise = ornsteinUhlenbeck({ mean, sd, tau: long, seed: 3, shared: false });
    const made = materialize(noise, n, { steps: 4, stepSize });
    if (made instanceof Float64Array) throw new Error("one signal for all");
    const rows = [0, 1, 2, 3].map((row) => made.data.slice(row * n, (row + 1) * n).map((x) => (x - mean) / sd));
    for (const row of rows) {
      const found = momentsOf(row);
      expect(Math.abs(found.mean) * Math.sqrt(n)).toBeLessThan(4);
      expect(Math.abs(found.variance - 1) * Math.sqrt(n / 2)).toBeLessThan(4);
      expect(Math.abs(momentsOf(row.map((x) => x ** 4)).mean - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    }
    for (const lag of [1, 2, 3]) {
      const expected = Math.exp((-lag * stepSize) / long);
      const products = momentsOf(rows[lag].map((x, i) => x * rows[0][i]));
      expect(Math.abs(products.mean - expected) / Math.sqrt(products.variance / n)).toBeLessThan(4);
    }
  });

  test("forgets along one path too, also where that is longer than its tree", () => {
    for (const stepSize of [0.005, 2 ** 18 * 1.5]) {
      const n = 200_000;
      const z = one(ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 2 * stepSize, seed: 8 }), n, stepSize);
      const found = momentsOf(z);
      // A sample knows of about 2 tau / step = 4 others.
      expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(4.1 / n));
      expect(Math.abs(found.variance - 1)).toBeLessThan(4 * Math.sqrt((2 * 2.1) / n));
      for (const lag of [1, 4, 7]) {
        const products = momentsOf(z.slice(lag).map((x, i) => x * z[i]));
        expect(Math.abs(products.mean - Math.exp(-lag / 2))).toBeLessThan(4 * Math.sqrt(8 / n));
      }
    }
  });

  test.each([0.1, 1e-4])("goes through the same values at half and a quarter of the step %f", (stepSize) => {
    const noise = ornsteinUhlenbeck({ mean, sd, tau, seed: 5 });
    const whole = one(noise, 50, stepSize);
    for (const part of [2, 4]) {
      one(noise, 50 * part, stepSize / part).forEach((x, i) => {
        if (i % part === 0) expect(Math.abs(x - whole[i / part]) / sd).toBeLessThan(1e-12);
      });
    }
  });
});

describe.each([true, false])("ornstein uhlenbeck: as an input (shared: %s)", (shared) => {
  const noise = ornsteinUhlenbeck({ mean: 220, sd: 60, tau: 0.02, seed: 7, shared });

  test("gives the bits of the samples of materialize(), in blocks of any size and over many chunks", async () => {
    for (const points of [1, 3, 130]) {
      const options = small({
        paramGrid: { C: Float64Array.from({ length: points }, (_, i) => 68 + i) },
        simulationTime: 1.203,
        samplingStepSize: 1e-3,
      });
      const own = await gridSearch({ ...options, inputs: { [u]: noise } });
      const samples = materialize(noise, points, { steps: 1203, stepSize: 1e-3 });
      const given = await gridSearch({ ...options, inputs: { [u]: samples } });
      for (let i = 0; i < points; i++) {
        expect(bits(trace(own.results, `JRC2_${i}`, "V_pce"))).toEqual(bits(trace(given.results, `JRC2_${i}`, "V_pce")));
      }
    }
  });
});

test("ornstein uhlenbeck: it goes with white noise on the same input, in any solver", async () => {
  const process = ornsteinUhlenbeck({ mean: 0.5, sd: 0.1, tau: 1, seed: 2 });
  const outputs = { u: "p/decay_op/u" };
  const call = { circuitTemplate: linear.decay, outputs, simulationTime: 1, stepSize: 0.01, inputs: { "p/decay_op/u": process } } as const;
  const plain = await simulate({ ...call, solver: "rk4" });
  const both = await simulate({ ...call, solver: "euler-maruyama", noise: { "p/decay_op/u": { sd: 1e-9 } } });
  const [a, b] = [plain, both].map((table) => table.getChild("u")?.toArray() ?? new Float64Array(0));
  expect(bits(a)).toEqual(bits(one(process, 100, 0.01)));
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i])).toBeLessThan(1e-7);
  });
});

test("ornstein uhlenbeck: what is impossible is refused", async () => {
  const wrong = [
    { mean: 0, sd: 1 },
    { mean: 0, sd: 1, tau: 0 },
    { mean: 0, sd: -1, tau: 1 },
    { mean: 0, sd: 1, tau: 1, hold: 2 },
  ];
  const codes = ["E_MISSING_OPTION", "E_TYPE", "E_TYPE", "E_UNKNOWN_OPTION"];
  for (const [i, options] of wrong.entries()) {
    expect((await refusal(() => Reflect.apply(ornsteinUhlenbeck, undefined, [options]))).code).toBe(codes[i]);
  }
  const noise = ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 1 });
  expect((await refusal(() => materialize(noise, 1, 10))).message).toMatch(/needs the step too/);
});
