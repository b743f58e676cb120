import { MassgridError, sanitize } from "../errors.ts";
import type { OpenedFile, OpenFile } from "../model/template/read.ts";
import { checkInside } from "../model/template/reference.ts";
import { faultAt } from "../model/template/source.ts";
import { type FileSystem, readRegular } from "./regular.ts";

/** What is used of Node's modules; a browser has none of them. */
interface Host {
  process?: {
    cwd: () => string;
    getBuiltinModule?: (name: string) => unknown;
  };
}

interface Paths {
  resolve: (...parts: string[]) => string;
  dirname: (path: string) => string;
  sep: string;
}

/** More than the characters that a file of templates may have, at three bytes each. */
const MOST_BYTES = 1e6;
const extensions = ["", ".yaml", ".yml"];

/**
 * Opens files of templates for one model: the first by its path from the working directory, and others, which it refers to,
 * from the folder of the referring file or from the working directory, but never outside of the first one's folder.
 */
export function openFiles(): OpenFile {
  const host: Host = globalThis;
  const [fs, paths] = [host.process?.getBuiltinModule?.("node:fs"), host.process?.getBuiltinModule?.("node:path")];
  let root: string | undefined;
  return (file, from) => {
    if (!isFileSystem(fs) || !isPaths(paths) || !host.process) return noFiles(file);
    const cwd = host.process.cwd();
    if (from === undefined || root === undefined) {
      const first = find(fs, [paths.resolve(cwd, file)]);
      if (first) root = paths.dirname(first.path);
      return first && read(fs, file, first);
    }
    checkInside(file, root);
    const found = find(fs, [paths.resolve(paths.dirname(from), file), paths.resolve(cwd, file)]);
    if (found && !isInside(found.path, root, paths.sep)) return outside(file, root);
    return found && read(fs, file, found);
  };
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
function find(fs: FileSystem, candidates: readonly string[]): Found | undefined {
  for (const candidate of candidates) {
    for (const extension of extensions) {
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

function read(fs: FileSystem, name: string, { path, extension }: Found): OpenedFile {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readRegular(fs, path, MOST_BYTES));
    return { key: path, name: name + extension, text };
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    const reason = isText && cause instanceof Error ? cause.message : "it is no text in UTF-8";
    const code = /at most/.test(reason) ? "E_MODEL_TOO_LARGE" : "E_TEMPLATE_FILE";
    const file = { name: sanitize(name + extension), text: "" };
    return faultAt({ file, offset: 0 }, { code, message: `this cannot be read as a file of templates: ${sanitize(reason)}` });
  }
}

function isFileSystem(value: unknown): value is FileSystem {
  return typeof value === "object" && value !== null && "realpathSync" in value && "openSync" in value && "constants" in value;
}

function isPaths(value: unknown): value is Paths {
  return typeof value === "object" && value !== null && "resolve" in value && "dirname" in value && "sep" in value;
}
