import type { ModelDescription } from "../index.ts";
import { diagramCall, STARTS, SWITCHES } from "./diagram-call.ts";
import { inputLines, MODEL_FILE, templateLine, text } from "./spec-text.ts";
import type { State } from "./state.ts";

/** The diagram of a state as a spec that `massgrid continue` runs: the same numbers to the bit. */
export function continueText(state: State, description: ModelDescription): string {
  const { paramMap, params, parameters, ranges, from, curves, outputs } = diagramCall(state, description);
  const entries = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => `  ${text(name)}: ${typeof value === "string" ? text(value) : JSON.stringify(value)}`);
  const pairs = ranges.map(([low, high]) => `[${low}, ${high}]`);
  const names = parameters.map(text);
  const lines = [
    "# A diagram of massgrid's explorer. Run it with:",
    "#   npx massgrid continue continue.yaml --out diagram.arrow --plot diagram.svg",
    ...("text" in state.model ? [`# The model's template is to be beside this file, as ${MODEL_FILE}.`] : []),
    "",
    templateLine(state),
    "paramMap:",
    ...entries(paramMap),
    ...(Object.keys(params).length === 0 ? [] : ["params:", ...entries(params)]),
    ...inputLines(state),
    "outputs:",
    ...entries(outputs),
    "",
    ...(names.length === 2
      ? [`parameters: [${names.join(", ")}]`, `ranges: [${pairs.join(", ")}]`, `curves: [${curves.join(", ")}]`]
      : [`parameter: ${names[0]}`, `range: ${pairs[0]}`]),
    "from:",
    ...entries(from),
    `starts: ${STARTS}`,
    ...(names.length === 2 ? [] : [`cycles: { switches: ${SWITCHES} }`]),
  ];
  return `${lines.join("\n")}\n`;
}
