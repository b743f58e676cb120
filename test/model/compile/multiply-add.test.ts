// Whether the engine rounds a multiply-add once: V8 does where the processor can, that of Node 20 behind a flag.
import { expect, test, vi } from "vitest";

const load = async () => {
  vi.resetModules();
  return (await import("../../../src/model/compile/multiply-add.ts")).fusesMultiplyAdd;
};

test("multiply-add: an engine that does not know the instructions fuses none, and is not asked to run them", async () => {
  const validate = vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) => new Uint8Array(bytes as ArrayBuffer).length < 40);
  expect((await load())()).toBe(false);
  expect(validate).toHaveBeenCalled();
  validate.mockRestore();
});

test("multiply-add: an engine that has relaxed SIMD answers, and fuses on processors of today", async () => {
  const fuses = (await load())();
  expect(typeof fuses).toBe("boolean");
  if (["x64", "arm64"].includes(process.arch)) expect(fuses).toBe(true);
});
