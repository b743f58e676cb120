// Features of the equations at each point: the kind of the equilibrium that it leads to, its rate, and how many there are.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { equilibria, gridSearch, normalNoise, templatesFromYaml } from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

const circuits = templatesFromYaml(`
well_op:
  base: OperatorTemplate
  equations: ["x' = l*x - x^3 + b + u", "y' = -2*y"]
  variables: { x: output(0.1), y: variable(0.5), l: 1.0, b: 0.0, u: input(0.0) }
well_pop: { base: NodeTemplate, operators: [well_op] }
well: { base: CircuitTemplate, nodes: { p: well_pop } }
away_op: { base: OperatorTemplate, equations: ["x' = 1 + x^2 + b^2"], variables: { x: output(0.0), b: 1.0 } }
away_pop: { base: NodeTemplate, operators: [away_op] }
away: { base: CircuitTemplate, nodes: { p: away_pop } }
bent_op: { base: OperatorTemplate, equations: ["x' = max(0, x - b) - x"], variables: { x: output(0.0), b: 1.0 } }
bent_pop: { base: NodeTemplate, operators: [bent_op] }
bent: { base: CircuitTemplate, nodes: { p: bent_pop } }
timed_op: { base: OperatorTemplate, equations: ["x' = sin(t) - b*x"], variables: { x: output(0.0), b: 1.0 } }
timed_pop: { base: NodeTemplate, operators: [timed_op] }
timed: { base: CircuitTemplate, nodes: { p: timed_pop } }
`);

const features = { x: ["stability", "equilibria", "leadingEigenvalue"] } as const;
const well = {
  circuitTemplate: circuits.well,
  paramMap: {
    l: { vars: ["well_op/l"], nodes: ["p"] },
    x0: { vars: ["well_op/x"], nodes: ["p"] },
    b: { vars: ["well_op/b"], nodes: ["p"] },
  },
  ...{ simulationTime: 2, stepSize: 0.05, outputs: { x: "p/well_op/x" }, features, results: false },
} as const;
const JRC = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, p: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
  ...{ simulationTime: 2, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, results: false },
} as const;

test("reduce equilibria: of a double well, the one on the side where a point begins", async () => {
  const { resultsMap } = await gridSearch({ ...well, paramGrid: { l: [-1, 4], x0: [0.1, -0.1] }, permuteGrid: true });
  const rows = resultsMap.toArray().map((row) => [row.l, row.x_stability, row.x_equilibria, row.x_leadingEigenvalue]);
  expect(rows).toEqual([
    [-1, "stable node", 1, expect.closeTo(-1, 12)],
    [4, "stable node", 3, expect.closeTo(-2, 12)],
    [-1, "stable node", 1, expect.closeTo(-1, 12)],
    [4, "stable node", 3, expect.closeTo(-2, 12)],
  ]);
  const facts = (name: string) => resultsMap.schema.fields.find((field) => field.name === name)?.metadata;
  expect(facts("x_leadingEigenvalue")?.get("feature")).toBe("leadingEigenvalue");
  const saddle = await gridSearch({ ...well, paramGrid: { l: [4], x0: [0] }, features: { x: ["stability", "leadingEigenvalue"] } });
  expect(saddle.resultsMap.toArray().map((row) => [row.x_stability, row.x_leadingEigenvalue])).toEqual([["saddle", expect.closeTo(4, 12)]]);
});

test("reduce equilibria: asked of several outputs, whose columns are one array, in threads as in none", async () => {
  const asked = ["mean", "stability", "leadingEigenvalue", "equilibria", "lyapunov"] as const;
  const call = (workers: number) =>
    gridSearch({
      ...{ ...well, outputs: { x: "p/well_op/x", y: "p/well_op/y" }, features: { x: asked, y: asked } },
      ...{ paramGrid: { l: [-1, 1, 4], x0: [0.1, -0.1], b: [0, 0.1] }, permuteGrid: true, finalState: true, workers },
    });
  const [none, two] = [await call(0), await call(2)].map(({ resultsMap }) => resultsMap.toArray().map((row) => row.toJSON()));
  expect(none.map(({ status }) => status)).toEqual(none.map(() => "ok"));
  expect(two).toEqual(none);
});

test("reduce equilibria: none where the equations have none", async () => {
  const { resultsMap } = await gridSearch({
    ...{ ...well, circuitTemplate: circuits.away, outputs: { x: "p/away_op/x" }, simulationTime: 0.2 },
    ...{ paramMap: { b: { vars: ["away_op/b"], nodes: ["p"] } }, paramGrid: { b: [1] } },
  });
  expect(resultsMap.toArray().map((row) => [row.x_stability, row.x_equilibria, row.x_leadingEigenvalue])).toEqual([
    ["none", 0, Number.NaN],
  ]);
});

test("reduce equilibria: of Jansen-Rit, those of equilibria(), whatever runs, and in stores", async () => {
  const paramGrid = { C: [70, 120, 135, 160], p: [0, 60, 110, 220] };
  const call = { ...JRC, paramGrid, permuteGrid: true, features: { V: ["equilibria", "stability", "leadingEigenvalue"] as const } };
  const { resultsMap } = await gridSearch({ ...call, workers: 1 });
  const table = await equilibria({ circuitTemplate: call.circuitTemplate, paramGrid, permuteGrid: true, paramMap: call.paramMap });
  const all = table.toArray().map((row) => ({ key: String(row.key), type: String(row.type), rate: Number(row.eigenvalue_1_re) }));
  for (const row of resultsMap) {
    const own = all.filter(({ key }) => key === row.key);
    expect([row.C, row.p, row.V_equilibria]).toEqual([row.C, row.p, own.length]);
    const same = own.filter(
      ({ type, rate }) => type === row.V_stability && Math.abs(rate - row.V_leadingEigenvalue) < 1e-8 * Math.abs(rate),
    );
    expect([row.C, row.p, same.length]).toEqual([row.C, row.p, 1]);
  }
  expect(new Set(resultsMap.toArray().map((row) => row.V_equilibria)).size).toBeGreaterThan(1);
  const plain = (found: { resultsMap: { toArray: () => { toJSON: () => object }[] } }) =>
    found.resultsMap.toArray().map((row) => row.toJSON());
  expect(plain(await gridSearch({ ...call, workers: 2 }))).toEqual(plain({ resultsMap }));
  const single = await gridSearch({ ...call, precision: "float32" });
  expect(single.resultsMap.toArray().map((row) => [row.V_equilibria, row.V_stability])).toEqual(
    resultsMap.toArray().map((row) => [row.V_equilibria, row.V_stability]),
  );
  const directory = join(mkdtempSync(join(tmpdir(), "massgrid-equilibria-")), "store");
  onTestFinished(() => rmSync(join(directory, ".."), { recursive: true, force: true }));
  const stored = await gridSearch({ ...call, store: { directory } });
  expect(plain(stored)).toEqual(plain({ resultsMap }));
});

test("reduce equilibria: of noise the mean is taken; replicates and certificates agree", async () => {
  const call = { ...JRC, paramGrid: { C: [135] }, features: { V: ["stability", "leadingEigenvalue"] as const } };
  const noise = normalNoise({ mean: 220, sd: 5, seed: 1, shared: false });
  const steady = await gridSearch({ ...call, inputs: { "jrc/jrc_op/u": 220 } });
  const noisy = await gridSearch({ ...call, inputs: { "jrc/jrc_op/u": noise }, replicates: 3 });
  for (const row of noisy.resultsMap) {
    expect(row.V_stability).toBe("saddle-focus");
    expect(row.V_leadingEigenvalue).toBeCloseTo(Number(steady.resultsMap.get(0)?.V_leadingEigenvalue), 8);
  }
  const { certificate } = await gridSearch({ ...call, certify: true });
  const of = certificate?.quantities.find(({ quantity }) => quantity === "V_leadingEigenvalue");
  expect(of?.error).toBeLessThan(1e-9);
  expect(certificate?.changes.filter(({ quantity }) => quantity === "V_stability")).toEqual([]);
});

test("reduce equilibria: refine finds where Jansen-Rit begins to oscillate, C = 133.0947, with fewer than 40 points", async () => {
  const { resultsMap } = await gridSearch({
    ...{ ...JRC, paramGrid: { C: [60, 95, 130, 165, 200] }, inputs: { "jrc/jrc_op/u": 220 }, features: { V: ["stability"] } },
    refine: { feature: "stability", depth: 16, maxPoints: 35 },
  });
  expect(resultsMap.numRows).toBeLessThan(40);
  const rows = resultsMap
    .toArray()
    .map((row) => ({ C: Number(row.C), isStable: String(row.V_stability).startsWith("stable") }))
    .sort((a, b) => a.C - b.C);
  const at = rows.findIndex(({ isStable }) => !isStable);
  expect(rows[at].C - rows[at - 1].C).toBeLessThan(1e-3);
  expect(Math.abs((rows[at].C + rows[at - 1].C) / 2 - 133.0947)).toBeLessThan(1e-3);
});

test("reduce equilibria: follow tells the branch that a point comes from", async () => {
  const { resultsMap } = await gridSearch({
    ...{ ...well, paramGrid: { b: [-1, -0.2, 0.2, 1] }, simulationTime: 20, features: { x: ["equilibria", "leadingEigenvalue"] } },
    follow: "both",
  });
  const rates = (direction: string) =>
    resultsMap.toArray().flatMap((row) => (row.direction === direction ? [row.x_leadingEigenvalue] : []));
  // On its way up the point stays below 0 at b = 0.2 (x³ - x = b): 1 - 3x² is another number there than on its way down.
  const [up, down] = [rates("up"), rates("down")];
  expect(up.length).toBe(4);
  expect(Math.abs(up[2] - down[2])).toBeGreaterThan(0.1);
  expect(
    resultsMap
      .toArray()
      .filter((row) => row.b === 0.2)
      .map((row) => row.x_equilibria),
  ).toEqual([3, 3]);
});

test("reduce equilibria: refused by name where there is no such equilibrium", async () => {
  const of = (name: "bent" | "timed") =>
    refusal(() =>
      gridSearch({
        ...{ circuitTemplate: circuits[name], paramGrid: { b: [1] }, paramMap: { b: { vars: [`${name}_op/b`], nodes: ["p"] } } },
        ...{ simulationTime: 1, stepSize: 0.1, outputs: { x: `p/${name}_op/x` }, features: { x: ["stability"] }, results: false },
      }),
    );
  const [smooth] = (await of("bent")).problems;
  expect([smooth.code, smooth.path, smooth.message]).toEqual([
    "E_NOT_SMOOTH",
    ["features", "x"],
    expect.stringMatching(/stability .*p\/bent_op\/x has max/),
  ]);
  expect((await of("timed")).code).toBe("E_AUTONOMOUS");
  const more = (changes: object) => refusal(() => gridSearch({ ...well, paramGrid: { l: [1] }, ...changes }));
  expect((await more({ inputs: { "p/well_op/u": Float64Array.from({ length: 40 }, (_, i) => i) } })).code).toBe("E_AUTONOMOUS");
  expect((await more({ bounds: { "p/well_op/x": [0, 1] } })).code).toBe("E_FIELD");
  expect((await more({ features: { x: [{ stability: { window: 3 } }] } })).code).toBe("E_UNKNOWN_OPTION");
});

test("reduce equilibria: columns of labels across replicates are told apart from those of other outputs", async () => {
  const noise = { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 5, seed: 1, shared: false }) };
  const call = { ...JRC, paramGrid: { C: [135] }, inputs: noise, replicates: 2 };
  const clash = await refusal(() =>
    gridSearch({
      ...call,
      outputs: { V: "jrc/jrc_op/V_e", V_stability_stable: "jrc/jrc_op/V_i" },
      features: {
        V: ["stability"],
        V_stability_stable: [{ name: "own", columns: ["node"], start: () => ({ add() {}, finish: () => [[0]] }) }],
      },
    }),
  );
  expect(clash.code).toBe("E_FEATURE_DUPLICATE");
});
