import { statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { isRecord, kindOf, type Problems } from "../check.ts";
import { frame as frameOf, MassgridError, sanitize } from "../errors.ts";
import {
  type GridSearchOptions,
  type MapSearchOptions,
  normalNoise,
  ornsteinUhlenbeck,
  type StoreOptions,
  uniformNoise,
} from "../index.ts";

import type { FileLimits } from "../model/template/events.ts";
import { parseReference } from "../model/template/read.ts";
import { sourcePlace } from "../model/template/source.ts";
import { documentOf, type Item, plainOf, type Value } from "../model/template/yaml.ts";
import { readRegular, readStream } from "../platform/files.ts";
import { MOST_READ } from "./files.ts";
import { readGrid } from "./grid.ts";
import { heldKeys, type Override, sweepWords, type Vocabulary, withHeld, withOverrides } from "./overrides.ts";
import { messageOf, UsageError } from "./usage.ts";

/** A sweep as a file says it. */
export interface Spec {
  options: (GridSearchOptions | MapSearchOptions) & { store?: StoreOptions };
  /** Name → sum of outputs, as text: what the figure shows. */
  figure: Record<string, unknown>;
}

/** A file that has been read, with where each part of it stands in the text. */
export interface Source {
  file: string;
  text: string;
  /** What is in it; undefined where that is nothing. */
  root: Value | undefined;
  /** What --set changes of it. */
  overrides?: readonly Override[];
}

/** A spec file is written by hand; one that is larger than this is something else. */
const LARGEST = 16e6;
const limits: FileLimits = { characters: LARGEST, marks: LARGEST, keys: LARGEST, values: LARGEST };

/** The keys of a spec that gridSearch does not know. */
const FIGURE = "figure";
/** The keys of gridSearch that a file cannot hold. */
const NOT_IN_FILES = ["signal", "onProgress"];

/** A spec that cannot be read as YAML at all. */
export class SpecError extends UsageError {}

/** Reads a file as YAML; throws a SpecError with the line where that fails. */
export function readSource(file: string): Source {
  const text = readText(file);
  return { file, text, root: parsed(file, text) };
}

function parsed(file: string, text: string): Value | undefined {
  try {
    return documentOf({ name: file, text }, limits);
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    const [{ code, message, source }] = error.problems;
    if (!source) throw error;
    const place = `${sanitize(file)}:${source.line}:${source.column}: `;
    const told = message.startsWith(place) ? `${place}${code}: ${message.slice(place.length)}` : `${code}: ${message}`;
    throw new SpecError([told, ...frameOf(source).slice(1)].join("\n"), { cause: error });
  }
}

function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readStream(file, LARGEST);
  } catch (error) {
    throw new SpecError(`${sanitize(file)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const found = isUTF16(bytes) ? "text in UTF-16, as Windows PowerShell writes it with >" : "no text in UTF-8";
    throw new SpecError(`${sanitize(file)}: E_YAML_SYNTAX: the file is ${found}; save it in UTF-8`, { cause: error });
  }
}

/** Whether a text begins with the mark of UTF-16, in either order of bytes. */
function isUTF16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** What a file holds, with what --set changes of it, which the source then has too. */
export function readContent(
  problems: Problems,
  source: Source,
  { sets, words }: { sets: readonly string[]; words: Vocabulary },
): Record<string, unknown> {
  const { file, root } = source;
  const written = root && plainOf(root);
  if (!isRecord(written))
    throw new SpecError(`${file}: a spec is a list of options (circuitTemplate: ...), but ${kindOf(written)} was found`);
  const { content, overrides } = withOverrides(problems, written, sets, words);
  source.overrides = overrides;
  return content;
}

/**
 * The options that a file holds, with what --set changes of them: those of gridSearch, with grids, noise and files written out in YAML. Tells what is
 * wrong with those.
 */
export async function readSpec(problems: Problems, source: Source, sets: readonly string[] = []): Promise<Spec> {
  const folder = dirname(source.file);
  const words = { ...sweepWords, options: [...sweepWords.options, FIGURE] };
  const content = readContent(problems, source, { sets, words });
  const { overrides = [] } = source;
  const { [FIGURE]: figure = {}, ...options } = content;
  for (const key of NOT_IN_FILES) {
    if (Object.hasOwn(options, key)) problems.add("E_UNKNOWN_OPTION", [key], `option ${key} can be given in a program only`);
  }
  if (options.store !== undefined && options.store !== null && !isRecord(options.store)) {
    const example = `store: {directory: ${typeof options.store === "string" ? sanitize(options.store) : "out/sweep"}}`;
    problems.add("E_TYPE", ["store"], `store must be an object, but ${kindOf(options.store)} was found; write ${example}`);
  }
  if (!isRecord(figure)) {
    problems.add("E_TYPE", [FIGURE], `figure must be an object of name: "output - output", but ${kindOf(figure)} was found`);
  }
  const paramGrid = gridOf(problems, options, overrides);
  const given = isRecord(options.inputs) ? Object.entries(options.inputs) : undefined;
  const inputs = given?.map(([path, value]) => [path, readSignal(problems, ["inputs", path], value, (name) => resolve(folder, name))]);
  const initialState = await readState(problems, options.initialState, folder);
  const circuitTemplate = besideSpec(options.circuitTemplate, folder);
  const { store, ...rest } = options;
  const filled = {
    ...rest,
    ...(isRecord(store) ? { store } : {}),
    ...(circuitTemplate === undefined ? {} : { circuitTemplate }),
    ...(paramGrid === undefined ? {} : { paramGrid }),
    ...(initialState === undefined ? {} : { initialState }),
    ...(inputs ? { inputs: Object.fromEntries(inputs) } : {}),
  };
  // What the file holds is checked by gridSearch itself, as any caller's options are: a border like that of JavaScript.
  return { options: filled as unknown as Spec["options"], figure: isRecord(figure) ? figure : {} };
}

/** The grid with what --set changes of it; undefined where it is nothing that can be read. */
function gridOf(problems: Problems, { paramGrid, permuteGrid }: Record<string, unknown>, overrides: readonly Override[]): unknown {
  const { grid, held } = heldKeys(paramGrid, overrides);
  const made = readGrid(problems, grid, permuteGrid) ?? grid;
  if (held.size === 0) return made;
  return withHeld(made, held, { order: isRecord(paramGrid) ? Object.keys(paramGrid) : [], isPermuted: permuteGrid === true });
}

/** An initial state: as it is, or the table in `{ file }`, in Arrow IPC, which stands beside the spec. */
async function readState(problems: Problems, value: unknown, folder: string): Promise<unknown> {
  const isFileName = isRecord(value) && Object.keys(value).join() === "file";
  if (!isFileName) return value;
  const { file } = value;
  if (typeof file !== "string") {
    problems.add("E_TYPE", ["initialState", "file"], `file must be the name of a file of Arrow IPC, but ${kindOf(file)} was found`);
    return undefined;
  }
  try {
    const { decodeIPC } = await import("../table/ipc.ts");
    return decodeIPC(readRegular(resolve(folder, file), MOST_READ));
  } catch (error) {
    const message = `${sanitize(file)} cannot be read as Arrow IPC: ${sanitize(messageOf(error))}`;
    problems.add("E_INITIAL_STATE", ["initialState", "file"], message);
    return undefined;
  }
}

/** A message with the line of the file that it is about. */
export function frame({ file, text }: Source, offset: number, message: string): string {
  const position = sourcePlace({ file: { name: file, text }, offset });
  return [`${file}:${position.line}:${position.column}: ${message}`, ...frameOf(position).slice(1)].join("\n");
}

/** Where the value at `path` (or its key, or the nearest part that is there) begins in the text. */
export function offsetOf({ root }: Source, path: readonly (string | number)[], of: "key" | "value"): number | undefined {
  let value = root;
  let found: number | undefined;
  for (const [i, part] of path.entries()) {
    const item: Item | undefined = value?.kind === "map" ? value.entries.get(String(part)) : undefined;
    value = value?.kind === "list" ? value.items[Number(part)] : item?.value;
    if (value === undefined) break;
    const isWhole = i === path.length - 1 && of === "value" && value.kind === "scalar";
    if (item && !isWhole) found = item.key.offset;
    else if (value.kind === "scalar") found = value.place.offset;
  }
  return found;
}

const extensions = ["", ".yaml", ".yml"];

/** A template path of a spec: files are looked for beside the spec first, as its other files are, and then from the working directory. */
export function besideSpec(path: unknown, folder: string): unknown {
  if (typeof path !== "string") return path;
  try {
    const { file, name } = parseReference(path);
    const beside = resolve(folder, file);
    return file !== "" && extensions.some((extension) => isFile(beside + extension)) ? `${relative(".", beside)}/${name}` : path;
  } catch (error) {
    // What is wrong with the path is told with all that is wrong with the spec.
    if (error instanceof MassgridError) return path;
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

type Reader = (problems: Problems, path: string[], value: unknown, resolve: (name: string) => string) => unknown;

/** What a spec may write for an input, beside a number or a list of samples. */
const kinds: Record<string, Reader> = {
  uniformNoise: (problems, path, value) => noise(problems, path, () => uniformNoise(asOptions(value))),
  normalNoise: (problems, path, value) => noise(problems, path, () => normalNoise(asOptions(value))),
  ornsteinUhlenbeck: (problems, path, value) => noise(problems, path, () => ornsteinUhlenbeck(asOptions(value))),
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

/** Options that a file holds, as those who read them take them, who check them too: a border like that of JavaScript. */
export function asOptions<Options>(value: unknown): Options {
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
