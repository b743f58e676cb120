// Certificates say where equations jump within steps of a fixed size.
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, type GridSearchOptions, gridSearch, templatesFromYaml } from "../../src/index.ts";

const { pulse, threshold, smooth } = templatesFromYaml(`
pulse_op: { base: OperatorTemplate, equations: ["v' = (-v + I*(t > a)*(t < a + 1))/tau"], variables: { v: output(0.0), I: 1.0, a: 50.0, tau: 1.0 } }
threshold_op: { base: OperatorTemplate, equations: ["v' = I - v - (v > 0.5)*v"], variables: { v: output(0.0), I: 1.0 } }
smooth_op: { base: OperatorTemplate, equations: ["v' = I - v"], variables: { v: output(0.0), I: 1.0 } }
pulse_pop: { base: NodeTemplate, operators: [pulse_op] }
threshold_pop: { base: NodeTemplate, operators: [threshold_op] }
smooth_pop: { base: NodeTemplate, operators: [smooth_op] }
pulse: { base: CircuitTemplate, nodes: { p: pulse_pop } }
threshold: { base: CircuitTemplate, nodes: { p: threshold_pop } }
smooth: { base: CircuitTemplate, nodes: { p: smooth_pop } }
`);

async function certified(circuitTemplate: CircuitTemplate, op: string, more: Partial<GridSearchOptions> = {}) {
  const { certificate } = await gridSearch({
    circuitTemplate,
    ...{ paramGrid: { I: [1, 2] }, paramMap: { I: { vars: [`${op}/I`], nodes: ["p"] } } },
    ...{ simulationTime: 100, stepSize: 0.1, outputs: { v: `p/${op}/v` }, solver: "rk4", certify: true, workers: 0 },
    ...more,
  });
  if (!certificate) throw new Error("there is no certificate");
  return certificate;
}

describe("certify: jumps within fixed steps", () => {
  test("at known times: of which points, the first time, and a sentence", async () => {
    const { jumps, text } = await certified(pulse, "pulse_op");
    expect(jumps?.points).toEqual(["pulse_0", "pulse_1"]);
    expect(Math.abs(Number(jumps?.time) - 50)).toBeLessThan(1e-12);
    expect(jumps?.byState).toBe(false);
    expect(text).toMatch(
      /the equations of pulse_0 jump at 50, within a step, and so do those of 1 more point .* fixed steps do not end there/,
    );
  });

  test("where a state makes them", async () => {
    const { jumps, text } = await certified(threshold, "threshold_op");
    expect(jumps).toEqual({ points: [], byState: true });
    expect(text).toContain("the equations jump where a state makes them, within steps");
  });

  test("not where there are none, and not where steps end at them", async () => {
    expect((await certified(smooth, "smooth_op")).jumps).toBeUndefined();
    const { jumps, text, met } = await certified(pulse, "pulse_op", { solver: "rk45" });
    expect([jumps, met]).toEqual([undefined, true]);
    expect(text).not.toContain("jump");
  });
});
