import { MassgridError, sanitize } from "../errors.ts";
import { faultAt, type Place } from "./template/source.ts";
import { type CircuitTemplate, edgeTemplatesOf, type NodeTemplate } from "./template/template.ts";

/**
 * Does something with the flat equations of a circuit, and gives what goes wrong a place in a file: that of the equation of
 * the variable that it is about, or of the circuit.
 */
export function locating<Result>(circuit: CircuitTemplate, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    // Engines bound the stack, and how large a module they compile at once.
    if (error instanceof RangeError) {
      const message = `the equations of ${sanitize(circuit.name)} are too many, or need each other too deep, for this engine (${sanitize(error.message)}); take a smaller model`;
      return faultAt(circuit.place, "E_EXPANSION_LIMIT", message);
    }
    if (!(error instanceof MassgridError) || error.problems[0].source) throw error;
    const { code, message, variable, suggestion } = error.problems[0];
    const place = variable === undefined ? circuit.place : placeOf(circuit, variable.split("/"));
    // What is no variable of the circuit, such as an expression of an output, has no place in its file.
    if (!place) throw error;
    return faultAt(place, code, message, { suggestion });
  }
}

/** Where the equation of a variable stands, or where it is declared. */
function placeOf(circuit: CircuitTemplate, path: readonly string[]): Place | undefined {
  const [first, ...rest] = path;
  const inner = circuit.circuits.get(first);
  if (inner) return placeOf(inner, rest);
  const node = circuit.nodes.get(first) ?? edgeNamed(circuit, first);
  const operator = node?.operators.find((use) => use.operator.name === rest[0])?.operator;
  return operator?.equations.find(({ target }) => target === rest[1])?.place ?? operator?.variables.get(rest[1])?.place;
}

/** The template of an edge, by the name that its operators have in the flat model. */
function edgeNamed(circuit: CircuitTemplate, name: string): NodeTemplate | undefined {
  return edgeTemplatesOf(circuit).find((template) => template.name === name.replace(/_num\d+$/, "") || template.name === name);
}
