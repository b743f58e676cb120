// Numbers that theory or the literature gives of the bundled models, reached by the sweep: periods, fixed points, folds, order.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, trace } from "../../src/index.ts";
import { equationsOf } from "../support/bundled.ts";
import { bisect, eigenvalues, jacobian, signChanges } from "../support/dynamics.ts";
import { fixedNames } from "../support/fixed.ts";
import { rightHandSide } from "../support/oracle.ts";

type SolverOption = NonNullable<GridSearchOptions["solver"]>;

const tight: SolverOption = { name: "dop853", rtol: 1e-13, atol: 1e-14, maxSteps: 1e7 };

/** Times at which a trace, given with its derivative at samples `spacing` apart, passes a level: upwards, or downwards. */
function passages(x: Float64Array, slope: Float64Array, { spacing, level, upwards }: { spacing: number; level: number; upwards: boolean }) {
  const sign = upwards ? 1 : -1;
  const found: number[] = [];
  for (let k = 0; k + 1 < x.length; k++) {
    if (!(sign * (x[k] - level) < 0 && sign * (x[k + 1] - level) >= 0)) continue;
    // Hermite's cubic between two samples.
    const [a, b, u, v] = [x[k], x[k + 1], spacing * slope[k], spacing * slope[k + 1]];
    const cubic = (s: number) => (1 + 2 * s) * (1 - s) ** 2 * a + s * (1 - s) ** 2 * u + s * s * (3 - 2 * s) * b + s * s * (s - 1) * v;
    found.push((k + bisect((s) => cubic(s) - level, 0, 1)) * spacing);
  }
  return found;
}

interface Cycle {
  simulationTime: number;
  spacing: number;
  cutoff: number;
  level: number;
  upwards: boolean;
  solver: SolverOption;
}

/** The period of van der Pol's oscillator, over all whole periods after the cutoff. */
async function period(mu: number, { spacing, level, upwards, ...times }: Cycle): Promise<number> {
  const { results } = await gridSearch({
    circuitTemplate: "model_templates.oscillators.vanderpol.vdp",
    paramGrid: { mu: [mu] },
    paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
    ...times,
    stepSize: spacing,
    outputs: { x: "p/vdp_op/x", z: "p/vdp_op/z" },
  });
  const [x, z] = ["x", "z"].map((output) => trace(results, "vdp_0", output));
  const found = passages(x, z, { spacing, level, upwards });
  return (found[found.length - 1] - found[0]) / (found.length - 1);
}

describe("known numbers: the period of van der Pol's oscillator", () => {
  const smooth = { spacing: 1e-3, level: 0, upwards: true, solver: tight };

  // Digits: Andersen & Geer 1982, SIAM J. Appl. Math. 42:678, and every integration since.
  test.each([
    [1, 6.66328685932313, 5e-12],
    [5, 11.61223067, 5e-9],
  ])("at mu = %d is %d", async (mu, known, bound) => {
    expect(Math.abs((await period(mu, { ...smooth, simulationTime: 100, cutoff: 40 })) - known)).toBeLessThan(bound);
  });

  // Frequency 1 - mu^2/16 + 17 mu^4/3072 + 35 mu^6/884736 - ..., by Lindstedt's method (Andersen & Geer 1982).
  test.each([0.05, 0.1, 0.2])("at mu = %d is that of Lindstedt's series", async (mu) => {
    const series = (2 * Math.PI) / (1 - mu ** 2 / 16 + (17 * mu ** 4) / 3072 + (35 * mu ** 6) / 884736);
    const found = await period(mu, { ...smooth, spacing: 4e-3, simulationTime: 40 / mu, cutoff: 28 / mu });
    expect(Math.abs(found - series)).toBeLessThan(1e-10 + 0.01 * mu ** 8);
  });

  /**
   * For large mu (Dorodnicyn 1947; Bavinck & Grasman 1974, Int. J. Non-Linear Mech. 9:421), with -a the first zero of Airy's function:
   * T = (3 - 2 ln 2) mu + 3 a mu^(-1/3) - 2/3 ln(mu)/mu + (ln 2 - ln 3 + 3 b0 - 1 - ln pi - 2 ln Ai'(-a))/mu + ...
   */
  function relaxation(mu: number): number {
    const [a, b0, airy] = [2.338107410459767, 0.1723, 0.7012108227206906];
    const constant = Math.log(2 / 3) + 3 * b0 - 1 - Math.log(Math.PI) - 2 * Math.log(airy);
    return (3 - 2 * Math.log(2)) * mu + 3 * a * mu ** (-1 / 3) + (constant - (2 / 3) * Math.log(mu)) / mu;
  }

  // Slow passages through 1.5 are seen by samples that the jumps fall between.
  test.each([
    [20, 1e-3, tight],
    [100, 1e-2, tight],
    [1000, 0.1, { name: "rodas4", rtol: 1e-10, atol: 1e-12 } as const],
  ])("at mu = %d is that of the expansion for relaxation oscillations", async (mu, spacing, solver) => {
    const found = await period(mu, { spacing, level: 1.5, upwards: false, simulationTime: 6 * mu, cutoff: 2 * mu, solver });
    // What is left out begins with mu^(-5/3); about 2 of it is found.
    expect(Math.abs(found - relaxation(mu))).toBeLessThan(3 * mu ** (-5 / 3));
  });
});

/** A Kuramoto population: order parameter and phase over time at some couplings K; frequencies have centre 10 and half width 1. */
async function kuramoto(K: number[], solver: SolverOption, stepSize: number, simulationTime: number) {
  const { results } = await gridSearch({
    circuitTemplate: "model_templates.oscillators.kuramoto.kmo_mf",
    paramGrid: { K },
    paramMap: { K: { vars: ["weight"], edges: [["p/kmo_op/z", "p/kmo_op/s_in"]] } },
    ...{ simulationTime, stepSize, solver, outputs: { z: "p/kmo_op/z" } },
  });
  return K.map((_, i) => {
    const [re, im] = ["z.re", "z.im"].map((output) => trace(results, `kmo_mf_${i}`, output));
    return { r: re.map((value, k) => Math.hypot(value, im[k])), re, im };
  });
}

/**
 * Ott & Antonsen 2008: r' = r (K/2 - Delta - K/2 r^2), and the phase turns at the centre frequency. q = r^2 is logistic: it goes to
 * 1 - 2 Delta/K at the rate K - 2 Delta; where K = 2 Delta, 1/q grows by K t.
 */
function order(K: number, t: number): number {
  const [start, growth] = [0.5 ** 2 + 0.1 ** 2, K - 2];
  if (growth === 0) return Math.sqrt(start / (1 + K * start * t));
  const end = growth / K;
  return Math.sqrt(end / (1 + (end / start - 1) * Math.exp(-growth * t)));
}

describe("known numbers: Kuramoto's order parameter", () => {
  const K = [0.5, 1.5, 2, 2.5, 4, 10];

  test("rests at sqrt(1 - 2 Delta/K) above the critical coupling, and at 0 below", async () => {
    const found = await kuramoto([2.2, 2.5, 3, 4, 8, 100, 1.5], tight, 0.5, 200);
    for (const [i, each] of [2.2, 2.5, 3, 4, 8, 100].entries()) {
      expect(Math.abs(found[i].r[399] - Math.sqrt(1 - 2 / each)), `K = ${each}`).toBeLessThan(1e-12);
    }
    expect(found[6].r[399]).toBeLessThan(1e-12);
  });

  test("goes there as theory says at every moment, at the critical coupling too, and turns at the centre frequency", async () => {
    const found = await kuramoto(K, tight, 0.05, 10);
    found.forEach(({ r, re, im }, i) => {
      r.forEach((value, k) => {
        const [phase, expected] = [Math.atan2(0.1, 0.5) + 10 * k * 0.05, order(K[i], k * 0.05)];
        expect(Math.abs(value - expected)).toBeLessThan(2e-12);
        expect(Math.abs(re[k] - expected * Math.cos(phase))).toBeLessThan(2e-11);
        expect(Math.abs(im[k] - expected * Math.sin(phase))).toBeLessThan(2e-11);
      });
    });
  });

  test.each(["rk4", "rk5"] as const)("%s has its order on complex states too", async (solver) => {
    const error = async (h: number) => {
      const [{ re, im }] = await kuramoto([4], solver, h, 2);
      const phase = (k: number) => Math.atan2(0.1, 0.5) + 10 * k * h;
      const off = (value: number, k: number) =>
        Math.hypot(value - order(4, k * h) * Math.cos(phase(k)), im[k] - order(4, k * h) * Math.sin(phase(k)));
      return Math.max(...re.map(off));
    };
    const slope = Math.log2((await error(0.005)) / (await error(0.0025)));
    expect(Math.abs(slope - (solver === "rk4" ? 4 : 5))).toBeLessThan(0.1);
  });
});

/**
 * Montbrió, Pazó & Roxin 2015, Phys. Rev. X 5:021028, with tau = 1: at rest v = -Delta/(2 pi r), and the excitability is a function of the
 * rate, eta(r) = pi^2 r^2 - J r - v^2. Folds are where it turns; they meet in a cusp at J = (8/3) pi (3/4)^(1/4) sqrt(Delta).
 */
const Delta = 1;
const excitability = (r: number, J: number) => (Math.PI * r) ** 2 - J * r - (Delta / (2 * Math.PI * r)) ** 2;
const excitabilitySlope = (r: number, J: number) => 2 * Math.PI ** 2 * r - J + (Delta / Math.PI) ** 2 / (2 * r ** 3);
const folds = (J: number) => signChanges((r) => excitabilitySlope(r, J), 0.01, 3, 3000);
const cusp = (8 / 3) * Math.PI * 0.75 ** 0.25 * Math.sqrt(Delta);

const qif = "model_templates.neural_mass_models.qif.qif";

/** Rates at which populations end that start at given states. */
async function rates(points: { eta: number; J: number; r: number; v: number }[], solver: SolverOption, simulationTime: number) {
  const column = (name: "eta" | "J" | "r" | "v") => points.map((point) => point[name]);
  const call: GridSearchOptions = {
    circuitTemplate: qif,
    paramGrid: { eta: column("eta"), J: column("J"), r: column("r"), v: column("v") },
    paramMap: {
      ...Object.fromEntries(["eta", "r", "v"].map((name) => [name, { vars: [`qif_op/${name}`], nodes: ["p"] }])),
      J: { vars: ["weight"], edges: [["p/qif_op/r", "p/qif_op/r_in"]] },
    },
    ...{ simulationTime, stepSize: 1e-3, samplingStepSize: 1, solver, outputs: { r: "p/qif_op/r" } },
  };
  const { results } = await gridSearch(call);
  return points.map((_, i) => trace(results, `qif_${i}`, "r")[simulationTime - 1]);
}

describe("known numbers: a population of QIF neurons", () => {
  const J = 15;
  const [low, high] = folds(J);
  const state = (r: number) => ({ r, v: -Delta / (2 * Math.PI * r) });

  test("the template rests where theory says, and has a vanishing eigenvalue at folds alone", () => {
    for (const [r, isFold] of [
      [0.05, false],
      [low, true],
      [0.4, false],
      [high, true],
      [1.5, false],
    ] as const) {
      const f = rightHandSide(equationsOf(qif), { "p/qif_op/eta": excitability(r, J) });
      const y = [state(r).r, state(r).v];
      for (const slope of f(y)) expect(Math.abs(slope)).toBeLessThan(1e-13);
      const smallest = Math.min(...eigenvalues(jacobian(f, y)).map(({ re, im }) => Math.hypot(re, im)));
      if (isFold) expect(smallest).toBeLessThan(1e-5);
      else expect(smallest).toBeGreaterThan(0.1);
    }
  });

  test.each<SolverOption>([...fixedNames, tight])("%s: rests at the rate that theory gives, on both branches", async (solver) => {
    const wanted = [0.02, 0.05, 0.1, 0.95 * low, 1.05 * high, 1, 1.5];
    const points = wanted.map((r) => ({ eta: excitability(r, J), J, r: r * 1.01, v: state(r).v }));
    const found = await rates(points, solver, 200);
    wanted.forEach((r, i) => {
      expect(Math.abs(found[i] / r - 1), `rate ${r}`).toBeLessThan(1e-10);
    });
  });

  // Euler's step multiplies deviations by |1 + h lambda|: it is 1 at h = -2 Re(lambda)/|lambda|^2, and equilibria that turn fast break first.
  test.each([1.2, 1.5, 2])("Euler's steps break the focus at rate %d where theory says", async (rate) => {
    const eta = excitability(rate, J);
    const [{ re, im }] = eigenvalues(jacobian(rightHandSide(equationsOf(qif), { "p/qif_op/eta": eta }), [rate, state(rate).v]));
    const critical = (-2 * re) / (re * re + im * im);
    const regime = async (stepSize: number) => {
      const { resultsMap } = await gridSearch({
        circuitTemplate: qif,
        paramGrid: { eta: [eta], r: [rate * (1 + 1e-4)], v: [state(rate).v] },
        paramMap: Object.fromEntries(["eta", "r", "v"].map((name) => [name, { vars: [`qif_op/${name}`], nodes: ["p"] }])),
        ...{ simulationTime: 600_000 * stepSize, stepSize, outputs: { r: "p/qif_op/r" }, features: { r: ["regime"] }, results: false },
      });
      return resultsMap.get(0)?.r_regime;
    };
    expect(await regime(critical * 0.95)).toBe("fixed point");
    expect(await regime(critical * 1.05)).not.toBe("fixed point");
  });

  test("between the folds both branches are stable, beyond them one", async () => {
    const near = 1e-3;
    const [above, below] = [excitability(low, J), excitability(high, J)];
    const from = (r: number, eta: number) => ({ eta, J, ...state(r) });
    const points = [
      from(low * 0.98, above - near),
      from(low * 0.98, above + near),
      from(high * 1.02, below + near),
      from(high * 1.02, below - near),
    ];
    const [stays, rises, holds, falls] = await rates(points, tight, 1000);
    expect(below).toBeLessThan(above);
    expect(stays).toBeLessThan(low);
    expect(rises).toBeGreaterThan(high);
    expect(holds).toBeGreaterThan(high);
    expect(falls).toBeLessThan(low);
  });

  test("the folds meet in the cusp", async () => {
    expect(folds(cusp * (1 - 1e-6)).length).toBe(0);
    expect(folds(cusp * (1 + 1e-4)).length).toBe(2);
    // At the cusp r^4 = 3 Delta^2/(4 pi^4).
    const eta = excitability((0.75 * Delta ** 2) ** 0.25 / Math.PI, cusp);
    const [wide, narrow] = [cusp + 0.5, cusp - 0.5];
    const between = folds(wide).reduce((sum, r) => sum + excitability(r, wide), 0) / 2;
    const [lower, , upper] = signChanges((r) => excitability(r, wide) - between, 0.01, 3, 3000);
    const at = (J: number, excited: number, r: number) => ({ J, eta: excited, ...state(r * 1.001) });
    const points = [at(wide, between, lower), at(wide, between, upper), at(narrow, eta, lower), at(narrow, eta, upper)];
    const [a, b, c, d] = await rates(points, tight, 500);
    expect(Math.abs(a - lower)).toBeLessThan(1e-10);
    expect(Math.abs(b - upper)).toBeLessThan(1e-10);
    expect(Math.abs(d - c)).toBeLessThan(1e-10);
  });
});
