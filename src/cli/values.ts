import { isRecord, kindOf, type Problems } from "../check.ts";
import { linspace, logspace } from "../design/space.ts";
import { quoted } from "../errors.ts";

const spaces = { linspace, logspace };

/** A grid's values: as they are, or made from `{ linspace: [start, stop, n] }` or `{ logspace: [start, stop, n] }`. */
export function readValues(problems: Problems, path: string[], value: unknown): unknown {
  if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
  const key = quoted(path[path.length - 1]);
  const kinds = Object.keys(value);
  const name = kinds.length === 1 ? Object.keys(spaces).find((kind) => kind === kinds[0]) : undefined;
  if (name !== "linspace" && name !== "logspace") {
    const found = kinds.length === 1 ? kinds[0] : kinds.join(", ");
    const known = Object.keys(spaces);
    problems.unknown("E_UNKNOWN_OPTION", path, { what: `way to write the values of ${key}, ${quoted(found)}`, found, known });
    return value;
  }
  const range: unknown = value[name];
  if (!isRange(range)) {
    const message = `${name} of ${key} is [start, stop, n] with n a whole number above 0, but ${shown(range)} was found`;
    problems.add("E_TYPE", [...path, name], message);
    return value;
  }
  const [start, stop, n] = range;
  return spaces[name](start, stop, n);
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${quoted(value.join(", "))}]` : kindOf(value);
}

/** Most values that a range makes. */
const MOST = 1e8;

function isRange(value: unknown): value is [number, number, number] {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((x) => Number.isFinite(x))) return false;
  return Number.isInteger(value[2]) && value[2] > 0 && value[2] <= MOST;
}
