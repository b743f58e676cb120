import { describe, expect, test } from "vitest";
import { exact } from "../support/high-precision.ts";
import { argumentsOf, between, eitherSign, mathRows, powers, random, whole, worst } from "../support/math-points.ts";
import { run } from "../support/math-rows.ts";

describe("math: error in units in the last place", () => {
  test.each(mathRows)("$name stays below $bound", (row) => {
    const { name, bound } = row;
    const x = argumentsOf(row);
    const { error, at } = worst(run(name, x), (i) => exact[name](x[i]));
    expect(error, `${name}(${x[at]})`).toBeLessThan(bound);
    expect(error).toBeGreaterThan(0.4);
  });

  test.each([
    ["everywhere", -1021, 1023.9],
    ["near overflow", 1020, 1023.99],
    ["near underflow", -1021.9, -1015],
    ["near 1", -1, 1],
  ])("pow stays below 1 %s", (_, low, high) => {
    const [x, y] = powers(800, low, high);
    const { error, at } = worst(run("pow", x, y), (i) => exact.pow(x[i], y[i]));
    expect(error, `pow(${x[at]}, ${y[at]})`).toBeLessThan(1);
  });

  test("sigmoid is 0 where exp(-x) overflows in its formula, and rises steadily there", () => {
    const x = Array.from({ length: 400 }, (_, i) => -712 + i / 100);
    const found = run("sigmoid", x);
    for (const [i, value] of found.entries()) {
      expect(value).toBeGreaterThanOrEqual(i === 0 ? 0 : found[i - 1]);
      if (x[i] < -709.79) expect(value).toBe(0);
      if (x[i] > -709.4) expect(Math.abs(value - 1 / (1 + Math.exp(-x[i])))).toBeLessThan(1e-15 * value + 1e-323);
    }
  });

  test("pow of whole numbers and of negative bases", () => {
    const x = Array.from({ length: 400 }, () => eitherSign(random() < 0.5 ? whole(60) + 1 : between(0.1, 10)));
    const y = x.map(() => Math.round(between(-60, 60)));
    expect(worst(run("pow", x, y), (i) => exact.pow(x[i], y[i])).error).toBeLessThan(1);
    expect(run("pow", [3, 10, -2, -2, 5], [4, 22, 3, -2, -1])).toEqual([81, 1e22, -8, 0.25, 0.2]);
  });

  test("exp and pow underflow gradually, to one step", () => {
    const x = Array.from({ length: 400 }, () => between(-745, -708));
    expect(worst(run("exp", x), (i) => exact.exp(x[i])).error).toBeLessThan(1);
    const [base, y] = powers(400, -1074, -1022);
    expect(worst(run("pow", base, y), (i) => exact.pow(base[i], y[i])).error).toBeLessThan(1);
  });
});
