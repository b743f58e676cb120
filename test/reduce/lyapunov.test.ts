// The largest Lyapunov exponent: of systems whose exponents are known, exactly or to published digits.
import { describe, expect, test } from "vitest";
import { gridSearch, MassgridError, normalNoise, templatesFromYaml } from "../../src/index.ts";

const circuits = templatesFromYaml(`
lorenz_op:
  base: OperatorTemplate
  equations: ["x' = sigma*(y - x)", "y' = x*(rho - z) - y", "z' = x*y - beta*z"]
  variables: { x: output(1.0), y: variable(1.0), z: variable(20.0), sigma: 10.0, rho: 28.0, beta: 2.6666666666666665 }
lorenz_pop: { base: NodeTemplate, operators: [lorenz_op] }
lorenz: { base: CircuitTemplate, nodes: { p: lorenz_pop } }
roessler_op:
  base: OperatorTemplate
  equations: ["x' = -y - z", "y' = x + a*y", "z' = b + z*(x - c)"]
  variables: { x: output(1.0), y: variable(1.0), z: variable(1.0), a: 0.2, b: 0.2, c: 5.7 }
roessler_pop: { base: NodeTemplate, operators: [roessler_op] }
roessler: { base: CircuitTemplate, nodes: { p: roessler_pop } }
line_op:
  base: OperatorTemplate
  equations: ["x' = -a*x + y", "y' = -3.0*y + u"]
  variables: { x: output(1.0), y: variable(0.0), a: 1.0, u: input(0.0) }
line_pop: { base: NodeTemplate, operators: [line_op] }
line: { base: CircuitTemplate, nodes: { p: line_pop } }
late_op: { base: OperatorTemplate, equations: ["x' = -past(x, 1.0) + c"], variables: { x: output(0.5), c: 0.0 } }
late_pop: { base: NodeTemplate, operators: [late_op] }
late: { base: CircuitTemplate, nodes: { p: late_pop } }
`);

const exact = { solver: { name: "dop853", rtol: 1e-10, atol: 1e-12 } } as const;

describe("reduce lyapunov", () => {
  test("of a linear system is the largest real part of its eigenvalues, in every solver", async () => {
    for (const solver of ["rk4", "dop853", "rodas4"]) {
      const { resultsMap, results } = await gridSearch({
        circuitTemplate: circuits.line,
        paramGrid: { a: [1, 0.25, -0.5, 4] },
        paramMap: { a: { vars: ["line_op/a"], nodes: ["p"] } },
        ...{ simulationTime: 40, stepSize: 0.02, samplingStepSize: 1, cutoff: 20, solver },
        outputs: { x: "p/line_op/x", y: "p/line_op/y" },
        features: { y: ["lyapunov", "mean"], x: ["lyapunov"] },
      });
      const found = Array.from(resultsMap.getChild("x_lyapunov") ?? [], Number);
      for (const [i, known] of [-1, -0.25, 0.5, -3].entries()) expect(Math.abs(found[i] - known)).toBeLessThan(1e-5);
      expect(Array.from(resultsMap.getChild("y_lyapunov") ?? [])).toEqual(found);
      // Traces are those of the outputs alone.
      expect(results.schema.fields.length).toBe(1 + 2 * 4);
    }
  });

  test("of Lorenz's system is 0.9056, and below 0 where it rests", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: circuits.lorenz,
      paramGrid: { rho: [28, 10] },
      paramMap: { rho: { vars: ["lorenz_op/rho"], nodes: ["p"] } },
      ...{ simulationTime: 4000, stepSize: 0.01, samplingStepSize: 1, cutoff: 100, solver: "rk4" },
      ...{ outputs: { x: "p/lorenz_op/x" }, features: { x: ["lyapunov"] }, results: false },
    });
    const [chaos, rest] = Array.from(resultsMap.getChild("x_lyapunov") ?? [], Number);
    // Sprott 2003 has 0.9056; a run of this length tells it to about 0.005.
    expect(Math.abs(chaos - 0.9056)).toBeLessThan(0.015);
    // The pair of eigenvalues at rest, of z^3 + 13.667 z^2 + 53.33 z + 480.
    expect(Math.abs(rest + 0.59544)).toBeLessThan(2e-3);
  });

  test("of Roessler's system is 0.071, and 0 of a limit cycle", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: circuits.roessler,
      paramGrid: { c: [5.7, 2.5] },
      paramMap: { c: { vars: ["roessler_op/c"], nodes: ["p"] } },
      ...{ simulationTime: 8000, stepSize: 0.02, samplingStepSize: 1, cutoff: 500, solver: "rk4" },
      ...{ outputs: { x: "p/roessler_op/x" }, features: { x: ["lyapunov"] }, results: false },
    });
    const [chaos, cycle] = Array.from(resultsMap.getChild("x_lyapunov") ?? [], Number);
    expect(Math.abs(chaos - 0.0714)).toBeLessThan(0.006);
    expect(Math.abs(cycle)).toBeLessThan(1e-3);
  });

  test("tells chaos of Larter and Breakspear's population from its rest and its cycles", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.larterbreakspear.lb",
      paramGrid: { d_V: [0.54, 0.57, 0.65] },
      paramMap: { d_V: { vars: ["lb_op/d_V"], nodes: ["p"] } },
      ...{ simulationTime: 10_000, stepSize: 0.1, samplingStepSize: 10, cutoff: 2000, solver: "rk4" },
      ...{ outputs: { V: "p/lb_op/V" }, features: { V: ["lyapunov"] }, results: false },
    });
    const [rest, cycle, chaos] = Array.from(resultsMap.getChild("V_lyapunov") ?? [], Number);
    expect(rest).toBeLessThan(-1e-3);
    expect(Math.abs(cycle)).toBeLessThan(1e-3);
    expect(chaos).toBeGreaterThan(5e-3);
    expect(resultsMap.schema.fields.find(({ name }) => name === "V_lyapunov")?.metadata.get("unit")).toBe("1/ms");
  });

  test("leaves every other number as it is, and refine finds where chaos begins", async () => {
    const call = {
      circuitTemplate: circuits.roessler,
      paramMap: { c: { vars: ["roessler_op/c"], nodes: ["p"] } },
      ...{ simulationTime: 200, stepSize: 0.05, samplingStepSize: 1, cutoff: 100, solver: "rk4", results: false },
      outputs: { x: "p/roessler_op/x" },
    } as const;
    const paramGrid = { c: [2.5, 3.5, 5.7] };
    const plain = await gridSearch({ ...call, paramGrid, features: { x: ["mean", "std"] } });
    const both = await gridSearch({ ...call, paramGrid, features: { x: ["mean", "lyapunov", "std"] }, workers: 1 });
    for (const name of ["x_mean", "x_std"] as const)
      expect(Array.from(both.resultsMap.getChild(name) ?? [])).toEqual(Array.from(plain.resultsMap.getChild(name) ?? []));
    const refined = await gridSearch({
      ...call,
      paramGrid,
      features: { x: ["lyapunov"] },
      refine: { feature: "lyapunov", depth: 2, change: 0.5 },
    });
    expect(refined.resultsMap.numRows).toBeGreaterThan(3);
  });

  test("is refused by name where noise, delays or bounds move the states", async () => {
    const call = {
      circuitTemplate: circuits.line,
      paramGrid: { a: [1] },
      paramMap: { a: { vars: ["line_op/a"], nodes: ["p"] }, c: { vars: ["late_op/c"], nodes: ["p"] } },
      ...{ simulationTime: 1, stepSize: 0.1, outputs: { x: "p/line_op/x" }, features: { x: ["lyapunov"] }, results: false },
    } as const;
    const refused = async (more: object) => {
      try {
        await gridSearch({ ...call, ...more });
      } catch (error) {
        return error instanceof MassgridError ? `${error.code} ${error.message}` : String(error);
      }
      return "";
    };
    const noise = { noise: { "p/line_op/x": { sd: 0.1 } }, solver: "stochastic-heun" };
    expect(await refused(noise)).toMatch(/E_LYAPUNOV .*p\/line_op\/x has noise/);
    expect(await refused({ inputs: { "p/line_op/u": normalNoise({ mean: 0, sd: 1, seed: 1 }) } })).toMatch(/E_LYAPUNOV .*noise/);
    expect(await refused({ bounds: { "p/line_op/x": [0, 1] } })).toMatch(/E_LYAPUNOV .*bounds/);
    const late = { circuitTemplate: circuits.late, paramGrid: { c: [0] }, outputs: { x: "p/late_op/x" } };
    expect(await refused(late)).toMatch(/E_LYAPUNOV .*delays/);
    expect(await refused({ ...exact, features: { x: [{ lyapunov: { window: 3 } }] } })).toMatch(/E_UNKNOWN_OPTION/);
  });
});
