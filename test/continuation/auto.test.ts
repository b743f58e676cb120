// Our folds, Hopf points and periods beside those that AUTO-07p finds by itself, from input files of our own. It needs Debian's packages auto-07p and
// gfortran, as CI has them: elsewhere it is skipped, which is said in one line.
import { afterAll, expect, test } from "vitest";
import { Auto, missing } from "../../bench/continuation/auto.mjs";
import { continueCycle, continueEquilibrium } from "../../src/index.ts";
import { oneNode } from "../support/one-node.ts";

const why = missing();
const isNeeded = process.env.MASSGRID_NEEDS_AUTO === "1";
if (why !== undefined) console.log(`left out: AUTO's folds, Hopf points and periods beside ours: ${why}`);

const started: Auto[] = [];
afterAll(() => {
  for (const auto of started) auto.remove();
});

function autoOf(states: readonly number[], model: string): Auto {
  const auto = new Auto(states, model);
  started.push(auto);
  auto.build();
  return auto;
}

type Row = Record<string, number | string | null>;

const jansenRit = oneNode(
  [
    ...["y0' = y3", "y1' = y4", "y2' = y5"],
    "y3' = 325*5/(1 + exp(0.56*(6 - y1 + y2))) - 200*y3 - 10000*y0",
    "y4' = 325*(p + 108*5/(1 + exp(0.56*(6 - 135*y0)))) - 200*y4 - 10000*y1",
    "y5' = 1100*33.75*5/(1 + exp(0.56*(6 - 33.75*y0))) - 100*y5 - 2500*y2",
  ],
  "{ y0: output(0.0), y1: variable(0.0), y2: variable(0.0), y3: variable(0.0), y4: variable(0.0), y5: variable(0.0), p: -60.0 }",
);
const fitzHughNagumo = oneNode(["v' = v - v^3/3 - w + I", "w' = 0.08*(v + 0.7 - 0.8*w)"], "{ v: output(-1.2), w: variable(-0.6), I: 0.0 }");
const montbrioPazoRoxin = oneNode(
  ["r' = 1/pi + 2*r*v", "v' = v^2 + eta + 15*r - (pi*r)^2"],
  "{ r: output(0.05), v: variable(-3.0), eta: -10.0 }",
);

/** Our branch; its special points and the equilibrium at its start. */
async function oursOf(circuitTemplate: ReturnType<typeof oneNode>, parameter: string, range: [number, number]) {
  const path = `n/op/${parameter}`;
  const table = await continueEquilibrium({ circuitTemplate, parameter: path, range, from: { [path]: range[0] } });
  const rows: Row[] = table.toArray().map((row) => row.toJSON());
  const points = rows.flatMap((row) =>
    row.label === "LP" || row.label === "HB" ? [{ label: row.label, at: Number(row[path]), row }] : [],
  );
  const states = Object.keys(rows[0]).filter((name) => name.startsWith("n/op/") && name !== path);
  return { points, start: states.map((name) => Number(rows[0][name])) };
}

/** AUTO tells these to about as many digits as its EPSS has, and labels a fold one step late. */
const near = (label: string) => (label === "LP" ? 5e-3 : 1e-5);

test.runIf(isNeeded || why === undefined)("continuation auto: AUTO-07p is there where it has to be", () => {
  expect(why).toBeUndefined();
});

test.runIf(why === undefined).each([
  {
    name: "Jansen-Rit",
    circuit: jansenRit,
    model: "jansen-rit.f90",
    parameter: "p",
    range: [-60, 400] as [number, number],
    changes: {},
    labels: "LP LP HB HB HB",
  },
  {
    name: "FitzHugh-Nagumo",
    circuit: fitzHughNagumo,
    model: "fitzhugh-nagumo.f90",
    parameter: "I",
    range: [0, 2] as [number, number],
    changes: { NDIM: 2, DS: 1e-3, DSMAX: 0.02, RL0: -0.1, RL1: 2 },
    labels: "HB HB",
  },
  {
    name: "Montbrió-Pazó-Roxin",
    circuit: montbrioPazoRoxin,
    model: "montbrio-pazo-roxin.f90",
    parameter: "eta",
    range: [-10, 2] as [number, number],
    changes: { NDIM: 2, DS: 1e-2, DSMAX: 0.05, RL0: -11, RL1: 2 },
    labels: "LP LP",
  },
])("continuation auto: folds and Hopf points of $name, in AUTO's order", async ({ circuit, model, parameter, range, changes, labels }) => {
  const { points, start } = await oursOf(circuit, parameter, range);
  const found = autoOf(start, model).run("c.equilibria", changes);
  expect(points.map(({ label }) => label).join(" ")).toBe(labels);
  expect(found.points.map(({ label }) => label).join(" ")).toBe(labels);
  found.points.forEach(({ label, at }, i) => {
    expect(Math.abs(at - points[i].at)).toBeLessThan(near(label) * Math.max(1, Math.abs(at)));
  });
});

test.runIf(why === undefined)("continuation auto: periods of Jansen-Rit's alpha rhythm and of van der Pol to AUTO's 8 digits", async () => {
  const { points, start } = await oursOf(jansenRit, "p", [-60, 400]);
  const auto = autoOf(start, "jansen-rit.f90");
  const [, alpha] = auto.run("c.equilibria").points.filter(({ label }) => label === "HB");
  auto.keep();
  const fine = { NTST: 100, EPSL: "1e-9", EPSU: "1e-9", EPSS: "1e-8" };
  const orbits = auto.run("c.cycles", { ...fine, IRS: alpha.number, UZR: "{1: [200]}", STOP: "['UZ1']" });
  const [, hopf] = points.filter(({ label }) => label === "HB");
  const { table } = await continueCycle({
    ...{ circuitTemplate: jansenRit, parameter: "n/op/p", range: [-60, 200], meshIntervals: 100 },
    from: hopf.row as Record<string, number>,
  });
  const own = table.toArray().find((row) => row["n/op/p"] === 200);
  expect(orbits.values[0].at).toBeCloseTo(200, 5);
  expect(Math.abs(orbits.values[0].last / own.period - 1)).toBeLessThan(2e-8);

  const wave = autoOf([], "van-der-pol.f90").run("c.cycles", {
    ...{ NDIM: 2, IRS: 0, DS: 0.01, DSMAX: 0.2, RL0: 0, RL1: 3, UZR: "{1: [1]}", STOP: "['UZ1']" },
    ...fine,
  });
  const circuitTemplate = oneNode(["x' = y", "y' = mu*(1 - x^2)*y - x"], "{ x: output(2.0), y: variable(0.0), mu: 0.5 }");
  const ours = await continueCycle({ circuitTemplate, parameter: "n/op/mu", range: [0.5, 1], meshIntervals: 100 });
  const end = ours.table.toArray().find((row) => row["n/op/mu"] === 1);
  expect(Math.abs(wave.values[0].last / end.period - 1)).toBeLessThan(2e-8);
});
