import { MassgridError, quoted } from "../errors.ts";
import type { OpenedFile, OpenFile } from "../template/read.ts";
import { checkInside } from "../template/reference.ts";

/** What is used of Node's modules; a browser has none of them. */
interface Host {
  process?: {
    cwd: () => string;
    getBuiltinModule?: (name: string) => unknown;
  };
}

interface FileSystem {
  realpathSync: (path: string) => string;
  readFileSync: (path: string, encoding: "utf8") => string;
  statSync: (path: string) => { isFile: () => boolean; size: number };
}

interface Paths {
  resolve: (...parts: string[]) => string;
  dirname: (path: string) => string;
  sep: string;
}

const MOST_BYTES = 16e6;
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
    if (found && !found.path.startsWith(root + paths.sep)) return outside(file, root);
    return found && read(fs, file, found);
  };
}

function noFiles(file: string): never {
  const message = `"${quoted(file)}" is no bundled file of templates, and files can be read in Node only; use templatesFromYaml(text)`;
  throw new MassgridError([{ code: "E_UNKNOWN_TEMPLATE", path: [], message }]);
}

function outside(file: string, root: string): never {
  const message = `"${quoted(file)}" leads out of the model's folder; templates may refer to files in ${quoted(root)} only`;
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
  const { size } = fs.statSync(path);
  if (size > MOST_BYTES) {
    const message = `${quoted(name)} has ${size} bytes, which is too much for a file of templates`;
    throw new MassgridError([{ code: "E_MODEL_TOO_LARGE", path: [], message }]);
  }
  return { key: path, name: name + extension, text: fs.readFileSync(path, "utf8") };
}

function isFileSystem(value: unknown): value is FileSystem {
  return typeof value === "object" && value !== null && "realpathSync" in value && "readFileSync" in value && "statSync" in value;
}

function isPaths(value: unknown): value is Paths {
  return typeof value === "object" && value !== null && "resolve" in value && "dirname" in value && "sep" in value;
}
