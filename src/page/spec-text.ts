import type { ModelDescription } from "../index.ts";
import { axisValues } from "./grid.ts";
import { gridKeysOf, outputNames } from "./grid-keys.ts";
import type { NoiseChoice, State } from "./state.ts";

/** A spec with more points than this keeps no traces. */
const MOST_TRACES = 200;

/** What the file of an edited template is called beside the spec. */
export const MODEL_FILE = "model.yaml";

/** The `circuitTemplate` of a state, for a program or a spec beside the model's file. */
function templatePath({ model }: State): string {
  return "path" in model ? model.path : `${MODEL_FILE}/${model.circuit}`;
}

/** The sweep of a figure as a spec that `massgrid sweep` runs: the same numbers to the bit. */
export function specText(state: State, description: ModelDescription): string {
  const keys = gridKeysOf(state, description);
  const points = state.axes.reduce((product, axis) => product * axisValues(axis).length, 1);
  const { signal, plane } = outputNames(state);
  const lines = [
    "# A figure of massgrid's explorer. Run it with:",
    "#   npx massgrid sweep sweep.yaml --out sweep.arrow --plot sweep.svg",
    ...("text" in state.model ? [`# The model's template is to be beside this file, as ${MODEL_FILE}.`] : []),
    "",
    `circuitTemplate: ${text(templatePath(state))}`,
    "paramGrid:",
    ...keys.map(({ key, axis, value }) => `  ${text(key)}: ${axis ? gridText(axis) : `[${value}]`}`),
    "paramMap:",
    ...keys.map(({ key, mapping }) => `  ${text(key)}: ${JSON.stringify(mapping)}`),
    "permuteGrid: true",
    "",
    ...(["simulationTime", "stepSize", "samplingStepSize", "cutoff"] as const).map((name) => `${name}: ${state[name]}`),
    `solver: ${state.solver}`,
    ...inputLines(state),
    "outputs:",
    `  ${text(signal)}: ${text(state.signal)}`,
    ...(points > MOST_TRACES ? [] : [`  ${text(plane)}: ${text(state.plane)}`]),
    "features:",
    `  ${text(signal)}: [${state.feature}]`,
    ...(points > MOST_TRACES ? ["results: false"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function inputLines({ noise }: State): string[] {
  const entries = Object.entries(noise);
  if (entries.length === 0) return [];
  return ["inputs:", ...entries.map(([path, choice]) => `  ${text(path)}: { ${noiseCall(choice)[0]}: { ${noiseCall(choice)[1]} } }`)];
}

/** The noise source's name and its options, as YAML and JavaScript write both. */
export function noiseCall({ kind, a, b, seed }: NoiseChoice): [string, string] {
  return kind === "uniform"
    ? ["uniformNoise", `low: ${a}, high: ${b}, seed: ${seed}`]
    : ["normalNoise", `mean: ${a}, sd: ${b}, seed: ${seed}`];
}

/** Values as a spec writes them: a range by its ends, so that the same values come of it. */
function gridText({ scale, from, to, count, values }: State["axes"][number]): string {
  if (scale === "list") return `[${values.join(", ")}]`;
  return `{ ${scale === "log" ? "logspace" : "linspace"}: [${from}, ${to}, ${count}] }`;
}

/** A text that YAML takes for nothing else. */
function text(value: string): string {
  return /^[A-Za-z_][\w./]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : JSON.stringify(value);
}
