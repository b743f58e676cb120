// Stochastic solvers through the shipped modules: strong orders on nested paths, moments of the schemes themselves, and their limits.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, type NoiseTerm, type Solver, type SolverName, solvers } from "../../src/index.ts";
import { linear, momentsOf, slopeOf } from "../support/noisy-models.ts";
import { published } from "../support/sweep.ts";

interface Paths extends Partial<Omit<GridSearchOptions, "noise" | "results">> {
  model: "decay" | "growth";
  /** Noise on x, or on what `on` names. */
  noise: NoiseTerm;
  on?: "x" | "u";
  count: number;
  stepSize: number;
  time: number;
}

/** x at the end of many runs, each with a path of its own: the same for any step that is a power of two smaller. */
async function ends({ model, noise, on = "x", count, stepSize, time, ...more }: Paths): Promise<Float64Array> {
  const { resultsMap } = await gridSearch({
    circuitTemplate: linear[model],
    paramGrid: { start: new Float64Array(count).fill(1) },
    paramMap: { start: { vars: [`${model}_op/x`], nodes: ["p"] } },
    // One sample more than the last step shows where that step led.
    simulationTime: time + stepSize,
    samplingStepSize: stepSize,
    stepSize,
    cutoff: time,
    outputs: { x: `p/${model}_op/x` },
    noise: { [`p/${model}_op/${on}`]: { seed: 1, ...noise, shared: false } },
    features: { x: ["last"] },
    results: false,
    ...more,
  });
  return resultsMap.getChild("x_last")?.toArray();
}

/** W at the end, of the paths of x. */
async function paths(count: number, stepSize: number, time: number): Promise<Float64Array> {
  const still = { circuitTemplate: linear.growth, solver: "euler-maruyama" } as const;
  const found = await ends({ model: "growth", noise: { sd: 1 }, count, stepSize, time, inputs: { "p/growth_op/u": -0.05 }, ...still });
  return found.map((value) => value - 1);
}

function meanError(found: Float64Array, exact: Float64Array): number {
  return found.reduce((sum, value, i) => sum + Math.abs(value - exact[i]), 0) / found.length;
}

describe("stochastic: strong order", () => {
  const count = 10_000;
  const time = 1;
  const steps = [4, 5, 6, 7, 8].map((k) => time / 2 ** k);
  const expected: [SolverName, number][] = [
    ["euler-maruyama", 0.5],
    ["milstein", 1],
    ["stochastic-heun", 1],
  ];

  test.each(expected)("%s: %f for x' = 0.05 x with noise x dW", async (solver, order) => {
    const W = await paths(count, steps[0], time);
    const drift = solver === "stochastic-heun" ? 0.05 : 0.05 - 0.5;
    const exact = W.map((w) => Math.exp(drift * time + w));
    const noise = { sd: "p/growth_op/x" };
    const errors: number[] = [];
    for (const stepSize of steps) errors.push(meanError(await ends({ model: "growth", noise, count, stepSize, time, solver }), exact));
    expect(Math.abs(slopeOf(steps, errors) - order)).toBeLessThan(0.1);
    const row: Solver = solvers[solver];
    expect(row.strongOrder).toBe(order);
  });

  test.each(["euler-maruyama", "stochastic-heun", "milstein"] as const)("%s: 1 for x' = -x with additive noise", async (solver) => {
    const run = (stepSize: number) => ends({ model: "decay", noise: { sd: 1 }, count: 2500, stepSize, time, solver });
    const exact = await ends({ model: "decay", noise: { sd: 1 }, count: 2500, stepSize: time / 2 ** 12, time, solver: "stochastic-heun" });
    const errors: number[] = [];
    for (const stepSize of steps) errors.push(meanError(await run(stepSize), exact));
    expect(Math.abs(slopeOf(steps, errors) - 1)).toBeLessThan(0.1);
  });

  test.each(["euler-maruyama", "stochastic-heun"] as const)("%s: 1 for Jansen-Rit with white noise on its input", async (solver) => {
    const run = async (stepSize: number, name: SolverName) => {
      const { results } = await gridSearch(
        published({
          paramGrid: { C: new Float64Array(400).fill(135) },
          simulationTime: 0.128 + stepSize,
          stepSize,
          samplingStepSize: stepSize,
          cutoff: 0.128,
          outputs: { V: "jrc/jrc_op/V_e" },
          noise: { "jrc/jrc_op/u": { sd: 5, seed: 3, shared: false } },
          solver: name,
          layout: "long",
        }),
      );
      const V: Float64Array = results.getChild("V")?.toArray();
      return V;
    };
    const fine = [0, 1, 2, 3].map((k) => 1e-3 / 2 ** k);
    const exact = await run(1e-3 / 2 ** 7, "stochastic-heun");
    const errors: number[] = [];
    for (const stepSize of fine) errors.push(meanError(await run(stepSize, solver), exact));
    // With noise that reaches what is measured only through four integrations, Heun's drift error, of order 2, is what is left.
    const slope = slopeOf(fine, errors);
    expect(slope).toBeGreaterThan(0.9);
    if (solver === "euler-maruyama") expect(slope).toBeLessThan(1.1);
  });
});

/** What a step multiplies x with, and its moments: of 1, of x and of x^2. */
interface Scheme {
  solver: SolverName;
  model: "decay" | "growth";
  on?: "x" | "u";
  sd: number | string;
  /** E x' = a x; E x'^2 = b x^2 + c. */
  factors: (h: number) => { a: number; b: number; c: number };
}

const proportional = "p/growth_op/x";
const [mu, k, s] = [0.05, 1, 1];
const heunDecay = (h: number) => ({ a: 1 - k * h + (k * h) ** 2 / 2, kick: 1 - (k * h) / 2 });

const schemes: Scheme[] = [
  { solver: "euler-maruyama", model: "decay", sd: s, factors: (h) => ({ a: 1 - h * k, b: (1 - h * k) ** 2, c: s * s * h }) },
  { solver: "euler-maruyama", model: "decay", on: "u", sd: s, factors: (h) => ({ a: 1 - h * k, b: (1 - h * k) ** 2, c: s * s * h }) },
  { solver: "milstein", model: "decay", sd: "2*p/decay_op/k - 1", factors: (h) => ({ a: 1 - h * k, b: (1 - h * k) ** 2, c: s * s * h }) },
  {
    solver: "stochastic-heun",
    model: "decay",
    sd: s,
    factors: (h) => ({ a: heunDecay(h).a, b: heunDecay(h).a ** 2, c: s * s * h * heunDecay(h).kick ** 2 }),
  },
  // White noise is held through the step: both slopes see it, the second also what the first made of it.
  {
    solver: "stochastic-heun",
    model: "decay",
    on: "u",
    sd: s,
    factors: (h) => ({ a: heunDecay(h).a, b: heunDecay(h).a ** 2, c: s * s * h * heunDecay(h).kick ** 2 }),
  },
  {
    solver: "euler-maruyama",
    model: "growth",
    sd: proportional,
    factors: (h) => ({ a: 1 + mu * h, b: (1 + mu * h) ** 2 + s * s * h, c: 0 }),
  },
  {
    solver: "milstein",
    model: "growth",
    sd: proportional,
    factors: (h) => {
      const curve = (s * mu * Math.sqrt(h) + s * s) / 2;
      return { a: 1 + mu * h, b: (1 + mu * h) ** 2 + s * s * h + 2 * (curve * h) ** 2, c: 0 };
    },
  },
  ...(["x", "u"] as const).map((on): Scheme => {
    // x (1 + z + z^2/2) with z = mu h + s dW, normal of mean m and variance v.
    const factors = (h: number) => {
      const [m, v] = [mu * h, s * s * h];
      const [m2, m3, m4] = [m * m + v, m ** 3 + 3 * m * v, m ** 4 + 6 * m * m * v + 3 * v * v];
      return { a: 1 + m + m2 / 2, b: 1 + 2 * m + 2 * m2 + m3 + m4 / 4, c: 0 };
    };
    return { solver: "stochastic-heun", model: "growth", on, sd: on === "x" ? proportional : s, factors };
  }),
];

test.each(schemes)(
  "stochastic: $solver, $model, noise on $on: mean and mean square are those of the scheme, z at most 4",
  async (scheme) => {
    const { solver, model, on = "x", sd, factors } = scheme;
    const [stepSize, count, all] = [0.125, 4, 400_000];
    const found = await ends({ model, noise: { sd }, on, count: all, stepSize, time: stepSize * count, solver });
    const { a, b, c } = factors(stepSize);
    let [first, second] = [1, 1];
    for (let i = 0; i < count; i++) [first, second] = [a * first, b * second + c];
    const squares = momentsOf(found.map((x) => x * x));
    const mean = momentsOf(found);
    const z = [(mean.mean - first) / Math.sqrt(mean.variance / all), (squares.mean - second) / Math.sqrt(squares.variance / all)];
    // An increment of h instead of sqrt(h), or of another step's size, is hundreds off.
    for (const each of z) expect(Math.abs(each)).toBeLessThan(4);
  },
);

test("stochastic: the intensity of noise does not depend on the step: the variance at rest is sd^2/2k at each", async () => {
  for (const stepSize of [0.1, 0.02, 0.004]) {
    const found = await ends({ model: "decay", noise: { sd: 0.5 }, count: 20_000, stepSize, time: 6, solver: "euler-maruyama" });
    const atRest = 0.25 / (2 - stepSize);
    expect(Math.abs(momentsOf(found).variance / atRest - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
  }
});

describe("stochastic: Ito and Stratonovich are what solvers say they are", () => {
  const [count, time, stepSize] = [20_000, 1, 1 / 512];
  const end = (solver: SolverName, more: Partial<Paths> = {}) =>
    ends({ model: "growth", noise: { sd: proportional }, count, time, stepSize, solver, ...more });
  const z = (a: Float64Array, b: Float64Array) => {
    const { mean, variance } = momentsOf(a.map((value, i) => value - b[i]));
    return Math.abs(mean) / Math.sqrt(variance / a.length);
  };

  test("Euler-Maruyama and Milstein have the same limit, Heun another, by the correction s^2/2", async () => {
    const [em, milstein, heun] = [await end("euler-maruyama"), await end("milstein"), await end("stochastic-heun")];
    expect(z(em, milstein)).toBeLessThan(4);
    expect(z(em, heun)).toBeGreaterThan(20);
    // The drift mu x of Ito is (mu - s^2/2) x of Stratonovich.
    const corrected = await end("stochastic-heun", { inputs: { "p/growth_op/u": -0.5 } });
    expect(z(em, corrected)).toBeLessThan(4);
    expect(meanError(milstein, corrected)).toBeLessThan(0.01);
  });

  test("noise on an input that x is multiplied with is the noise x dW of the same kind", async () => {
    for (const [solver, drift] of [
      ["euler-maruyama", 0.05 - 0.5],
      ["stochastic-heun", 0.05],
    ] as const) {
      const found = await end(solver, { noise: { sd: 1 }, on: "u" });
      const logs = momentsOf(found.map((x) => Math.log(x)));
      expect(Math.abs(logs.mean - drift) / Math.sqrt(logs.variance / count)).toBeLessThan(4);
    }
  });
});
