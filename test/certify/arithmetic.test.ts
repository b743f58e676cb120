// Certificates of sweeps whose steps are not exact: measured by exact ones, and the arithmetic is told with what it makes of the sweep.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, normalNoise, templatesFromYaml, trace } from "../../src/index.ts";
import { fuses } from "../support/fusing.ts";
import { small } from "../support/sweep.ts";

const { late } = templatesFromYaml(`
late_op: { base: OperatorTemplate, equations: ["x' = -k*past(x, 0.5)"], variables: { x: output(1.0), k: 1.0 } }
late_node: { base: NodeTemplate, operators: [late_op] }
late: { base: CircuitTemplate, nodes: { p: late_node } }
`);
const u = "jrc/jrc_op/u";
const calls: Record<string, GridSearchOptions> = {
  "against dop853": small({ solver: "rk4", inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 2 }) } }),
  "against half the step": {
    ...{ circuitTemplate: late, paramGrid: { k: [1, 2, 3] }, paramMap: { k: { vars: ["late_op/k"], nodes: ["p"] } } },
    ...{ simulationTime: 5, stepSize: 0.01, samplingStepSize: 0.1, outputs: { x: "p/late_op/x" }, solver: "heun" },
  },
};
const kinds = [
  { other: { fastMath: true }, says: "fastMath alone", bound: 1e-11 },
  { other: { precision: "float32" }, says: "float32 alone", bound: 1e-3 },
  { other: { fastMath: true, precision: "float32" }, says: "fastMath and float32 alone", bound: 1e-3 },
] as const;

describe.skipIf(!fuses).each(kinds)("certify arithmetic: $says", ({ other, says, bound }) => {
  test.each(Object.entries(calls))("is told with its error, %s", async (_, call) => {
    const [exact, found] = [await gridSearch({ ...call, certify: true }), await gridSearch({ ...call, ...other, certify: true })];
    if (!exact.certificate || !found.certificate) return expect.unreachable("there are certificates");
    expect(exact.certificate).not.toHaveProperty("arithmetic");
    expect(exact.certificate.text).not.toContain("exact steps");
    const { arithmetic, text, reference, largest, table } = found.certificate;
    expect(arithmetic).toMatchObject(Object.assign({ fastMath: false, precision: "float64", changes: 0 }, other));
    expect(reference).toBe(exact.certificate.reference);
    // The reference is that of exact steps: what it says of them is the exact sweep's own certificate.
    expect(arithmetic?.errorExact).toBeCloseTo(exact.certificate.largest, 9);
    expect(Math.abs(largest - exact.certificate.largest)).toBeLessThan(2 * bound);
    expect(arithmetic?.error).toBeGreaterThan(0);
    expect(arithmetic?.error).toBeLessThan(bound);
    expect(text.split("\n").filter((line) => line.startsWith(says))).toEqual([expect.stringMatching(/%.*; exact steps are off by .*%$/)]);
    const references = (values: typeof table) => Array.from(values.getChild("reference") ?? []);
    expect(references(table).length).toBe(references(exact.certificate.table).length);
  });

  test("advises steps and solvers that were run", async () => {
    const { certificate } = await gridSearch({ ...small(other), solver: "euler", certify: { tolerance: 1e-3 } });
    expect(certificate?.met).toBe(false);
    expect(certificate?.stepForAll ?? certificate?.solverForAll).toBeDefined();
  });

  test("is not that of the numbers that are returned", async () => {
    const call = small({ ...other, solver: "rk4" });
    const [plain, certified] = [await gridSearch(call), await gridSearch({ ...call, certify: true })];
    expect(trace(certified.results, "JRC2_3", "V_pce")).toEqual(trace(plain.results, "JRC2_3", "V_pce"));
  });
});
