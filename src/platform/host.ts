/** What is used of Node's process; a browser has none of it. */
interface ProcessLike {
  getBuiltinModule?: (name: string) => unknown;
}

/** A module of Node's own, without an import that a browser's bundler would stumble over; undefined where there is none. */
export function builtin(name: string): unknown {
  const host: { process?: ProcessLike } = globalThis;
  return host.process?.getBuiltinModule?.(name);
}

/** Whether a value is an object that has all of these functions or objects. */
export function has<Key extends string>(value: unknown, ...keys: Key[]): value is Record<Key, unknown> {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}
