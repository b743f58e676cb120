import { MassgridError } from "../errors.ts";
import { lowerEquations } from "../model/compile/compile.ts";
import { assemblyScript } from "../model/compile/source.ts";
import { flatten } from "../model/template/flatten.ts";
import { circuitsAt, type FoundCircuit } from "./circuits.ts";
import { counted, listText } from "./listing.ts";
import { modelText } from "./model-text.ts";
import { UsageError, usageError } from "./usage.ts";
import { version } from "./version.ts";

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
  console.log(`${file} has ${counted(found.length, "circuit")}:\n${listText(found)}`);
}

function printSource({ path, circuit }: FoundCircuit): void {
  const about = circuit.description.split("\n").filter((line) => !/^(?:Units|Time):/.test(line));
  console.log(assemblyScript(flatten(circuit, { looped: false }), [...about, `Printed by massgrid ${version()} from ${path}.`]));
}

/** A model that cannot be run is shown too, and then said to be wrong: its equations are what one looks for the fault in. */
function printText({ path, circuit }: FoundCircuit, { all = false }: ShowOptions): void {
  const equations = flatten(circuit);
  console.log(modelText({ path, circuit, equations, all }));
  lowerEquations(equations);
}
