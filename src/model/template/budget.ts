import { MassgridError } from "../../errors.ts";
import type { AnyTemplate } from "./template.ts";

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

function refusal(code: string, message: string): MassgridError {
  return new MassgridError([{ code, path: [], message }]);
}
