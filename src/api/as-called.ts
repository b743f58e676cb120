import { isPlain } from "../check.ts";
import { designOf } from "../design/design.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { recipesOf } from "../sweep/recipe.ts";

/** Levels of lists and objects within options, beyond which nothing that is read can stand. */
const DEEPEST = 8;
const copied = Object.getPrototypeOf(Uint8Array.prototype).slice;

/**
 * The options of a call as they are when it is made, with all that is in them but the template. What integrates is loaded with the first
 * call, and only then are they read: a caller may change its objects, lists and signals meanwhile. What cannot be read, such as by a getter that
 * throws, is refused.
 */
export function asCalled<Options>(options: Options): Options;
export function asCalled(options: unknown): unknown {
  try {
    return copyOf(options, 0);
  } catch (cause) {
    const message = `the options cannot be read: a getter or a proxy among them threw ${sanitize(String(cause))}; give plain values`;
    throw new MassgridError([{ code: "E_TYPE", path: [], message }], { cause });
  }
}

function copyOf(value: unknown, level: number): unknown {
  if (level === DEEPEST || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return copyOfList(value, level);
  // Of no elements is also one whose buffer has gone elsewhere, which is told of where it is read.
  if (ArrayBuffer.isView(value)) return value instanceof DataView || Reflect.get(value, "length") === 0 ? value : copied.call(value);
  if (!isPlain(value)) return value;
  const recipes = recipesOf(value);
  if (recipes) return designOf(recipes);
  const copy: Record<string, unknown> = { ...value };
  for (const [name, item] of Object.entries(copy)) if (level > 0 || name !== "circuitTemplate") copy[name] = copyOf(item, level + 1);
  return copy;
}

/** A list with the same holes. */
function copyOfList(list: readonly unknown[], level: number): unknown[] {
  const copy = list.slice();
  for (let i = 0; i < copy.length; i++) if (typeof copy[i] === "object") copy[i] = copyOf(copy[i], level + 1);
  return copy;
}
