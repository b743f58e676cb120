import { instantiateSync } from "@assemblyscript/loader";
import { MassgridError } from "../errors.ts";

/** A module of one function of type () -> v128: an engine without SIMD does not take it. */
const simdProbe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

function refuse(code: string, message: string, cause?: unknown): never {
  throw new MassgridError([{ code, path: [], message }], { cause });
}

/** The function that has found that the engine can run the kernels. */
let validated: typeof WebAssembly.validate | undefined;

/** Refuses, in one clear sentence, an engine that cannot run the kernels: throws E_NO_WASM or E_NO_SIMD. */
export function checkEngine(): void {
  if (typeof WebAssembly !== "object") {
    refuse("E_NO_WASM", "this JavaScript engine has no WebAssembly; use Node 20.19 or newer, or a browser of 2021 or newer");
  }
  if (validated === WebAssembly.validate) return;
  if (!WebAssembly.validate(new Uint8Array(simdProbe))) {
    refuse("E_NO_SIMD", "this WebAssembly engine has no SIMD; use Node 20.19 or newer, or a browser of 2023 or newer");
  }
  validated = WebAssembly.validate;
}

/** Bytes of a module that the build embedded in hexadecimal: of a digit's code, bit 6 tells a letter, whose low bits count from 1. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const digits = new TextEncoder().encode(hex);
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0, at = 0; i < bytes.length; i++, at += 2) {
    const high = digits[at];
    const low = digits[at + 1];
    bytes[i] = ((high & 15) + (high >> 6) * 9) * 16 + (low & 15) + (low >> 6) * 9;
  }
  return bytes;
}

/** Compiles an embedded module. Throws E_NO_WASM, E_NO_SIMD, or E_CSP_WASM where a page's policy forbids it. */
export function compile(hex: string): WebAssembly.Module {
  return compileBytes(bytesOf(hex));
}

/** What modules were compiled from: an engine does not give a module's bytes back. */
const compiledFrom = new WeakMap<WebAssembly.Module, Uint8Array>();

/** The bytes of a module that was compiled here; undefined for one that came from elsewhere. */
export function bytesOfModule(module: WebAssembly.Module): Uint8Array | undefined {
  return compiledFrom.get(module);
}

/** Whether the engine compiles a module that is known to be sound: not where a page's policy forbids WebAssembly. */
function compiles(sound: readonly number[]): boolean {
  try {
    return new WebAssembly.Module(new Uint8Array(sound)) instanceof WebAssembly.Module;
  } catch {
    // Engines differ in the class and the text of this error; that it comes is what they have in common.
    return false;
  }
}

/** Compiles a module of ours. Throws as compile. */
export function compileBytes(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  checkEngine();
  try {
    const module = new WebAssembly.Module(bytes);
    compiledFrom.set(module, bytes);
    return module;
  } catch (cause) {
    if (compiles(simdProbe)) throw cause;
    return refuse(
      "E_CSP_WASM",
      "the Content-Security-Policy of this page, or of its worker's file, does not allow WebAssembly; add 'wasm-unsafe-eval' to script-src",
      cause,
    );
  }
}

const PAGE = 65536;

/**
 * Memory of so many pages for a kernel, which never grows: the only place that makes one. Throws E_ADDRESS_SPACE where the engine has no room
 * for it: engines keep some 10 GB of addresses free behind each memory, whatever its size, so that they need not check every access.
 */
export function newMemory(pages: number): WebAssembly.Memory {
  try {
    // Without a maximum, an engine keeps addresses for all that a memory could grow to.
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const needs = `WebAssembly gets no memory of ${(pages * PAGE) / 1024} kB here`;
    const why = "engines keep about 10 GB of addresses for each memory, which a limit of address space (ulimit -v) does not allow";
    return refuse(
      "E_ADDRESS_SPACE",
      `${needs}: ${why}; raise that limit, or run Node with NODE_OPTIONS=--disable-wasm-trap-handler`,
      cause,
    );
  }
}

/** An instance: its functions for calls from JavaScript, which the loader wraps, and as they are, for modules that import them. */
export interface Linked<Exports> {
  exports: Exports;
  imports: WebAssembly.Exports;
}

/**
 * Instantiates a module over a memory, the only place that does; `model` is linked to it where it imports the seam. A module must
 * import what `imports` has, so that its calls are from WebAssembly to WebAssembly.
 */
export function link<Exports extends Record<string, unknown>>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  model?: WebAssembly.Exports,
): Linked<Exports> {
  const { exports, instance } = instantiateSync<Exports>(module, model ? { env: { memory }, model } : { env: { memory } });
  return { exports, imports: instance.exports };
}
