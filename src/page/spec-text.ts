import type { ModelDescription, Solver } from "../index.ts";
import { featuresOf, gridKeysOf, outputNames } from "./keys.ts";
import { type Axis, type NoiseChoice, pointsOf, type State } from "./state.ts";
import { timeNames } from "./times.ts";

/** A spec with more points than this keeps no traces. */
const MOST_TRACES = 200;

/** What the file of an edited template is called beside the spec. */
export const MODEL_FILE = "model.yaml";

/** The sweep of a figure as a spec that `massgrid sweep` runs: the same numbers to the bit. */
export function specText(state: State, description: ModelDescription, kind: SolverKind = "fixed"): string {
  const keys = gridKeysOf(state, description);
  const points = pointsOf(state.axes);
  const { plane, signals } = outputNames(state);
  const lines = [
    "# A figure of massgrid's explorer. Run it with:",
    "#   npx massgrid sweep sweep.yaml --out sweep.arrow --plot sweep.svg",
    ...("text" in state.model ? [`# The model's template is to be beside this file, as ${MODEL_FILE}.`] : []),
    "",
    templateLine(state),
    "paramGrid:",
    ...keys.map(({ key, axis, value }) => `  ${text(key)}: ${axis ? gridText(axis) : `[${value}]`}`),
    "paramMap:",
    ...keys.map(({ key, mapping }) => `  ${text(key)}: ${JSON.stringify(mapping)}`),
    "permuteGrid: true",
    "",
    ...timeNames.map((name) => `${name}: ${state[name]}`),
    ...callLines(state, kind).map(([name, value]) => `${name}: ${value}`),
    ...inputLines(state),
    "outputs:",
    ...Array.from(signals, ([path, name]) => `  ${text(name)}: ${text(path)}`),
    ...(points > MOST_TRACES ? [] : [`  ${text(plane)}: ${text(state.plane)}`]),
    "features:",
    ...Array.from(featuresOf(state), ([name, features]) => `  ${text(name)}: [${features.join(", ")}]`),
    ...(points > MOST_TRACES ? ["results: false"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

type SolverKind = Solver["kind"];

/** The model: a bundled one, or the file beside the spec. */
export function templateLine({ model }: State): string {
  return `circuitTemplate: ${text("path" in model ? model.path : `${MODEL_FILE}/${model.circuit}`)}`;
}

/** Options of the call that have not their defaults, as YAML and JavaScript write both. */
function callLines(state: State, kind: SolverKind): [string, string][] {
  const { solver, rtol, atol, white, replicates, arithmetic } = state;
  const lines: [string, string][] = [];
  lines.push([
    "solver",
    kind === "adaptive" ? `{ name: ${JSON.stringify(solver)}, rtol: ${rtol}, atol: ${atol} }` : JSON.stringify(solver),
  ]);
  const terms = Object.entries(white).map(([path, { sd, seed }]) => `${JSON.stringify(path)}: { sd: ${sd}, seed: ${seed} }`);
  if (kind === "stochastic" && terms.length > 0) lines.push(["noise", `{ ${terms.join(", ")} }`]);
  if (replicates > 1) lines.push(["replicates", String(replicates)]);
  if (arithmetic === "fastMath") lines.push(["fastMath", "true"]);
  if (arithmetic === "float32") lines.push(["precision", '"float32"']);
  return lines;
}

/** What drives the inputs. */
export function inputLines({ noise }: State): string[] {
  const lines = Object.entries(noise).map(([path, choice]) => {
    const [source, options] = noiseCall(choice);
    return `  ${text(path)}: { ${source}: { ${options} } }`;
  });
  return lines.length === 0 ? [] : ["inputs:", ...lines];
}

/** The noise source's name and its options, as YAML and JavaScript write both. */
function noiseCall({ kind, a, b, seed, tau = 0 }: NoiseChoice): [string, string] {
  if (kind === "ornsteinUhlenbeck") return ["ornsteinUhlenbeck", `mean: ${a}, sd: ${b}, tau: ${tau}, seed: ${seed}`];
  return kind === "uniform"
    ? ["uniformNoise", `low: ${a}, high: ${b}, seed: ${seed}`]
    : ["normalNoise", `mean: ${a}, sd: ${b}, seed: ${seed}`];
}

/** Values as a spec writes them: a range by its ends, so that the same values come of it. */
function gridText({ scale, from, to, count, values }: Axis): string {
  if (scale === "list") return `[${values.join(", ")}]`;
  return `{ ${scale === "log" ? "logspace" : "linspace"}: [${from}, ${to}, ${count}] }`;
}

/** A text that YAML takes for nothing else. */
export function text(value: string): string {
  return /^[A-Za-z_][\w./]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : JSON.stringify(value);
}

/** The sweep of a figure as a program of a few lines, for Node or a page. */
export function programText(state: State, description: ModelDescription, kind: SolverKind = "fixed"): string {
  const keys = gridKeysOf(state, description);
  const { signals } = outputNames(state);
  const calls = callLines(state, kind).map(([option, value]) => `${option}: ${value}`);
  const isOwn = "text" in state.model;
  const noise = Object.entries(state.noise).map(([path, choice]) => ({ path, call: noiseCall(choice) }));
  const inputs = noise.map(({ path, call: [source, options] }) => `${name(path)}: ${source}({ ${options} })`);
  const spaces = state.axes.map(({ scale }) => (scale === "log" ? "logspace" : scale === "linear" ? "linspace" : ""));
  const names = ["gridSearch", ...spaces, ...noise.map(({ call: [source] }) => source), ...(isOwn ? ["templatesFromYaml"] : [])];
  const imported = [...new Set(names.filter((name) => name !== ""))].sort();
  const times = timeNames.map((name) => `${name}: ${state[name]}`).join(", ");
  const lines = [
    ...(isOwn ? ['import { readFile } from "node:fs/promises";'] : []),
    `import { ${imported.join(", ")} } from "massgrid";`,
    "",
    ...(isOwn ? [`const models = templatesFromYaml(await readFile("${MODEL_FILE}", "utf8"));`] : []),
    "const { resultsMap } = await gridSearch({",
    `  circuitTemplate: ${"path" in state.model ? JSON.stringify(state.model.path) : `models[${JSON.stringify(state.model.circuit)}]`},`,
    `  paramGrid: { ${keys.map(({ key, axis, value }) => `${name(key)}: ${axis ? valuesText(axis) : `[${value}]`}`).join(", ")} },`,
    `  paramMap: { ${keys.map(({ key, mapping }) => `${name(key)}: ${objectText(mapping)}`).join(", ")} },`,
    "  permuteGrid: true,",
    `  ${times}, ${calls.join(", ")},`,
    ...(inputs.length === 0 ? [] : [`  inputs: { ${inputs.join(", ")} },`]),
    `  outputs: { ${Array.from(signals, ([path, of]) => `${name(of)}: ${JSON.stringify(path)}`).join(", ")} },`,
    `  features: { ${Array.from(featuresOf(state), ([of, all]) => `${name(of)}: ${JSON.stringify(all)}`).join(", ")} }, results: false,`,
    "});",
    "console.log(resultsMap.toString());",
  ];
  return `${lines.join("\n")}\n`;
}

function valuesText({ scale, from, to, count, values }: Axis): string {
  return scale === "list" ? `[${values.join(", ")}]` : `${scale === "log" ? "logspace" : "linspace"}(${from}, ${to}, ${count})`;
}

function name(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function objectText(value: object): string {
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${JSON.stringify(item)}`);
  return `{ ${entries.join(", ")} }`;
}
