// Curves in two parameters: points of codimension two against closed forms and values of 30 digits.
import { describe, expect, test } from "vitest";
import { type ContinueCurveOptions, continueCurve } from "../../src/index.ts";
import { oneNode } from "../support/one-node.ts";
import { refusal } from "../support/sweep.ts";

/** Labels, and places of all points of codimension two. */
async function pointsOf(options: ContinueCurveOptions): Promise<{ curve: string; label: string; at: number[] }[]> {
  const table = await continueCurve(options);
  const rows = table.toArray().map((row) => row.toJSON());
  const special = rows.filter(({ label }) => label !== null && label !== "EP");
  return special.map((row) => ({ curve: row.curve, label: row.label, at: options.parameters.map((name) => row[name]) }));
}

const S = (x: string, a: number, th: number) => `(1/(1+exp(-${a}*(${x}-${th}))) - 1/(1+exp(${a * th})))`;

describe("curve: points of codimension two", () => {
  test("the cusp of Montbrió-Pazó-Roxin, to the last digits of its closed form", async () => {
    const circuitTemplate = oneNode(
      ["r' = 1/pi + 2*r*v", "v' = v^2 + eta + J*r - (pi*r)^2"],
      "{ r: output(0.1), v: variable(-2.0), eta: -10.0, J: 15.0 }",
    );
    const parameters = ["n/op/eta", "n/op/J"] as const;
    const table = await continueCurve({
      circuitTemplate,
      parameters,
      ranges: [
        [-12, 2],
        [0, 40],
      ],
    });
    const rows = table.toArray().map((row) => row.toJSON());
    const [cusp] = rows.filter(({ label }) => label === "CP");
    expect(cusp["n/op/eta"]).toBeCloseTo(-Math.sqrt(3), 14);
    expect(cusp["n/op/J"]).toBeCloseTo(7.79621703666699, 13);
    expect(rows.at(-1)?.["n/op/J"]).toBe(40);
    expect(rows.at(-1)?.["n/op/eta"]).toBeCloseTo(-6.373963856, 9);
  });

  test.each([
    [-6, 6],
    [-6, 3],
    [-8, 2],
  ])("Wilson-Cowan 1972, Q from %d to %d: a cusp, two Bogdanov-Takens points, a generalised Hopf point", async (low, high) => {
    const equations = [`E' = -E + (1-E)*${S("16*E-12*I+P", 1.3, 4)}`, `I' = -I + (1-I)*${S("15*E-3*I+Q", 2, 3.7)}`];
    const circuitTemplate = oneNode(equations, "{ E: output(0.0), I: variable(0.0), P: 0.0, Q: 0.0 }");
    const found = await pointsOf({
      circuitTemplate,
      parameters: ["n/op/P", "n/op/Q"],
      ranges: [
        [-4, 4],
        [low, high],
      ],
    });
    const expected: [string, string, number, number][] = [
      ["LP", "CP", 1.1523648109694, 0.50823897374383],
      ["LP", "BT", 0.9600410342279, 0.10266336670315],
      ["LP", "BT", -1.5783158817116, -4.0919109685582],
      ["HB", "BT", -1.5783158817116, -4.0919109685582],
      ["HB", "GH", 0.224589092223, -1.90282248608],
      ["HB", "BT", 0.9600410342279, 0.10266336670315],
    ];
    expect(found.map(({ curve, label }) => [curve, label])).toEqual(expected.map(([curve, label]) => [curve, label]));
    expected.forEach(([, label, P, Q], i) => {
      const digits = label === "GH" ? 10 : 12;
      expect([label, ...found[i].at]).toEqual([label, expect.closeTo(P, digits), expect.closeTo(Q, digits)]);
    });
  });

  test("the cusp's normal form", async () => {
    const circuitTemplate = oneNode(["x' = b + a*x - x^3"], "{ x: output(-1.0), a: 0.5, b: -1.0 }");
    const found = await pointsOf({
      circuitTemplate,
      parameters: ["n/op/b", "n/op/a"],
      ranges: [
        [-1, 1],
        [-1, 1],
      ],
    });
    expect(found).toEqual([{ curve: "LP", label: "CP", at: [expect.closeTo(0, 14), expect.closeTo(0, 14)] }]);
  });

  // x = -sqrt(-b1) and b2 = -x/2 - x²; the first Lyapunov coefficient has the factor (1/2 + 2x) / (2x): 0 at x = -1/4, and a pole at x = 0.
  test.each([
    ["b1", "b2"],
    ["b2", "b1"],
  ])("a zero-Hopf point, at which the first Lyapunov coefficient has a pole and no root, in %s and %s", async (...names) => {
    const circuitTemplate = oneNode(
      ["x' = b1 + x^2 - (y^2 + z^2)", "y' = b2*y - z + y*(0.5*x + x^2)", "z' = y + b2*z + z*(0.5*x + x^2)"],
      "{ x: output(-1.0), y: variable(0.0), z: variable(0.0), b1: -1.0, b2: -1.0 }",
    );
    const [first, second] = names.map((name): [number, number] => (name === "b1" ? [-2, 1] : [-2, 2]));
    const table = await continueCurve({ circuitTemplate, parameters: [`n/op/${names[0]}`, `n/op/${names[1]}`], ranges: [first, second] });
    const rows = table.toArray().map((row) => row.toJSON());
    const found = rows.filter(({ curve, label }) => curve === "HB" && label !== null && label !== "EP");
    expect(found.map((row) => [row.label, row["n/op/b1"], row["n/op/b2"]])).toEqual([
      ["GH", expect.closeTo(-1 / 16, 12), expect.closeTo(1 / 16, 12)],
      ["ZH", expect.closeTo(0, 12), expect.closeTo(0, 12)],
    ]);
    expect(found[1].coefficient).toBeNull();
  });

  test("a double Hopf point, where the unstable part of both curves changes by two dimensions", async () => {
    const circuitTemplate = oneNode(
      [
        "x' = a*x - y - x*(x^2 + y^2) + u*x",
        "y' = x + a*y - y*(x^2 + y^2)",
        "u' = (b - a)*u - 2.3*v - u*(u^2 + v^2) + x^2",
        "v' = 2.3*u + (b - a)*v - v*(u^2 + v^2)",
      ],
      "{ x: output(0.0), y: variable(0.0), u: variable(0.0), v: variable(0.0), a: -1.0, b: -0.5 }",
    );
    const table = await continueCurve({
      circuitTemplate,
      parameters: ["n/op/a", "n/op/b"],
      ranges: [
        [-1, 1],
        [-1.2, 1],
      ],
    });
    const rows = table.toArray().map((row) => row.toJSON());
    const found = rows.filter(({ label }) => label === "HH");
    // On one of the curves a parameter stands still but for rounding, which is no turn.
    expect(rows.filter(({ point }) => String(point).startsWith("turn"))).toEqual([]);
    expect(found.length).toBe(new Set(rows.map(({ branch }) => branch)).size);
    for (const row of found) {
      expect([row["n/op/a"], row["n/op/b"]]).toEqual([expect.closeTo(0, 14), expect.closeTo(0, 14)]);
      expect(row.point).toBe("double Hopf point");
      expect(row.digits).toBeGreaterThanOrEqual(13);
      const beside = [-1, 1].map((side) => rows.find((each) => each.branch === row.branch && each.index === row.index + side)?.unstable);
      expect([...beside].sort()).toEqual([0, 2]);
    }
  });

  test("a curve that maxPoints ends says so", async () => {
    const circuitTemplate = oneNode(["x' = b + sin(25*a) - x^2"], "{ x: output(1.0), a: 0.0, b: 1.0 }");
    const ranges: ContinueCurveOptions["ranges"] = [
      [-2, 2],
      [-10, 10],
    ];
    const table = await continueCurve({ circuitTemplate, parameters: ["n/op/b", "n/op/a"], ranges, maxPoints: 60 });
    const rows = table.toArray().map((row) => row.toJSON());
    expect([rows[0], rows.at(-1)].map((row) => [row.label, row.note])).toEqual([
      ["EP", "stopped after 60 points"],
      ["EP", "stopped after 60 points"],
    ]);
  });
});

describe("curve: what is refused", () => {
  const circuitTemplate = oneNode(["x' = b - a*x"], "{ x: output(0.0), a: 1.0, b: 0.0 }");
  const options: ContinueCurveOptions = {
    circuitTemplate,
    parameters: ["n/op/b", "n/op/a"],
    ranges: [
      [-1, 1],
      [0.5, 2],
    ],
  };
  test.each([
    ["a branch without folds", {}, "E_NO_CURVE"],
    ["one parameter twice", { parameters: ["n/op/b", "n/op/b"] }, "E_PARAM_CONFLICT"],
    [
      "a second range without the start",
      {
        ranges: [
          [-1, 1],
          [2, 3],
        ],
      },
      "E_RANGE",
    ],
    ["other curves", { curves: ["TR"] }, "E_TYPE"],
  ])("%s", async (_, changes, code) => {
    const call = () => Reflect.apply(continueCurve, undefined, [{ ...options, ...changes }]);
    expect((await refusal(call)).code).toBe(code);
  });
});

test("curve: Bykov and Yablonskii's catalyst, whose cusp turns in both parameters alike, as MatCont's tutorial has it", async () => {
  const circuitTemplate = oneNode(
    ["x' = 2*q1*z^2 - 2*q5*x^2 - q3*x*y", "y' = q2*z - q6*y - q3*x*y", "s' = q4*(z - k*s)", "z = 1 - x - y - s"],
    "{ x: output(0.003), y: variable(0.76), s: variable(0.17), z: variable(0.0), q1: 2.5, q2: 1.4713, q3: 10.0, q4: 0.0675, q5: 1.0, q6: 0.1, k: 0.4 }",
  );
  const table = await continueCurve({
    circuitTemplate,
    parameters: ["n/op/q2", "n/op/k"],
    ranges: [
      [0.5, 2],
      [0.1, 1.5],
    ],
  });
  const rows = table.toArray().map((row) => row.toJSON());
  const found = rows.filter(({ label }) => label !== null && label !== "EP");
  const at = (label: string) =>
    [
      ...new Set(found.filter((row) => row.label === label).map((row) => `${row["n/op/q2"].toFixed(6)} ${row["n/op/k"].toFixed(6)}`)),
    ].sort();
  expect(at("CP")).toEqual(["1.006408 0.355991"]);
  expect(at("BT")).toEqual(["1.161199 0.722339", "1.417628 0.971398"]);
  expect(at("GH")).toEqual(["0.891319 0.232487", "0.924255 0.305879"]);
  for (const { label, digits } of found) if (label !== "BT") expect(digits).toBeGreaterThanOrEqual(9);
});
