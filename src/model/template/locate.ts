import { MassgridError, sanitize } from "../../errors.ts";
import { faultAt, type Place } from "./source.ts";
import type { CircuitTemplate, NodeTemplate } from "./template.ts";

/**
 * Does something with the flat equations of a circuit, and gives what goes wrong a place in a file: that of the equation of
 * the variable that it is about, or of the circuit.
 */
export function locating<Result>(circuit: CircuitTemplate, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isLimit(error)) return faultAt(circuit.place, { code: "E_EXPANSION_LIMIT", message: tooLarge(circuit, error) });
    if (!(error instanceof MassgridError) || error.problems[0].source) throw error;
    const { code, message, variable, suggestion } = error.problems[0];
    const place = variable === undefined ? circuit.place : placeOf(circuit, variable.split("/"));
    // What is no variable of the circuit, such as an expression of an output, has no place in its file.
    if (!place) throw error;
    return faultAt(place, { code, message, suggestion });
  }
}

/** Engines bound the stack, and the size of a function of WebAssembly and how many variables it has. */
function isLimit(error: unknown): error is Error {
  return (
    error instanceof RangeError || (error instanceof WebAssembly.CompileError && /too (?:large|many|big)|exceed|limit/i.test(error.message))
  );
}

function tooLarge({ name }: CircuitTemplate, { message }: Error): string {
  return `the equations of ${sanitize(name)} are too many, or need each other too deep, for this engine (${sanitize(message)}); take a smaller model`;
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
function edgeNamed({ edges }: CircuitTemplate, name: string): NodeTemplate | undefined {
  return edges.find(({ template }) => template?.name === name.replace(/_num\d+$/, "") || template?.name === name)?.template;
}
