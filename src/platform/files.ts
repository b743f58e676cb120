import { MassgridError, sanitize } from "../errors.ts";
import { checkInside, type OpenedFile, type OpenFile } from "../model/template/read.ts";
import { faultAt } from "../model/template/source.ts";
import { node } from "./environment.ts";

type FileSystem = typeof import("node:fs");

/** A file with more bytes than may be read. */
export class FileTooLarge extends Error {
  constructor(size: number, most: number) {
    super(`it has ${size} bytes or more; at most ${most} are possible`);
  }
}

/** Node's file system, for who has a path already. */
function nodeFiles(): FileSystem {
  const fs = node()?.getBuiltinModule("node:fs");
  if (!fs) throw new Error("files can be read in Node only");
  return fs;
}

/**
 * The bytes of a file, at most `most` of them. Throws an Error that says why where it cannot be read, is larger (FileTooLarge), or is
 * no file: a pipe or a device would be read for ever.
 */
export function readRegular(path: string, most: number): Uint8Array<ArrayBuffer> {
  const fs = nodeFiles();
  // Windows has no O_NONBLOCK.
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  return opened(fs, path, O_RDONLY | O_NONBLOCK, (file) => {
    const found = fs.fstatSync(file);
    if (!found.isFile()) throw new Error("it is no regular file");
    checkSize(found.size, most);
    const bytes = new Uint8Array(found.size);
    return bytes.subarray(0, fill(fs, file, bytes));
  });
}

/** As readRegular, of what may be a pipe too, such as /dev/stdin: it is read to its end, or until there is too much. */
export function readStream(path: string, most: number): Uint8Array<ArrayBuffer> {
  const fs = nodeFiles();
  return opened(fs, path, fs.constants.O_RDONLY, (file) => {
    let bytes = new Uint8Array(65536);
    let length = fill(fs, file, bytes);
    while (length === bytes.length) {
      checkSize(length, most);
      const larger = new Uint8Array(2 * length);
      larger.set(bytes);
      bytes = larger;
      length += fill(fs, file, bytes.subarray(length));
    }
    checkSize(length, most);
    return bytes.subarray(0, length);
  });
}

function opened<Result>(fs: FileSystem, path: string, flags: number, work: (file: number) => Result): Result {
  const file = fs.openSync(path, flags);
  try {
    return work(file);
  } finally {
    fs.closeSync(file);
  }
}

function checkSize(size: number, most: number): void {
  if (size > most) throw new FileTooLarge(size, most);
}

/** Reads until the bytes are full or the file ends; returns how many there are. */
function fill(fs: FileSystem, file: number, bytes: Uint8Array): number {
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = fs.readSync(file, bytes, length, bytes.length - length, null);
  return length;
}

/** More than the characters that a file of templates may have, at three bytes each. */
const MOST_BYTES = 1e6;
const extensions = ["", ".yaml", ".yml"];

/**
 * Opens files of templates for one model: the first by its path from the working directory, and others, which it refers to,
 * from the folder of the referring file, from the working directory or from the root of the referring file's package, but never outside
 * of the first one's folder or of the package.
 */
export function openFiles(): OpenFile {
  const host = node();
  let root: string | undefined;
  return (file, from) => {
    if (!host) return noFiles(file);
    const [fs, paths, cwd] = [host.getBuiltinModule("node:fs"), host.getBuiltinModule("node:path"), host.cwd()];
    if (from === undefined || root === undefined) {
      const first = find(fs, [paths.resolve(cwd, file)]);
      if (first) root = paths.dirname(first.path);
      return first && read(file, first);
    }
    checkInside(file, root);
    const found = find(fs, [paths.resolve(paths.dirname(from), file), paths.resolve(cwd, file)]);
    if (found && !isInside(found.path, root, paths.sep)) return outside(file, root);
    const there = found ?? inPackage(fs, paths, file, from);
    return there && read(file, there);
  };
}

/** Levels above a file at which the folder of its package may stand. */
const MOST_LEVELS = 8;

/** A file of the package that a file is of: the folder that the path begins with is one of those that the file is in. */
function inPackage(fs: FileSystem, paths: typeof import("node:path"), file: string, from: string): Found | undefined {
  const [name] = file.split("/");
  let folder = paths.dirname(from);
  for (let level = 0; level < MOST_LEVELS; level++, folder = paths.dirname(folder)) {
    const root = paths.dirname(folder);
    // Folders of the system are no packages.
    if (root === paths.dirname(root)) return undefined;
    if (paths.basename(folder) !== name) continue;
    const found = find(fs, [paths.resolve(root, file)], extensions.slice(1));
    if (found && isInside(found.path, folder, paths.sep)) return found;
  }
  return undefined;
}

/** Whether a path is below a folder; the folder of all folders ends in a separator already. */
function isInside(path: string, root: string, sep: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function noFiles(file: string): never {
  const message = `"${sanitize(file)}" is no bundled file of templates, and files can be read in Node only; use templatesFromYaml(text)`;
  throw new MassgridError([{ code: "E_UNKNOWN_TEMPLATE", path: [], message }]);
}

function outside(file: string, root: string): never {
  const message = `"${sanitize(file)}" leads out of the model's folder; templates may refer to files in ${sanitize(root)} only`;
  throw new MassgridError([{ code: "E_PATH_OUTSIDE", path: [], message }]);
}

/** A file that is there: its real path, and the extension that was left out. */
interface Found {
  path: string;
  extension: string;
}

/** The first file that is there. */
function find(fs: FileSystem, candidates: readonly string[], endings: readonly string[] = extensions): Found | undefined {
  for (const candidate of candidates) {
    for (const extension of endings) {
      try {
        const path = fs.realpathSync(candidate + extension);
        if (fs.statSync(path).isFile()) return { path, extension };
      } catch {
        // Not there, or not to be seen: the next one.
      }
    }
  }
  return undefined;
}

function read(name: string, { path, extension }: Found): OpenedFile {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readRegular(path, MOST_BYTES));
    return { key: path, name: name + extension, text };
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    const reason = isText && cause instanceof Error ? cause.message : "it is no text in UTF-8";
    const code = cause instanceof FileTooLarge ? "E_MODEL_TOO_LARGE" : "E_TEMPLATE_FILE";
    const file = { name: sanitize(name + extension), text: "" };
    return faultAt({ file, offset: 0 }, code, `this cannot be read as a file of templates: ${sanitize(reason)}`);
  }
}
