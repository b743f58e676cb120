// Functions of float32 loops: exp and the logistic function of their own, and all others those of float64, rounded.
import { describe, expect, test } from "vitest";
import { fusesMultiplyAdd } from "../../../src/model/compile/multiply-add.ts";
import { binary32, exact, ulps } from "../../support/high-precision.ts";
import { loopFunction } from "../../support/loop-functions.ts";
import { argumentsOf, between, mathRows } from "../../support/math-points.ts";

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;
/** Units in the last place of f32; others are half a unit and what rounding twice adds. */
const bounds: Readonly<Record<string, number>> = { exp: 1, sigmoid: 2.5 };
const ROUNDED = 0.501;

const arithmetics = [false, true].map((fastMath) => ({ fastMath, precision: "float32" }) as const);

describe.each(arithmetics)("float32 functions, fastMath $fastMath", (arithmetic) => {
  describe.skipIf(arithmetic.fastMath && !fusesMultiplyAdd())("on an engine that has it", () => {
    test.each(mathRows)("$name", async (row) => {
      const more = row.name in bounds ? Array.from({ length: 6000 }, () => between(-88, 88)) : [];
      const all = [...argumentsOf(row), ...more].map(Math.fround).filter((x) => Number.isFinite(x) && x !== 0);
      const values = await loopFunction(row.name, [all], arithmetic);
      const isNormal = (value: number) => Math.abs(value) >= SMALLEST_NORMAL && Math.abs(value) <= LARGEST;
      const points = all.map((x, i) => ({ x, value: values[i] })).filter(({ value }) => isNormal(value));
      const errors = points.map(({ x, value }) => ulps(value, exact[row.name](x), binary32));
      const worst = errors.indexOf(Math.max(...errors));
      expect(errors[worst], `${row.name}(${points[worst].x})`).toBeLessThan(bounds[row.name] ?? ROUNDED);
      expect(points.length).toBeGreaterThan(300);
    });

    test("beyond normal numbers", async () => {
      const x = [-1e30, -120, -104.5, 0, 88.8, 1e30];
      expect(await loopFunction("exp", [x], arithmetic)).toEqual([0, 0, 0, 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
      expect(await loopFunction("sigmoid", [[-1e30, -90, 0, 20, 1e30]], arithmetic)).toEqual([0, 0, 0.5, 1, 1]);
      const [subnormal] = await loopFunction("exp", [[-95]], arithmetic);
      expect(Math.abs(subnormal / Math.exp(-95) - 1)).toBeLessThan(2e-3);
    });
  });
});
