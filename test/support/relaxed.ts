// Before any test, and for workers of its process too: Node 20 has relaxed SIMD behind a flag, and tests of what fuses are to run there.
import { setFlagsFromString } from "node:v8";

const RELAXED = "--experimental-wasm-relaxed-simd";

/** What a process of its own is given for that. */
export const fusingFlags = Number.parseInt(process.versions.node, 10) < 21 ? [RELAXED] : [];

for (const flag of fusingFlags) setFlagsFromString(flag);
