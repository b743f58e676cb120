// Noise: Philox4x32-10 (Salmon et al. 2011) against Random123's known answers and against a plain scalar twin; laws of the samples.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { materialize, type Noise, normalNoise, uniformNoise } from "../../src/index.ts";
import { plainPhilox, type Words } from "../support/philox.ts";
import { bits, refusal } from "../support/sweep.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
let exports: WebAssembly.Exports;

beforeAll(() => {
  const bytes = readFileSync(new URL("../../build/noise.wasm", import.meta.url));
  ({ exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }));
});

/** Calls an export of noise.wasm. */
function call(name: string, ...numbers: number[]): void {
  const exported = exports[name];
  if (typeof exported !== "function") throw new Error(`noise.wasm does not export ${name}`);
  exported(...numbers);
}

const KEYS = 1024;

/** The core's Philox on eight counters at once. */
function core(counters: Words[], key: [number, number]): Words[] {
  const words = new Uint32Array(memory.buffer, 64, 32);
  counters.forEach((counter, lane) => {
    for (let i = 0; i < 4; i++) words[8 * i + lane] = counter[i];
  });
  call("writeKeys", KEYS, key[0], key[1]);
  call("encrypt", 64, KEYS, KEYS + 320);
  return counters.map((_, lane) => [words[lane], words[8 + lane], words[16 + lane], words[24 + lane]]);
}

const ones = 0xffffffff;
const knownAnswers: [string, Words, [number, number], Words][] = [
  ["zeros", [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  ["ones", [ones, ones, ones, ones], [ones, ones], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
  [
    "digits of pi",
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe("noise: Philox4x32-10", () => {
  test.each(knownAnswers)("Random123's known answer: %s", (_, counter, key, answer) => {
    expect(core(new Array<Words>(8).fill(counter), key)).toEqual(new Array<Words>(8).fill(answer));
    expect(plainPhilox(counter, key)).toEqual(answer);
  });

  test("eight different counters side by side equal the plain one", () => {
    for (let i = 0; i < 200; i++) {
      const counters: Words[] = [0, 1, 2, 3, 4, 5, 6, 7].map((lane) => [i * 7919 + lane, i, (i * 104729) >>> 0, lane]);
      const key: [number, number] = [(i * 2654435761) >>> 0, i];
      expect(core(counters, key)).toEqual(counters.map((counter) => plainPhilox(counter, key)));
    }
  });
});

/** Sample j of a stream of uniform noise as its definition says. */
function uniformSample(seed: number, stream: number, j: number): number {
  const words = plainPhilox([j >> 1, 0, stream, 0], [seed >>> 0, Math.floor(seed / 2 ** 32)]);
  const [low, high] = j & 1 ? [words[2], words[3]] : [words[0], words[1]];
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}

function signal(noise: Noise, steps: number): Float64Array {
  const made = materialize(noise, 1, steps);
  return made instanceof Float64Array ? made : made.data;
}

describe("noise: samples", () => {
  test("uniform samples are 53 bits of the block, stream and seed that key them", () => {
    for (const seed of [0, 1995, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
      const made = signal(uniformNoise({ low: 0, high: 1, seed }), 41);
      made.forEach((value, j) => {
        expect(value).toBe(uniformSample(seed, 0, j));
      });
    }
    const independent = materialize(uniformNoise({ low: 0, high: 1, seed: 3, shared: false }), 5, 10);
    if (independent instanceof Float64Array) throw new Error("independent noise has columns");
    for (let j = 0; j < 10; j++)
      for (let point = 0; point < 5; point++) expect(independent.data[j * 5 + point]).toBe(uniformSample(3, point, j));
  });

  test("a shorter run draws the beginning of a longer one, and other seeds and points draw other samples", () => {
    const noise = normalNoise({ mean: 0, sd: 1, seed: 7 });
    const long = signal(noise, 1000);
    for (const steps of [1, 2, 7, 8, 9, 999]) expect(bits(signal(noise, steps))).toEqual(bits(long.slice(0, steps)));
    expect(correlation(long, signal(normalNoise({ mean: 0, sd: 1, seed: 8 }), 1000))).toBeLessThan(0.12);
    const both = materialize(normalNoise({ mean: 0, sd: 1, seed: 7, shared: false }), 2, 1000);
    if (both instanceof Float64Array) throw new Error("independent noise has columns");
    const [first, second] = [0, 1].map((c) => Float64Array.from({ length: 1000 }, (_, i) => both.data[2 * i + c]));
    expect(correlation(first, second)).toBeLessThan(0.12);
  });

  test("hold repeats each sample", () => {
    const steps = { steps: 25, stepSize: 0.1 };
    const held = materialize(uniformNoise({ low: 0, high: 1, seed: 4, hold: 0.4 }), 1, steps);
    const each = signal(uniformNoise({ low: 0, high: 1, seed: 4 }), 7);
    if (!(held instanceof Float64Array)) throw new Error("shared noise has no columns");
    expect(Array.from(held)).toEqual(Array.from({ length: 25 }, (_, i) => each[Math.floor(i / 4)]));
  });

  test("moments and tails are those of the distribution, 400 000 samples", () => {
    const n = 400_000;
    const uniform = signal(uniformNoise({ low: 120, high: 320, seed: 11 }), n);
    expect(Math.min(...extremes(uniform))).toBeGreaterThanOrEqual(120);
    expect(Math.max(...extremes(uniform))).toBeLessThan(320);
    expect(Math.abs(mean(uniform) - 220)).toBeLessThan((5 * 200) / Math.sqrt(12 * n));
    expect(kolmogorov(uniform, (x) => (x - 120) / 200)).toBeLessThan(1.95);
    const normal = signal(normalNoise({ mean: 3, sd: 2, seed: 12 }), n);
    const z = normal.map((x) => (x - 3) / 2);
    expect(Math.abs(mean(z))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(z.map((x) => x ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(z.map((x) => x ** 3)))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(mean(z.map((x) => x ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(kolmogorov(z, normalDistribution)).toBeLessThan(1.95);
    expect(Math.max(...extremes(z))).toBeGreaterThan(4);
  });

  test("neighbouring samples are not correlated", () => {
    const noise = signal(normalNoise({ mean: 0, sd: 1, seed: 13 }), 100_000);
    for (const lag of [1, 2, 8]) expect(correlation(noise.slice(lag), noise.slice(0, -lag))).toBeLessThan(5 / Math.sqrt(100_000));
  });

  test("materialize refuses what is no source, no count, and a hold that is no whole number of steps", async () => {
    const held = uniformNoise({ low: 0, high: 1, hold: 0.25 });
    expect((await refusal(() => materialize(held, 1, 10))).code).toBe("E_HOLD");
    expect((await refusal(() => materialize(held, 1, { steps: 10, stepSize: 0.1 }))).code).toBe("E_HOLD");
    expect((await refusal(() => materialize(uniformNoise({ low: 0, high: 1 }), 0, 1.5))).problems).toHaveLength(2);
  });
});

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function extremes(values: Float64Array): number[] {
  const sorted = values.slice().sort();
  return [sorted[0], sorted[sorted.length - 1]];
}

/** |Pearson's correlation|. */
function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return Math.abs(ab) / Math.sqrt(aa * bb);
}

/** Kolmogorov's statistic, sqrt(n) times the largest distance of the distributions; above 1.95 once in 1000 times. */
function kolmogorov(values: Float64Array, distribution: (x: number) => number): number {
  const sorted = values.slice().sort();
  let most = 0;
  sorted.forEach((x, i) => {
    const p = distribution(x);
    most = Math.max(most, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  });
  return most * Math.sqrt(sorted.length);
}

/** The normal distribution function: Abramowitz & Stegun 26.2.17, error below 7.5e-8. */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}
