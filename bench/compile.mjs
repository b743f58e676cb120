// How long does a template take from text to WebAssembly.Module: once everything is warm, and the first in a fresh process?
//
// What is timed is all that gridSearch({ circuitTemplate: path }) does for its model: the file's YAML text is parsed, the template
// is read with all that it refers to, flattened and compiled, down to the engine's new WebAssembly.Module. Not in it: loading
// the JavaScript, parsers among it, and whatever runs the model. Engines compile a function of a module when it is first called; what
// the first right-hand side takes, instance and all, is told beside, with no target.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundledModels, bundledYaml, connect, gridSearch, simulate, templatesFromYaml } from "massgrid";
import { minima, row } from "./support/measure.mjs";

const TEMPLATE = "model_templates.neural_mass_models.jansenrit.JRC";
const ROUNDS = 400;
/** Of each of the models of the field, and of networks of these. */
const MODEL_ROUNDS = 60;
const NETWORK_ROUNDS = 20;
const REGIONS = 76;
const PROCESSES = 15;

const WRITTEN = "model_templates.neural_mass_models.jansenrit.JRC2";

/** The steps from text to module, of the built package. `read` changes a number of an equation, as an engine knows bytes that it has seen. */
async function steps(template = TEMPLATE) {
  const load = (file) => import(new URL(`../build/lib/${file}.js`, import.meta.url));
  const { compileEquations } = await load("model/compile/compile");
  const { openBundled } = await load("model/bundled/index");
  const { flatten } = await load("model/template/flatten");
  const { TemplateReader } = await load("model/template/read");
  const opened = (file, round) => {
    const found = openBundled(file);
    return { ...found, text: found.text.replace(/^( +- \w+' = )(.*)$/m, `$1${1 + round / 2 ** 20}*($2)`) };
  };
  return {
    read: (round) => new TemplateReader((file) => opened(file, round)).template(template),
    flatten,
    compile: (equations) => compileEquations(equations),
  };
}

/** Milliseconds of each step from text to module, and of all; and the model. */
function once({ read, flatten, compile }, round) {
  const times = [performance.now()];
  const lap = (value) => {
    times.push(performance.now());
    return value;
  };
  const model = lap(compile(lap(flatten(lap(read(round))))));
  const [reading, flattening, compiling] = times.slice(1).map((time, i) => time - times[i]);
  return { model, ms: { all: times[3] - times[0], reading, flattening, compiling } };
}

/** Milliseconds until two lanes' derivatives are there. */
function firstCall(model) {
  const begin = performance.now();
  const memory = new WebAssembly.Memory({ initial: 8 });
  const { rhs, derive } = new WebAssembly.Instance(model.module, { env: { memory } }).exports;
  const [t, y, dy, p, n] = [1024, 65536, 131072, 196608, 2];
  derive?.(p, n);
  rhs(t, y, dy, p, n);
  return performance.now() - begin;
}

/** The run with the least time in all. */
function least(runs) {
  return runs.reduce((best, run) => (run.all < best.all ? run : best));
}

/** What one fresh process needs for its first model. */
export async function first() {
  return timed(await steps(), 0);
}

function timed(pipeline, round) {
  const { model, ms } = once(pipeline, round);
  return { ...ms, calling: firstCall(model) };
}

function inFreshProcess(name) {
  const program = `import { ${name} } from ${JSON.stringify(import.meta.url)}; console.log(JSON.stringify(await ${name}()));`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Sweeps that differ in their output alone: a variable, or an expression of it. */
const expressions = {
  "JRC2, written by hand": { path: TEMPLATE.replace(/JRC$/, "JRC2"), key: "jrc_op/c", output: "jrc/jrc_op/V_e", more: "jrc/jrc_op/V_i" },
  "JRC, of a template": { path: TEMPLATE, key: "rpo_e_in/tau", output: "pc/rpo_e_in/v", more: "pc/rpo_i/v" },
};

/** What an expression adds to a whole call, of a few points: once the model is compiled, and in a process that has compiled none. */
async function withExpressions() {
  const rows = [];
  for (const [name, { path, key, output, more }] of Object.entries(expressions)) {
    const sweep = (V) => () =>
      gridSearch({
        circuitTemplate: path,
        paramGrid: { k: Array.from({ length: 41 }, (_, i) => 0.02 + i / 1e3) },
        paramMap: { k: { vars: [key], nodes: ["all"] } },
        ...{ outputs: { V }, simulationTime: 1, stepSize: 1e-3, samplingStepSize: 1e-2, workers: 0 },
      });
    const { without, expression } = await minima({ without: sweep(output), expression: sweep(`${output} - ${more}`) }, { rounds: 200 });
    const ratio = expression / without;
    const found = `${expression.toFixed(2)} ms over ${without.toFixed(2)} ms`;
    rows.push(row(`41 points × 1 000 steps with an expression as output, over one variable: ${name}`, found, "≤ 1.1", ratio, 1.1));
  }
  return rows;
}

/** Milliseconds of the first and the second simulate() of 100 steps in a fresh process, of a text of templates that is read each time. */
export async function twice() {
  const text = bundledYaml(TEMPLATE);
  const times = [];
  for (let call = 0; call < 2; call++) {
    const begin = performance.now();
    const circuitTemplate = templatesFromYaml(text).JRC;
    await simulate({ circuitTemplate, simulationTime: 0.1, stepSize: 1e-3, outputs: { V: "pc/rpo_e_in/v" } });
    times.push(performance.now() - begin);
  }
  return { first: times[0], all: times[1] };
}

/** Each bundled model of the field as a module, warm: the slowest; and networks of 76 nodes. */
async function models() {
  const found = [];
  for (const { path, isTestResource } of bundledModels()) {
    if (isTestResource) continue;
    const pipeline = await steps(path);
    const runs = Array.from({ length: MODEL_ROUNDS }, (_, round) => once(pipeline, round).ms);
    found.push({ path, ...least(runs) });
  }
  const slowest = found.reduce((worst, each) => (each.all > worst.all ? each : worst));
  const parts = `${slowest.all.toFixed(1)} ms (read ${slowest.reading.toFixed(1)}, compile ${slowest.compiling.toFixed(1)})`;
  const name = slowest.path.split(".").at(-1);
  const says = `${found.length} models of the field from template text to WebAssembly.Module, warm: the slowest, ${name}`;
  return [row(says, parts, "< 10 ms", slowest.all / 10, 1)];
}

/** From a template that is read to the module of its network: connected, flattened and compiled. */
async function network(path) {
  const { read, flatten, compile } = await steps(path);
  const weights = Array.from({ length: REGIONS }, (_, i) => Array.from({ length: REGIONS }, (__, j) => (i === j ? 0 : 1 / (1 + i + j))));
  const times = Array.from({ length: NETWORK_ROUNDS }, (_, round) => {
    const template = read(round);
    const begin = performance.now();
    compile(flatten(connect(template, { weights })));
    return performance.now() - begin;
  });
  const ms = Math.min(...times);
  const name = path.split(".").at(-1);
  return row(
    `${REGIONS} nodes of ${name}, all to all, from template to WebAssembly.Module, warm`,
    `${ms.toFixed(1)} ms`,
    "< 100 ms",
    ms / 100,
    1,
  );
}

const FIELD = "model_templates.neural_mass_models";
const networks = ["epileptor.epileptor", "wongwang.rww", "wongwang.rww_ei", "wendling.wendling"].map((name) => `${FIELD}.${name}`);

export async function bench() {
  const pipeline = await steps();
  const { model } = once(pipeline, 0);
  const exported = WebAssembly.Module.exports(model.module).map(({ name }) => name);
  if (model.states.length !== 8 || !exported.includes("rhs")) throw new Error("what was compiled is not JRC");
  const warm = least(Array.from({ length: ROUNDS }, (_, round) => timed(pipeline, round + 1)));
  const fresh = least(Array.from({ length: PROCESSES }, () => inFreshProcess("first")));
  const written = await steps(WRITTEN);
  const ofWritten = least(Array.from({ length: ROUNDS }, (_, round) => timed(written, round + 1)));
  const second = least(Array.from({ length: PROCESSES }, () => inFreshProcess("twice")));
  const found = ({ all, reading, flattening, compiling, calling }) => {
    const parts = `read ${reading.toFixed(1)}, flatten ${flattening.toFixed(1)}, compile ${compiling.toFixed(1)}`;
    return `${all.toFixed(1)} ms (${parts}); then ${calling.toFixed(1)} to its first derivatives`;
  };
  return [
    row("JRC from template text to WebAssembly.Module, warm", found(warm), "< 4 ms", warm.all / 4, 1),
    row("the same, the first model of a fresh process, its code loaded", found(fresh), "< 50 ms", fresh.all / 50, 1),
    row("JRC2 from template text to WebAssembly.Module, warm", found(ofWritten), "< 1.2 ms", ofWritten.all / 1.2, 1),
    row(
      "second simulate() of 100 steps of JRC in a process, by templatesFromYaml() of the same text",
      `${second.all.toFixed(1)} ms; the first took ${second.first.toFixed(1)} ms`,
      ...["< 5 ms", second.all / 5, 1],
    ),
    ...(await withExpressions()),
    ...(await models()),
    ...(await Promise.all(networks.map(network))),
  ];
}
