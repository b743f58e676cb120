import { describe, expect, test } from "vitest";
import {
  type ContinueCycleOptions,
  type CycleBranches,
  continueCycle,
  continueEquilibrium,
  MassgridError,
  templatesFromYaml,
} from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

type Circuit = ContinueCycleOptions["circuitTemplate"];

/** A circuit of one node `n` with one operator `op`: states with their initial values, and parameters. */
function circuitOf(equations: readonly string[], states: Record<string, number>, parameters: Record<string, number>): Circuit {
  const declared = [
    ...Object.entries(states).map(([name, value], i) => `${name}: ${i === 0 ? "output" : "variable"}(${value.toFixed(12)})`),
    ...Object.entries(parameters).map(([name, value]) => `${name}: ${value.toFixed(12)}`),
  ];
  const yaml = `
op: { base: OperatorTemplate, equations: ${JSON.stringify(equations)}, variables: { ${declared.join(", ")} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`;
  return templatesFromYaml(yaml).net as Circuit;
}

type Row = Record<string, number | string | null>;

function rowsOf({ table }: CycleBranches): Row[] {
  return table.toArray().map((row) => row.toJSON() as Row);
}

function rowsWith(branches: CycleBranches, label: string): Row[] {
  return rowsOf(branches).filter((row) => row.label === label);
}

function at(branches: CycleBranches, parameter: string, value: number): Row {
  const found = rowsWith(branches, "UZ").find((row) => row[parameter] === value);
  if (!found) throw new Error(`no row at ${value}`);
  return found;
}

const vanDerPol = circuitOf(["d/dt * x = y", "d/dt * y = mu*(1 - x*x)*y - x"], { x: 2, y: 0.001 }, { mu: 0.1 });
const nagumo = circuitOf(["d/dt * v = v - v**3/3 - w + I", "d/dt * w = 0.08*(v + 0.7 - 0.8*w)"], { v: 0.5, w: 0.5 }, { I: 0.5 });
const hopfNormalForm = circuitOf(
  ["d/dt * x = mu*x - y - x*(x*x + y*y)", "d/dt * y = x + mu*y - y*(x*x + y*y)"],
  { x: 0.5, y: 0.001 },
  { mu: 0.1 },
);
const S = (x: string, a: number, theta: number) => `(1/(1 + exp(-${a}*(${x} - ${theta}))) - ${1 / (1 + Math.exp(a * theta))})`;
const wilsonCowan = circuitOf(
  [`d/dt * E = -E + (1 - E)*${S("(16*E - 12*I + P)", 1.3, 4)}`, `d/dt * I = -I + (1 - I)*${S("(15*E - 3*I)", 2, 3.7)}`],
  { E: 0.3, I: 0.2 },
  { P: 1.5 },
);
const rossler = circuitOf(["d/dt * x = -y - z", "d/dt * y = x + 0.2*y", "d/dt * z = 0.2 + z*(x - c)"], { x: 1, y: 1, z: 1 }, { c: 2.5 });
const lorenz = circuitOf(["d/dt * x = 10*(y - x)", "d/dt * y = r*x - y - x*z", "d/dt * z = x*y - 8/3*z"], { x: 8, y: 8, z: 24 }, { r: 24 });

const path = (name: string) => `n/op/${name}`;

describe("cycles: periods and amplitudes", () => {
  test("of van der Pol's oscillator, from a simulated cycle, have 8 digits and more", async () => {
    const found = await continueCycle({
      ...{ circuitTemplate: vanDerPol, parameter: path("mu"), range: [0.05, 10], userValues: [0.5, 1, 2, 5] },
    });
    const periods = { 0.5: 6.380675803, 1: 6.6632868593, 2: 7.6298744797, 5: 11.612230668 };
    for (const [mu, period] of Object.entries(periods)) {
      expect(Number(at(found, path("mu"), Number(mu)).period) / period).toBeCloseTo(1, 8);
    }
    const last = rowsWith(found, "EP").find((row) => row[path("mu")] === 10);
    expect(Number(last?.period) / 19.078369567).toBeCloseTo(1, 8);
    expect(last?.[`${path("x")}_max`]).toBeCloseTo(2.0142854, 5);
    expect(last?.[`${path("x")}_mean`]).toBeCloseTo(0, 10);
    expect(last?.stability).toBe("stable");
    // both ways from where it was found
    expect(found.branches.map(({ end }) => end)).toEqual(["range", "range"]);
  });

  test("of FitzHugh and Nagumo's model, from its Hopf point to the other one, with norms and folds", async () => {
    const v = -0.9674709297958;
    const found = await continueCycle({
      ...{ circuitTemplate: nagumo, parameter: path("I"), range: [0.3, 1.5], userValues: [0.35, 0.5, 0.8, 0.875, 1] },
      from: { [path("v")]: v, [path("w")]: (v + 0.7) / 0.8, [path("I")]: 0.3313 },
    });
    const [first] = rowsOf(found);
    expect(first[path("I")]).toBeCloseTo(0.331281337454746, 12);
    expect(first.period).toBeCloseTo(22.805916865386, 9);
    const known = { 0.35: 45.61050098, 0.5: 39.47441498, 0.8: 36.51803247, 0.875: 36.41830262, 1: 36.69879442 };
    for (const [I, period] of Object.entries(known)) expect(Number(at(found, path("I"), Number(I)).period) / period).toBeCloseTo(1, 8);
    const norms = { 0.35: 1.4617030184, 0.5: 1.5590834284, 1: 1.8260207101 };
    for (const [I, norm] of Object.entries(norms)) expect(Number(at(found, path("I"), Number(I)).norm)).toBeCloseTo(norm, 7);
    const folds = rowsWith(found, "LPC");
    expect(folds).toHaveLength(2);
    expect(folds[0][path("I")]).toBeCloseTo(0.3241785225, 10);
    // v -> -v, w -> 1.75 - w, I -> 1.75 - I
    expect(folds[1][path("I")]).toBeCloseTo(1.75 - 0.3241785225, 10);
    expect(found.branches[0].end).toBe("hopf");
    const last = rowsOf(found).at(-1);
    expect(last?.label).toBe("HB");
    expect(last?.[path("I")]).toBeCloseTo(1.41871866254525, 12);
  });

  test("of the Hopf normal form are 2π and the root of mu, from amplitude 0 on", async () => {
    const found = await continueCycle({
      ...{ circuitTemplate: hopfNormalForm, parameter: path("mu"), range: [-1, 4], outputs: { square: "n/op/x * n/op/x" } },
      from: { [path("x")]: 0, [path("y")]: 0, [path("mu")]: 0.01 },
    });
    const rows = rowsOf(found);
    expect(rows.length).toBeGreaterThan(15);
    expect(rows[0].label).toBe("HB");
    for (const row of rows) {
      const mu = Math.max(Number(row[path("mu")]), 0);
      expect(Number(row.period)).toBeCloseTo(2 * Math.PI, 9);
      expect(Number(row[`${path("x")}_max`])).toBeCloseTo(Math.sqrt(mu), 9);
      expect(Number(row[`${path("y")}_min`])).toBeCloseTo(-Math.sqrt(mu), 9);
      expect(Number(row.square_mean)).toBeCloseTo(mu / 2, 9);
      expect(Number(row.multiplier_2_re)).toBeCloseTo(Math.exp(-4 * Math.PI * mu), 7);
    }
    expect(rows.at(-1)?.[path("mu")]).toBe(4);
  });
});

describe("cycles: of Kuramoto's mean field", () => {
  test("are circles of radius sqrt(1 - 2 Delta) with the mean frequency as theirs", async () => {
    const Delta = "p/kmo_op/Delta";
    const found = await continueCycle({
      circuitTemplate: "model_templates.oscillators.kuramoto.kmo_mf",
      ...{ parameter: Delta, range: [0.1, 0.6], params: { [Delta]: 0.3 }, userValues: [0.2, 0.4] },
    });
    for (const value of [0.2, 0.4]) {
      const row = at(found, Delta, value);
      expect(row.period).toBeCloseTo((2 * Math.PI) / 10, 11);
      expect(row["p/kmo_op/z.re_max"]).toBeCloseTo(Math.sqrt(1 - 2 * value), 10);
      expect(row.stability).toBe("stable");
    }
    // It ends where the radius is 0.
    expect(rowsWith(found, "HB").map((row) => Number(row[Delta]))).toEqual([expect.closeTo(0.5, 9)]);
  });
});

describe("cycles: how branches end", () => {
  const hopf = { [path("E")]: 0.2517942326014, [path("I")]: 0.2034401985795, [path("P")]: 1.90925271810422 };
  const call = { circuitTemplate: wilsonCowan, parameter: path("P"), range: [1, 2] as const, from: hopf, userValues: [1.25, 1.5] };

  test("near a homoclinic orbit they stop at the period asked for, with its parameter extrapolated, and claim no fold", async () => {
    const found = await continueCycle({ ...call, stopAtPeriod: 200 });
    expect(at(found, path("P"), 1.5).period).toBeCloseTo(3.33858587, 8);
    expect(at(found, path("P"), 1.25).period).toBeCloseTo(5.00341093, 8);
    expect(found.branches[0].end).toBe("period");
    const [end] = rowsWith(found, "EP");
    expect(end.period).toBe(200);
    const [homoclinic] = rowsWith(found, "HC");
    expect(homoclinic.point).toContain("extrapolated");
    expect(homoclinic[path("P")]).toBeCloseTo(1.0657449904, 9);
    expect(Number(homoclinic.error)).toBeLessThan(1e-9);
    expect(rowsOf(found).filter(({ label }) => ["LPC", "BPC", "PD", "TR"].includes(String(label)))).toEqual([]);
  });

  test("without one they stop at 1000 times the period at their start", async () => {
    const found = await continueCycle({ ...call, userValues: [] });
    expect(found.branches[0].end).toBe("homoclinic");
    const [first] = rowsOf(found);
    const [end] = rowsWith(found, "EP");
    expect(end.period).toBe(1000 * Number(first.period));
    expect(end.note).toContain("grows without bound");
    expect(rowsWith(found, "HC")[0][path("P")]).toBeCloseTo(1.0657449904, 9);
    expect(rowsWith(found, "LPC")).toEqual([]);
  });

  test("where the mesh moves the parameter, no fold is claimed: Jansen-Rit in C, to the homoclinic orbit at 690.46098", async () => {
    const [u, C] = ["jrc/jrc_op/u", "jrc/jrc_op/c"];
    const found = await continueCycle({
      ...{ circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2", params: { [u]: 220, [C]: 400 } },
      ...{ parameter: C, range: [68, 1350] },
    });
    expect(found.branches.map(({ end }) => end)).toEqual(["homoclinic", "hopf"]);
    expect(Number(rowsWith(found, "HC")[0][C])).toBeCloseTo(690.46098, 4);
    expect(rowsOf(found).filter(({ label }) => ["LPC", "BPC", "PD", "TR"].includes(String(label)))).toEqual([]);
  });

  test("a period of 1e9 is reached too", async () => {
    const found = await continueCycle({ ...call, userValues: [], stopAtPeriod: 1e9, meshIntervals: 100 });
    const [end] = rowsWith(found, "EP");
    expect(end.period).toBe(1e9);
    expect(end[path("P")]).toBeCloseTo(1.0657449904, 9);
    expect(rowsWith(found, "LPC")).toEqual([]);
  });

  test("cycles of Lorenz's system shrink from the homoclinic orbit at 13.926557 to the subcritical Hopf point", async () => {
    const z = 470 / 19 - 1;
    const x = Math.sqrt((8 / 3) * z);
    const found = await continueCycle({
      ...{ circuitTemplate: lorenz, parameter: path("r"), range: [10, 30], stopAtPeriod: 60 },
      from: { [path("x")]: x, [path("y")]: x, [path("z")]: z, [path("r")]: 470 / 19 },
    });
    expect(rowsWith(found, "HC")[0][path("r")]).toBeCloseTo(13.926557407, 7);
    const between = rowsOf(found).filter((row) => Number(row[path("r")]) > 15 && row.label === null);
    expect(between.length).toBeGreaterThan(3);
    for (const row of between) expect(row.stability).toBe("unstable");
  });

  test("points that are not asked for are not made", async () => {
    const found = await continueCycle({ ...call, userValues: [], maxPoints: 5 });
    expect(found.branches).toEqual([{ end: "points", from: undefined, rows: 5 }]);
  });
});

describe("cycles: bifurcations", () => {
  test("a period doubling of Rössler's system, and the next one on the branch that it leads to", async () => {
    const found = await continueCycle({
      ...{ circuitTemplate: rossler, parameter: path("c"), range: [2, 4.5], switches: 2, maxPoints: 120 },
    });
    const doublings = rowsWith(found, "PD");
    expect(doublings[0][path("c")]).toBeCloseTo(2.83244502785, 8);
    expect(doublings[1][path("c")]).toBeCloseTo(3.83735817, 6);
    expect(Number(doublings[0].digits)).toBeGreaterThan(8);
    expect(Number(doublings[0].residual)).toBeLessThan(1e-8);
    const second = rowsOf(found).filter(({ branch }) => branch === doublings[1].branch);
    expect(Number(second[0].period) / Number(doublings[0].period)).toBeCloseTo(2, 10);
    expect(rowsWith(found, "LPC")).toEqual([]);
  });

  test("a period doubling on a Möbius band is at 0, and the doubled cycle's width is the root of the parameter", async () => {
    const moebius = circuitOf(
      [
        "d/dt * x = x - y - x*(x*x + y*y)",
        "d/dt * y = x + y - y*(x*x + y*y)",
        "d/dt * p = ((l - 1)/2 + (l + 1)/2*x)*p + ((l + 1)/2*y - 0.5)*q - p*(p*p + q*q)",
        "d/dt * q = ((l + 1)/2*y + 0.5)*p + ((l - 1)/2 - (l + 1)/2*x)*q - q*(p*p + q*q)",
      ],
      { x: 1, y: 0, p: 0.01, q: 0 },
      { l: -0.5 },
    );
    const found = await continueCycle({ circuitTemplate: moebius, parameter: path("l"), range: [-0.6, 1], switches: 1 });
    const [doubling] = rowsWith(found, "PD");
    expect(doubling[path("l")]).toBeCloseTo(0, 12);
    const doubled = rowsOf(found).filter((row) => row.branch === 2);
    expect(doubled.length).toBeGreaterThan(10);
    for (const row of doubled) {
      expect(Number(row.period)).toBeCloseTo(4 * Math.PI, 9);
      expect(Number(row[`${path("p")}_max`]) ** 2).toBeCloseTo(Number(row[path("l")]), 9);
    }
    expect(doubled.at(-1)?.[path("l")]).toBe(1);
  });

  test("a branch point at 0, and both branches that begin there", async () => {
    const pitchfork = circuitOf(
      ["d/dt * x = x - y - x*(x*x + y*y)", "d/dt * y = x + y - y*(x*x + y*y)", "d/dt * z = l*z - z**3"],
      { x: 1, y: 0, z: 0 },
      { l: -0.5 },
    );
    const found = await continueCycle({ circuitTemplate: pitchfork, parameter: path("l"), range: [-0.6, 1], switches: 1 });
    const [crossing] = rowsWith(found, "BPC");
    expect(crossing[path("l")]).toBeCloseTo(0, 12);
    const sides = [2, 3].map((branch) => rowsOf(found).filter((row) => row.branch === branch));
    for (const rows of sides) {
      const last = rows[rows.length - 1];
      expect(last[path("l")]).toBe(1);
      expect(last.stability).toBe("stable");
      expect(Number(last[`${path("z")}_mean`]) ** 2).toBeCloseTo(1, 9);
    }
    expect(Number(sides[0].at(-1)?.[`${path("z")}_mean`]) * Number(sides[1].at(-1)?.[`${path("z")}_mean`])).toBeLessThan(0);
    expect(rowsWith(found, "LPC")).toEqual([]);
  });

  test("a torus bifurcation of Langford's system is where its amplitudes have a Hopf point", async () => {
    const langford = circuitOf(
      ["d/dt * x = (z - b)*x - 3.5*y", "d/dt * y = 3.5*x + (z - b)*y", "d/dt * z = 0.6 + 0.95*z - z**3/3 - (x*x + y*y)*(1 + 0.25*z)"],
      { x: 1, y: 0, z: 0.9 },
      { b: 0.9 },
    );
    // the circle is at z = b, with 0.95 - b² = 0.25 ρ² where the trace of the plane of amplitudes is 0
    const trace = (b: number) => 0.95 - b * b - (0.25 * (0.6 + 0.95 * b - b ** 3 / 3)) / (1 + 0.25 * b);
    let [low, high] = [0.3, 0.95];
    for (let turn = 0; turn < 60; turn++) {
      const middle = (low + high) / 2;
      if (trace(middle) > 0) low = middle;
      else high = middle;
    }
    const found = await continueCycle({ circuitTemplate: langford, parameter: path("b"), range: [0.6, 1] });
    const torus = rowsWith(found, "TR");
    expect(torus).toHaveLength(1);
    expect(torus[0][path("b")]).toBeCloseTo(low, 11);
    const beyond = rowsOf(found).filter((row) => Number(row[path("b")]) < low - 0.01);
    for (const row of beyond) expect(row.unstable).toBe(2);
  });
});

describe("cycles: what rows say", () => {
  test("a start on a value of the user's has its label", async () => {
    const found = await continueCycle({
      ...{ circuitTemplate: hopfNormalForm, parameter: path("mu"), range: [0.05, 0.2], userValues: [0.1, 0.15] },
    });
    expect(rowsWith(found, "UZ").map((row) => [row.branch, row[path("mu")]])).toEqual([
      [0, 0.1],
      [0, 0.15],
      [1, 0.1],
    ]);
  });

  test("a closed loop ends with the cycle that it begins with, and has every fold and value once", async () => {
    const rate = "(0.25 - m*m - (x*x + y*y - 1)*(x*x + y*y - 1))";
    const loop = circuitOf([`d/dt * x = x*${rate} - y`, `d/dt * y = y*${rate} + x`], { x: 1.2, y: 0 }, { m: 0.1 });
    const found = await continueCycle({ circuitTemplate: loop, parameter: path("m"), range: [-1, 1], userValues: [0.11, 0.25] });
    expect(found.branches).toMatchObject([{ end: "closed" }]);
    const rows = rowsOf(found);
    const last = rows[rows.length - 1];
    expect([last[path("m")], last[`${path("x")}_max`]]).toEqual([rows[0][path("m")], rows[0][`${path("x")}_max`]]);
    const at = (label: string) => rowsWith(found, label).map((row) => Number(row[path("m")]).toFixed(9));
    expect(at("LPC").sort()).toEqual(["-0.500000000", "0.500000000"]);
    expect(at("UZ").sort()).toEqual(["0.110000000", "0.110000000", "0.250000000", "0.250000000"]);
  });

  test("at a bifurcation those multipliers are not counted that it happens to", async () => {
    const found = await continueCycle({ circuitTemplate: rossler, parameter: path("c"), range: [2, 4.5], switches: 1 });
    const doublings = rowsWith(found, "PD");
    expect(doublings.length).toBeGreaterThanOrEqual(2);
    for (const row of doublings) expect([row.type, row.stability, row.unstable]).toEqual(["nonhyperbolic cycle", "stable", 0]);
  });
});

describe("cycles: of Jansen and Rit's model at C = 135", () => {
  const model = circuitOf(
    [
      "d/dt * y0 = y3",
      "d/dt * y1 = y4",
      "d/dt * y2 = y5",
      "d/dt * y3 = 325*5/(1 + exp(0.56*(6 - y1 + y2))) - 200*y3 - 10000*y0",
      "d/dt * y4 = 325*(p + 108*5/(1 + exp(0.56*(6 - 135*y0)))) - 200*y4 - 10000*y1",
      "d/dt * y5 = 1100*33.75*5/(1 + exp(0.56*(6 - 33.75*y0))) - 100*y5 - 2500*y2",
    ],
    { y0: 0, y1: 0, y2: 0, y3: 0, y4: 0, y5: 0 },
    { p: 120 },
  );

  test("the large cycle turns at 137.3792672018, unstable beyond, and shrinks to a Hopf point", async () => {
    const found = await continueCycle({ circuitTemplate: model, parameter: path("p"), range: [119, 400] });
    const [fold] = rowsWith(found, "LPC");
    // the same on meshes of 200 intervals
    expect(Number(fold[path("p")]) / 137.37926720185).toBeCloseTo(1, 9);
    expect(Number(fold.digits)).toBeGreaterThanOrEqual(9);
    const rows = rowsOf(found).filter(({ branch }) => branch === fold.branch);
    const beyond = rows.slice(rows.findIndex(({ index }) => index === fold.index) + 1);
    expect(found.branches[Number(fold.branch)].end).toBe("range");
    for (const row of beyond) expect(row.stability).toBe("unstable");
  });

  test("alpha's cycles have the periods of return times that SciPy's DOP853 gives at 3e-14", async () => {
    const found = await continueCycle({
      ...{ circuitTemplate: model, parameter: path("p"), range: [80, 330], userValues: [137, 200] },
      from: {
        ...{ [path("y0")]: 0.0978387, [path("y1")]: 20.1649, [path("y2")]: 13.4254, [path("p")]: 89.83 },
        ...{ [path("y3")]: 0, [path("y4")]: 0, [path("y5")]: 0 },
      },
    });
    expect(Number(at(found, path("p"), 137).period) / 0.0947509969704).toBeCloseTo(1, 9);
    expect(Number(at(found, path("p"), 200).period) / 0.0920599405052).toBeCloseTo(1, 9);
    const rows = rowsOf(found);
    expect(rows[0].label).toBe("HB");
    expect(rows.at(-1)?.label).toBe("HB");
    expect(rows.at(-1)?.[path("p")]).toBeCloseTo(315.696428, 5);
    for (const row of rows.slice(1, -1)) expect(row.stability).toBe("stable");
  });
});

describe("cycles: beside branches of equilibria", () => {
  const call = {
    circuitTemplate: wilsonCowan,
    paramMap: { P: { vars: ["op/P"], nodes: ["n"] } },
    parameter: "P",
    range: [1.5, 2.2] as const,
  };

  test("a row of a Hopf point of continueEquilibrium's table is a start as it is", async () => {
    const table = await continueEquilibrium({ ...call, from: { P: 2.2 } });
    const [hopf] = table.toArray().filter(({ label }) => label === "HB");
    expect(hopf.point).toBe("Hopf point, supercritical");
    const found = await continueCycle({ ...call, from: hopf });
    const [first] = rowsOf(found);
    expect(first.label).toBe("HB");
    expect(first.P).toBeCloseTo(hopf.P, 12);
    expect(Number(first.period) / hopf.period).toBeCloseTo(1, 12);
    expect(rowsOf(found).at(-1)).toMatchObject({ label: "EP", P: 1.5, note: "the end of the range" });
  });

  test("a table of equilibria is a start at each of its Hopf points that no branch has come to", async () => {
    const nerve = { circuitTemplate: nagumo, parameter: path("I"), range: [0.2, 1.6] as const };
    const table = await continueEquilibrium({ ...nerve, from: { [path("I")]: 0.2 } });
    const hopfs = table.toArray().filter(({ label }) => label === "HB");
    expect(hopfs).toHaveLength(2);
    const found = await continueCycle({ ...nerve, from: table });
    const { branch, index } = hopfs[0];
    expect(found.branches).toMatchObject([{ end: "hopf", hopf: { branch, index } }]);
    expect(found.missed).toEqual([]);
    expect(rowsOf(found)[0].note).toBe(`the Hopf point of branch ${branch}, index ${index}, of the equilibria`);
    const second = await continueCycle({ ...nerve, range: [1.2, 1.6], from: table });
    expect(second.branches).toMatchObject([{ hopf: { index: hopfs[1].index } }]);
    expect((await refusal(() => continueCycle({ ...nerve, range: [0.2, 0.3], from: table }))).code).toBe("E_CYCLE_START");
  });

  test.each([
    ["supercritical", "-", "stable", 0, "stable"],
    ["subcritical", "+", "unstable", 1, "unstable"],
  ] as const)(
    "a %s Hopf point is as stable as the cycles that begin there, in both tables",
    async (kind, sign, stability, unstable, cycle) => {
      // r' = r (mu ± r² - r⁴), and a third direction that attracts: at mu = 0 the linear part does not tell.
      const own = `mu ${sign} (x*x + y*y) - (x*x + y*y)*(x*x + y*y)`;
      const circuitTemplate = circuitOf(
        [`d/dt * x = x*(${own}) - y`, `d/dt * y = y*(${own}) + x`, "d/dt * z = -z"],
        { x: 0.1, y: 0, z: 0 },
        { mu: -0.5 },
      );
      const call = { circuitTemplate, parameter: path("mu"), range: [-0.5, 0.5] as const };
      const equilibria = await continueEquilibrium({ ...call, from: { [path("mu")]: -0.5 } });
      const [hopf] = equilibria.toArray().filter(({ label }) => label === "HB");
      expect([hopf.point, hopf.stability]).toEqual([`Hopf point, ${kind}`, stability]);
      const rows = rowsOf(await continueCycle({ ...call, from: equilibria }));
      const begin = rows.findIndex(({ label }) => label === "HB");
      expect([rows[begin].type, rows[begin].stability]).toEqual(["equilibrium", stability]);
      const beside = rows[begin === 0 ? 1 : begin - 1];
      expect([beside.stability, beside.unstable]).toEqual([cycle, unstable]);
    },
  );

  test("at a bifurcation of cycles the multipliers that it is of are not counted, on which side rounding ever puts them", async () => {
    const doubled = await continueCycle({ circuitTemplate: rossler, parameter: path("c"), range: [2.4, 3.5] });
    expect(rowsWith(doubled, "PD").map(({ type, stability, unstable }) => [type, stability, unstable])).toEqual([
      ["nonhyperbolic cycle", "stable", 0],
    ]);
  });

  test("what both tables tell has one name in them, of one type", async () => {
    const equilibria = await continueEquilibrium({ ...call, from: { P: 2.2 } });
    const cycles = (await continueCycle({ ...call, params: { P: 1.8 } })).table;
    const shared = ["branch", "index", "label", "point", "type", "stability", "unstable", "P", "period", "residual", "digits", "note"];
    for (const name of shared) {
      const [a, b] = [equilibria, cycles].map(({ schema }) => schema.fields.find((field) => field.name === name));
      expect([name, String(a?.type), a?.metadata]).toEqual([name, String(b?.type), b?.metadata]);
    }
    for (const option of ["stepSize", "minStepSize", "maxStepSize"]) {
      for (const each of [continueEquilibrium, continueCycle]) {
        expect((await refusal(() => Reflect.apply(each, undefined, [{ ...call, [option]: 0 }]))).problems).toMatchObject([
          { path: [option] },
        ]);
      }
    }
  });
});

describe("cycles: orbits", () => {
  test("are tables of time and states that solve the equations", async () => {
    const found = await continueCycle({ circuitTemplate: hopfNormalForm, parameter: path("mu"), range: [0.1, 1] });
    const last = rowsWith(found, "EP")[0];
    const orbit = found.orbits(Number(last.branch), Number(last.index));
    expect(orbit.numRows).toBe(241);
    const [time, x, y] = ["time", path("x"), path("y")].map((name) => orbit.getChild(name)?.toArray() as Float64Array);
    expect(time[0]).toBe(0);
    expect(time[240]).toBeCloseTo(2 * Math.PI, 10);
    for (let i = 0; i < 241; i++) expect(x[i] ** 2 + y[i] ** 2).toBeCloseTo(1, 9);
  });
});

describe("cycles: what is refused", () => {
  const call: ContinueCycleOptions = { circuitTemplate: hopfNormalForm, parameter: path("mu"), range: [-1, 1] };
  const codeOf = async (options: unknown): Promise<string | undefined> => {
    try {
      await continueCycle(options as ContinueCycleOptions);
    } catch (error) {
      return error instanceof MassgridError ? error.code : String(error);
    }
    return undefined;
  };

  test.each<[string, object, string]>([
    ["a range the wrong way round", { range: [1, -1] }, "E_RANGE"],
    ["a range without the model's own value", { range: [0.5, 1] }, "E_RANGE"],
    ["a value outside the range", { userValues: [3] }, "E_RANGE"],
    ["steps that do not go together", { stepSize: 1, maxStepSize: 0.1 }, "E_STEP"],
    ["an unknown option", { ntst: 60 }, "E_UNKNOWN_OPTION"],
    ["a mesh of one interval", { meshIntervals: 1 }, "E_TYPE"],
    ["a start that is no row", { from: "hopf" }, "E_TYPE"],
    ["a row without states", { from: { [path("mu")]: 0 } }, "E_CYCLE_START"],
    ["a start from where the model comes to rest", { params: { [path("mu")]: -0.5 } }, "E_CYCLE_START"],
  ])("%s", async (_, given, code) => {
    expect(await codeOf({ ...call, ...given })).toBe(code);
  });

  test("a trajectory that slowly comes to rest in turns is told as one, and not as a cycle that the mesh is too coarse for", async () => {
    const late = circuitOf(["d/dt * x = y", "d/dt * y = l - 0.1 + 0.3*y + x*x + x*y"], { x: -0.31, y: 0 }, { l: 0 });
    const error = await continueCycle({ circuitTemplate: late, parameter: path("l"), range: [-0.01, 0.01] }).catch(
      (found: unknown) => found,
    );
    expect(error).toBeInstanceOf(MassgridError);
    expect(String(error)).toContain("comes to rest at an equilibrium");
  });

  test("a row near which nothing oscillates", async () => {
    const at = { [path("E")]: 0, [path("I")]: 0, [path("P")]: 0.5 };
    expect(await codeOf({ circuitTemplate: wilsonCowan, parameter: path("P"), range: [0, 2], from: at })).toBe("E_CYCLE_START");
  });
});
