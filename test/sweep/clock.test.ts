// A label is the time of its state; what is no whole number of samples is refused, whichever solver.
import { describe, expect, test } from "vitest";
import { MassgridError, type SolverName, simulate, solvers, templatesFromYaml } from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

const { ramp } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = 1", "s = sin(x)"], variables: {x: output(0.0), s: variable(0.0)}}
node: {base: NodeTemplate, operators: [op]}
ramp: {base: CircuitTemplate, nodes: {p: node}}
`);

interface Times {
  simulationTime: number;
  stepSize: number;
  samplingStepSize?: number;
  cutoff?: number;
}

async function run(times: Times, solver: SolverName = "rk4"): Promise<{ labels: number[]; states: number[] }> {
  const table = await simulate({ circuitTemplate: ramp, ...times, solver, outputs: { x: "p/op/x" } });
  return { labels: Array.from(table.getChild("time")?.toArray() ?? []), states: Array.from(table.getChild("x")?.toArray() ?? []) };
}

/** Numbers from a seed (Park and Miller). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return Math.floor((state / 2147483647) * below);
  };
}

const names: SolverName[] = ["euler", "heun", "rk4", "rk45", "dop853", "rodas4"];

describe("clock: times that are no whole number of samples are refused", () => {
  const cases: [Times, RegExp][] = [
    [
      { simulationTime: 1.05, stepSize: 0.1 },
      /1\.05 is no whole number of steps of 0\.1 \(it has 10\.5 of them\); use simulationTime 1 or 1\.1/,
    ],
    [{ simulationTime: 1.06, stepSize: 0.1 }, /10\.6 of them.*use simulationTime 1 or 1\.1/],
    [{ simulationTime: 1, stepSize: 0.03 }, /33\.3333 of them.*use simulationTime 0\.99 or 1\.02/],
    [{ simulationTime: 1.75, stepSize: 0.05, samplingStepSize: 0.1 }, /1 of 2 steps are left over.*use simulationTime 1\.7 or 1\.8/],
    [{ simulationTime: 1e5 + 5e-5, stepSize: 1e-4 }, /use simulationTime 100000 or 100000\.0001/],
  ];
  test.each(cases.flatMap(([times, says]) => names.map((solver) => [solver, times, says] as const)))(
    "%s, %o",
    async (solver, times, says) => {
      const error = await refusal(() => run(times, solver));
      expect(error.problems.map(({ code }) => code)).toEqual(["E_SAMPLING"]);
      // An adaptive solver has no steps to leave over.
      if (solvers[solver].kind === "fixed") expect(error.message).toMatch(says);
    },
  );

  test("what the message suggests runs", async () => {
    const random = seeded(14);
    for (let i = 0; i < 60; i++) {
      const times = { simulationTime: (1 + random(5000)) / 1000, stepSize: (1 + random(90)) / 1000 };
      const error = await run(times).catch((caught: unknown) => caught);
      if (!(error instanceof MassgridError) || error.code !== "E_SAMPLING") continue;
      const [, suggested] = /use simulationTime ([^ ,;]+)/.exec(error.message) ?? [];
      expect((await run({ ...times, simulationTime: Number(suggested) })).labels.length).toBeGreaterThan(0);
    }
  });
});

describe("clock: quotients that are whole up to rounding run", () => {
  test.each([
    [{ simulationTime: 3, stepSize: 0.1, samplingStepSize: 0.3 }, 10],
    [{ simulationTime: 0.7, stepSize: 0.1 }, 7],
    [{ simulationTime: 0.3, stepSize: 0.1 }, 3],
    [{ simulationTime: 0.1 + 0.2, stepSize: 0.1 }, 3],
    [{ simulationTime: 1, stepSize: 1 / 3 }, 3],
    [{ simulationTime: 10, stepSize: 1e-3, samplingStepSize: 0.7e-1 * 10 - 0.2 }, 20],
  ] satisfies [Times, number][])("%o has %i samples", async (times, samples) => {
    for (const solver of ["rk4", "rk45"] as const) {
      const { labels } = await run(times, solver);
      expect(labels).toHaveLength(samples);
    }
  });
});

test("clock: a label is k times the sampling step as IEEE gives the product, and the time of its state: random T, h, sampling and cutoff", async () => {
  const random = seeded(7);
  for (let i = 0; i < 120; i++) {
    const decimals = 10 ** (1 + random(4));
    const stepSize = (1 + random(40)) / decimals;
    const samplingSteps = 1 + random(6);
    const samples = 1 + random(60);
    const samplingStepSize = Number((samplingSteps * stepSize).toPrecision(12));
    const simulationTime = Number((samples * samplingStepSize).toPrecision(12));
    const cutoff = random(3) === 0 ? Number((random(samples) * samplingStepSize).toPrecision(12)) : 0;
    const solver = names[i % names.length];
    const { labels, states } = await run({ simulationTime, stepSize, samplingStepSize, cutoff }, solver);
    const first = Math.round(cutoff / samplingStepSize);
    expect(labels).toEqual(Array.from({ length: samples - first }, (_, k) => (first + k) * samplingStepSize));
    states.forEach((state, k) => {
      expect(Math.abs(state - labels[k])).toBeLessThan(1e-12 * (1 + simulationTime));
    });
  }
});

test("clock: samples of an input last to the end, also where it is within one", async () => {
  const { driven } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = u"], variables: {x: output(0.0), u: input(0.0)}}
node: {base: NodeTemplate, operators: [op]}
driven: {base: CircuitTemplate, nodes: {p: node}}
`);
  const outputs = { x: "p/op/x" };
  const call = { circuitTemplate: driven, simulationTime: 1.04, samplingStepSize: 0.02, stepSize: 0.1, solver: "dop853", outputs } as const;
  const table = await simulate({ ...call, inputs: { "p/op/u": Float64Array.from({ length: 11 }, (_, i) => i) } });
  const last = Number(table.getChild("x")?.get(51));
  // 0.1 (0 + 1 + ... + 9) to time 1, then 10 for 0.02.
  expect(last).toBeCloseTo(4.5 + 0.2, 8);
  const short = await refusal(() => simulate({ ...call, inputs: { "p/op/u": new Float64Array(10) } }));
  expect(short.message).toMatch(/has 10 samples, but the sweep takes 11/);
});
