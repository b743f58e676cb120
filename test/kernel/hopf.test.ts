// Where oscillations begin: Hopf points of the equations, and those that a solver's step makes of them. At rest, a step of any
// Runge-Kutta method multiplies small deviations by R(h J); so it oscillates where an eigenvalue has |R(h lambda)| above 1, however the
// equations do.
import { describe, expect, test } from "vitest";
import { type FixedSolverName, type GridSearchOptions, gridSearch, trace } from "../../src/index.ts";
import { equationsOf } from "../support/bundled.ts";
import {
  amplification,
  bisect,
  type Complex,
  eigenvalues,
  type Flow,
  jacobian,
  polynomial,
  rest,
  roots,
  signChanges,
  stability,
} from "../support/dynamics.ts";
import { fixedNames } from "../support/fixed.ts";
import { parameters } from "../support/jansen-rit.ts";
import { rightHandSide, textbook } from "../support/oracle.ts";

const column = "model_templates.neural_mass_models.jansenrit.JRC2";
const jansenRit = equationsOf(column);
const names = jansenRit.states.map(({ path }) => path.split("/")[2]);
const S = (x: number) => 1 / (1 + Math.exp(-x));
const { h_e, tau_e, h_i, tau_i, m_max, r, V_thr, ei_ratio } = parameters;

/** Potentials at rest if V_e - V_i were y: a synapse's potential is gain × time constant × the rate that it gets. */
function potentials(y: number, C: number, u: number) {
  const m = m_max * S(r * (y - V_thr));
  const V_ein = h_e * tau_e * C * m;
  const V_iin = V_ein / ei_ratio;
  const V_e = h_e * tau_e * (0.8 * C * m_max * S(r * (V_ein - V_thr)) + u);
  const V_i = ((h_i * tau_i * C) / ei_ratio) * m_max * S(r * (V_iin - V_thr));
  return { V_ein, V_iin, V_e, V_i };
}

/** All y = V_e - V_i at which a column rests, from the lowest up: roots of one scalar equation. */
function balances(C: number, u: number): number[] {
  return signChanges(
    (y) => {
      const { V_e, V_i } = potentials(y, C, u);
      return V_e - V_i - y;
    },
    -0.1,
    0.1,
    1000,
  );
}

/** The states of a column at rest in the order of the template; currents are 0. */
function column8(y: number, C: number, u: number): number[] {
  const values: Record<string, number> = potentials(y, C, u);
  return names.map((name) => values[name] ?? 0);
}

function columnFlow(C: number, u: number): Flow {
  return rightHandSide(jansenRit, { "jrc/jrc_op/c": C, "jrc/jrc_op/u": u });
}

/** Eigenvalues of a column where it rests: at the highest balance. */
function columnEigenvalues(C: number, u = 220): Complex[] {
  const y = balances(C, u).at(-1) ?? Number.NaN;
  return eigenvalues(jacobian(columnFlow(C, u), column8(y, C, u)));
}

/** A sweep of columns that start where each rests, off by `off` V in V_e. */
function columns(C: readonly number[], off: number, more: Partial<GridSearchOptions>): GridSearchOptions {
  const starts = C.map((each) => column8(balances(each, 220).at(-1) ?? Number.NaN, each, 220));
  const keys = Object.fromEntries(names.map((name, i) => [name, starts.map((start) => start[i] + (name === "V_e" ? off : 0))]));
  return {
    circuitTemplate: column,
    paramGrid: { C, ...keys },
    paramMap: Object.fromEntries(
      [["C", "c"], ...names.map((name) => [name, name])].map(([key, name]) => [key, { vars: [`jrc_op/${name}`], nodes: ["jrc"] }]),
    ),
    ...{ simulationTime: 100, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, features: { V: ["regime"] } },
    ...more,
  };
}

describe("hopf: Jansen-Rit at rest", () => {
  const stable = [
    ...[60, 120, 220, 320].flatMap((u) => [20, 68, 100].map((C) => ({ C, u }))),
    ...[
      { C: 128, u: 220 },
      { C: 800, u: 220 },
      { C: 1350, u: 220 },
    ],
  ].filter(({ C, u }) => balances(C, u).length > 0);
  /** Balances at which no eigenvalue has a real part above 0. */
  const resting = ({ C, u }: { C: number; u: number }) =>
    balances(C, u).filter((y) => eigenvalues(jacobian(columnFlow(C, u), column8(y, C, u)))[0].re < 0);

  test("Newton's method on the template's equations finds what the scalar equation says", () => {
    for (const { C, u } of stable) {
      for (const y of balances(C, u)) {
        const wanted = column8(y, C, u);
        const found = rest(
          columnFlow(C, u),
          wanted.map((value, i) => value * (1 + 1e-4 * i)),
        );
        names.forEach((_, i) => {
          expect(Math.abs(found[i] - wanted[i])).toBeLessThan(1e-13);
        });
      }
    }
  });

  test.each<NonNullable<GridSearchOptions["solver"]>>([
    ...fixedNames,
    { name: "dop853", rtol: 1e-12, atol: 1e-15 },
    { name: "rodas4", rtol: 1e-10, atol: 1e-14 },
  ])("%s settles there to 1e-10", async (solver) => {
    const { results } = await gridSearch({
      circuitTemplate: column,
      paramGrid: { C: stable.map(({ C }) => C), u: stable.map(({ u }) => u) },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
      ...{ simulationTime: 20, stepSize: 2e-4, samplingStepSize: 0.5, cutoff: 19, solver },
      outputs: { e: "jrc/jrc_op/V_e", y: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    });
    stable.forEach((point, i) => {
      const [e, y] = ["e", "y"].map((output) => trace(results, `JRC2_${i}`, output)[1]);
      const gaps = resting(point).map((each) => {
        const wanted = potentials(each, point.C, point.u).V_e;
        return Math.max(Math.abs(y - each) / Math.abs(each), Math.abs(e - wanted) / wanted);
      });
      expect(Math.min(...gaps), JSON.stringify(point)).toBeLessThan(1e-10);
    });
  });
});

/** The characteristic polynomial of a column from its loops: two of second-order synapses each, one through each interneuron. */
function loops(C: number, u: number): number[] {
  const y = balances(C, u).at(-1) ?? Number.NaN;
  const { V_ein, V_iin } = potentials(y, C, u);
  const gain = (V: number) => m_max * r * S(r * (V - V_thr)) * (1 - S(r * (V - V_thr)));
  const times = (a: number[], b: number[]) => {
    const product = new Array<number>(a.length + b.length - 1).fill(0);
    a.forEach((x, i) => {
      b.forEach((z, j) => {
        product[i + j] += x * z;
      });
    });
    return product;
  };
  const [excitatory, inhibitory] = [tau_e, tau_i].map((tau) => times([1 / tau, 1], [1 / tau, 1]));
  const strong = gain(y) * (h_e / tau_e) ** 2 * 0.8 * C * C * gain(V_ein);
  const weak = gain(y) * (h_e / tau_e) * (h_i / tau_i) * (C / ei_ratio) ** 2 * gain(V_iin);
  return times(times(excitatory, excitatory), inhibitory).map(
    (each, k) => each - strong * (inhibitory[k] ?? 0) + weak * (excitatory[k] ?? 0),
  );
}

describe("Jansen-Rit's Hopf point in C", () => {
  const critical = bisect((C) => columnEigenvalues(C)[0].re, 100, 200);

  test("is where the loops' polynomial has it, at 133.095, with a rhythm of 11 Hz", () => {
    expect(Math.abs(bisect((C) => roots(loops(C, 220))[0].re, 100, 200) - critical)).toBeLessThan(1e-6);
    expect(Math.abs(critical - 133.095)).toBeLessThan(1e-3);
    expect(Math.abs(Math.abs(columnEigenvalues(critical)[0].im) / (2 * Math.PI) - 11.035)).toBeLessThan(1e-3);
  });

  test("is where an adaptive sweep has it", async () => {
    const solver = { name: "dop853", rtol: 1e-10, atol: 1e-13 } as const;
    const { resultsMap } = await gridSearch(
      columns([critical - 0.05, critical + 0.05], 1e-6, { simulationTime: 600, stepSize: 5e-3, solver }),
    );
    expect(Array.from(resultsMap.getChild("V_regime") ?? [])).toEqual(["fixed point", "oscillation"]);
  });
});

test.each(fixedNames)("hopf: a textbook step of %s is its stability function", (solver) => {
  for (const z of [
    { re: -0.3, im: 0.9 },
    { re: 0.2, im: -1.4 },
    { re: -2, im: 0 },
  ]) {
    const f = ([a, b]: number[]) => [z.re * a - z.im * b, z.im * a + z.re * b];
    const [re, im] = textbook[solver](f, [1, 0], 0, 1);
    const wanted = polynomial(stability[solver], z);
    expect(Math.hypot(re - wanted.re, im - wanted.im)).toBeLessThan(1e-14);
  }
});

/** The largest factor that a step multiplies deviations from rest by, as a rate: above 0 they grow. */
function growth(solver: FixedSolverName, all: readonly Complex[], h: number): number {
  return Math.log(Math.max(...all.map((each) => amplification(solver, each, h)))) / h;
}

/** Steps (s): Euler's move the Hopf point by 0.5 to 6; those of higher orders must be coarse to move it at all. */
const steps: Record<FixedSolverName, number[]> = {
  euler: [1e-4, 5e-4, 1e-3],
  heun: [2.5e-3, 5e-3, 1e-2],
  midpoint: [2.5e-3, 5e-3, 1e-2],
  ralston: [2.5e-3, 5e-3, 1e-2],
  rk4: [5e-3, 1e-2, 0.0125],
  rk5: [5e-3, 1e-2, 0.0125],
};

describe.each(fixedNames)("%s: the Hopf point of its steps", (solver) => {
  test.each(steps[solver])("at %d s is where |R(h lambda)| = 1", async (stepSize) => {
    const critical = bisect((C) => growth(solver, columnEigenvalues(C), stepSize), 60, 250);
    const near = [critical - 0.05, critical + 0.05];
    const call = columns(near, 1e-6, { simulationTime: 600, stepSize, samplingStepSize: Math.max(stepSize, 5e-3), solver });
    const { resultsMap } = await gridSearch(call);
    expect(Array.from(resultsMap.getChild("V_regime") ?? []), `C = ${critical}`).toEqual(["fixed point", "oscillation"]);
  });

  test.each(steps[solver])("at %d s small deviations grow and decay at the rates of theory", async (stepSize) => {
    const C = [110, 125, 135, 140];
    const spacing = Math.max(stepSize, 5e-3);
    const { results } = await gridSearch(columns(C, 1e-9, { simulationTime: 1, stepSize, samplingStepSize: spacing, cutoff: 0.3, solver }));
    C.forEach((each, i) => {
      const V = trace(results, `JRC2_${i}`, "V");
      const off = V.map((value) => value - potentials(balances(each, 220).at(-1) ?? Number.NaN, each, 220).V_e);
      expect(Math.abs(rateOf(off, spacing) - growth(solver, columnEigenvalues(each), stepSize)), `C = ${each}`).toBeLessThan(1e-3);
    });
  });
});

/** The rate at which an oscillation's size grows: from the recurrence x[k+1] = p x[k] - q x[k-1] of what turns and grows steadily. */
function rateOf(x: Float64Array, spacing: number): number {
  const [aa, ab, bb, ac, bc] = [0, 0, 0, 0, 0].map((_, which) => {
    let sum = 0;
    for (let k = 1; k + 1 < x.length; k++) {
      const [before, now, after] = [x[k - 1], x[k], x[k + 1]];
      sum += [now * now, now * before, before * before, now * after, before * after][which];
    }
    return sum;
  });
  const q = -(aa * bc - ab * ac) / (aa * bb - ab * ab);
  return Math.log(q) / (2 * spacing);
}
