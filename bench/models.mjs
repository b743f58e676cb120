// What does one step of one point cost of what the compiler emits: Jansen-Rit beside its hand-written twin, and every bundled circuit
// beside a typed JavaScript loop that is written from the same equations? Euler, 128 points, constant inputs.

import { fromTree } from "./rivals/from-tree.mjs";
import { row } from "./support/measure.mjs";

const POINTS = 128;
const STEPS = 4000;
/** Turns of each runner in a pass, and those before them that do not count. Passes lie apart, as machines have slow spells. */
const TURNS = 12;
const WARMUP = 5;
const PASSES = 4;
/** How far our states and the rival's may differ after CHECKED steps, as a share of the larger one, or of 1. */
const BOUND = 1e-9;
const CHECKED = 1500;
const twin = "model_templates.neural_mass_models.jansenrit.JRC2";

const load = (file) => import(new URL(`../build/lib/${file}.js`, import.meta.url));
const { compileEquations } = await load("model/compile/compile");
const { Kernel } = await load("kernel/kernel");
const { bundledCircuits, jansenRit, openBundled } = await load("model/bundled/index");
const { lanesOf } = await load("plan/size");
const { blocksOf } = await load("sweep/blocks");
const { makeRunPlan } = await load("plan/plan");
const { flatten } = await load("model/template/flatten");
const { TemplateReader } = await load("model/template/read");

function equationsOf(path) {
  return flatten(new TemplateReader((file) => openBundled(file)).template(path));
}

/** The step size: small beside what the models' times are in their unit, so that nothing grows without bound. */
function stepOf({ timeUnit }) {
  return timeUnit === "s" ? 1e-4 : 1e-3;
}

/** Values of the parameters, one a point: equal nodes get unequal ones, so that no difference of theirs stays 0. Delays stay. */
function paramsOf({ params, history }) {
  const delays = new Set(history?.delayed.map(({ delay }) => delay.row));
  const share = (i, point) => (delays.has(i) ? 0 : 0.002 * point + 0.003 * i);
  return params.map(({ value }, i) => Float64Array.from({ length: POINTS }, (_, point) => value * (1 + share(i, point))));
}

/** An input that is 0 by default gets a little, so that no model rests at 0, where the host's functions have short cuts. */
function drive({ value }) {
  return Array(POINTS).fill(value === 0 ? 0.1 : value);
}

/** Our kernel with a model in it: `run` takes `steps` steps of all points, and returns the states before every `every`-th. */
function ours(model, steps, every = steps) {
  const stepSize = stepOf(model);
  const times = { simulationTime: steps * stepSize, stepSize, samplingStepSize: every * stepSize };
  const outputs = { first: model.states[0].path.replace(/\.(re|im)$/, "") };
  const machine = { budget: 2 ** 40, openFile: () => undefined };
  const { jobs } = makeRunPlan({ circuitTemplate: model, ...times, outputs, solver: "euler" }, machine);
  const assign =
    (kind, first) =>
    ({ path }, row) => ({ kind, row, key: first + row, path });
  const assignments = [...model.params.map(assign("param", 0)), ...model.inputs.map(assign("input", model.params.length))];
  const values = [...paramsOf(model), ...model.inputs.map((input) => Float64Array.from(drive(input)))];
  const recorded = model.states.map((_, i) => ({ kind: "state", row: i }));
  const job = { ...jobs[0], assignments, values, recorded };
  const inBlocks = [...blocksOf([{ job: 0, first: 0, points: POINTS, most: lanesOf(job) }])];
  const kernel = new Kernel(job, inBlocks[0].lanes);
  const sampled = Array.from({ length: steps / every }, () => new Float64Array(recorded.length * POINTS));
  const copy = ({ first, samples, n, data }, block) => {
    for (let s = 0; s < samples; s++) {
      for (let row = 0; row < recorded.length; row++) {
        const from = (s * recorded.length + row) * n;
        sampled[first + s].set(data.subarray(from, from + block.lanes), row * POINTS + block.first);
      }
    }
  };
  return {
    start: () => {},
    run: () => {
      for (const block of inBlocks) {
        kernel.load(block);
        for (let window = kernel.advance(); window; window = kernel.advance()) copy(window, block);
      }
      return sampled;
    },
  };
}

/** One of the rival's two loops, with its rows. */
function rival(loop, model, steps) {
  const stepSize = stepOf(model);
  const rows = (variables, values) => Float64Array.from(variables.flatMap(values));
  const initial = rows(model.states, ({ value }) => Array(POINTS).fill(value));
  const p = Float64Array.from(paramsOf(model).flatMap((values) => Array.from(values)));
  const u = rows(model.inputs, drive);
  const y = initial.slice();
  return {
    start: () => y.set(initial),
    run: () => {
      loop(y, p, u, steps, stepSize);
      return y;
    },
  };
}

/** A contest: what makes its runners, and the least nanoseconds a point and step that each has needed so far. */
function contest(makers) {
  const best = Object.fromEntries(Object.keys(makers).map((name) => [name, Number.POSITIVE_INFINITY]));
  return { makers, best };
}

/** Some turns of each runner, of which the first do not count; made anew, as where its memory lies matters to the cache. */
function takeTurns({ makers, best }) {
  const runners = Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make()]));
  for (let turn = -WARMUP; turn < TURNS; turn++) {
    for (const [name, { start, run }] of Object.entries(runners)) {
      start();
      const begin = performance.now();
      run();
      const ns = ((performance.now() - begin) * 1e6) / STEPS / POINTS;
      if (turn >= 0) best[name] = Math.min(best[name], ns);
    }
  }
}

function states({ start, run }) {
  start();
  return run();
}

/** Throws where the rival computes something else. */
function compare(path, model, loops) {
  const [, found] = states(ours(model, 2 * CHECKED, CHECKED));
  for (const [name, loop] of Object.entries(loops)) {
    const other = states(rival(loop, model, CHECKED));
    const gap = Math.max(...found.map((value, i) => Math.abs(value - other[i]) / Math.max(1, Math.abs(value), Math.abs(other[i]))));
    if (!(gap <= BOUND)) throw new Error(`${path}: ${name} differs by ${gap} after ${CHECKED} steps`);
  }
}

function againstLoops(path) {
  const equations = equationsOf(path);
  const model = compileEquations(equations);
  const { points, batch } = fromTree(equations, POINTS);
  compare(path, model, { points, batch });
  const makers = {
    ours: () => ours(model, STEPS),
    points: () => rival(points, model, STEPS),
    batch: () => rival(batch, model, STEPS),
  };
  return { path, states: model.states.length, ...contest(makers) };
}

function againstTwin() {
  const [emitted, hand] = [compileEquations(equationsOf(twin)), jansenRit()];
  const samples = [emitted, hand].map((model) => states(ours(model, 2 * CHECKED, CHECKED))[1]);
  if (samples[0].some((value, i) => !Object.is(value, samples[1][i]))) throw new Error("the emitted model and its twin differ in bits");
  return contest({ emitted: () => ours(emitted, STEPS), hand: () => ours(hand, STEPS) });
}

/** A contest for each circuit that compiles, and why the others do not. */
function circuits() {
  const contests = [];
  const refused = [];
  for (const path of bundledCircuits()) {
    try {
      contests.push(againstLoops(path));
    } catch (error) {
      if (error.name !== "MassgridError") throw error;
      refused.push({ path, why: error.message });
    }
  }
  return { contests, refused };
}

const ns = (value) => value.toFixed(2);
const short = (path) => path.replace(/^model_templates\.(?:neural_mass_models\.)?/, "");
/** The JavaScript rival is the faster of its two loops. */
const fastest = ({ best }) => Math.min(best.points, best.batch);
const ratioOf = (each) => each.best.ours / fastest(each);

let table = [];

/** Every circuit, the slowest beside its rival first. */
export function details() {
  return table;
}

function tableOf(contests, refused) {
  return [
    "### Every bundled circuit",
    "",
    "128 points, Euler, nanoseconds a point and step. The JavaScript loops are written from the same flat equations (rivals/from-tree.mjs);",
    "the ratio is to the faster of the two.",
    "",
    "| circuit | states | ours, ns | JavaScript, point by point, ns | JavaScript, step by step, ns | ratio |",
    "|---|---|---|---|---|---|",
    ...contests.map((each) => {
      const { ours, points, batch } = each.best;
      return `| ${short(each.path)} | ${each.states} | ${ns(ours)} | ${ns(points)} | ${ns(batch)} | ${ratioOf(each).toFixed(3)} |`;
    }),
    ...refused.map(({ path, why }) => `| ${short(path)} | not compiled: ${why} | | | | |`),
  ];
}

export async function bench() {
  const jansen = againstTwin();
  const { contests, refused } = circuits();
  for (let pass = 0; pass < PASSES; pass++) {
    for (const each of [jansen, jansen, jansen, ...contests]) takeTurns(each);
  }
  contests.sort((a, b) => ratioOf(b) - ratioOf(a));
  table = tableOf(contests, refused);
  const { emitted, hand } = jansen.best;
  const [worst] = contests;
  const missed = contests.filter((each) => ratioOf(each) > 0.9).length;
  return [
    row(
      "Jansen-Rit, 128 points, a point and step: emitted from its template over hand-written",
      `${ns(emitted)} ns over ${ns(hand)} ns`,
      "≤ 1.05",
      emitted / hand,
      1.05,
    ),
    row(
      `${contests.length} bundled circuits, 128 points, a point and step, over a typed JavaScript loop of the same equations: the worst, ${short(worst.path)}`,
      `${ns(worst.best.ours)} ns over ${ns(fastest(worst))} ns; ${missed} of ${contests.length} above 0.9`,
      "≤ 0.9",
      ratioOf(worst),
      0.9,
    ),
  ];
}
