import { builtin, has } from "./host.ts";

/** Threads that this machine runs at a time. */
export function cores(): number {
  const os = builtin("node:os");
  const found: unknown = has(os, "availableParallelism") && typeof os.availableParallelism === "function" && os.availableParallelism();
  if (typeof found === "number" && found > 0) return found;
  return typeof navigator === "object" && navigator.hardwareConcurrency > 0 ? navigator.hardwareConcurrency : 1;
}
