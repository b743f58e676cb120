// Models with discrete delays: characteristic roots and bifurcations against closed forms and an independent root finder.
import { describe, expect, test } from "vitest";
import {
  type ContinueCurveOptions,
  type ContinueEquilibriumOptions,
  continueCurve,
  continueCycle,
  continueEquilibrium,
  equilibria,
  gridSearch,
  templatesFromYaml,
} from "../../src/index.ts";
import { oneNode } from "../support/one-node.ts";
import { refusal } from "../support/sweep.ts";

type Row = Record<string, number | string | null>;
interface Complex {
  re: number;
  im: number;
}

async function rowsOf(options: ContinueEquilibriumOptions): Promise<Row[]> {
  return (await continueEquilibrium(options)).toArray().map((row) => row.toJSON());
}

async function curveOf(options: ContinueCurveOptions): Promise<Row[]> {
  return (await continueCurve(options)).toArray().map((row) => row.toJSON());
}

const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const plus = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const scaled = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by });
const over = (a: Complex, b: Complex): Complex => scaled(times(a, { re: b.re, im: -b.im }), 1 / (b.re * b.re + b.im * b.im));
const exponential = (a: Complex): Complex => scaled({ re: Math.cos(a.im), im: Math.sin(a.im) }, Math.exp(a.re));
const sizeOf = ({ re, im }: Complex) => Math.hypot(re, im);

/** How often a function turns around 0 along the edge of a rectangle: its zeros less its poles within. */
function turnsAround(f: (at: Complex) => Complex, [left, right]: [number, number], height: number): number {
  const corners = [
    { re: left, im: -height },
    { re: right, im: -height },
    { re: right, im: height },
    { re: left, im: height },
  ];
  let [angle, before] = [0, f(corners[0])];
  corners.forEach((from, k) => {
    const to = corners[(k + 1) % 4];
    for (let i = 1; i <= 4000; i++) {
      const share = i / 4000;
      const here = f({ re: from.re + share * (to.re - from.re), im: from.im + share * (to.im - from.im) });
      const quotient = over(here, before);
      angle += Math.atan2(quotient.im, quotient.re);
      before = here;
    }
  });
  return Math.round(angle / (2 * Math.PI));
}

/** The eigenvalues of a row of a table. */
function rootsOf(row: Row): Complex[] {
  const found: Complex[] = [];
  for (let i = 1; typeof row[`eigenvalue_${i}_re`] === "number"; i++)
    found.push({ re: Number(row[`eigenvalue_${i}_re`]), im: Number(row[`eigenvalue_${i}_im`]) });
  return found;
}

describe("delays: scalar equations against closed forms", () => {
  test("x' = -x(t - τ) in τ, from no delay on: π/2 + 2πk, all of frequency 1, and 2k + 2 roots beyond", async () => {
    const circuitTemplate = oneNode(["x' = -x(t-tau)"], "{ x: output(0.0), tau: 1.0 }");
    const rows = await rowsOf({ circuitTemplate, parameter: "n/op/tau", range: [0, 10], from: { "n/op/tau": 0 } });
    const hopfs = rows.filter(({ label }) => label === "HB");
    expect(hopfs.map((row) => Number(row["n/op/tau"]) / (Math.PI / 2))).toEqual([expect.closeTo(1, 13), expect.closeTo(5, 13)]);
    for (const { period, digits } of hopfs) expect([period, Number(digits) >= 12]).toEqual([expect.closeTo(2 * Math.PI, 12), true]);
    // Without delay, the one eigenvalue of the ordinary equation.
    expect(rootsOf(rows[0])).toEqual([{ re: -1, im: 0 }]);
    for (const row of rows) {
      const tau = Number(row["n/op/tau"]);
      for (const root of rootsOf(row)) {
        const left = plus(root, exponential(scaled(root, -tau)));
        expect(sizeOf(left)).toBeLessThan(1e-10 * Math.max(1, sizeOf(root)));
      }
      if (row.label === "HB") continue;
      expect(row.unstable).toBe(tau < Math.PI / 2 ? 0 : tau < (5 * Math.PI) / 2 ? 2 : 4);
    }
  });

  test("Wright's equation: Hopf at μ = π/2, supercritical, its first Lyapunov coefficient by hand", async () => {
    const circuitTemplate = oneNode(["x' = -mu*past(x, 1)*(1 + x)"], "{ x: output(0.0), mu: 1.0 }");
    const rows = await rowsOf({ circuitTemplate, parameter: "n/op/mu", range: [0.1, 4] });
    const [hopf] = rows.filter(({ label }) => label === "HB");
    expect(Number(hopf["n/op/mu"])).toBeCloseTo(Math.PI / 2, 13);
    expect(hopf.point).toBe("Hopf point, supercritical");
    // Re c₁ / ω with c₁ = (π/10)(1 - 3i)(1 - iπ/2) / (1 + π²/4) and ω = π/2.
    const expected = ((Math.PI / 10) * (1 - (3 * Math.PI) / 2)) / (1 + (Math.PI * Math.PI) / 4) / (Math.PI / 2);
    expect(Number(hopf.coefficient)).toBeCloseTo(expected, 12);
  });

  test("what the roots say of Wright's equation is what its simulation does on both sides", async () => {
    const circuitTemplate = oneNode(["x' = -mu*past(x, 1)*(1 + x)"], "{ x: output(0.01), mu: 1.0 }");
    const { results } = await gridSearch({
      circuitTemplate,
      paramGrid: { mu: [1.5, 1.65] },
      paramMap: { mu: { vars: ["op/mu"], nodes: ["n"] } },
      ...{ simulationTime: 60, stepSize: 0.005, samplingStepSize: 0.05, solver: "rk4", outputs: { x: "n/op/x" } },
    });
    const ratios = [0, 1].map((i) => {
      const trace = results.getChildAt(i + 1)?.toArray() ?? [];
      const most = (from: number, to: number) =>
        trace.slice(from, to).reduce((top: number, each: number) => Math.max(top, Math.abs(each)), 0);
      return most(1000, 1200) / most(200, 400);
    });
    expect(ratios[0]).toBeLessThan(0.5);
    expect(ratios[1]).toBeGreaterThan(2);
  });
});

describe("delays: networks and variables that are read late", () => {
  const pair = (edge: string) =>
    templatesFromYaml(`
pair:
  base: CircuitTemplate
  nodes: { a: model_templates.neural_mass_models.jansenrit.jrc_pop, b: model_templates.neural_mass_models.jansenrit.jrc_pop }
  edges:
    - [a/jrc_op/m, b/jrc_op/m_in, null, ${edge}]
    - [b/jrc_op/m, a/jrc_op/m_in, null, ${edge}]
`).pair;
  const paramMap = {
    u: { vars: ["jrc_op/u"], nodes: ["a", "b"] },
    delay: {
      vars: ["delay"],
      edges: [
        ["a/jrc_op/m", "b/jrc_op/m_in"],
        ["b/jrc_op/m", "a/jrc_op/m_in"],
      ],
    },
  };
  const [hE, tE, hI, tI, c, w] = [3.25e-3, 0.01, 22e-3, 0.02, 135, 0.5];
  const slopeAt = (v: number) => {
    const s = 1 / (1 + Math.exp(-560 * (v - 6e-3)));
    return 5 * 560 * s * (1 - s);
  };
  /** One of the factors of the characteristic function of two equal columns, with its poles taken out: of deviations that are equal or opposite. */
  function factor(row: Row, tau: number, sign: 1 | -1): (at: Complex) => Complex {
    const at = (name: string) => Number(row[`a/jrc_op/${name}`]);
    const [s0, s1, s2] = [slopeAt(at("V_e") - at("V_i")), slopeAt(at("V_ein")), slopeAt(at("V_iin"))];
    return (z) => {
      const e = times(plus(z, { re: 1 / tE, im: 0 }), plus(z, { re: 1 / tE, im: 0 }));
      const i = times(plus(z, { re: 1 / tI, im: 0 }), plus(z, { re: 1 / tI, im: 0 }));
      const gain = hE / tE;
      const inner = scaled(i, gain * gain * 0.8 * c * c * s1 * s0);
      const late = scaled(times(times(e, i), exponential(scaled(z, -tau))), (sign * gain * c * w * s0) / 3);
      const inhibition = scaled(e, (hI / tI) * (c / 4) * s2 * gain * (c / 4) * s0);
      const left = plus(plus(times(times(e, e), i), scaled(inner, -1)), plus(scaled(late, -1), inhibition));
      // Of the size of its largest term.
      return over(left, times(times(e, e), i));
    };
  }

  test("two Jansen-Rit columns with late edges: Hopf points in u solve the characteristic equation", async () => {
    const rows = await rowsOf({
      circuitTemplate: pair("{ weight: 0.5, delay: 0.01 }"),
      ...{ paramMap, parameter: "u", range: [-60, 400], from: { u: 400 }, switching: false },
    });
    const hopfs = rows.filter(({ label }) => label === "HB");
    expect(hopfs.length).toBeGreaterThanOrEqual(1);
    for (const row of hopfs) {
      const omega = (2 * Math.PI) / Number(row.period);
      const least = Math.min(...([1, -1] as const).map((sign) => sizeOf(factor(row, 0.01, sign)({ re: 0, im: omega }))));
      expect(least).toBeLessThan(1e-9);
      expect(Number(row.digits)).toBeGreaterThanOrEqual(10);
      expect(row.point).toMatch(/^Hopf point, (sub|super)critical$/);
    }
    // Every root that there is right of the axis, and as many as the argument principle counts left of it.
    const regular = rows.filter(({ label, point }) => label === null && point === null);
    for (const row of [regular[0], regular[Math.floor(regular.length / 2)], regular[regular.length - 1]]) {
      const own = rootsOf(row);
      // In the widest gap between real parts, right of the poles of what was taken out.
      const gaps = own.flatMap(({ re }, i) => (i > 0 && re > -45 ? [{ width: own[i - 1].re - re, edge: (own[i - 1].re + re) / 2 }] : []));
      const widest = gaps.reduce((most, gap) => (gap.width > most.width ? gap : most));
      for (const left of [1e-6, widest.edge]) {
        const counted = ([1, -1] as const).reduce((sum, sign) => sum + turnsAround(factor(row, 0.01, sign), [left, 900], 900), 0);
        expect(own.filter(({ re }) => re > left).length).toBe(counted);
      }
      if (Number(row.unstable) === 0) expect(own[0].re).toBeLessThan(0);
    }
  });

  test("the delay of edges is a parameter: the same place in (u, delay) from both sides, and no delay is the ordinary model", async () => {
    const common = { circuitTemplate: pair("{ weight: 0.5 }"), paramMap, switching: false };
    const first = await rowsOf({ ...common, parameter: "u", range: [200, 400], params: { delay: 0.01 }, from: { u: 400 } });
    const [hopf] = first.filter(({ label }) => label === "HB");
    const second = await rowsOf({ ...common, parameter: "delay", range: [0, 0.02], params: { u: Number(hopf.u) }, from: { delay: 0 } });
    const delays = second.filter(({ label }) => label === "HB").map((row) => Number(row.delay));
    expect(Math.min(...delays.map((each) => Math.abs(each - 0.01)))).toBeLessThan(1e-10);
    const without = await rowsOf({ ...common, parameter: "u", range: [200, 400], params: { delay: 0 }, from: { u: 400 } });
    const ordinary = await rowsOf({ ...common, parameter: "u", range: [200, 400], from: { u: 400 } });
    const places = (rows: Row[]) => rows.filter(({ label }) => label === "HB").map((row) => [Number(row.u), Number(row.coefficient)]);
    expect(places(without).length).toBeGreaterThan(0);
    places(without).forEach(([u, coefficient], i) => {
      const [other, own] = places(ordinary)[i];
      expect(Math.abs(u / other - 1)).toBeLessThan(1e-11);
      expect(Math.abs(coefficient / own - 1)).toBeLessThan(1e-6);
    });
  });

  test("a late variable of late variables: delays add up", async () => {
    const circuitTemplate = oneNode(["y = past(x, a)", "x' = -past(y, b)"], "{ x: output(0.0), y: variable(0.0), a: 1.0, b: 0.25 }");
    const rows = await rowsOf({ circuitTemplate, parameter: "n/op/a", range: [0.5, 2] });
    const [hopf] = rows.filter(({ label }) => label === "HB");
    expect(Number(hopf["n/op/a"])).toBeCloseTo(Math.PI / 2 - 0.25, 13);
  });
});

describe("delays: curves in two parameters", () => {
  test("Hopf points of x' = -a x - b x(t - 1) lie where ω cot ω = -a and ω / sin ω = b", async () => {
    const circuitTemplate = oneNode(["x' = -a*x - b*x(t-1) - x^3"], "{ x: output(0.0), a: 0.5, b: 1.0 }");
    const rows = await curveOf({
      circuitTemplate,
      ...{
        parameters: ["n/op/b", "n/op/a"],
        ranges: [
          [0.2, 4],
          [-0.5, 2],
        ],
        curves: ["HB"],
      },
    });
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const omega = (2 * Math.PI) / Number(row.period);
      expect(Number(row["n/op/a"])).toBeCloseTo(-omega / Math.tan(omega), 9);
      expect(Number(row["n/op/b"])).toBeCloseTo(omega / Math.sin(omega), 9);
      expect(Number(row.coefficient)).toBeLessThan(0);
    }
  });

  test("a Bogdanov-Takens point whose place depends on the delay, from folds and from Hopf points", async () => {
    // λ² - b λ + 1 - (k + 2x) exp(-λτ) has a double root 0 where k + 2x = 1 and b = τ.
    const circuitTemplate = oneNode(
      ["x' = y", "y' = c + b*y - x + k*past(x, tau) + past(x, tau)^2"],
      "{ x: output(0.1), y: variable(0.0), c: 0.0, b: 0.8, k: 0.5, tau: 1.0 }",
    );
    const rows = await curveOf({
      circuitTemplate,
      ...{
        parameters: ["n/op/c", "n/op/b"],
        ranges: [
          [-0.5, 0.2],
          [0.1, 1.5],
        ],
        from: { "n/op/c": 0 },
      },
    });
    const found = rows.filter(({ label }) => label === "BT");
    expect(new Set(found.map(({ curve }) => curve))).toEqual(new Set(["LP", "HB"]));
    for (const row of found) {
      expect(Number(row["n/op/b"])).toBeCloseTo(1, 8);
      expect(Number(row["n/op/c"])).toBeCloseTo(0.0625, 9);
      expect(Number(row["n/op/x"])).toBeCloseTo(0.25, 8);
    }
  });
});

describe("delays: grids and features", () => {
  const circuitTemplate = oneNode(["x' = -mu*past(x, tau)*(1 + x)"], "{ x: output(0.01), mu: 1.0, tau: 1.0 }");
  const paramMap = { mu: { vars: ["op/mu"], nodes: ["n"] }, tau: { vars: ["op/tau"], nodes: ["n"] } };

  test("equilibria with their roots over the delay", async () => {
    const table = await equilibria({ circuitTemplate, paramGrid: { tau: [0, 1, 2] }, paramMap });
    const rows = table.toArray().map((row) => row.toJSON());
    expect(rows.map((row) => [row.tau, Math.round(Number(row["n/op/x"])), row.type, row.unstable])).toEqual([
      [0, -1, "saddle", 1],
      [0, 0, "stable node", 0],
      [1, -1, "saddle", 1],
      [1, 0, "stable focus", 0],
      [2, -1, "saddle", 1],
      [2, 0, "saddle-focus", 2],
    ]);
  });

  test("features of a sweep tell the same", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate,
      ...{ paramGrid: { tau: [1, 2] }, paramMap, simulationTime: 20, stepSize: 0.01, solver: "rk4", outputs: { x: "n/op/x" } },
      features: { x: ["equilibria", "stability", "leadingEigenvalue"] },
      results: false,
    });
    const rows = resultsMap.toArray().map((row) => row.toJSON());
    expect(rows.map(({ x_equilibria, x_stability }) => [x_equilibria, x_stability])).toEqual([
      [2, "stable focus"],
      [2, "saddle-focus"],
    ]);
    // λ = W(-1), and 2λ = W(-2).
    expect(rows.map(({ x_leadingEigenvalue }) => x_leadingEigenvalue)).toEqual([
      expect.closeTo(-0.31813150520476413, 12),
      expect.closeTo(0.0864080014200002, 9),
    ]);
  });

  test("what cannot be is refused by name", async () => {
    const branch = (changes: object) => () =>
      Reflect.apply(continueEquilibrium, undefined, [{ circuitTemplate, paramMap, parameter: "tau", range: [0, 2], ...changes }]);
    const negative = await refusal(branch({ range: [-1, 2] }));
    expect([negative.code, negative.message]).toEqual(["E_DELAY", expect.stringContaining("a delay is -1 at tau = -1")]);
    const cycles = await refusal(() => continueCycle({ circuitTemplate, paramMap, parameter: "mu", range: [1, 2] }));
    expect([cycles.code, cycles.message]).toEqual(["E_FIELD_DELAY", expect.stringContaining("has delays (of n/op/x)")]);
    const own = oneNode(["y = k*past(y, 1) + x", "x' = -y"], "{ x: output(0.1), y: variable(0.0), k: 0.5 }");
    expect((await refusal(branch({ circuitTemplate: own, parameter: "n/op/k", range: [0, 2] }))).code).toBe("E_FIELD_DELAY");
    const long = await refusal(branch({ params: { mu: 1000 }, range: [1, 2] }));
    expect([long.code, long.message]).toEqual(["E_DELAY", expect.stringContaining("too long for rates")]);
  });

  test("a delay that becomes too long on the way ends the branch, which says so", async () => {
    const stable = oneNode(["x' = -x - 0.5*past(x, tau)"], "{ x: output(0.01), tau: 1.0 }");
    const rows = await rowsOf({ circuitTemplate: stable, parameter: "n/op/tau", range: [150, 2000], from: { "n/op/tau": 150 } });
    expect(rows.at(-1)?.note).toContain("too long for rates");
    expect(rows.every(({ unstable }) => unstable === 0)).toBe(true);
    expect(rows.length).toBeGreaterThan(2);
  });
});
