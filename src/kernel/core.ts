import { functions } from "../model/core.generated.ts";
import { compile, link } from "../model/wasm.ts";
import { noise, solvers } from "./core.generated.ts";

/** Runs `steps` steps of the block whose header is at address `block`. */
export type Run = (block: number, steps: number) => void;

/** What TypeScript calls of a model's module (src/model/model.ts): addresses of rows, and lanes. */
export interface ModelExports extends WebAssembly.Exports {
  derive: (p: number, n: number) => void;
  /** Of a model that looks back in time. */
  pushHistory?: (t: number, y: number, out: number, p: number, n: number) => void;
  rhs: (t: number, y: number, dy: number, p: number, n: number) => void;
  observe: (t: number, y: number, out: number, p: number, n: number) => void;
}

/** Addresses of a NoiseSource, of its scratch, and of the samples (assembly/noise/samples.ts); of a Tree (assembly/noise/tree.ts). */
export interface NoiseExports extends WebAssembly.Exports {
  sharedSamples: (source: number, scratch: number, block: number, count: number, out: number) => void;
  laneSamples: (source: number, scratch: number, block: number, count: number, out: number, n: number) => void;
  brownian: (tree: number, step: number, count: number, out: number) => void;
  ornsteinUhlenbeck: (tree: number, step: number, count: number, out: number) => void;
}

/** Modules are compiled when first needed, once in a process. */
const compiled = new Map<string, WebAssembly.Module>();

function module(hex: string): WebAssembly.Module {
  const known = compiled.get(hex);
  if (known) return known;
  const made = compile(hex);
  compiled.set(hex, made);
  return made;
}

/** Links the solvers to a model over one memory. */
export function linkSolvers(memory: WebAssembly.Memory, model: WebAssembly.Exports): Record<string, Run> {
  return linkToModel<Record<string, Run>>(solvers, memory, model);
}

/** Links an embedded module to a model, as `link` gives its imports, over one memory. */
export function linkToModel<Exports extends Record<string, unknown>>(
  embedded: string,
  memory: WebAssembly.Memory,
  model: WebAssembly.Exports,
): Exports {
  // What a model without delay lines, noise or derivatives lacks is never called, but must be there, and of the same type.
  const { observe, pushHistory = observe, diffuse = observe, jacobian = observe, switches = observe } = model;
  return link<Exports>(module(embedded), memory, { ...model, pushHistory, diffuse, jacobian, switches }).exports;
}

/** Links the noise generators over a memory. */
export function linkNoise(memory: WebAssembly.Memory): NoiseExports {
  return link<NoiseExports>(module(noise), memory).exports;
}

/** Functions of equations, each in place over `size` bytes of lanes (assembly/math/functions.ts). */
export type MathFunctions = Record<string, (x: number, size: number, other: number) => void>;

/** Links the functions of equations over a memory. */
export function linkFunctions(memory: WebAssembly.Memory): MathFunctions {
  return link<MathFunctions>(module(functions), memory).exports;
}

/** The same for a module that imports them. */
export function functionImports(memory: WebAssembly.Memory): WebAssembly.Exports {
  return link<MathFunctions>(module(functions), memory).imports;
}
