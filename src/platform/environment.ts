// The one place that asks where it runs. It asks when it runs, and not by conditional `exports` ("node", "browser") of the package:
// those need two builds of the library that must stay alike, while dist/worker.js is one file for both; they hold for bundlers and
// Node alone, so that a page's import map would have to name the right one; and bundlers that render on a server, such as Vite's,
// take Node's file for code that runs in a page next. One build asks at run time, by getBuiltinModule, which no bundler follows.

import { refusal } from "../errors.ts";

/** Node's process, which leads to its own modules; undefined elsewhere. */
export function node(): typeof process | undefined {
  const { process: found }: { process?: typeof process } = globalThis;
  // Bundlers give pages a `process` that is none.
  return typeof found?.getBuiltinModule === "function" ? found : undefined;
}

/** Node's worker threads; undefined elsewhere. */
export function workerThreads() {
  return node()?.getBuiltinModule("node:worker_threads");
}

/** Node's file system, of which each call blocks its thread, and a sha256 in hexadecimal digits; undefined elsewhere. */
export function blockingFiles() {
  const host = node();
  if (!host) return undefined;
  const { createHash } = host.getBuiltinModule("node:crypto");
  return { fs: host.getBuiltinModule("node:fs"), sha256: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex") };
}

/** Node's zstd. Throws E_COMPRESSION where there is none: in a page, and in Node before 22.15. */
export function zstd(): (bytes: Uint8Array) => Uint8Array {
  return ofZlib("zstdCompressSync", 'leave out compression, or take "none"');
}

/** What zstd has compressed. Throws E_COMPRESSION where there is none. */
export function unzstd(bytes: Uint8Array): Uint8Array {
  return ofZlib("zstdDecompressSync", "read what it has compressed elsewhere")(bytes);
}

function ofZlib(name: string, advice: string): (bytes: Uint8Array) => Uint8Array {
  const zlib = node()?.getBuiltinModule("node:zlib");
  // Types are those of the oldest Node that the package runs in.
  const found: unknown = zlib && Reflect.get(zlib, name);
  // A copy, so that its first byte stands where numbers may.
  if (typeof found === "function") return (bytes) => new Uint8Array(found(bytes));
  const where = zlib ? `Node ${process.versions.node} has no zstd, which came with 22.15` : "there is no zstd in a page";
  throw refusal("E_COMPRESSION", `${where}; ${advice}`, { path: ["compression"] });
}

/** Threads that this machine runs at a time. */
export function cores(): number {
  const found = node()?.getBuiltinModule("node:os").availableParallelism();
  if (found !== undefined && found > 0) return found;
  return typeof navigator === "object" && navigator.hardwareConcurrency > 0 ? navigator.hardwareConcurrency : 1;
}

/** Share of the memory available that results may take. */
const SHARE = 0.8;
/** What is assumed where the platform does not tell, and the most that a page can have: browsers. */
const UNKNOWN = 4e9;

/**
 * Memory that results may take, in bytes: 80 % of what Node says is available, where limits of control groups count, or of what a
 * browser tells of the device.
 */
export function memoryBudget(): number {
  const available = node()?.availableMemory?.();
  if (available !== undefined && available > 0) return SHARE * available;
  const device: unknown = typeof navigator === "object" && "deviceMemory" in navigator && navigator.deviceMemory;
  return SHARE * (typeof device === "number" ? Math.min(UNKNOWN, device * 2 ** 30) : UNKNOWN);
}

/** Addresses that a thread of Node needs before it runs anything, in bytes: where there are fewer, V8 ends the whole process. */
const THREAD = 1.5e9;

/** Whether the address space has room for another thread: a scheduler may limit it (ulimit -v). Linux tells. */
export function hasRoomForThread(): boolean {
  const fs = node()?.getBuiltinModule("node:fs");
  if (fs === undefined) return true;
  try {
    const limit = /^Max address space +(\d+)/m.exec(fs.readFileSync("/proc/self/limits", "utf8"))?.[1];
    if (limit === undefined) return true;
    const used = /^VmSize:\s+(\d+) kB/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return Number(limit) - 1024 * Number(used) > THREAD;
  } catch {
    return true;
  }
}

/** V8 from this version on allocates registers so that long loops over several pairs of lanes gain. */
const KEEPS_ORDER = 13;

/** Whether this engine's compiler keeps the instructions of several pairs of lanes in their order: V8 of Node 24, or a browser of today. */
export function keepsOrder(): boolean {
  const v8 = node()?.versions.v8;
  return v8 === undefined || Number.parseInt(v8, 10) >= KEEPS_ORDER;
}
