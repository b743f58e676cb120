// A test that imports this runs where multiply-adds fuse: Node 20 has relaxed SIMD behind a flag, which holds for workers of the process too.
import { setFlagsFromString } from "node:v8";

const RELAXED = "--experimental-wasm-relaxed-simd";

/** What a process of its own is given for that. */
export const fusingFlags = Number.parseInt(process.versions.node, 10) < 21 ? [RELAXED] : [];

for (const flag of fusingFlags) setFlagsFromString(flag);

/** The beginning of a program on whose engine no multiply-add fuses: it has no relaxed SIMD. */
export const withoutFusing = `
  const validate = WebAssembly.validate;
  const isRelaxed = (bytes) => bytes.some((byte, i) => byte === 0xfd && bytes[i + 2] === 2 && bytes[i + 1] >= 0x85 && bytes[i + 1] <= 0x88);
  WebAssembly.validate = (bytes) => !isRelaxed(new Uint8Array(bytes)) && validate(bytes);
`;
