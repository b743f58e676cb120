import { afterEach, expect, test, vi } from "vitest";
import { compileBytes } from "../../src/model/wasm.ts";

const sound = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

afterEach(() => {
  vi.restoreAllMocks();
});

/** An engine whose page forbids WebAssembly. */
function forbid(error: Error): void {
  vi.spyOn(WebAssembly, "Module").mockImplementation(function refuse() {
    throw error;
  });
}

test.each([
  new WebAssembly.CompileError("WebAssembly.Module(): Wasm code generation disallowed by embedder"),
  new WebAssembly.CompileError("call to WebAssembly.Module() blocked by CSP"),
  new EvalError("Refused to create a WebAssembly object because 'unsafe-eval' is not an allowed source"),
  new Error("in another language"),
])("a policy against WebAssembly is E_CSP_WASM, whatever the engine throws: %s", (error) => {
  forbid(error);
  expect(() => compileBytes(sound)).toThrow(expect.objectContaining({ code: "E_CSP_WASM", cause: error }));
});

test("wasm: a module that is none is no matter of the policy, whatever its error says", () => {
  expect(() => compileBytes(new Uint8Array([1, 2, 3, 4]))).toThrow(WebAssembly.CompileError);
  expect(compileBytes(sound)).toBeInstanceOf(WebAssembly.Module);
});

test("wasm: an engine is looked at once", () => {
  const validate = vi.spyOn(WebAssembly, "validate");
  for (let i = 0; i < 3; i++) compileBytes(sound);
  expect(validate).toHaveBeenCalledTimes(1);
  validate.mockRestore();
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  for (let i = 0; i < 2; i++) expect(() => compileBytes(sound)).toThrow(expect.objectContaining({ code: "E_NO_SIMD" }));
});
