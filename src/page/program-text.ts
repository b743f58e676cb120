import type { ModelDescription } from "../index.ts";
import { gridKeysOf, outputNames } from "./grid-keys.ts";
import { MODEL_FILE, noiseCall } from "./spec-text.ts";
import type { Axis, State } from "./state.ts";

/** The sweep of a figure as a program of a few lines, for Node or a page. */
export function programText(state: State, description: ModelDescription): string {
  const keys = gridKeysOf(state, description);
  const { signal } = outputNames(state);
  const isOwn = "text" in state.model;
  const noise = Object.entries(state.noise);
  const spaces = state.axes.map(({ scale }) => (scale === "log" ? "logspace" : scale === "linear" ? "linspace" : ""));
  const names = ["gridSearch", ...spaces, ...noise.map(([, choice]) => noiseCall(choice)[0]), ...(isOwn ? ["templatesFromYaml"] : [])];
  const imported = [...new Set(names.filter((name) => name !== ""))].sort();
  const { simulationTime, stepSize, samplingStepSize, cutoff, solver } = state;
  const times = { simulationTime, stepSize, samplingStepSize, cutoff };
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
    `  ${Object.entries(times)
      .map(([key, value]) => `${key}: ${value}`)
      .join(", ")}, solver: "${solver}",`,
    ...(noise.length === 0
      ? []
      : [
          `  inputs: { ${noise.map(([path, choice]) => `${name(path)}: ${noiseCall(choice)[0]}({ ${noiseCall(choice)[1]} })`).join(", ")} },`,
        ]),
    `  outputs: { ${name(signal)}: ${JSON.stringify(state.signal)} },`,
    `  features: { ${name(signal)}: ["${state.feature}"] }, results: false,`,
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
