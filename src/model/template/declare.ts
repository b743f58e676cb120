import { sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { checkFields } from "./definition.ts";
import { faultAt } from "./source.ts";
import type { Declaration } from "./template.ts";
import type { Value } from "./yaml.ts";

const kinds: readonly Declaration["kind"][] = ["variable", "output", "input"];
/** Names of kinds in the long form, `{ vtype: ... }`. */
const longKinds: Record<string, Declaration["kind"]> = {
  constant: "constant",
  variable: "variable",
  state_var: "variable",
  output: "output",
  input: "input",
};
/** Each text matches in one way only, so that a long one is not tried in thousands of ways. */
const MAGNITUDE = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?";
const complexNumber = new RegExp(`^([-+]?${MAGNITUDE})?(?:((?:[-+]|^)${MAGNITUDE})[jJ])?$`);

const longFields = ["vtype", "dtype", "shape", "value", "default", "name", "description", "unit"];

/** Reads what a variable is declared as: a number, `variable(v)`, `output(v)`, `input(v)`, or the same as a map. */
export function declaration(name: string, value: Value): Declaration {
  const { place } = value;
  if (value.kind === "map") return longForm(name, value);
  if (value.kind === "scalar") {
    const number = numberOf(value);
    if (number) return finite(name, { kind: "constant", ...number, place });
    const text = value.text.trim();
    const form = /^([A-Za-z_]+)\s*(?:\((.*)\))?$/.exec(text);
    const kind = kinds.find((each) => each === form?.[1]);
    if (form && kind) return finite(name, { kind, ...initial(name, value, form[2] ?? ""), place });
    const suggestion = form ? nearest(form[1], kinds) : undefined;
    return faultAt(place, {
      code: "E_DECLARATION",
      message: `${sanitize(name)} must be a number, variable(v), output(v) or input(v), but "${sanitize(text)}" was found`,
      suggestion,
    });
  }
  return faultAt(place, {
    code: "E_VECTOR",
    message: `${sanitize(name)} is a list; variables are single numbers: give each unit a node of its own`,
  });
}

/** A number that a file holds, also as text: `1e-3`, `1+2j`. */
export function numberOf(value: Value): { re: number; im?: number } | undefined {
  if (value.kind !== "scalar") return undefined;
  if (typeof value.value === "number") return { re: value.value };
  return typeof value.value === "string" ? complexOf(value.value) : undefined;
}

function complexOf(text: string): { re: number; im?: number } | undefined {
  const parts = complexNumber.exec(text.replaceAll(/\s/g, ""));
  if (!parts || (parts[1] === undefined && parts[2] === undefined)) return undefined;
  const re = Number(parts[1] ?? 0);
  return parts[2] === undefined ? { re } : { re, im: Number(parts[2]) };
}

function initial(name: string, value: Value, text: string): { re: number; im?: number } {
  const within = text.trim();
  if (within === "" || within === "float") return { re: 0 };
  if (within === "complex") return { re: 0, im: 0 };
  const number = complexOf(within);
  if (number) return number;
  const sized = /^(.*),\s*(\d+)$/.exec(within);
  if (sized && Number(sized[2]) === 1) return initial(name, value, sized[1]);
  const message = sized
    ? `${sanitize(name)} is a vector; variables are single numbers: give each unit a node of its own`
    : `the value of ${sanitize(name)} must be a number, float or complex, but "${sanitize(within)}" was found`;
  return faultAt(value.place, { code: sized ? "E_VECTOR" : "E_DECLARATION", message });
}

/** `{ vtype, dtype, shape, value }`, and the older `{ default: ... }`. */
function longForm(name: string, value: Extract<Value, { kind: "map" }>): Declaration {
  checkFields(value.entries, longFields, `the variable ${sanitize(name)}`);
  const older = value.entries.get("default");
  if (older) return declaration(name, older.value);
  const given = value.entries.get("vtype")?.value;
  const kind = given?.kind === "scalar" && Object.hasOwn(longKinds, given.text) ? longKinds[given.text] : undefined;
  const held = value.entries.get("value")?.value;
  const single = held?.kind === "list" && held.items.length === 1 ? held.items[0] : held;
  const number = single ? numberOf(single) : zeroOf(value);
  if (kind && number) return finite(name, { kind, ...number, place: value.place });
  const code = held?.kind === "list" ? "E_VECTOR" : "E_DECLARATION";
  return faultAt(value.place, {
    code,
    message: `${sanitize(name)} needs a vtype (${Object.keys(longKinds).join(", ")}) and a number as value`,
  });
}

/** A value that is not given is zero, of the kind that `dtype` says. */
function zeroOf({ entries }: Extract<Value, { kind: "map" }>): { re: number; im?: number } {
  const type = entries.get("dtype")?.value;
  return type?.kind === "scalar" && type.text.startsWith("complex") ? { re: 0, im: 0 } : { re: 0 };
}

function finite(name: string, found: Declaration): Declaration {
  if (Number.isFinite(found.re) && Number.isFinite(found.im ?? 0)) return found;
  return faultAt(found.place, { code: "E_CONST_NOT_FINITE", message: `the value of ${sanitize(name)} is not a finite double` });
}
