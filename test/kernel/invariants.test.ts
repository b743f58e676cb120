// What holds whatever the numbers: conservation, superposition, units of time, and sweeps that must not differ in a bit.
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, connect, type FixedSolverName, gridSearch, simulate, templatesFromYaml, trace } from "../../src/index.ts";
import { fixedNames } from "../support/fixed.ts";
import { oscillators } from "../support/models.ts";
import { bits, small } from "../support/sweep.ts";

const templates = templatesFromYaml(`
phase_op:
  base: OperatorTemplate
  equations:
    - a' = wa + k*(sin(b - a) + sin(c - a))
    - b' = wb + k*(sin(a - b) + sin(c - b))
    - c' = wc + k*(sin(a - c) + sin(b - c))
  variables: {a: output(0.0), b: variable(1.0), c: variable(4.0), wa: 0.5, wb: 1.25, wc: 2.0, k: 0.3}
phases: {base: NodeTemplate, operators: [phase_op]}
ring: {base: CircuitTemplate, nodes: {p: phases}}
psp_op:
  base: OperatorTemplate
  equations: ["v' = x", "x' = h/tau*u - 2*x/tau - v/tau^2"]
  variables: {v: output(0.0), x: variable(0.0), h: 3.25, tau: 0.01, u: input(0.0)}
psp: {base: NodeTemplate, operators: [psp_op]}
synapse: {base: CircuitTemplate, nodes: {p: psp}}
fast_op:
  base: OperatorTemplate
  equations: ["v' = x", "x' = h/tau*u - 2*x/tau - v/tau^2"]
  variables: {v: output(0.0), x: variable(0.0), h: 0.00325, tau: 10.0, u: input(0.0)}
fast: {base: NodeTemplate, operators: [fast_op]}
synapse_ms: {base: CircuitTemplate, nodes: {p: fast}}
gate_op: {base: OperatorTemplate, equations: ["x' = -x", "m = 5.0/(1.0 + exp(0.56*(6.0 - v)))"], variables: {x: variable(0.0), m: output, v: 0.0}}
gate: {base: NodeTemplate, operators: [gate_op]}
gates: {base: CircuitTemplate, nodes: {p: gate}}
`);

/** What the energy of x'' = -x is multiplied by in a step h, in terms of w = h^2: |R(i h)|^2 of each method's stability function R. */
const energies: Record<FixedSolverName, (w: number) => number> = {
  euler: (w) => 1 + w,
  heun: secondOrder,
  midpoint: secondOrder,
  ralston: secondOrder,
  rk4: (w) => (1 - w / 2 + (w * w) / 24) ** 2 + w * (1 - w / 6) ** 2,
  // (i h)^6 has the weight 1/600 in Dormand and Prince's formula.
  rk5: (w) => (1 - w / 2 + (w * w) / 24 - w ** 3 / 600) ** 2 + w * (1 - w / 6 + (w * w) / 120) ** 2,
};

function secondOrder(w: number): number {
  return (1 - w / 2) ** 2 + w;
}

const ringOutputs: Record<string, string> = { a: "p/phase_op/a", b: "p/phase_op/b", c: "p/phase_op/c" };

/** Columns of one run by name. */
async function run(circuitTemplate: CircuitTemplate, solver: FixedSolverName, more: Partial<Parameters<typeof simulate>[0]>) {
  const outputs = { v: "p/psp_op/v" };
  const table = await simulate({ circuitTemplate, outputs, simulationTime: 1, stepSize: 1e-3, solver, ...more });
  return (name: string): Float64Array => table.getChild(name)?.toArray();
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe.each(fixedNames)("invariants: %s", (solver) => {
  test("phases that pull each other alike have a mean that none of them moves", async () => {
    const T = 20;
    const phases = await run(templates.ring, solver, { outputs: ringOutputs, simulationTime: T, stepSize: 0.01 });
    const [time, a, b, c] = ["time", "a", "b", "c"].map(phases);
    expect(largest(time.map((t, i) => a[i] + b[i] + c[i] - 5 - 3.75 * t))).toBeLessThan(1e-12 * T);
  });

  test("an oscillator's energy drifts as theory says", async () => {
    const [h, steps] = [0.2, 50];
    const { results } = await gridSearch({
      circuitTemplate: oscillators(),
      paramGrid: { w: [1] },
      paramMap: { w: { vars: ["osc/w"], nodes: ["a"] } },
      outputs: { x: "a/osc/x", v: "a/osc/v" },
      simulationTime: h * steps,
      stepSize: h,
      solver,
    });
    const [x, v] = ["x", "v"].map((output) => trace(results, "osc_0", output));
    const factor = energies[solver](h * h);
    const drift = (x[steps - 1] ** 2 + v[steps - 1] ** 2) / (x[0] ** 2 + v[0] ** 2) - 1;
    const theory = factor ** (steps - 1) - 1;
    expect(Math.abs(drift / theory - 1)).toBeLessThan(1e-6);
  });

  test("potentials of two signals add up", async () => {
    const signal = (seed: number) => Float64Array.from({ length: 1000 }, (_, i) => 100 + ((i * seed) % 101));
    const [first, second] = [signal(7919), signal(104729)];
    const both = first.map((value, i) => 2 * value - 3 * second[i]);
    const [a, b, together] = await Promise.all(
      [first, second, both].map(async (each) => (await run(templates.synapse, solver, { inputs: { "p/psp_op/u": each } }))("v")),
    );
    const gap = together.map((value, i) => value - (2 * a[i] - 3 * b[i]));
    expect(largest(gap) / largest(together)).toBeLessThan(1e-13);
  });

  test("seconds and milliseconds tell the same story", async () => {
    const signal = Float64Array.from({ length: 500 }, (_, i) => 120 + ((i * 7919) % 200));
    const seconds = await run(templates.synapse, solver, { simulationTime: 0.5, inputs: { "p/psp_op/u": signal } });
    const inMs = { simulationTime: 500, stepSize: 1, outputs: { v: "p/fast_op/v" }, inputs: { "p/fast_op/u": signal } };
    const milliseconds = await run(templates.synapse_ms, solver, inMs);
    // Pulses a second drive 3.25 mV a pulse: per millisecond a thousandth, and v in both is in the same unit.
    const [a, b] = [seconds("v"), milliseconds("v")];
    expect(largest(a.map((value, i) => value - b[i])) / largest(a)).toBeLessThan(1e-12);
  });

  test("the same parameters twice, and the points in another order, give the same bits", async () => {
    const C = [135, 68, 1350, 68, 270, 135];
    const order = [5, 3, 0, 4, 1, 2];
    const straight = await gridSearch(small({ paramGrid: { C }, solver }));
    const turned = await gridSearch(small({ paramGrid: { C: order.map((i) => C[i]) }, solver }));
    const of = (found: typeof straight, i: number) => bits(trace(found.results, `JRC2_${i}`, "V_pce"));
    expect(of(straight, 0)).toEqual(of(straight, 5));
    expect(of(straight, 1)).toEqual(of(straight, 3));
    order.forEach((i, position) => {
      expect(of(turned, position)).toEqual(of(straight, i));
    });
  });

  test("a run that goes on from its middle is the run, bit for bit", async () => {
    const call = { outputs: ringOutputs, stepSize: 0.01 };
    const whole = await run(templates.ring, solver, { ...call, simulationTime: 4 });
    const params = Object.fromEntries(["a", "b", "c"].map((name) => [ringOutputs[name], whole(name)[200]]));
    const rest = await run(templates.ring, solver, { ...call, params, simulationTime: 2 });
    for (const name of ["a", "b", "c"]) expect(bits(rest(name))).toEqual(bits(whole(name).subarray(200)));
  });

  test("a node that nothing is coupled to is the node alone, bit for bit", async () => {
    const one = templates.synapse;
    const three = connect(one, { source: "psp_op/v", target: "psp_op/u", weights: [0, 1, 2].map(() => [0, 0, 0]) });
    const alone = await run(one, solver, { params: { "p/psp_op/x": 0.3, "p/psp_op/tau": 0.02 } });
    const among = await run(three, solver, {
      params: { "p_1/psp_op/x": 0.3, "p_1/psp_op/tau": 0.02, "p_0/psp_op/v": 5 },
      outputs: { v: "p_1/psp_op/v" },
    });
    expect(bits(among("v"))).toEqual(bits(alone("v")));
  });
});

test("invariants: a sigmoid stays between 0 and its maximum, whatever its argument", async () => {
  const v = [-1e6, 1e6, -1e300, 1e300, -745, 745, 0, 6];
  const { results } = await gridSearch({
    circuitTemplate: templates.gates,
    paramGrid: { v },
    paramMap: { v: { vars: ["gate_op/v"], nodes: ["p"] } },
    outputs: { m: "p/gate_op/m" },
    simulationTime: 1,
    stepSize: 1,
  });
  v.forEach((_, i) => {
    const [m] = trace(results, `gates_${i}`, "m");
    expect(m).toBeGreaterThanOrEqual(0);
    expect(m).toBeLessThanOrEqual(5);
  });
});
