// The core's own functions, against the BigInt oracle: errors below 1 ulp, special values, and lanes that do not meet.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exp, fixed, log, type Scaled, sigmoid, ulps } from "./high-precision.ts";

const memory = new WebAssembly.Memory({ initial: 64 });
const bytes = readFileSync(new URL("../build/math.wasm", import.meta.url));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });

/** A function of math.wasm over a list; an odd list gets one more lane. */
function core(name: string, x: readonly number[]): number[] {
  const n = x.length + (x.length % 2);
  const [from, to, scratch] = [64, 64 + 8 * n, 64 + 16 * n];
  new Float64Array(memory.buffer, from, n).set(x);
  const run = exports[name];
  if (typeof run !== "function") throw new Error(`math.wasm does not export ${name}`);
  run(from, to, n, scratch);
  return Array.from(new Float64Array(memory.buffer, to, x.length));
}

/** Seeded numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function worst(name: string, x: readonly number[], oracle: (x: number) => Scaled): number {
  return core(name, x).reduce((most, found, i) => Math.max(most, ulps(found, oracle(x[i]))), 0);
}

const next = random(1995);
const between = (low: number, high: number, count: number) => Array.from({ length: count }, () => low + (high - low) * next());
/** The places where a reduction turns over: odd multiples of ln(2) / 2, and their neighbours. */
const turns = Array.from({ length: 400 }, (_, i) => (2 * i - 400 + 1) * 0.34657359027997264).flatMap((x) => [
  x,
  x * (1 + 2 ** -52),
  x * (1 - 2 ** -52),
]);
const small = Array.from({ length: 60 }, (_, i) => 2 ** (-i - 1)).flatMap((x) => [x, -x]);

describe("errors, against 200 bits", () => {
  test("the oracle knows e, ln 2 and 1 / (1 + 1 / e)", () => {
    expect(ulps(Math.E, exp(fixed(1)))).toBeLessThan(0.5);
    expect(ulps(Math.LN2, log(2))).toBeLessThan(0.5);
    expect(ulps(0.7310585786300049, sigmoid(fixed(1)))).toBeLessThan(0.5);
    expect(ulps(Math.E + 2 ** -51, exp(fixed(1)))).toBeGreaterThan(0.5);
  });

  const points = [...between(-708, 709, 3000), ...between(-40, 40, 3000), ...turns, ...small];

  test("exp: below 1 ulp on [-708, 709]", () => {
    expect(worst("expRow", points, (x) => exp(fixed(x)))).toBeLessThan(1);
  });

  test.each(["sigmoidRow", "sigmoidsRow"])("%s: below 1 ulp on [-708, 709]", (name) => {
    expect(worst(name, points, (x) => sigmoid(fixed(x)))).toBeLessThan(1);
  });

  test("exp and sigmoid: at most 2 steps of 2^-1074 where the result is subnormal", () => {
    const low = between(-745, -708.4, 400);
    expect(worst("expRow", low, (x) => exp(fixed(x)))).toBeLessThan(2);
    expect(worst("sigmoidRow", low, (x) => sigmoid(fixed(x)))).toBeLessThan(2);
  });

  test("log: below 1 ulp on all positive numbers", () => {
    const positive = [
      ...between(0, 4, 3000),
      ...between(0.999, 1.001, 500),
      ...Array.from({ length: 1000 }, () => 2 ** (2040 * next() - 1020) * (1 + next())),
    ];
    expect(
      worst(
        "logRow",
        positive.filter((x) => x > 0 && x !== 1 && Number.isFinite(x)),
        log,
      ),
    ).toBeLessThan(1);
    expect(worst("logRow", [5e-324, 1e-310, 2.2250738585072014e-308, Number.MAX_VALUE], log)).toBeLessThan(1);
  });
});

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

describe("special values", () => {
  const cases: [string, number, number][] = [
    ["expRow", 0, 1],
    ["expRow", -0, 1],
    ["expRow", inf, inf],
    ["expRow", -inf, 0],
    ["expRow", nan, nan],
    ["expRow", 709.782712893384, 1.797693134862273e308],
    ["expRow", 709.7827128933841, inf],
    ["expRow", 1e300, inf],
    ["expRow", -745.2, 0],
    ["expRow", -1e300, 0],
    ["sigmoidRow", 0, 0.5],
    ["sigmoidRow", -0, 0.5],
    ["sigmoidRow", inf, 1],
    ["sigmoidRow", -inf, 0],
    ["sigmoidRow", nan, nan],
    ["sigmoidRow", 1e300, 1],
    ["sigmoidRow", 40, 1],
    ["sigmoidRow", -1e300, 0],
    ["sigmoidRow", -745.2, 0],
    ["logRow", 1, 0],
    ["logRow", 0, -inf],
    ["logRow", -0, -inf],
    ["logRow", -1, nan],
    ["logRow", -inf, nan],
    ["logRow", inf, inf],
    ["logRow", nan, nan],
  ];
  test.each(cases)("%s(%f) = %f", (name, x, expected) => {
    const [found] = core(name, [x, x]);
    const near = Number.isFinite(expected) && expected > 1e300;
    if (near) expect(Math.abs(found / expected - 1)).toBeLessThan(1e-12);
    else expect(Object.is(found, expected)).toBe(true);
  });
});

describe("lanes", () => {
  const mixed = [...between(-30, 30, 200), inf, -inf, nan, 800, -800, -720, 0, -0];

  test.each(["expRow", "sigmoidRow", "sigmoidsRow", "logRow"])("%s: a lane's bits do not depend on the others", (name) => {
    const together = core(name, mixed);
    const alone = mixed.map((x) => core(name, [x, 1])[0]);
    const second = mixed.map((x) => core(name, [nan, x])[1]);
    expect(together).toEqual(alone);
    expect(together).toEqual(second);
  });

  test("the loops over rows give the bits of the single function, near and far, at any length", () => {
    for (const n of [2, 6, 62, 64, 66, 128, 192, 390]) {
      const near = between(-690, 690, n);
      expect(core("sigmoidsRow", near)).toEqual(core("sigmoidRow", near));
      const far = near.map((x, i) => (i === n - 1 ? -700 : x));
      expect(core("sigmoidsRow", far)).toEqual(core("sigmoidRow", far));
    }
  });
});
