// Regimes of random traces: false alarms and misses, each on a sample of runs that would show a rate of 3 % (bench/regimes.mjs has 1,000).
import { describe, expect, test } from "vitest";
import { kinds, numbersOf, spikeTrain } from "../../bench/support/filtered-noise.mjs";
import { gridSearch, uniformNoise } from "../../src/index.ts";
import { published } from "../support/sweep.ts";
import { type Reduction, reduce, samples } from "../support/windows.ts";

const turn = 2 * Math.PI;

/** How often each regime is found among traces of random points. */
function counted(traces: readonly Float64Array[], reduction: Reduction = {}): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of reduce("regime", traces, { random: true, ...reduction }).regime) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Runs of a kind of noise. At a rate of 3 % no more than 3 are found in one of 50 samples; at 0.2 %, more than 3 in one of 300. */
const RUNS = 150;
const BOUND = 3;

describe("regime of noise: false alarms", () => {
  test.each(Object.entries(kinds))("%s is no rhythm, in 500 samples or 2,000", (_, make) => {
    const numbers = numbersOf(15);
    const found = [500, 2000].map((length) => counted(Array.from({ length: RUNS }, () => make(length, numbers))));
    expect(found.reduce((sum, { rhythm = 0 }) => sum + rhythm, 0)).toBeLessThanOrEqual(BOUND);
    expect(found.map((each) => each["fixed point"] ?? each.oscillation ?? 0)).toEqual([0, 0]);
  });

  test.each(["white noise", "AR(1), -0.9", "AR(1), 0.9", "2 poles, 10", "4 poles, 3", "band-pass, 10 and 10"])(
    "%s of 4,000 samples is noise-driven",
    (kind) => {
      const numbers = numbersOf(11);
      const { "noise-driven": driven = 0 } = counted(Array.from({ length: 200 }, () => kinds[kind](4000, numbers)));
      expect(driven).toBeGreaterThanOrEqual(197);
    },
  );
});

describe("regime of noise: rhythms", () => {
  test("the alpha rhythm of a Jansen-Rit column is found at each of the neighbours, and is none at C = 68", async () => {
    const { resultsMap } = await gridSearch({
      ...published(),
      paramGrid: { C: [133.74, 133.74, 133.74, 135, 68], h_i: [0.01862, 0.02031, 0.022, 0.022, 0.022] },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, h_i: { vars: ["jrc_op/h_i"], nodes: ["jrc"] } },
      inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
      outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i", V_pce: "jrc/jrc_op/V_e" },
      features: { V: ["regime"], V_pce: ["regime"] },
      replicates: 100,
      results: false,
      workers: 0,
    });
    const regimes = Array.from(resultsMap.getChild("V_regime") ?? [], String);
    const found = Array.from({ length: 5 }, (_, i) => [...new Set(regimes.slice(100 * i, 100 * (i + 1)))]);
    expect(found).toEqual([["rhythm"], ["rhythm"], ["rhythm"], ["rhythm"], ["noise-driven"]]);
    // V_e alone has the input's noise in its background, above which the narrow peak at C = 135 still stands.
    const ofExcitation = Array.from(resultsMap.getChild("V_pce_regime") ?? [], String);
    expect(ofExcitation.slice(300, 400).filter((label) => label === "rhythm").length).toBeGreaterThanOrEqual(98);
    expect(ofExcitation.slice(400).filter((label) => label === "noise-driven").length).toBe(100);
  });

  /** A resonance of quality Q, driven by white noise: two complex poles, `period` samples. */
  function resonance(length: number, quality: number, period: number, normal: () => number): Float64Array {
    const radius = Math.exp(-Math.PI / (quality * period));
    let [last, before] = [0, 0];
    const step = () => {
      const next = 2 * radius * Math.cos(turn / period) * last - radius * radius * before + normal();
      [last, before] = [next, last];
      return next;
    };
    for (let i = 0; i < 10 * quality * period; i++) step();
    return samples(length, step);
  }

  test.each([20, 70, 250])("a resonance of quality 10 and a period of %d samples is found in 160 periods", (period) => {
    const { normal } = numbersOf(period);
    const traces = Array.from({ length: 100 }, () => resonance(160 * period, 10, period, normal));
    expect(counted(traces).rhythm).toBeGreaterThanOrEqual(99);
  });

  test("a resonance of quality 1 is none", () => {
    const { normal } = numbersOf(9);
    const { rhythm = 0 } = counted(Array.from({ length: 100 }, () => resonance(4000, 1, 40, normal)));
    expect(rhythm).toBeLessThanOrEqual(1);
  });

  test("a sharp cycle with noise is a rhythm, for all its harmonics", () => {
    const { normal } = numbersOf(2);
    const traces = Array.from({ length: 20 }, () => samples(4000, (i) => Math.exp(-((i % 173) / 8)) + 0.05 * normal()));
    expect(counted(traces)).toEqual({ rhythm: 20 });
  });

  test("a transient in the first quarter does no harm", () => {
    const numbers = numbersOf(4);
    const transient = (i: number) => 100 * Math.exp(-i / 30);
    const traces = Array.from({ length: 50 }, () => resonance(4000, 15, 50, numbers.normal).map((x, i) => x + transient(i)));
    expect(counted(traces).rhythm).toBeGreaterThanOrEqual(49);
  });
});

describe("regime of noise: too short to judge", () => {
  test.each([1, 4])("trains of five spikes (gamma process, shape %d) are undecided", (shape) => {
    const numbers = numbersOf(shape);
    const traces = Array.from({ length: 100 }, () => spikeTrain(4000, numbers, { mean: 800, shape }));
    expect(counted(traces).undecided).toBeGreaterThanOrEqual(shape === 1 ? 92 : 99);
  });

  test("irregular trains of 100 spikes are noise-driven, and regular ones a rhythm", () => {
    const numbers = numbersOf(8);
    const traces = (shape: number) => Array.from({ length: 100 }, () => spikeTrain(4000, numbers, { mean: 40, shape }));
    expect(counted(traces(1))["noise-driven"]).toBeGreaterThanOrEqual(98);
    expect(counted(traces(200)).rhythm).toBe(100);
  });

  test("a few periods of a wave, and a few samples, are undecided", () => {
    const { normal } = numbersOf(6);
    for (const [length, period] of [
      [500, 110],
      [40, 10],
      [8, 4],
    ])
      expect(counted([samples(length, (i) => Math.sin((turn * i) / period) + 0.01 * normal())])).toEqual({ undecided: 1 });
  });
});

test("regimes of random traces are the same wherever windows end, and beside whatever lanes", () => {
  const numbers = numbersOf(12);
  const traces = ["white noise", "AR(1), 0.99", "band-pass, 10 and 10"].map((kind) => kinds[kind](3000, numbers));
  traces.push(samples(3000, (i) => Math.sin(i / 8) + numbers.normal()));
  const { regime } = reduce("regime", traces, { random: true });
  expect(reduce("regime", traces, { random: true, cuts: [1, 700, 51, 749, 2, 1000] }).regime).toEqual(regime);
  expect(traces.map((each) => reduce("regime", [each], { random: true }).regime[0])).toEqual(regime);
});
