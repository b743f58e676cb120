// Records what kernels do in WebAssembly, so that another engine can do it again: modules, how their instances are linked, and for some calls
// of each sweep the memory before and after. node battery/bits/record.mjs FOLDER [CALLS]
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, calls = "3"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const bytesOf = new WeakMap();
/** An exported function → its instance's number and its name there; a memory → its number. */
const origin = new Map();
const instances = [];
const recorded = [];
let sweep = "";
let left = 0;

const { Module, Instance } = WebAssembly;
WebAssembly.Module = new Proxy(Module, {
  construct(target, [bytes, ...rest]) {
    const module = new target(bytes, ...rest);
    bytesOf.set(module, Buffer.from(ArrayBuffer.isView(bytes) ? bytes.slice() : new Uint8Array(bytes.slice(0))));
    return module;
  },
});

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
const files = new Set();
function keep(bytes) {
  const name = hashOf(bytes);
  if (!files.has(name)) writeFileSync(join(folder, name), bytes);
  files.add(name);
  return name;
}

/** What stands before an engine's function and watches its calls → that function. */
const behind = new WeakMap();

/** Calls a function of an instance from JavaScript; the first calls of a sweep are recorded. */
function called({ number, name, call, memory }, args) {
  if (left <= 0 || memory === undefined) return call(...args);
  left--;
  const before = keep(new Uint8Array(memory.buffer));
  const result = call(...args);
  recorded.push({ sweep, instance: number, name, args, before, after: hashOf(new Uint8Array(memory.buffer)), result: result ?? null });
  return result;
}

/** What an import is: a memory, or the export of another instance. */
const linkOf = (given) => (given instanceof WebAssembly.Memory ? "memory" : (origin.get(behind.get(given) ?? given) ?? "of the host"));

WebAssembly.Instance = new Proxy(Instance, {
  construct(target, [module, imports = {}]) {
    const number = instances.length;
    const needed = Module.imports(module);
    const links = Object.fromEntries(needed.map(({ module: from, name }) => [`${from}.${name}`, linkOf(imports[from]?.[name])]));
    const memory = needed.map(({ module: from, name }) => imports[from]?.[name]).find((given) => given instanceof WebAssembly.Memory);
    // Modules are linked to each other's own functions: no call between them goes through JavaScript.
    const own = (group) => Object.fromEntries(Object.entries(group).map(([name, given]) => [name, behind.get(given) ?? given]));
    const instance = new target(module, Object.fromEntries(Object.entries(imports).map(([from, group]) => [from, own(group)])));
    instances.push({ module: keep(bytesOf.get(module)), links });
    const watch = (name, call) => {
      origin.set(call, [number, name]);
      const watched = (...args) => called({ number, name, call, memory }, args);
      behind.set(watched, call);
      return watched;
    };
    const entries = Object.entries(instance.exports);
    const exports = Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "function" ? watch(name, value) : value]));
    return new Proxy(instance, { get: (of, key) => (key === "exports" ? exports : Reflect.get(of, key)) });
  },
});

const { gridSearch } = await import("../../build/lib/index.js");
const { seven } = await import("../../test/consumer/sweeps.mjs");
for (const [name, call] of Object.entries(seven)) {
  sweep = name;
  left = Number(calls);
  await gridSearch({ ...call, workers: 0 });
}
writeFileSync(join(folder, "recorded.json"), JSON.stringify({ instances, calls: recorded }));
console.log(JSON.stringify({ instances: instances.length, calls: recorded.length }));
