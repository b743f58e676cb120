import { MassgridError } from "../errors.ts";
import { node } from "./environment.ts";

/** An open file. */
export interface Handle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  readFile(): Promise<Uint8Array>;
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What is used of Node's `fs/promises`. */
export interface FileSystem {
  open(path: string, flags: string): Promise<Handle>;
  lstat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean; size: number }>;
  realpath(path: string): Promise<string>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string): Promise<unknown>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean; recursive?: boolean }): Promise<void>;
  statfs(path: string): Promise<{ bavail: number; bsize: number }>;
}

/** The process that writes, as a lock names it. */
export interface ProcessIdentity {
  pid: number;
  /** When the process was started, where the platform tells: a pid alone may have been given to another. */
  started: string;
  host: string;
}

/** What a store needs of its platform. */
export interface Host {
  fs: FileSystem;
  resolve(...parts: string[]): string;
  sha256(parts: Iterable<Uint8Array | string>): string;
  /** The same, of many bytes in another thread. */
  hash(bytes: Uint8Array): Promise<string>;
  /** The same of bytes that come one after the other, in this thread. */
  hasher(): { add(bytes: Uint8Array): void; hex(): string };
  /** Whether threads may read its files by calls of their own. */
  readsFast: boolean;
  /** A name that no other process, and no other thread of this one, makes. */
  unique(): string;
  self: ProcessIdentity;
  /** Variables of the process's environment. */
  variables: Readonly<Record<string, string | undefined>>;
  /** What a package exports that may be installed beside massgrid; undefined where it is not. */
  installed(name: string): unknown;
  /** When the process of a pid was started; undefined where there is none, "" where the platform does not tell. */
  startOf(pid: number): string | undefined;
}

/** Bytes that are hashed sooner than another thread has them: in a tenth of a millisecond. */
const FEW = 2 ** 17;

/** Node's file system and process. Throws E_STORE_PLATFORM elsewhere. */
export function nodeHost(): Host {
  const host = node();
  if (!host) {
    const message = "sweeps are stored in directories, which only Node has; in a browser, leave out store";
    throw new MassgridError([{ code: "E_STORE_PLATFORM", path: ["store"], message }]);
  }
  const { getBuiltinModule: load } = host;
  const { createHash, randomUUID, webcrypto } = load("node:crypto");
  const { readFileSync } = load("node:fs");
  const startOf = (pid: number) => {
    if (!isAlive(host, pid)) return undefined;
    try {
      // The 22nd field of stat is the start in clock ticks since boot; the second, a name in parentheses, may have spaces in it.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    } catch {
      return "";
    }
  };
  return {
    fs: load("node:fs/promises"),
    resolve: load("node:path").resolve,
    sha256: (parts) => {
      const hash = createHash("sha256");
      for (const part of parts) hash.update(part);
      return hash.digest("hex");
    },
    hash: async (bytes) => {
      if (bytes.length <= FEW) return createHash("sha256").update(bytes).digest("hex");
      return load("node:buffer")
        .Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes))
        .toString("hex");
    },
    hasher: () => {
      const hash = createHash("sha256");
      return { add: (bytes) => hash.update(bytes), hex: () => hash.digest("hex") };
    },
    readsFast: true,
    unique: randomUUID,
    variables: host.env,
    // By require, which no bundler follows: a page's bundler would want the package to be there.
    installed: (name) => {
      try {
        return load("node:module").createRequire(import.meta.url)(name);
      } catch {
        return undefined;
      }
    },
    self: { pid: host.pid, started: startOf(host.pid) ?? "", host: load("node:os").hostname() },
    startOf,
  };
}

function isAlive(host: typeof process, pid: number): boolean {
  try {
    host.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
