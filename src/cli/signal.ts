import { isRecord, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { normalNoise, ornsteinUhlenbeck, uniformNoise } from "../index.ts";
import { readRegular } from "../platform/files.ts";
import { messageOf } from "./usage.ts";

type Reader = (problems: Problems, path: string[], value: unknown, resolve: (name: string) => string) => unknown;

/** What a spec may write for an input, beside a number or a list of samples. */
const kinds: Record<string, Reader> = {
  uniformNoise: (problems, path, value) => noise(problems, path, () => uniformNoise(options(value))),
  normalNoise: (problems, path, value) => noise(problems, path, () => normalNoise(options(value))),
  ornsteinUhlenbeck: (problems, path, value) => noise(problems, path, () => ornsteinUhlenbeck(options(value))),
  file: readFile,
};

/** An input: as it is, or made from `{ uniformNoise }`, `{ normalNoise }`, `{ ornsteinUhlenbeck }` or `{ file, columns }`. */
export function readSignal(problems: Problems, path: string[], value: unknown, resolve: (name: string) => string): unknown {
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  const kind = keys.find((key) => Object.hasOwn(kinds, key));
  const extra = keys.filter((key) => key !== kind && !(kind === "file" && key === "columns"));
  if (kind === undefined || extra.length > 0) {
    const found = kind === undefined ? keys.join(", ") : extra[0];
    const known = kind === "file" ? ["file", "columns"] : Object.keys(kinds);
    problems.unknown("E_UNKNOWN_OPTION", [...path, found], { what: `kind of input ${sanitize(found)}`, found, known });
    return value;
  }
  return kinds[kind](problems, path, kind === "file" ? value : value[kind], resolve);
}

/** Options of a noise source; those who make it check them. */
function options<Options>(value: unknown): Options {
  return (isRecord(value) ? value : {}) as Options;
}

function noise(problems: Problems, path: string[], make: () => unknown): unknown {
  return problems.attempt(make, (problem) => [...path, ...problem.path]);
}

/** A file of little-endian doubles (.f64): one sample a step, or rows of `columns` samples. */
function readFile(problems: Problems, path: string[], value: unknown, resolve: (name: string) => string): unknown {
  const { file, columns } = isRecord(value) ? value : {};
  if (typeof file !== "string") {
    problems.add("E_TYPE", [...path, "file"], `file must be the name of a .f64 file, but ${kindOf(file)} was found`);
    return value;
  }
  let bytes: Uint8Array;
  try {
    bytes = readRegular(resolve(file), Number.MAX_SAFE_INTEGER);
  } catch (error) {
    problems.add("E_INPUT_FILE", [...path, "file"], `${sanitize(file)} cannot be read: ${sanitize(messageOf(error))}`);
    return value;
  }
  if (bytes.length % 8 !== 0) {
    const message = `${sanitize(file)} has ${bytes.length} bytes, which is no whole number of 8-byte doubles`;
    problems.add("E_INPUT_FILE", [...path, "file"], message);
    return value;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  return columns === undefined ? data : { data, columns };
}
