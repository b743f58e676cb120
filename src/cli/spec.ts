import { statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { tableFromIPC } from "apache-arrow/ipc/serialization";
import { Composer, type Document, isMap, isScalar, Parser, visit } from "yaml";
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

import { checkShape, type FileLimits } from "../model/template/events.ts";
import { parseReference } from "../model/template/read.ts";
import { fault, faultAt, type SourceFile, sourcePlace } from "../model/template/source.ts";
import { readRegular, readStream } from "../platform/files.ts";
import { readGrid } from "./grid.ts";
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
  document: Document;
}

/** A spec file is written by hand; one that is larger than this is something else. */
const LARGEST = 16e6;

/** Largest file of a table that is read, in bytes. */
const LARGEST_TABLE = 2 ** 31 - 1;

/** The keys of a spec that gridSearch does not know. */
const FIGURE = "figure";
/** The keys of gridSearch that a file cannot hold. */
const NOT_IN_FILES = ["signal", "onProgress"];

/** A spec that cannot be read as YAML at all. */
export class SpecError extends UsageError {}

/** Reads a file as YAML; throws a SpecError with the line where that fails. */
export function readSource(file: string): Source {
  const text = readText(file);
  const source = { file, text, document: parsed(file, text) };
  refuseDuplicateKeys(source);
  return source;
}

function parsed(file: string, text: string): Document {
  try {
    return parseOne({ name: file, text }, { characters: LARGEST, marks: LARGEST, keys: LARGEST });
  } catch (error) {
    const [{ message, source }] = error instanceof MassgridError ? error.problems : [{ message: String(error), source: undefined }];
    if (!source) throw error;
    throw new SpecError([message, ...frameOf(source).slice(1)].join("\n"), { cause: error });
  }
}

/** The one document of a file, parsed as far as its first fault, which is thrown. Sizes are bounded. */
function parseOne(file: SourceFile, limits: FileLimits): Document.Parsed {
  checkShape(file, limits);
  const composer = stopping(file);
  const documents: Document.Parsed[] = [];
  for (const token of new Parser().parse(file.text)) {
    if (token.type === "error") syntaxFault(file, token.offset, `${token.message}: ${token.source}`);
    for (const document of composer.next(token)) documents.push(document);
    // A document is given out when the next begins.
    if (documents.length > 0) syntaxFault(file, token.offset, "a second document begins here; the file must be one");
  }
  for (const document of composer.end(true, file.text.length)) documents.push(document);
  return documents[0];
}

/** A composer that throws the first fault: it would collect them all, which takes seconds where every letter is one. */
function stopping(file: SourceFile): Composer {
  let first: MassgridError | undefined;
  const onError = (source: unknown, code: string, message: string, isWarning?: boolean) => {
    // What is thrown in a collection comes back as a fault of that.
    if (first) throw first;
    const ownCode = codes[code];
    if (isWarning && !ownCode) return;
    first = fault({ file, offset: errorOffset(source) }, ownCode ?? "E_YAML_SYNTAX", oneLine(message));
    throw first;
  };
  return Object.assign(new Composer({ uniqueKeys: false, logLevel: "error", prettyErrors: false }), { onError });
}

/** The parser's codes of what is more than bad syntax. */
const codes: Record<string, string> = { TAG_RESOLVE_FAILED: "E_YAML_TAG", RESOURCE_EXHAUSTION: "E_YAML_DEPTH" };

/** Where the parser says that a fault is: an offset, a range, or a token. */
function errorOffset(source: unknown): number {
  if (typeof source === "number") return source;
  if (Array.isArray(source)) return errorOffset(source[0]);
  return typeof source === "object" && source !== null && "offset" in source ? errorOffset(source.offset) : 0;
}

function syntaxFault(file: SourceFile, offset: number, message: string): never {
  return faultAt({ file, offset }, "E_YAML_SYNTAX", oneLine(message));
}

function oneLine(message: string): string {
  return sanitize(message.split("\n")[0]);
}

function readText(file: string): string {
  try {
    return new TextDecoder().decode(readStream(file, LARGEST));
  } catch (error) {
    throw new SpecError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Refuses a key that stands twice in one map: one of the two would be lost. */
function refuseDuplicateKeys(source: Source): void {
  visit(source.document, {
    Map(_, node) {
      const seen = new Set<unknown>();
      for (const { key } of node.items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name))
          throw new SpecError(frame(source, isScalar(key) ? (key.range?.[0] ?? 0) : 0, `the key ${String(name)} stands here twice`));
        seen.add(name);
      }
    },
  });
}

/** The options that a file holds: those of gridSearch, with grids, noise and files written out in YAML. Tells what is wrong with those. */
export function readSpec(problems: Problems, source: Source): Spec {
  const { file } = source;
  const content = contentOf(source);
  if (!isRecord(content))
    throw new SpecError(`${file}: a spec is a list of options (circuitTemplate: ...), but ${kindOf(content)} was found`);
  const folder = dirname(file);
  const { [FIGURE]: figure = {}, ...options } = content;
  for (const key of NOT_IN_FILES) {
    if (Object.hasOwn(options, key)) problems.add("E_UNKNOWN_OPTION", [key], `option ${key} can be given in a program only`);
  }
  if (!isRecord(figure)) {
    problems.add("E_TYPE", [FIGURE], `figure must be an object of name: "output - output", but ${kindOf(figure)} was found`);
  }
  const paramGrid = readGrid(problems, options.paramGrid, options.permuteGrid);
  const given = isRecord(options.inputs) ? Object.entries(options.inputs) : undefined;
  const inputs = given?.map(([path, value]) => [path, readSignal(problems, ["inputs", path], value, (name) => resolve(folder, name))]);
  const initialState = readState(problems, options.initialState, folder);
  const circuitTemplate = besideSpec(options.circuitTemplate, folder);
  const filled = {
    ...options,
    ...(circuitTemplate === undefined ? {} : { circuitTemplate }),
    ...(paramGrid ? { paramGrid } : {}),
    ...(initialState === undefined ? {} : { initialState }),
    ...(inputs ? { inputs: Object.fromEntries(inputs) } : {}),
  };
  // What the file holds is checked by gridSearch itself, as any caller's options are: a border like that of JavaScript.
  return { options: filled as unknown as Spec["options"], figure: isRecord(figure) ? figure : {} };
}

/** An initial state: as it is, or the table in `{ file }`, in Arrow IPC, which stands beside the spec. */
function readState(problems: Problems, value: unknown, folder: string): unknown {
  const isFileName = isRecord(value) && Object.keys(value).join() === "file";
  if (!isFileName) return value;
  const { file } = value;
  if (typeof file !== "string") {
    problems.add("E_TYPE", ["initialState", "file"], `file must be the name of a file of Arrow IPC, but ${kindOf(file)} was found`);
    return undefined;
  }
  try {
    return tableFromIPC(readRegular(resolve(folder, file), LARGEST_TABLE));
  } catch (error) {
    const message = `${sanitize(file)} cannot be read as Arrow IPC: ${sanitize(messageOf(error))}`;
    problems.add("E_INITIAL_STATE", ["initialState", "file"], message);
    return undefined;
  }
}

/** The document as plain values; its anchors may be repeated a hundred times in all. */
function contentOf({ file, document }: Source): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SpecError(`${file}: its aliases cannot be resolved: ${messageOf(error)}`, { cause: error });
  }
}

/** A message with the line of the file that it is about. */
export function frame({ file, text }: Source, offset: number, message: string): string {
  const position = sourcePlace({ file: { name: file, text }, offset });
  return [`${file}:${position.line}:${position.column}: ${message}`, ...frameOf(position).slice(1)].join("\n");
}

/** Where the value at `path` (or its key, or the nearest part that is there) begins in the text. */
export function offsetOf({ document }: Source, path: readonly (string | number)[], of: "key" | "value"): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const parent = document.getIn(part.slice(0, -1), true);
    const last = part[part.length - 1];
    const holder = length === 1 ? document.contents : parent;
    if (isMap(holder)) {
      const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
      const node = pair && of === "value" && length === path.length && isScalar(pair.value) ? pair.value : pair?.key;
      if (isScalar(node) && node.range) return node.range[0];
    }
    const node = document.getIn(part, true);
    if (isScalar(node) && node.range) return node.range[0];
  }
  return undefined;
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
