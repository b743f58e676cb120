// Reducers beside plain formulas, on random traces cut at random into windows.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { everything, feature, number, reduce, samples } from "../support/windows.ts";

/** Multiples of 2^-30, so that exact sums are cheap. */
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => Math.round(x * 2 ** 30) / 2 ** 30);
const traceOf = (rows: number) => fc.array(value, { minLength: rows, maxLength: rows }).map((list) => Float64Array.from(list));
const block = fc
  .record({ lanes: fc.integer({ min: 1, max: 7 }), rows: fc.integer({ min: 8, max: 90 }) })
  .chain(({ lanes, rows }) => fc.array(traceOf(rows), { minLength: lanes, maxLength: lanes }));
const cuts = fc.array(
  fc.integer({ min: 0, max: 20 }).map((n) => Math.max(1, n)),
  { maxLength: 12 },
);

/** Mean and deviation in BigInt arithmetic, of numbers in units of 2^-60. */
function exactMoments(trace: Float64Array): { mean: number; std: number } {
  const unit = 2 ** 60;
  const whole = Array.from(trace, (x) => BigInt(Math.trunc(x)) * BigInt(unit) + BigInt(Math.round((x - Math.trunc(x)) * unit)));
  const n = BigInt(whole.length);
  const sum = whole.reduce((a, b) => a + b, 0n);
  // n^2 times the variance: n times the sum of squares, less the square of the sum.
  const spread = n * whole.reduce((a, b) => a + b * b, 0n) - sum * sum;
  return { mean: Number(sum / n) / unit + Number(sum % n) / Number(n) / unit, std: Math.sqrt(Number(spread)) / Number(n) / unit };
}

/** Distance in units of the last place of `of`. */
function ulps(found: number, wanted: number, of = wanted): number {
  return Math.abs(found - wanted) / Math.max(2 ** (Math.floor(Math.log2(Math.abs(of))) - 52), Number.MIN_VALUE);
}

describe("reduce: mean and std", () => {
  test("are those of exact arithmetic: mean to 2 ulp of the largest sample, std to 1e-14", () => {
    fc.assert(
      fc.property(block, cuts, (traces, cut) => {
        const { mean, std } = reduce("mean", traces, { cuts: cut });
        traces.forEach((trace, lane) => {
          const exact = exactMoments(trace);
          const largest = Math.max(...trace.map(Math.abs));
          expect(ulps(Number(mean[lane]), exact.mean, largest)).toBeLessThanOrEqual(2);
          expect(Math.abs(Number(std[lane]) - exact.std)).toBeLessThanOrEqual(1e-14 * exact.std + 2 ** -50);
        });
      }),
    );
  });

  test.each([
    ["1e8 ± 1e-3", 1e8, 1e-3],
    ["-1e12 ± 1", -1e12, 1],
    ["1e-9 ± 1e3", 1e-9, 1e3],
  ])("keep their digits: %s, a million samples", (_, offset, size) => {
    let state = 1;
    const trace = samples(1_000_000, () => {
      state = (state * 48271) % 2147483647;
      return offset + size * (state / 1073741823.5 - 1);
    });
    const exact = exactMoments(trace);
    expect(ulps(number("mean", trace), exact.mean, offset + size)).toBeLessThanOrEqual(1);
    expect(Math.abs(number("std", trace) / exact.std - 1)).toBeLessThan(1e-13);
  });

  test("stand an outlier as the first sample", () => {
    const trace = samples(100_001, (i) => (i === 0 ? 0 : 1e8 + (i % 2 === 0 ? 1e-3 : -1e-3)));
    const exact = exactMoments(trace);
    expect(Math.abs(number("mean", trace) / exact.mean - 1)).toBeLessThan(1e-15);
    expect(Math.abs(number("std", trace) / exact.std - 1)).toBeLessThan(1e-12);
  });

  test("of a constant are the constant and 0, exactly", () => {
    const trace = new Float64Array(999).fill(0.1);
    expect([feature("mean", trace), feature("std", trace)]).toEqual([0.1, 0]);
  });

  test("std divides by the number of samples, as NumPy does", () => {
    expect(feature("std", Float64Array.of(1, 2, 3, 4, 1, 2, 3, 4))).toBe(Math.sqrt(1.25));
  });
});

describe("reduce: min, max, range, last and crossings", () => {
  test("are what plain loops find", () => {
    fc.assert(
      fc.property(block, cuts, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (traces, cut, level) => {
        const found = { ...reduce("min", traces, { cuts: cut }), ...reduce("last", traces, { cuts: cut }) };
        const { crossings } = reduce("crossings", traces, { cuts: cut, settings: { level } });
        traces.forEach((trace, lane) => {
          const [low, high] = [Math.min(...trace), Math.max(...trace)];
          const plain = [low, high, high - low, trace[trace.length - 1]];
          expect([found.min[lane], found.max[lane], found.range[lane], found.last[lane]].map((x) => Number(x) + 0)).toEqual(
            plain.map((x) => x + 0),
          );
          expect(crossings[lane]).toBe(trace.filter((x, i) => i > 0 && trace[i - 1] < level && x >= level).length);
        });
      }),
    );
  });

  test("a crossing is counted once, upwards, also where a sample lies on the level", () => {
    const trace = Float64Array.of(0, -1, 0, 0, 1, -1, 1, 0, -1, -1);
    expect(feature("crossings", trace)).toBe(2);
    expect(feature("crossings", trace, { settings: { level: 1 } })).toBe(2);
    expect(feature("crossings", trace, { settings: { level: 2 } })).toBe(0);
    expect(
      feature(
        "crossings",
        samples(1000, (i) => Math.sin((i * 2 * Math.PI) / 100 + 0.1)),
      ),
    ).toBe(10);
  });
});

describe("reduce: no bit depends", () => {
  const bits = (values: readonly (Float64Array | string[])[]) =>
    values.map((list) => (list instanceof Float64Array ? [...new BigInt64Array(list.slice().buffer)] : list));

  test("on where windows end", () => {
    fc.assert(
      fc.property(block, cuts, (traces, cut) => {
        expect(bits(everything(traces, { cuts: cut }))).toEqual(bits(everything(traces)));
      }),
    );
  });

  test("on the other lanes", () => {
    fc.assert(
      fc.property(block, (traces) => {
        const together = bits(everything(traces));
        traces.forEach((trace, lane) => {
          const alone = bits(everything([trace]));
          expect(alone.map(([only]) => only)).toEqual(together.map((list) => list[lane]));
        });
      }),
    );
  });

  test("on a lane that is not finite", () => {
    const good = samples(600, (i) => Math.sin(i / 7) + Math.sin(i / 3));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const spoilt = good.map((x, i) => (i > 300 ? bad : x));
      const mixed = bits(everything([spoilt, good, spoilt]));
      const alone = bits(everything([good]));
      expect(mixed.map((list) => list[1])).toEqual(alone.map(([only]) => only));
    }
  });

  test("on the windows of long traces, whose lists of turning points overflow", () => {
    const noise = samples(20_000, (i) => Math.sin(i / 1000) + 0.2 * Math.sin(i * i) + (i > 15_000 ? Math.sin(i) : 0));
    const whole = bits(everything([noise]));
    for (const cut of [1, 7, 100, 999]) {
      expect(bits(everything([noise], { cuts: new Array<number>(Math.ceil(20_000 / cut)).fill(cut) }))).toEqual(whole);
    }
  });
});
