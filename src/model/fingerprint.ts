import type { Model } from "./model.ts";
import { bytesOfModule } from "./wasm.ts";

const fingerprints = new WeakMap<Model, string>();

/**
 * Sixteen hexadecimal digits by which a model is known again: of its variables with their defaults and units, and of its module, by two
 * hashes of Fowler, Noll and Vo. It guards against mistakes; manifests of stores have hashes that guard against forgery.
 */
export function fingerprintOf(model: Model): string {
  const known = fingerprints.get(model);
  if (known !== undefined) return known;
  const { module, ...facts } = model;
  const bytes = bytesOfModule(module) ?? new TextEncoder().encode(JSON.stringify(WebAssembly.Module.exports(module)));
  const parts = [new TextEncoder().encode(JSON.stringify(facts)), bytes];
  const made = [0x811c9dc5, 0x01234567].map((start) => hashOf(parts, start).toString(16).padStart(8, "0")).join("");
  fingerprints.set(model, made);
  return made;
}

function hashOf(parts: readonly Uint8Array[], start: number): number {
  let hash = start;
  for (const part of parts) for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part[i], 0x01000193);
  return hash >>> 0;
}
