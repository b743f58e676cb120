import { refusal, sanitize } from "../../errors.ts";
import { delayForm, MOST_STAGES } from "./delay.ts";
import { faultAt } from "./source.ts";
import {
  type AnyTemplate,
  type CircuitTemplate,
  type EdgeItem,
  edgeItemsOf,
  edgeTemplatesOf,
  isPlainMatrix,
  type NodeTemplate,
  type OperatorTemplate,
} from "./template.ts";
import { elementNames } from "./vectors.ts";

/** How large the flat model of a circuit is. */
interface Size {
  nodes: number;
  /** Variables, those of edges' operators among them, edges, and stages of delays. */
  parts: number;
  /** Characters of all paths. */
  letters: number;
}

export const limits: Size = { nodes: 100_000, parts: 1_000_000, letters: 64_000_000 };
const words: Record<keyof Size, string> = {
  nodes: "nodes, its circuits' own among them",
  parts: "variables, edges and stages of delays",
  letters: "characters in the paths of its variables",
};
/** Refuses a circuit whose flat model would be too large, before it is made: nested circuits double with each level. */
export function checkCircuitSize(circuit: CircuitTemplate): void {
  const size = new Sizes().of(circuit);
  for (const what of ["nodes", "parts", "letters"] as const) {
    if (size[what] <= limits[what]) continue;
    const message = `the circuit ${sanitize(circuit.name)} has ${size[what]} ${words[what]}; at most ${limits[what]} are possible`;
    faultAt(circuit.place, "E_EXPANSION_LIMIT", message);
  }
}

/** Sizes of templates, each counted once however often it is used. */
class Sizes {
  readonly #known = new Map<CircuitTemplate | NodeTemplate | OperatorTemplate, Size>();

  of(template: CircuitTemplate | NodeTemplate | OperatorTemplate): Size {
    const size = this.#known.get(template) ?? this.#sizeOf(template);
    this.#known.set(template, size);
    return size;
  }

  #sizeOf(template: CircuitTemplate | NodeTemplate | OperatorTemplate): Size {
    if ("variables" in template) {
      const names = [...template.variables].flatMap(([name, { array }]) => (array ? elementNames(name, array.shape) : [name]));
      return { nodes: 0, parts: names.length, letters: names.reduce((sum, name) => sum + name.length, 0) };
    }
    const size = { nodes: 0, parts: 0, letters: 0 };
    if (template.kind === "CircuitTemplate") {
      const { nodes, circuits } = template;
      const edges = edgeItemsOf(template);
      size.nodes = nodes.size;
      size.parts = edgeCountOf(edges) + stagesOf(edges);
      for (const [name, inner] of [...nodes, ...circuits]) add(size, this.of(inner), name);
      for (const each of edgeTemplatesOf(template)) add(size, this.of(each), each.name);
    } else for (const { operator } of template.operators) add(size, this.of(operator), operator.name);
    return size;
  }
}

/** How many edges there are. */
export function edgeCountOf(items: readonly EdgeItem[]): number {
  return items.reduce(
    (sum, item) => sum + (isPlainMatrix(item) ? item.weights.reduce((n, weight) => n + (weight === 0 ? 0 : 1), 0) : 1),
    0,
  );
}

/** Stages of all delays with a spread: edges that send the same share them. */
function stagesOf(edges: readonly EdgeItem[]): number {
  const chains = new Map<string, number>();
  const note = (sent: string, delay: number, spread: number) => {
    const form = delayForm(delay, spread);
    // A chain that is too long is told where it is made, with its place.
    if (form.kind === "chain") chains.set(`${sent} ${delay} ${form.stages}`, Math.min(form.stages, MOST_STAGES));
  };
  for (const [index, item] of edges.entries()) {
    if (!isPlainMatrix(item)) {
      const { source, template, values } = item;
      note(template ? `edge ${index}` : source, values.get("delay")?.re ?? 0, values.get("spread")?.re ?? 0);
      continue;
    }
    const { sources, weights, delays, spreads } = item;
    if (!delays || !spreads) continue;
    weights.forEach((weight, at) => {
      if (weight !== 0) note(sources[at % sources.length], delays[at], spreads[at]);
    });
  }
  return [...chains.values()].reduce((sum, stages) => sum + stages, 0);
}

/** Adds what stands below a name. */
function add(size: Size, inner: Size, name: string): void {
  size.nodes += inner.nodes;
  size.parts += inner.parts;
  size.letters += inner.letters + inner.parts * (name.length + 1);
}

/** Characters of all files of a model. */
const MOST_CHARACTERS = 2_097_152;
/** What templates take over from those they are based on, in all: about a character of an equation each. */
const MOST_INHERITED = 1_048_576;
/** What a variable, a node or an edge costs to take over, in characters; and an equation that is edited, which is read anew. */
const PART_COST = 4;
const EDIT_COST = 8;

/** What reading a model may cost: inheritance lets a short file stand for a very long one. */
export class Budget {
  #characters = 0;
  #inherited = 0;

  /** Counts a file that is read. Throws E_MODEL_TOO_LARGE. */
  read(text: string): void {
    this.#characters += text.length;
    if (this.#characters <= MOST_CHARACTERS) return;
    throw refusal("E_MODEL_TOO_LARGE", `the files of the model have more than ${MOST_CHARACTERS} characters together`);
  }

  /** Counts what a template takes over from the one it is based on. Throws E_EXPANSION_LIMIT. */
  inherit(parent: AnyTemplate, isEdited: boolean): void {
    this.#inherited += sizeOf(parent, isEdited);
    if (this.#inherited <= MOST_INHERITED) return;
    const message = "the templates of the model take over too much from each other; base fewer of them on large ones";
    throw refusal("E_EXPANSION_LIMIT", message);
  }
}

function sizeOf(template: AnyTemplate, isEdited: boolean): number {
  switch (template.kind) {
    case "OperatorTemplate": {
      const characters = template.texts.reduce((sum, { text }) => sum + text.length, 0);
      return (isEdited ? EDIT_COST : 1) * characters + PART_COST * template.declared.size;
    }
    case "CircuitTemplate":
      return PART_COST * (template.nodes.size + template.circuits.size + template.edges.length);
    default:
      return PART_COST * template.operators.length;
  }
}
