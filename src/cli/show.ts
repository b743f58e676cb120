import { MassgridError, sanitize } from "../errors.ts";
import { bundledTemplates } from "../model/bundled/read.ts";
import { lowerEquations } from "../model/compile/compile.ts";
import { assemblyScript } from "../model/compile/source.ts";
import { readersLines } from "../model/template/facts.ts";
import { flatten } from "../model/template/flatten.ts";
import { nearest } from "../nearest.ts";
import { version } from "../version.ts";
import { circuitsAt, counted, type FoundCircuit, familiesText, listText } from "./circuits.ts";
import { modelText } from "./model-text.ts";
import { UsageError, usageError } from "./usage.ts";

export interface ShowOptions {
  as: "text" | "assemblyscript";
  all?: boolean;
}

/** Prints a model, or lists the circuits of a file that has several. */
export function show(template: string, options: ShowOptions): void {
  try {
    const found = circuitsAt(template);
    if (found.length > 1) listFile(template, found, options);
    else if (options.as === "assemblyscript") printSource(found[0]);
    else printText(found[0], options);
  } catch (error) {
    throw error instanceof MassgridError ? usageError(error) : error;
  }
}

function listFile(file: string, found: readonly FoundCircuit[], { as }: ShowOptions): void {
  if (as !== "text") {
    const names = found.map(({ path }) => path).join(", ");
    throw new UsageError(`${file} has ${found.length} circuits; say which of them: ${names}`);
  }
  console.log(`${file} has ${counted(found.length, "circuit")}:\n${listText(found, room())}`);
}

function printSource({ path, circuit }: FoundCircuit): void {
  const about = readersLines(circuit.description);
  console.log(assemblyScript(flatten(circuit, { looped: false }), [...about, `Printed by massgrid ${version} from ${path}.`]));
}

/** A model that cannot be run is shown too, and then said to be wrong: its equations are what one looks for the fault in. */
function printText({ path, circuit }: FoundCircuit, { all = false }: ShowOptions): void {
  const equations = flatten(circuit);
  console.log(modelText({ path, circuit, equations, all }));
  lowerEquations(equations);
}

/** Letters of a line: those of a terminal; where a program reads, as many as there are. */
function room(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

/**
 * Prints the bundled circuits whose path, family or description has a text in it; without one all models of the field, with `all` also the
 * circuits that are for tests and of a tutorial.
 */
export function models(text: string | undefined, { all = false }: { all?: boolean }): void {
  const circuits = bundledTemplates();
  const wanted = text?.toLowerCase() ?? "";
  const found = circuits.filter(({ path, circuit }) => `${path}\n${circuit.description}`.toLowerCase().includes(wanted));
  if (found.length === 0)
    throw new UsageError(`no bundled model has "${sanitize(wanted)}" in its path or description; ${hintFor(wanted, circuits)}`);
  const shown = text === undefined && !all ? found.filter(({ isTestResource }) => !isTestResource) : found;
  const left = found.length - shown.length;
  console.log(familiesText(shown, room()));
  if (left > 0) console.log(`\n${left} more, for tests and of a tutorial: massgrid models --all`);
}

/** The nearest word of the paths and descriptions. */
function hintFor(text: string, circuits: readonly FoundCircuit[]): string {
  const paths = circuits.map(({ path }) => path.toLowerCase());
  const words = circuits.flatMap(({ path, circuit }) => `${path}\n${circuit.description}`.toLowerCase().split(/[^a-z0-9_-]+/));
  const suggestion = nearest(text, [...paths, ...words.filter((word) => word.length > 2)]);
  return suggestion === undefined ? '"massgrid models --all" lists them all' : `did you mean ${suggestion}?`;
}
