import { fusesMultiplyAdd } from "../../src/model/compile/multiply-add.ts";

export { fusingFlags } from "./relaxed.ts";

/** Whether this machine's processor and engine fuse: a test of what they make is skipped where they do not. */
export const fuses = fusesMultiplyAdd();

/** The beginning of a program on whose engine no multiply-add fuses: it has no relaxed SIMD. */
export const withoutFusing = `
  const validate = WebAssembly.validate;
  const isRelaxed = (bytes) => bytes.some((byte, i) => byte === 0xfd && bytes[i + 2] === 2 && bytes[i + 1] >= 0x85 && bytes[i + 1] <= 0x88);
  WebAssembly.validate = (bytes) => !isRelaxed(new Uint8Array(bytes)) && validate(bytes);
`;
