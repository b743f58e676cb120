// The L-stable solver: stiff points end "ok", with the error that was asked for, in few steps.
import { describe, expect, test } from "vitest";
import { gridSearch, type SimulateOptions, simulate, templatesFromYaml, trace, uniformNoise } from "../../src/index.ts";
import { vanDerPol } from "../support/models.ts";
import { bits, published, refusal } from "../support/sweep.ts";
import { everything, sweepWith } from "../support/sweep-with.ts";

const { vdp, robertson, timed, linear, late } = templatesFromYaml(`
vdp_op: { base: OperatorTemplate, equations: ["x' = z", "z' = mu*z*(1 - x*x) - x"], variables: { x: output(2.0), z: variable(0.0), mu: 1.0 } }
robertson_op:
  base: OperatorTemplate
  equations: ["a' = -0.04*a + 1e4*b*c", "b' = 0.04*a - 1e4*b*c - 3e7*b*b", "c' = 3e7*b*b"]
  variables: { a: output(1.0), b: variable(0.0), c: variable(0.0) }
timed_op: { base: OperatorTemplate, equations: ["y' = -k*(y - cos(t)) - sin(t)"], variables: { y: output(1.0), k: 1e6 } }
linear_op: { base: OperatorTemplate, equations: ["x' = v", "v' = -w*w*x"], variables: { x: output(1.0), v: variable(0.0), w: 1.0 } }
late_op: { base: OperatorTemplate, equations: ["x' = -past(x, 1.0)"], variables: { x: output(1.0) } }
vdp_node: { base: NodeTemplate, operators: [vdp_op] }
robertson_node: { base: NodeTemplate, operators: [robertson_op] }
timed_node: { base: NodeTemplate, operators: [timed_op] }
linear_node: { base: NodeTemplate, operators: [linear_op] }
late_node: { base: NodeTemplate, operators: [late_op] }
vdp: { base: CircuitTemplate, nodes: { p: vdp_node } }
robertson: { base: CircuitTemplate, nodes: { p: robertson_node } }
timed: { base: CircuitTemplate, nodes: { p: timed_node } }
linear: { base: CircuitTemplate, nodes: { p: linear_node } }
late: { base: CircuitTemplate, nodes: { p: late_node } }
`);

async function column(options: SimulateOptions, name: string): Promise<{ t: number; value: number }[]> {
  const table = await simulate(options);
  const times = Array.from(table.getChild("time") ?? [], Number);
  return Array.from(table.getChild(name) ?? [], (value, k) => ({ t: times[k], value: Number(value) }));
}

describe("stiff: rodas4", () => {
  test("van der Pol at mu = 1e6 ends ok where rk45 does not; its neighbours are what they are alone", async () => {
    const call = (mu: number[], solver: "rk45" | "rodas4") =>
      gridSearch({
        circuitTemplate: vdp,
        paramGrid: { mu },
        paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
        ...{ simulationTime: 20, stepSize: 0.1, outputs: { x: "p/vdp_op/x" }, solver: { name: solver, maxSteps: 20_000 } },
      });
    const stiff = await call([1, 1e6, 100], "rodas4");
    expect(Array.from(stiff.resultsMap.getChild("status") ?? [])).toEqual(["ok", "ok", "ok"]);
    const explicit = await call([1, 1e6, 100], "rk45");
    expect(Array.from(explicit.resultsMap.getChild("status") ?? [])).toEqual(["ok", "step_limit", "ok"]);
    expect(Number(stiff.resultsMap.get(1)?.accepted)).toBeLessThan(100);
    const alone = await call([1], "rodas4");
    expect(bits(trace(stiff.results, "vdp_0", "x"))).toEqual(bits(trace(alone.results, "vdp_0", "x")));
    // On the slow manifold x' = x / (mu (1 - x^2)): ln x - x^2/2 falls linearly.
    const x = trace(stiff.results, "vdp_1", "x")[199];
    expect(Math.abs(x - 2 + (19.9 * 2) / (3 * 1e6))).toBeLessThan(1e-8);
    // The two agree where both can.
    const [a, b] = [trace(stiff.results, "vdp_2", "x"), trace(explicit.results, "vdp_2", "x")];
    a.forEach((value, k) => {
      expect(Math.abs(value - b[k])).toBeLessThan(1e-4);
    });
  });

  test("Robertson's reaction at 40 is what Hairer and Wanner print, and mass is kept", async () => {
    const solver = { name: "rodas4", rtol: 1e-9, atol: 1e-13 } as const;
    const outputs = { a: "p/robertson_op/a", b: "p/robertson_op/b", c: "p/robertson_op/c" };
    const table = await simulate({ circuitTemplate: robertson, simulationTime: 80, stepSize: 40, outputs, solver });
    const [a, b, c] = ["a", "b", "c"].map((name) => Number(table.getChild(name)?.get(1)));
    expect(Math.abs(a - 0.7158270687)).toBeLessThan(1e-8);
    expect(Math.abs(b - 9.185534764e-6)).toBeLessThan(1e-13);
    expect(Math.abs(a + b + c - 1)).toBeLessThan(1e-12);
  });

  test("derivatives in time are its own: y' = -1e6 (y - cos t) - sin t follows cos t, between steps to order three", async () => {
    const worst = async (maxStep: number) => {
      const solver = { name: "rodas4", rtol: 1e-4, atol: 1e-4, maxStep } as const;
      const call = { circuitTemplate: timed, simulationTime: 10.01, stepSize: 0.013, outputs: { y: "p/timed_op/y" }, solver };
      return Math.max(...(await column(call, "y")).map(({ t, value }) => Math.abs(value - Math.cos(t))));
    };
    const [coarse, fine] = [await worst(0.4), await worst(0.1)];
    expect(fine).toBeLessThan(1e-4);
    expect(Math.log2(coarse / fine) / 2).toBeGreaterThan(2.7);
  });

  test("its error is of order four in the step", async () => {
    const errors: number[] = [];
    const steps = [0.2, 0.1, 0.05, 0.025];
    for (const step of steps) {
      const solver = { name: "rodas4", rtol: 1, atol: 1e6, firstStep: step, maxStep: step } as const;
      const call = { circuitTemplate: linear, simulationTime: 10, stepSize: 1, outputs: { x: "p/linear_op/x" }, solver };
      errors.push(Math.max(...(await column(call, "x")).map(({ t, value }) => Math.abs(value - Math.cos(t)))));
    }
    const slope = Math.log2(errors[0] / errors[3]) / 3;
    expect(Math.abs(slope - 4)).toBeLessThan(0.1);
  });

  test("dense output is of order three or better between steps", async () => {
    const solver = { name: "rodas4", rtol: 1e-8, atol: 1e-10 } as const;
    const found = await column(
      { circuitTemplate: linear, simulationTime: 20, stepSize: 0.01, outputs: { x: "p/linear_op/x" }, solver },
      "x",
    );
    for (const { t, value } of found) expect(Math.abs(value - Math.cos(t))).toBeLessThan(1e-6);
  });

  test("Jansen-Rit, hand-written too, agrees with dop853", async () => {
    const sweep = { simulationTime: 1, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0 };
    const stiff = await gridSearch(published({ ...sweep, solver: { name: "rodas4", rtol: 1e-9, atol: 1e-12 } }));
    const reference = await gridSearch(published({ ...sweep, solver: { name: "dop853", rtol: 1e-12, atol: 1e-15 } }));
    for (const key of ["JRC2_0", "JRC2_2", "JRC2_3"]) {
      const [a, b] = [trace(stiff.results, key, "V_pce"), trace(reference.results, key, "V_pce")];
      a.forEach((value, k) => {
        expect(Math.abs(value - b[k])).toBeLessThan(2e-9);
      });
    }
  });

  test("bits depend neither on blocks nor on threads", async () => {
    const options = published({
      paramGrid: { C: Array.from({ length: 37 }, (_, i) => 68 + 30 * i) },
      ...{ simulationTime: 0.2, stepSize: 1e-3, samplingStepSize: 2e-3, cutoff: 0, solver: { name: "rodas4", rtol: 1e-5 } },
      inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 7, hold: 5e-3 }) },
    });
    const found = async (settings: object) => everything(await sweepWith(options, settings), ["V_pce", "V_pci"]);
    const alone = await found({ workers: 0 });
    for (const settings of [
      { workers: 0, lanes: 1 },
      { workers: 0, lanes: 6 },
      { workers: 2, lanes: 8 },
    ])
      expect(await found(settings)).toEqual(alone);
  });
});

describe("stiff: what adaptive solvers refuse", () => {
  const run =
    (solver: object, changes: object = {}) =>
    () =>
      Reflect.apply(gridSearch, undefined, [published({ simulationTime: 0.1, cutoff: 0, ...changes, solver } as object)]);
  test.each([
    [{ name: "rk45", rtol: 1e-20 }, {}, "E_TOLERANCE", /rtol 1e-20 asks for more than numbers of 64 bits can tell/],
    [{ name: "rk45", rtol: 0, atol: 0 }, {}, "E_TOLERANCE", /needs an atol above 0/],
    [{ name: "rk45", rtoll: 1e-6 }, {}, "E_UNKNOWN_OPTION", /did you mean solver\.rtol\?|did you mean rtol\?/],
    [{ name: "rk45", firstStep: 5 }, {}, "E_STEP", /firstStep 5 is longer than simulationTime/],
    [{ name: "rk45", maxSteps: 0 }, {}, "E_TYPE", /maxSteps must be a whole number above 0/],
    [{ name: "rk45", interpolation: "cubic" }, {}, "E_TYPE", /"hold", "linear" or "pyrates"/],
    [{ name: "heun", maxStep: 1 }, {}, "E_UNKNOWN_OPTION", /maxStep of heun, whose step size is fixed.*rk23, rk45, dop853, rodas4/],
    [{ name: "rk54" }, {}, "E_UNKNOWN_SOLVER", /unknown solver rk54; did you mean/],
    [{ name: "rodas4", interpolation: "linear" }, {}, "E_SOLVER_OPTION", /interpolation "linear" does not tell it/],
    [{ name: "rk45" }, { samplingStepSize: 1 }, "E_SAMPLING", /samples/],
    [
      { name: "rodas4" },
      {
        circuitTemplate: vanDerPol(),
        paramGrid: { mu: [1] },
        paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
        outputs: { x: "p/vdp_op/x" },
      },
      "E_SOLVER_JACOBIAN",
      /the module of vdp has none; use rk23, rk45 or dop853, or a template/,
    ],
    [
      { name: "rk45" },
      {
        circuitTemplate: late,
        paramGrid: { x: [1] },
        paramMap: { x: { vars: ["late_op/x"], nodes: ["p"] } },
        outputs: { x: "p/late_op/x" },
      },
      "E_SOLVER_DELAY",
      /late looks back in time .*euler, heun/,
    ],
  ])("%o", async (solver, changes, code, message) => {
    const error = await refusal(run(solver, changes));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});
