import { isRecord, type Problems } from "../check.ts";
import { quoted } from "../errors.ts";
import { type Model, modelFault } from "../model.ts";
import { bundledModels } from "../models/index.ts";

/** The model of a template path (dots or slashes), or the model itself, checked. */
export function resolveTemplate(problems: Problems, template: unknown): Model | undefined {
  const path = ["circuitTemplate"];
  if (typeof template === "string") {
    const dotted = template.replaceAll("/", ".");
    for (const [name, make] of Object.entries(bundledModels)) if (name === dotted) return make();
    const known = Object.keys(bundledModels);
    // A template's own name, without its package, is as good a hint.
    const byName = known.find((name) => name.split(".").at(-1)?.toLowerCase() === dotted.split(".").at(-1)?.toLowerCase());
    const found = byName ?? dotted;
    problems.unknown("E_UNKNOWN_TEMPLATE", path, { what: `template ${quoted(template)}`, found, known });
    return undefined;
  }
  if (!isModel(template)) {
    const message = "circuitTemplate must be a template path or a model with name, states, params, inputs, outputs and module";
    problems.add("E_TYPE", path, message);
    return undefined;
  }
  const fault = modelFault(template);
  if (fault !== undefined) {
    problems.add("E_MODEL", [...path, "module"], `${quoted(template.name)} is not a model: ${fault}`);
    return undefined;
  }
  return template;
}

function isModel(value: unknown): value is Model {
  if (!isRecord(value) || typeof value.name !== "string" || typeof value.timeUnit !== "string") return false;
  const lists = [value.states, value.params, value.inputs, value.outputs];
  return lists.every(isVariableList) && typeof value.derived === "number" && value.module instanceof WebAssembly.Module;
}

function isVariableList(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (item) => isRecord(item) && typeof item.path === "string" && Number.isFinite(item.value) && item.path.split("/").length > 2,
  );
}
