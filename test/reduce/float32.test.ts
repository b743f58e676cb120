// Features of steps in float32: what is at rest is told by the noise floor of its rounding, in however many lanes.
import { expect, test } from "vitest";
import { type GridSearchOptions, gridSearch } from "../../src/index.ts";
import { published } from "../support/sweep.ts";

const call: GridSearchOptions = published({
  paramGrid: { u: [20, 60, 100, 130, 160, 220, 300] },
  paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
  simulationTime: 6,
  stepSize: 1e-3,
  samplingStepSize: 1e-3,
  cutoff: 3,
  outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i", m: "jrc/jrc_op/m" },
  features: { V: ["regime", "range", "maxima", "mean", "std"], m: ["regime", "range"] },
  solver: "rk4",
});

test("reduce float32: regimes are those of exact steps, at rest too", async () => {
  const [exact, found] = [await gridSearch(call), await gridSearch({ ...call, precision: "float32" })];
  for (const name of ["V_regime", "V_maxima", "m_regime"]) {
    expect([name, ...(found.resultsMap.getChild(name) ?? [])]).toEqual([name, ...(exact.resultsMap.getChild(name) ?? [])]);
  }
  expect(new Set(exact.resultsMap.getChild("V_regime"))).toEqual(new Set(["fixed point", "oscillation"]));
  const rest = Array.from(exact.resultsMap.getChild("V_regime") ?? []).indexOf("fixed point");
  for (const name of ["V_range", "m_range"]) expect(found.resultsMap.getChild(name)?.get(rest)).toBe(0);
});

test("reduce float32: features of a point are the same in blocks of any number of lanes", async () => {
  const whole = await gridSearch({ ...call, precision: "float32", simulationTime: 3.5 });
  for (let points = 1; points <= 7; points++) {
    const paramGrid = { u: [20, 60, 100, 130, 160, 220, 300].slice(0, points) };
    const { resultsMap } = await gridSearch({ ...call, precision: "float32", simulationTime: 3.5, paramGrid });
    const rows = (table: typeof resultsMap) => table.toArray().map((row) => row.toJSON());
    expect(rows(resultsMap)).toEqual(rows(whole.resultsMap).slice(0, points));
  }
});
