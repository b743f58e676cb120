// Values that are of the wrong kind, or at an end of their kind's range, for any place of an object of options.
import { pick } from "../support/random.mjs";

class Settings {
  name = "rk4";
}

function detached() {
  const values = Float64Array.of(1, 2, 3);
  structuredClone(values, { transfer: [values.buffer] });
  return values;
}

function cyclic() {
  const all = { vars: ["jrc_op/c"] };
  all.self = all;
  return all;
}

/** Name → what makes the value. */
export const values = {
  ...Object.fromEntries(
    [0, -0, 1, -1, 2, 3, 0.1, 1e-3, 1e-300, 5e-324, 1e300, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, Number.NaN, Infinity, -Infinity].map(
      (number) => [Object.is(number, -0) ? "-0" : String(number), () => number],
    ),
  ),
  ...Object.fromEntries(
    [
      "",
      "x",
      "C",
      "V",
      "euler",
      "rk45",
      "jrc/jrc_op/V_e",
      "jrc_op/c",
      "all/jrc_op/V_e",
      "__proto__",
      "constructor",
      "1",
      "mean",
      "a/b/c/d",
    ].map((text) => [JSON.stringify(text), () => text]),
  ),
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  "1n": () => 1n,
  "a symbol": () => Symbol("x"),
  "a function": () => () => 1,
  "a function that throws": () => () => {
    throw new TypeError("of the function itself");
  },
  "[]": () => [],
  "{}": () => ({}),
  "[1, 2]": () => [1, 2],
  "[NaN]": () => [Number.NaN],
  "[[1, 2], [3]]": () => [[1, 2], [3]],
  "a list with holes": () => new Array(3),
  "a list of a list": () => [[]],
  "an object without prototype": () => Object.create(null),
  "an object with __proto__": () => JSON.parse('{ "__proto__": { "C": 1 } }'),
  "a frozen object": () => Object.freeze({ C: [1] }),
  "a cyclic object": cyclic,
  "a Proxy": () => new Proxy({}, {}),
  "an instance of a class": () => new Settings(),
  "a Date": () => new Date(0),
  "a Map": () => new Map([["C", [1]]]),
  "a Set": () => new Set([1]),
  "a RegExp": () => /x/,
  "an Error": () => new Error("x"),
  "a Promise": () => Promise.resolve(1),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "Float64Array(0)": () => new Float64Array(0),
  "Float64Array(3)": () => Float64Array.of(1, 2, 3),
  "Float64Array(200)": () => new Float64Array(200).fill(220),
  "Float64Array with NaN": () => Float64Array.of(1, Number.NaN),
  "Float32Array(3)": () => Float32Array.of(1, 2, 3),
  "Int8Array(3)": () => Int8Array.of(1, 2, 3),
  "BigInt64Array(2)": () => BigInt64Array.of(1n, 2n),
  "a detached array": detached,
  "an array of shared memory": () => new Float64Array(new SharedArrayBuffer(24)),
  "a boxed number": () => Object(1),
  "a boxed text": () => Object("C"),
  "what has a length": () => ({ length: 3 }),
  "what has a length of 2^40": () => ({ length: 2 ** 40 }),
  "a list of 10 000": () => Array.from({ length: 10_000 }, (_, i) => i),
  "a text of 100 000": () => "C".repeat(100_000),
};

const names = Object.keys(values);
const keys = [
  "C",
  "V",
  "name",
  "seed",
  "__proto__",
  "then",
  "toString",
  "jrc/jrc_op/u",
  "jrc/jrc_op/V_e",
  "directory",
  "low",
  "at",
  "mean",
  "length",
];

/** Every place of an object that can be replaced: lists of keys. */
function placesOf(value, depth = 0) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || depth > 4) return [];
  return Object.keys(value).flatMap((key) => [[key], ...placesOf(value[key], depth + 1).map((rest) => [key, ...rest])]);
}

/** One edit of an object: what is done at which place. */
export function editObject(random, object) {
  const place = pick(random, placesOf(object));
  const does = pick(random, ["set", "set", "set", "set", "remove", "rename", "add", "repeat"]);
  return { place, does, value: pick(random, names), key: pick(random, keys) };
}

/** Does an edit; where its place is not there any more, nothing. */
function applyOne(object, { place, does, value, key }) {
  const last = place[place.length - 1];
  let parent = object;
  for (const part of place.slice(0, -1)) parent = isOpen(parent) ? parent[part] : undefined;
  if (!isOpen(parent) || Object.isFrozen(parent)) return;
  // The length of a list is no option, and letters of a boxed text stay.
  const name = does === "add" || does === "rename" ? key : last;
  if (Object.getOwnPropertyDescriptor(parent, name)?.configurable === false) return;
  const define = (name, what) => Object.defineProperty(parent, name, { value: what, configurable: true, enumerable: true, writable: true });
  if (does === "set") define(last, values[value]());
  else if (does === "add") define(key, values[value]());
  else if (does === "remove") delete parent[last];
  else if (does === "rename" && Object.hasOwn(parent, last)) define(key, parent[last]);
  else if (does === "repeat" && Object.hasOwn(parent, last)) define(last, [parent[last], parent[last]]);
}

/** Whether something can be given a key: what an edit put there may be anything. */
function isOpen(value) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  try {
    return Object.isExtensible(value);
  } catch {
    return false;
  }
}

export function applyObject(object, edits) {
  for (const edit of edits) applyOne(object, edit);
  return object;
}

export function tell({ place, does, value, key }) {
  const where = place.join(".");
  if (does === "set") return `${where} = ${value}`;
  if (does === "add") return `${[...place.slice(0, -1), key].join(".")} = ${value}, added`;
  if (does === "rename") return `${where} also as ${key}`;
  return `${where} ${does === "remove" ? "removed" : "as a list of itself twice"}`;
}
