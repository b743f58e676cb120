// Where bundled models change their behaviour: numbers that are published of their equations, or that follow from these in closed form.
import { describe, test } from "vitest";
import { bisect, eigenvalues, jacobian } from "../../support/dynamics.ts";
import { holds, PublishedModel, type Values } from "../../support/published.ts";

const tm = new PublishedModel("tsodyksmarkram", "tm");
const gap = new PublishedModel("montbrio", "mpr_gap");
const cmc = new PublishedModel("cmc");
const moran = new PublishedModel("moran");
const rww = new PublishedModel("wongwang", "rww");

/** The root of a function that falls or rises along a line, from its values at 0 and 1. */
const lineRoot = (f: (x: number) => number) => f(0) / (f(0) - f(1));

/** Of Tsodyks and Markram's equations: where all rests at a rate E, by each equation in turn, and the input that holds it there. */
function restingAt(E: number, values: Values): { y: number[]; I: number } {
  const flow = tm.flow(values);
  const u = lineRoot((value) => flow([E, 0, value])[2]);
  const x = lineRoot((value) => flow([E, value, u])[1]);
  return { y: [E, x, u], I: bisect((I) => tm.flow({ ...values, I })([E, x, u])[0], -4, 1) };
}

/** The input where it is least or largest on the branch of resting states. */
function fold(values: Values, [low, high]: readonly [number, number]): number {
  const at = bisect((E) => restingAt(E + 1e-4, values).I - restingAt(E - 1e-4, values).I, low, high);
  return restingAt(at, values).I;
}

/** The input at which a pair of complex eigenvalues crosses the imaginary axis. */
function hopf(values: Values, [low, high]: readonly [number, number]): number {
  const growth = (E: number) => {
    const { y, I } = restingAt(E, values);
    return Math.max(...eigenvalues(jacobian(tm.flow({ ...values, I }), y)).flatMap(({ re, im }) => (Math.abs(im) > 0.5 ? [re] : [])));
  };
  return restingAt(bisect(growth, low, high), values).I;
}

describe("bundled bifurcations of Tsodyks and Markram's mean field", () => {
  // Printed in the tutorial "Neural mass equation" of BifurcationKit, which has tau_D = 0.2 s; it takes these equations from Cortes et al. 2013.
  const values = { tau_D: 0.2 };
  const breaks = ["tau_D", "tau_F", "U", "J", "alpha"];

  test.each([
    ["the fold at I = -1.46302733 Hz", -1.46302733, [0.9, 2]],
    ["the fold at I = -1.86522391 Hz", -1.86522391, [3.9, 4.4]],
  ] as const)("%s", (_, known, between) =>
    holds(tm, { known, bound: 1e-7, measure: (changed) => attempt(() => fold(changed, between)), values, breaks }),
  );

  test.each([
    ["the Hopf point at I = -1.850124 Hz", -1.850124, [3.2, 3.9]],
    ["the Hopf point at I = -1.151059 Hz", -1.151059, [6.5, 8]],
  ] as const)("%s", (_, known, between) =>
    holds(tm, { known, bound: 1e-6, measure: (changed) => attempt(() => hopf(changed, between)), values, breaks: [...breaks, "tau"] }),
  );
});

/** A number, or none where a changed parameter has moved it out of where it was looked for. */
function attempt(measure: () => number): number {
  try {
    return measure();
  } catch {
    return Number.NaN;
  }
}

describe("bundled bifurcations of QIF neurons with gap junctions", () => {
  // Pietras et al. 2019: a Hopf bifurcation needs 4 v = g, and the rate is then 2 Delta/(pi g), so that eta = 4 Delta^2/g^2 - g^2/16 - 2 J Delta/(pi g).
  test.each([
    [1, 2, 1],
    [1, -2, 1],
    [0.5, 4, 0.3],
    [1.5, -1, 2],
  ])("at g = %d, J = %d and Delta = %d they synchronise at the eta that the trace of the linear equations gives", (g, J, Delta) => {
    const known = (4 * Delta ** 2) / g ** 2 - g ** 2 / 16 - (2 * J * Delta) / (Math.PI * g);
    const measure = (changed: Values) =>
      attempt(() => {
        const growth = (eta: number) => {
          const state = gap.rest({ r: (2 * Delta) / (Math.PI * g), v: g / 4 }, { ...changed, eta });
          return gap.eigenvalues(state, { ...changed, eta })[0].re;
        };
        return bisect(growth, known - 0.3, known + 0.3);
      });
    return holds(gap, { known, bound: 1e-6, measure, values: { g, J, Delta }, breaks: ["g", "J", "Delta"] });
  });
});

/** Frequency of the eigenvalue nearest to one, of a model at rest at 0. */
function nearest(model: PublishedModel, values: Values, [re, im]: readonly [number, number]): number {
  const all = model.eigenvalues(model.rest({}, values), values).filter((each) => each.im > 0);
  const found = all.reduce((best, each) => (Math.hypot(each.re - re, each.im - im) < Math.hypot(best.re - re, best.im - im) ? each : best));
  return found.im / (2 * Math.PI);
}

describe("bundled bifurcations: rhythms in closed form of the neural masses of dynamic causal models", () => {
  // A population alone obeys tau V'' = -g R V/4 - 2 V' - V/tau near 0: it turns at sqrt(g R/(4 tau)), damped at 1/tau.
  test.each([
    ["stellate", "tau_ss", "g_1", { g_2: 0, g_3: 0, g_7: 0 }],
    ["superficial pyramidal", "tau_sp", "g_7", { g_1: 0, g_8: 0 }],
    ["inhibitory", "tau_ii", "g_4", { g_5: 0, g_6: 0 }],
    ["deep pyramidal", "tau_dp", "g_10", { g_9: 0 }],
  ] as const)("canonical microcircuit: %s cells alone turn at sqrt(g R/(4 tau))", (_, tau, g, values) => {
    const omega = Math.sqrt((cmc.default(g) * cmc.default("R")) / (4 * cmc.default(tau)));
    const measure = (changed: Values) => nearest(cmc, changed, [-1 / cmc.default(tau), omega]);
    return holds(cmc, { known: omega / (2 * Math.PI), bound: 1e-4, measure, values, breaks: [tau, g, "R"] });
  });

  // Inhibitory cells alone: V_5'' = -(kappa_i H_i gamma_5 s + kappa_i^2) V_5 - 2 kappa_i V_5', with the slope s of the rate at 0.
  test("Moran's inhibitory cells alone turn at sqrt(kappa_i H_i gamma_5 s)", () => {
    const slope = (2 * Math.exp(2)) / (1 + Math.exp(2)) ** 2;
    const omega = Math.sqrt(62.5 * 32 * 16 * slope);
    const measure = (changed: Values) => nearest(moran, changed, [-62.5, omega]);
    const breaks = ["kappa_i", "H_i", "gamma_5", "rho_1", "rho_2"];
    return holds(moran, { known: omega / (2 * Math.PI), bound: 1e-4, measure, values: { gamma_3: 0 }, breaks });
  });
});

describe("bundled bifurcations of the reduced Wong-Wang model", () => {
  // At rest w J_N s = x - I_0 with s = gamma tau_s r/(1 + gamma tau_s r): w is a function of x alone, whose extremes are the folds.
  test.each([
    ["it comes to rest at a high rate from w = 1.15474 on", 1.1547375, [0.3, 0.8]],
    ["it leaves its low rate at w = 1.79767", 1.7976692, [0.05, 0.25]],
  ] as const)("%s", (_, known, between) => {
    const weight = (s: number, changed: Values) => bisect((w) => rww.flow({ ...changed, w })([s])[0], 0.01, 20);
    const measure = (changed: Values) =>
      attempt(() =>
        weight(
          bisect((s) => weight(s + 1e-5, changed) - weight(s - 1e-5, changed), between[0], between[1]),
          changed,
        ),
      );
    return holds(rww, { known, bound: 1e-6, measure, breaks: ["a", "b", "d", "gamma", "tau_s", "J_N", "I_0"] });
  });
});
