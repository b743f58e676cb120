// The error that is asked for: problems of the DETEST kind at tolerances from 1e-3 to 1e-10, and a grid of Jansen-Rit columns. They are
// held against a textbook scheme of order five at 16 384 steps, that against formulas where there are any, and both error and cost
// against those of SciPy's solve_ivp (test/reference/detest.json). Errors of steps add up: on orbits they grow to 4000 tolerances there
// and here.
import { describe, expect, test } from "vitest";
import { type AdaptiveSolverName, type GridSearchOptions, gridSearch, templatesFromYaml, trace } from "../../src/index.ts";
import { textbook } from "../support/oracle.ts";
import { reference as scipy } from "../support/reference.ts";

interface Problem {
  name: string;
  /** Derivatives of x0, x1, ..., as a template has them. */
  equations: string[];
  start: number[];
  time: number;
  exact?: (t: number) => number;
}

/** Positions of a planet from the nearest point of an orbit of eccentricity e on, by Kepler's equation. */
function orbit(e: number) {
  return (t: number): number => {
    let E = t;
    for (let i = 0; i < 60; i++) E -= (E - e * Math.sin(E) - t) / (1 - e * Math.cos(E));
    return Math.cos(E) - e;
  };
}

function planet(e: number): Problem {
  return {
    name: `D: a planet, eccentricity ${e}`,
    equations: ["x2", "x3", "-x0/(x0^2 + x1^2)^1.5", "-x1/(x0^2 + x1^2)^1.5"],
    start: [1 - e, 0, 0, Math.sqrt((1 + e) / (1 - e))],
    time: 20,
    exact: orbit(e),
  };
}

/** A decay along ten states. */
function chain(rate: (i: number) => number): string[] {
  return Array.from({ length: 10 }, (_, i) => `${i > 0 ? `${rate(i)}*x${i - 1}` : "0"} - ${i < 9 ? rate(i + 1) : 0}*x${i}`);
}

/** Hull, Enright, Fellen & Sedgwick 1972, SIAM J. Numer. Anal. 9:603: classes A to E; C4, C5 are as C3, E3 to E5 below. */
const problems: Problem[] = [
  { name: "A1: decay", equations: ["-x0"], start: [1], time: 20, exact: (t) => Math.exp(-t) },
  { name: "A2: a special Riccati equation", equations: ["-x0^3/2"], start: [1], time: 20, exact: (t) => 1 / Math.sqrt(t + 1) },
  { name: "A3: forced oscillation", equations: ["x0*cos(t)"], start: [1], time: 20, exact: (t) => Math.exp(Math.sin(t)) },
  { name: "A4: logistic growth", equations: ["x0/4*(1 - x0/20)"], start: [1], time: 20, exact: (t) => 20 / (1 + 19 * Math.exp(-t / 4)) },
  { name: "A5: a spiral", equations: ["(x0 - t)/(x0 + t)"], start: [4], time: 20 },
  { name: "B1: two species", equations: ["2*(x0 - x0*x1)", "-(x1 - x0*x1)"], start: [1, 3], time: 20 },
  {
    name: "B2: a linear reaction",
    equations: ["-x0 + x1", "x0 - 2*x1 + x2", "x1 - x2"],
    start: [2, 0, 1],
    time: 20,
    exact: (t) => 1 + Math.exp(-t) / 2 + Math.exp(-3 * t) / 2,
  },
  { name: "B3: a quadratic reaction", equations: ["-x0", "x0 - x1^2", "x1^2"], start: [1, 0, 0], time: 20 },
  {
    name: "B4: on a torus",
    equations: ["-x1 - x0*x2/sqrt(x0^2 + x1^2)", "x0 - x1*x2/sqrt(x0^2 + x1^2)", "x0/sqrt(x0^2 + x1^2)"],
    start: [3, 0, 0],
    time: 20,
  },
  { name: "B5: a rigid body", equations: ["x1*x2", "-x0*x2", "-0.51*x0*x1"], start: [0, 1, 1], time: 20 },
  { name: "C1: a radioactive chain", equations: chain(() => 1), start: [1, ...new Array(9).fill(0)], time: 20, exact: (t) => Math.exp(-t) },
  {
    name: "C2: a chain that gets faster",
    equations: chain((i) => i),
    start: [1, ...new Array(9).fill(0)],
    time: 20,
    exact: (t) => Math.exp(-t),
  },
  {
    name: "C3: heat",
    equations: Array.from({ length: 10 }, (_, i) => `${i > 0 ? `x${i - 1}` : "0"} - 2*x${i} + ${i < 9 ? `x${i + 1}` : "0"}`),
    start: [1, ...new Array(9).fill(0)],
    time: 20,
  },
  ...[0.1, 0.3, 0.5, 0.7].map(planet),
  {
    name: "E1: Bessel",
    equations: ["x1", "-(x1/(t + 1) + (1 - 0.25/(t + 1)^2)*x0)"],
    start: [0.6713967071418031, 0.09540051444747445],
    time: 20,
    exact: (t) => Math.sqrt(2 / (Math.PI * (t + 1))) * Math.sin(t + 1),
  },
  { name: "E2: van der Pol", equations: ["x1", "(1 - x0^2)*x1 - x0"], start: [2, 0], time: 20 },
  { name: "E3: Duffing", equations: ["x1", "x0^3/6 - x0 + 2*sin(2.78535*t)"], start: [0, 0], time: 20 },
];

function circuit({ equations, start }: Problem) {
  const variables = start.map((value, i) => `x${i}: ${i === 0 ? "output" : "variable"}(${value.toFixed(17)})`).join(", ");
  return templatesFromYaml(`
op: { base: OperatorTemplate, equations: [${equations.map((each, i) => JSON.stringify(`x${i}' = ${each}`)).join(", ")}], variables: { ${variables} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`).net;
}

/** The equations as a function of JavaScript. */
function flow({ equations, start }: Problem): (y: number[], t: number) => number[] {
  const code = equations.map((each) =>
    each
      .replace(/^-\(/, "0-(")
      .replaceAll("^", "**")
      .replaceAll(/-(x\d+)\*\*/g, "-1*$1**")
      .replaceAll(/\b(sin|cos|sqrt)\b/g, "Math.$1"),
  );
  const f = new Function("t", ...start.map((_, i) => `x${i}`), `return [${code.join(", ")}]`);
  return (y, t) => f(t, ...y);
}

const SAMPLES = 32;
const STEPS = 2 ** 14;

/** All states at each sample. */
function reference(problem: Problem): number[][] {
  const f = flow(problem);
  const h = problem.time / STEPS;
  const rows: number[][] = [];
  let y = problem.start;
  for (let step = 0; step < STEPS; step++) {
    if (step % (STEPS / SAMPLES) === 0) rows.push(y);
    y = textbook.rk5(f, y, step * h, h);
  }
  return rows;
}

interface Found {
  nfev: number;
  /** The largest error of any state at any sample, over rtol + rtol |x|. */
  ratio: number;
}

async function solve(problem: Problem, wanted: readonly number[][], name: AdaptiveSolverName, rtol: number): Promise<Found> {
  const { results, resultsMap } = await gridSearch({
    circuitTemplate: circuit(problem),
    paramGrid: { x0: [problem.start[0]] },
    paramMap: { x0: { vars: ["op/x0"], nodes: ["p"] } },
    ...{ simulationTime: problem.time, stepSize: problem.time / SAMPLES, solver: { name, rtol, atol: rtol } },
    outputs: Object.fromEntries(problem.start.map((_, i) => [`x${i}`, `p/op/x${i}`])),
  });
  const ratios = problem.start.flatMap((_, i) =>
    Array.from(trace(results, "net_0", `x${i}`), (value, k) => Math.abs(value - wanted[k][i]) / (rtol * (1 + Math.abs(wanted[k][i])))),
  );
  expect(ratios.length).toBe(SAMPLES * problem.start.length);
  return { nfev: Number(resultsMap.get(0)?.nfev), ratio: Math.max(...ratios) };
}

const { meta, problems: known }: { meta: { rtol: number[] }; problems: Record<string, Record<string, Found[]>> } = scipy("detest");

describe.each(problems.map((problem) => [problem.name, problem] as const))("accuracy: %s", (name, problem) => {
  const wanted = reference(problem);

  test("the textbook scheme has what the formula says", () => {
    wanted.forEach(([x], k) => {
      const exact = problem.exact?.((k * problem.time) / SAMPLES) ?? x;
      expect(Math.abs(x - exact)).toBeLessThan(2e-11);
    });
  });

  test.each(["rk23", "rk45", "dop853"] as const)("%s errs about as much as SciPy's, and costs no more", async (solver) => {
    // Steps at the border of stability, as dop853's here, are accepted or not by the last bits.
    const factor = name.startsWith("C2") && solver === "dop853" ? 20 : 1.5;
    for (const [i, rtol] of meta.rtol.entries()) {
      const [found, theirs] = [await solve(problem, wanted, solver, rtol), known[name][solver][i]];
      expect(found.ratio, `rtol ${rtol}`).toBeLessThan(Math.max(5, factor * theirs.ratio));
      expect(found.nfev, `rtol ${rtol}`).toBeLessThanOrEqual(1.2 * theirs.nfev);
    }
  });

  test("rodas4 errs no more than rk45 of SciPy's does at its worst", async () => {
    const most = Math.max(...known[name].rk45.map(({ ratio }) => ratio));
    for (const rtol of meta.rtol) {
      const { ratio } = await solve(problem, wanted, "rodas4", rtol);
      expect(ratio, `rtol ${rtol}`).toBeLessThan(Math.max(8.5, 1.2 * most));
    }
  });
});

describe("accuracy: 64 Jansen-Rit columns, their gains, C and input chosen at will", () => {
  const point = (i: number) => ({
    h_e: [2.6e-3, 3.25e-3, 4e-3, 6e-3][i % 4],
    h_i: [17e-3, 22e-3][Math.floor(i / 4) % 2],
    c: [68, 135, 270, 400][Math.floor(i / 8) % 4],
    u: [120, 220][Math.floor(i / 32)],
  });
  const grid = Array.from({ length: 64 }, (_, i) => point(i));
  const keys = ["h_e", "h_i", "c", "u"] as const;

  async function potentials(solver: NonNullable<GridSearchOptions["solver"]>, stepSize: number): Promise<Float64Array[]> {
    const { results, resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      paramGrid: Object.fromEntries(keys.map((key) => [key, grid.map((each) => each[key])])),
      paramMap: Object.fromEntries(keys.map((key) => [key, { vars: [`jrc_op/${key}`], nodes: ["jrc"] }])),
      ...{ simulationTime: 1, stepSize, samplingStepSize: 1e-3, solver, outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" } },
    });
    expect(Array.from(resultsMap.getChild("status") ?? []).every((status) => status === "ok")).toBe(true);
    return grid.map((_, i) => trace(results, `JRC2_${i}`, "V"));
  }

  /** The largest deviation of any column, as a share of the largest value of its own. */
  function worst(found: readonly Float64Array[], wanted: readonly Float64Array[]): number {
    const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Math.max(...found.map((V, i) => largest(V.map((value, k) => value - wanted[i][k])) / largest(wanted[i])));
  }

  test("rk4's error is of order four and below 1e-7 at 2.5e-5; adaptive ones keep below 1e-7 at 1e-9", async () => {
    const exact = await potentials({ name: "dop853", rtol: 1e-12, atol: 1e-16 }, 1e-3);
    const errors: number[] = [];
    for (const h of [2e-4, 1e-4, 5e-5, 2.5e-5]) errors.push(worst(await potentials("rk4", h), exact));
    expect(errors[3]).toBeLessThan(1e-7);
    for (const i of [0, 1, 2]) expect(Math.abs(Math.log2(errors[i] / errors[i + 1]) - 4), `${errors}`).toBeLessThan(0.1);
    for (const name of ["rk23", "rk45", "dop853"] as const) {
      const found = worst(await potentials({ name, rtol: 1e-9, atol: 1e-12 }, 1e-3), exact);
      expect(found, name).toBeLessThan(1e-7);
    }
  });
});
