import { isRecord } from "../../check.ts";
import type { CircuitTemplate } from "./template.ts";

/** Whether a value is built as the circuits are that this package reads; a caller in JavaScript may give anything. */
export function isCircuit(value: unknown): value is CircuitTemplate {
  return new Guard().circuit(value);
}

/** Looks at each part once; a circuit within itself is none. */
class Guard {
  readonly #sound = new Set<unknown>();
  readonly #open = new Set<unknown>();

  circuit(value: unknown): boolean {
    if (this.#sound.has(value)) return true;
    if (!isRecord(value) || this.#open.has(value)) return false;
    this.#open.add(value);
    const { kind, name, timeUnit, nodes, circuits, edges, place } = value;
    const sound =
      kind === "CircuitTemplate" &&
      typeof name === "string" &&
      typeof timeUnit === "string" &&
      isPlace(place) &&
      isMapOf(nodes, (node) => this.#node(node)) &&
      isMapOf(circuits, (inner) => this.circuit(inner)) &&
      isListOf(edges, (edge) => this.#edge(edge));
    this.#open.delete(value);
    if (sound) this.#sound.add(value);
    return sound;
  }

  #node(value: unknown): boolean {
    if (this.#sound.has(value)) return true;
    const sound = isRecord(value) && typeof value.name === "string" && isListOf(value.operators, isUse);
    if (sound) this.#sound.add(value);
    return sound;
  }

  #edge(value: unknown): boolean {
    if (!isRecord(value) || typeof value.source !== "string" || typeof value.target !== "string") return false;
    const { values, sources, template, place } = value;
    return isMapOf(values, isRecord) && isMapOf(sources, isRecord) && isPlace(place) && (template === undefined || this.#node(template));
  }
}

function isUse(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.operator) || !isMapOf(value.values, isRecord)) return false;
  const { name, equations, variables, units } = value.operator;
  return typeof name === "string" && isListOf(equations, isRecord) && isMapOf(variables, isRecord) && units instanceof Map;
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && typeof value.offset === "number" && isRecord(value.file) && typeof value.file.text === "string";
}

function isMapOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return value instanceof Map && [...value].every(([key, item]) => typeof key === "string" && is(item));
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
