// Folds and period doublings of cycles in two parameters: against closed forms, and against branches of cycles at fixed second parameters.
import { describe, expect, test } from "vitest";
import { type ContinueCurveOptions, continueCurve, continueCycle, continueEquilibrium } from "../../src/index.ts";
import { oneNode } from "../support/one-node.ts";
import { refusal } from "../support/sweep.ts";

type Row = Record<string, number | string | null>;

async function rowsOf(options: ContinueCurveOptions): Promise<Row[]> {
  return (await continueCurve(options)).toArray().map((row) => row.toJSON());
}

/** A circle of frequency 1 whose radius follows r' = r g(r²). */
function circleOf(g: string, variables: string) {
  const s = "(x*x + y*y)";
  const own = g.replaceAll("R", s);
  return oneNode([`x' = x*(${own}) - y`, `y' = y*(${own}) + x`], `{ x: output(0.0), y: variable(0.0), ${variables} }`);
}

describe("cycle curves: closed forms", () => {
  test("folds of r' = r (b + a r² - r⁴) lie on b = -a²/4 and end at the generalised Hopf point", async () => {
    const circuitTemplate = circleOf("b + a*R - R*R", "a: 1.0, b: -0.5");
    const rows = await rowsOf({
      circuitTemplate,
      parameters: ["n/op/b", "n/op/a"],
      ranges: [
        [-0.6, 1],
        [-0.5, 1.5],
      ],
      curves: ["LPC"],
    });
    expect(rows.map(({ curve }) => curve).every((curve) => curve === "LPC")).toBe(true);
    for (const row of rows) {
      const [a, b] = [Number(row["n/op/a"]), Number(row["n/op/b"])];
      expect(Math.abs(b + (a * a) / 4)).toBeLessThan(1e-12);
      expect(Number(row.period)).toBeCloseTo(2 * Math.PI, 11);
      expect(row.unstable).toBe(0);
    }
    const [end] = rows.filter(({ label }) => label === "GH");
    expect(end.multiplier_1_re).toBeNull();
    expect([Number(end["n/op/a"]), Number(end["n/op/b"])]).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    const other = rows.filter(({ label }) => label === "EP");
    expect(other.map((row) => row["n/op/a"])).toEqual([1.5]);
  });

  test("a point of a curve has the multipliers of its cycle, and the cycle itself", async () => {
    const circuitTemplate = oneNode(
      ["x' = x*(b + a*(x*x + y*y) - (x*x + y*y)*(x*x + y*y)) - y", "y' = y*(b + a*(x*x + y*y) - (x*x + y*y)*(x*x + y*y)) + x", "z' = -z"],
      "{ x: output(0.0), y: variable(0.0), z: variable(0.0), a: 1.0, b: -0.5 }",
    );
    const curves = await continueCurve({
      ...{ circuitTemplate, parameters: ["n/op/b", "n/op/a"], outputs: { a: "n/op/a + 0*n/op/x" }, curves: ["HB", "LPC"] },
      ranges: [
        [-0.6, 1],
        [0.2, 1.5],
      ],
    });
    const rows: Row[] = curves.toArray().map((row) => row.toJSON());
    const folds = rows.filter(({ curve }) => curve === "LPC");
    for (const row of folds) {
      // Around the circle twice 1, and exp(-2π) of the third direction.
      expect([row.multiplier_1_re, row.multiplier_2_re].map((each) => Math.abs(Number(each) - 1)).every((off) => off < 1e-5)).toBe(true);
      expect(Number(row.multiplier_3_re)).toBeCloseTo(Math.exp(-2 * Math.PI), 9);
    }
    expect(rows.filter(({ curve }) => curve === "HB").every((row) => row.multiplier_1_re === null)).toBe(true);
    const { branch, index, "n/op/a": a } = folds[folds.length - 1];
    const orbit = curves.orbits(Number(branch), Number(index)).toArray();
    expect(orbit.length).toBe(241);
    expect(orbit[240].time).toBeCloseTo(2 * Math.PI, 9);
    for (const row of orbit) {
      // The radius of the fold's cycle, of that row's own second parameter, which outputs see too.
      expect(row["n/op/x"] * row["n/op/x"] + row["n/op/y"] * row["n/op/y"]).toBeCloseTo(Number(a) / 2, 9);
      expect(row.a).toBe(a);
    }
    const all = curves.orbits();
    expect(new Set(all.getChild("branch")?.toArray())).toEqual(new Set(folds.map((row) => row.branch)));
    expect(all.numRows).toBe(241 * folds.length);
  });

  test("two curves of folds meet in a cusp: r' = r (b + a r² + r⁴ - r⁶) at b = 1/27, a = -1/3", async () => {
    const circuitTemplate = circleOf("b + a*R + R*R - R*R*R", "a: -0.3, b: -0.02");
    const rows = await rowsOf({
      circuitTemplate,
      parameters: ["n/op/b", "n/op/a"],
      ranges: [
        [-0.1, 0.1],
        [-0.4, 0.2],
      ],
      curves: ["LPC"],
    });
    for (const row of rows) {
      // On the curve b = R² - 2 R³ and a = 3 R² - 2 R.
      const [a, b] = [Number(row["n/op/a"]), Number(row["n/op/b"])];
      const ways = [1, -1].map((sign) => (1 + sign * Math.sqrt(Math.max(0, 1 + 3 * a))) / 3);
      expect(Math.min(...ways.map((R) => Math.abs(b - R * R + 2 * R * R * R)))).toBeLessThan(1e-8);
    }
    const cusps = rows.filter(({ label }) => label === "CPC");
    expect(cusps.map(({ point }) => point)).toEqual(["cusp of folds of cycles"]);
    expect(Number(cusps[0]["n/op/a"])).toBeCloseTo(-1 / 3, 8);
    expect(Number(cusps[0]["n/op/b"])).toBeCloseTo(1 / 27, 8);
  });
});

describe("cycle curves: the same points as branches of cycles at a fixed second parameter", () => {
  test("period doublings of Rössler's system", async () => {
    const circuitTemplate = oneNode(
      ["x' = -y - z", "y' = x + a*y", "z' = b + z*(x - c)"],
      "{ x: output(1.0), y: variable(1.0), z: variable(0.0), a: 0.2, b: 0.2, c: 2.0 }",
    );
    const rows = await rowsOf({
      ...{
        circuitTemplate,
        parameters: ["n/op/c", "n/op/a"],
        ranges: [
          [1.8, 6],
          [0.15, 0.25],
        ],
        from: { "n/op/c": 2 },
        curves: ["PD"],
      },
    });
    const ends = rows.filter(({ label }) => label === "EP");
    expect(ends.map((row) => row["n/op/a"]).sort()).toEqual([0.15, 0.25]);
    for (const end of [...ends, rows[Math.floor(rows.length / 2)]]) {
      const a = Number(end["n/op/a"]);
      const { table } = await continueCycle({
        circuitTemplate,
        params: { "n/op/a": a, "n/op/c": 2 },
        parameter: "n/op/c",
        range: [1.8, 6],
      });
      const found = table.toArray().find(({ label }) => label === "PD");
      expect(Math.abs(Number(end["n/op/c"]) / found["n/op/c"] - 1)).toBeLessThan(1e-8);
      expect(Math.abs(Number(end.period) / found.period - 1)).toBeLessThan(1e-8);
    }
  });

  test("folds of the large cycle of Jansen and Rit's column", async () => {
    const column = {
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      paramMap: { p: { vars: ["jrc_op/u"], nodes: ["jrc"] }, C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    };
    const steps = { stepSize: 0.2, maxStepSize: 0.5 };
    const rows = await rowsOf({
      ...column,
      parameters: ["p", "C"],
      ranges: [
        [-60, 140],
        [134.9, 135.1],
      ],
      from: { p: -60 },
      curves: ["LPC"],
      ...steps,
    });
    const large = rows.filter(({ label, C }) => label === "EP" && C === 135.1);
    expect(large.length).toBe(1);
    const fixed = { ...column, params: { C: 135.1 }, parameter: "p", range: [-60, 140] as const };
    const branch = await continueEquilibrium({ ...fixed, from: { p: -60 } });
    const hopf = branch.toArray().find(({ label }) => label === "HB");
    const { table } = await continueCycle({ ...fixed, from: hopf });
    const folds = table.toArray().filter(({ label }) => label === "LPC");
    for (const { p, period } of large) {
      const off = folds.map((fold) => Math.max(Math.abs(Number(p) / fold.p - 1), Math.abs(Number(period) / fold.period - 1)));
      expect(Math.min(...off)).toBeLessThan(2e-7);
    }
  });
});

describe("cycle curves: resonances, around a circle", () => {
  const circle = ["d/dt * x = x - y - x*(x*x + y*y)", "d/dt * y = x + y - y*(x*x + y*y)"];

  test("1:1 where folds of cycles are Bogdanov-Takens points of what moves across: at b2 = 0", async () => {
    const circuitTemplate = oneNode(
      [...circle, "d/dt * u = v", "d/dt * v = b1 + b2*v + u*u + u*v"],
      "{ x: output(1.0), y: variable(0.0), u: variable(-0.5), v: variable(0.0), b1: -0.25, b2: -1.0 }",
    );
    const rows = await around(circuitTemplate, ["LPC"]);
    expect(rows.filter(({ label }) => label === "R1").map((row) => [row.point, row["n/op/b1"], row["n/op/b2"]])).toEqual([
      ["1:1 resonance", expect.closeTo(0, 9), expect.closeTo(0, 9)],
    ]);
    // The first parameter stands still but for rounding, which is no turn.
    expect(rows.filter(({ point }) => String(point).startsWith("turn"))).toEqual([]);
    for (const { unstable, ...row } of rows) if (Math.abs(row["n/op/b2"]) > 0.01) expect(unstable).toBe(row["n/op/b2"] > 0 ? 1 : 0);
  });

  // A plane that turns by half a turn while the circle is gone round: its multipliers are those of P' = Q, Q' = b1 P + b2 Q, turned over.
  test("1:2 where period doublings are such points of a plane that comes back turned over: at b2 = 0", async () => {
    const [A, B] = ["(x*p + y*q)", "(y*p - x*q)"];
    const cubed = "(p*p + q*q)";
    const circuitTemplate = oneNode(
      [
        ...circle,
        `d/dt * p = -q/2 + b2/2*p - (b1 - 1)/2*q - b2/2*${A} - (1 + b1)/2*${B} - p*${cubed}`,
        `d/dt * q = p/2 + b2/2*q + (b1 - 1)/2*p - b2/2*${B} + (1 + b1)/2*${A} - q*${cubed}`,
      ],
      "{ x: output(1.0), y: variable(0.0), p: variable(0.0), q: variable(0.0), b1: -0.2, b2: -1.0 }",
    );
    const rows = await around(circuitTemplate, ["PD"]);
    expect(rows.filter(({ label }) => label === "R2").map((row) => [row.point, row["n/op/b1"], row["n/op/b2"]])).toEqual([
      ["1:2 resonance", expect.closeTo(0, 9), expect.closeTo(0, 9)],
    ]);
    for (const row of rows) expect(row["n/op/b1"]).toBeCloseTo(0, 9);
  });

  async function around(circuitTemplate: ContinueCurveOptions["circuitTemplate"], curves: readonly ("LPC" | "PD")[]) {
    const table = await continueCurve({
      ...{ circuitTemplate, parameters: ["n/op/b1", "n/op/b2"] as const, curves },
      ranges: [
        [-0.4, 0.2],
        [-1.5, 1.5],
      ],
    });
    return table.toArray().map((row) => row.toJSON());
  }
});

test("cycle curves: what is not there, and what cannot be, is said by name", async () => {
  const linear = oneNode(["x' = -a*x + b"], "{ x: output(0.1), a: 1.0, b: 0.5 }");
  const call = {
    parameters: ["n/op/b", "n/op/a"] as const,
    ranges: [
      [0, 1],
      [0.5, 2],
    ] as const,
  };
  const none = await refusal(() => continueCurve({ circuitTemplate: linear, ...call, curves: ["LPC", "PD"] }));
  expect([none.code, none.message]).toEqual(["E_NO_CURVE", expect.stringContaining("no folds of cycles or period doublings")]);
  const late = oneNode(["x' = -a*past(x, 1) + b"], "{ x: output(0.1), a: 1.0, b: 0.5 }");
  expect((await refusal(() => continueCurve({ circuitTemplate: late, ...call, curves: ["PD"] }))).code).toBe("E_FIELD_DELAY");
  const wrong = await refusal(() => Reflect.apply(continueCurve, undefined, [{ circuitTemplate: linear, ...call, curves: ["TR"] }]));
  expect([wrong.code, wrong.message]).toEqual(["E_TYPE", expect.stringContaining("period doublings")]);
});
