// Functions whose products and sums round once: no less accurate than assembly/math, of whose graphs they are made.
import { describe, expect, test } from "vitest";
import { fusesMultiplyAdd } from "../../../src/model/compile/multiply-add.ts";
import { exact } from "../../support/high-precision.ts";
import { loopFunction } from "../../support/loop-functions.ts";
import { argumentsOf, mathRows, powers, worst } from "../../support/math-points.ts";

const fast = { fastMath: true, precision: "float64" } as const;

describe.skipIf(!fusesMultiplyAdd())("fused functions, on an engine that fuses", () => {
  test.each(mathRows)("$name stays below $bound units in the last place", async (row) => {
    const x = argumentsOf(row);
    const { error, at } = worst(await loopFunction(row.name, [x], fast), (i) => exact[row.name](x[i]));
    expect(error, `${row.name}(${x[at]})`).toBeLessThan(row.bound);
  });

  test.each([
    ["everywhere", -1021, 1023.9],
    ["near overflow", 1020, 1023.99],
    ["near underflow", -1021.9, -1015],
    ["near 1", -1, 1],
  ])("pow stays below 1 %s", async (_, low, high) => {
    const [x, y] = powers(800, low, high);
    const { error, at } = worst(await loopFunction("pow", [x, y], fast), (i) => exact.pow(x[i], y[i]));
    expect(error, `pow(${x[at]}, ${y[at]})`).toBeLessThan(1);
  });

  test("sigmoid is 0 and 1 beyond where it can be told from these, 1/2 at 0, and rises steadily", async () => {
    const special = [Number.MIN_SAFE_INTEGER, -1e300, -711, 0, -0, 711, 1e300];
    expect(await loopFunction("sigmoid", [special], fast)).toEqual([0, 0, 0, 0.5, 0.5, 1, 1]);
    const x = Array.from({ length: 2000 }, (_, i) => -712 + (i * 1424) / 2000);
    const found = await loopFunction("sigmoid", [x], fast);
    expect(found.every((value, i) => i === 0 || value >= found[i - 1])).toBe(true);
  });
});
