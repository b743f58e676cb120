// Every bundled circuit, run by Euler, against PyRates.
import { describe, expect, test } from "vitest";
import { trace } from "../../src/index.ts";
import { circuitCases, run } from "../support/circuit-cases.ts";
import { BOUND, deviation, times } from "../support/reference.ts";

/** Vectorised PyRates reads delay buffers one evaluation late in these; run without vectorising, it agrees. */
const departures = new Set(["jrc_2delaycoupled/euler_vec", "tb_net14/euler_vec"]);

describe("bundled circuits agree with PyRates' Euler runs to 1e-10 of each column's range", () => {
  test.each(circuitCases)("%s", async (name, each) => {
    const { results, resultsMap } = await run(each);
    const key = String(resultsMap.get(0)?.key);
    const euler = Object.entries(each.runs).filter(([method]) => method.startsWith("euler") && !departures.has(`${name}/${method}`));
    expect(euler.length).toBeGreaterThan(0);
    for (const [, { index, columns, data }] of euler) {
      expect(Array.from(times(results))).toEqual(index);
      columns.forEach((output, i) => {
        const column = data[i];
        if (Array.isArray(column)) expect(deviation(trace(results, key, output), column)).toBeLessThan(BOUND);
        else {
          expect(deviation(trace(results, key, `${output}.re`), column.re)).toBeLessThan(BOUND);
          expect(deviation(trace(results, key, `${output}.im`), column.im)).toBeLessThan(BOUND);
        }
      });
    }
  });
});
