// The growth of deviations is a feature of all states, not of an output: certificates measure it by itself.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, templatesFromYaml } from "../../src/index.ts";

const { wave } = templatesFromYaml(`
wave_op: { base: OperatorTemplate, equations: ["x' = v", "v' = -w*w*x"], variables: { x: output(1.0), v: variable(0.0), w: 1.0 } }
wave_node: { base: NodeTemplate, operators: [wave_op] }
wave: { base: CircuitTemplate, nodes: { p: wave_node } }
`);

describe("growth: certificates of sweeps with lyapunov", () => {
  const call = {
    ...{ circuitTemplate: wave, paramGrid: { w: [2, 3] }, paramMap: { w: { vars: ["wave_op/w"], nodes: ["p"] } } },
    ...{ simulationTime: 50, outputs: { x: "p/wave_op/x" }, features: { x: ["lyapunov", "max"] }, certify: true },
  } satisfies Partial<GridSearchOptions>;
  const errorOf = async (options: Pick<GridSearchOptions, "solver" | "stepSize">) => {
    const { certificate } = await gridSearch({ ...call, ...options });
    return Number(certificate?.quantities.find(({ quantity }) => quantity === "x_lyapunov")?.error);
  };

  test("a fine step is right, a coarse one is told", async () => {
    expect(await errorOf({ solver: "rk4", stepSize: 0.01 })).toBeLessThan(1e-4);
    expect(await errorOf({ solver: "euler", stepSize: 0.1 })).toBeGreaterThan(0.01);
  });
});
