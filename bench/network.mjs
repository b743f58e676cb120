// What does a network of 90 Jansen-Rit columns cost, all coupled to all: to compile, and a step beside plain JavaScript? And what do
// gamma-distributed delays cost beside discrete ones, between 160 columns?

import { network } from "./rivals/network.mjs";
import { minima, row } from "./support/measure.mjs";

const COLUMNS = 90;
const POINTS = 16;
const run = { h: 1e-3, steps: 300 };
const load = (file) => import(new URL(`../build/lib/${file}.js`, import.meta.url));

/** Weights of a matrix without structure, small enough for the network to keep its rhythm. */
function weightsOf(n) {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_unused, j) => (i === j ? 0 : (0.02 * ((7 * i + 13 * j) % 11)) / n)),
  );
}

const DELAYED = 160;

/** Whole calls, from matrices to traces of 50 steps, with a delay of its own on each edge: chains of four stages over discrete delays. */
async function delayRow({ connect, gridSearch }, points) {
  const matrix = (value) => Array.from({ length: DELAYED }, (_, i) => Array.from({ length: DELAYED }, (_unused, j) => value(i, j)));
  const ring = (i, j) => Math.min(Math.abs(i - j), DELAYED - Math.abs(i - j));
  const delays = matrix((i, j) => 0.01 + 0.002 * ring(i, j) + 1e-7 * (i * DELAYED + j));
  const spreads = delays.map((each) => each.map((delay) => delay / 2));
  const ends = { source: "jrc_op/m", target: "jrc_op/m_in", weights: weightsOf(DELAYED), delays };
  const call = (more) => () =>
    gridSearch({
      circuitTemplate: connect("model_templates.neural_mass_models.jansenrit.JRC2", { ...ends, ...more }),
      paramGrid: { u: Array.from({ length: points }, (_, i) => 200 + i) },
      paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc_0"] } },
      ...{ simulationTime: 0.05, stepSize: 1e-3, workers: 0 },
      outputs: { V: "all/jrc_op/V_e" },
    });
  const { gamma, plain } = await minima({ plain: call({}), gamma: call({ spreads }) }, { rounds: 6, warmup: 1 });
  const question = `160 columns, all to all, gamma-distributed delays over discrete ones, whole call of ${points === 1 ? "1 point" : `${points} points`}`;
  return row(question, `${gamma.toFixed(0)} ms over ${plain.toFixed(0)} ms`, "≤ 3", gamma / plain, 3);
}

export async function bench() {
  const { connect, gridSearch, trace } = await load("index");
  const { flatten } = await load("model/template/flatten");
  const { compileEquations } = await load("model/compile/compile");
  const weights = weightsOf(COLUMNS);
  const ends = { source: "jrc_op/m", target: "jrc_op/m_in" };
  const make = () => connect("model_templates.neural_mass_models.jansenrit.JRC2", { ...ends, weights });
  const circuit = make();
  const compiled = await minima({ compile: () => compileEquations(flatten(circuit)), connect: make }, { rounds: 40 });
  const sweep = (points) =>
    gridSearch({
      circuitTemplate: circuit,
      paramGrid: { u: Array.from({ length: points }, () => 220) },
      paramMap: { u: { vars: ["jrc_op/u"], nodes: ["all"] } },
      simulationTime: run.h * run.steps,
      stepSize: run.h,
      samplingStepSize: run.h * (run.steps / 10),
      outputs: { V: "all/jrc_op/V_e" },
    });
  const flat = Float64Array.from(weights.flat());
  const { results } = await sweep(POINTS);
  const expected = network(COLUMNS, flat, { ...run, steps: run.steps - run.steps / 10 });
  for (const [k, value] of expected.entries()) {
    const found = trace(results, `JRC2_${POINTS - 1}`, `V/jrc_${k}`)[9];
    if (!(Math.abs(found - value) < 1e-9 * Math.abs(value))) throw new Error(`column ${k}: ${found}, but ${value} in plain JavaScript`);
  }
  const best = await minima({ ours: () => sweep(POINTS), none: () => sweep(1), theirs: () => network(COLUMNS, flat, run) }, { rounds: 12 });
  // Compiling and tables cost the same for one point as for sixteen.
  const ours = ((best.ours - best.none) * 1e6) / (POINTS - 2) / run.steps / COLUMNS;
  const theirs = (best.theirs * 1e6) / run.steps / COLUMNS;
  const parts = `${compiled.compile.toFixed(1)} ms; ${compiled.connect.toFixed(1)} ms to connect its template`;
  return [
    row("90 Jansen-Rit columns, all to all, from template to WebAssembly.Module, warm", parts, "< 100 ms", compiled.compile / 100, 1),
    row(
      "the same, a point, step and column, over a typed JavaScript loop",
      `${ours.toFixed(1)} ns over ${theirs.toFixed(1)} ns`,
      "≤ 0.9",
      ours / theirs,
      0.9,
    ),
    await delayRow({ connect, gridSearch }, 1),
    await delayRow({ connect, gridSearch }, 64),
  ];
}
