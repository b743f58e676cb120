// Errors of the platform are told from faults of the program by their class and where they happened, never by what they say.
import { expect, test } from "vitest";
import { isOfPlatform, isTrap, platformCall } from "../../src/platform/failure.ts";

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** Throws an error of a class and a name. */
function thrower(error: Error, name = error.name): () => never {
  Object.defineProperty(error, "name", { value: name });
  return () => {
    throw error;
  };
}

const deeper = (n: number): number => 1 + deeper(n + 1);

test.each([
  ["no memory, in whatever words", thrower(new RangeError("der Speicher reicht nicht"))],
  ["no memory to copy a message", thrower(new Error(""), "DataCloneError")],
  ["the end of the stack", () => deeper(0)],
  ["the end of Firefox's stack", thrower(new Error(""), "InternalError")],
])("platform: %s, where it happens in a call of the platform", (_, work) => {
  const error = caught(() => platformCall(work));
  expect([isOfPlatform(error), isTrap(error)]).toEqual([true, false]);
});

test("platform failure: the same error elsewhere is a fault, though its message speaks of memory", () => {
  expect(isOfPlatform(caught(thrower(new RangeError("could not allocate memory"))))).toBe(false);
});

test("an error of another class is a fault, also in a call of the platform", () => {
  expect(isOfPlatform(caught(() => platformCall(thrower(new TypeError("no memory")))))).toBe(false);
});

test("a trap is the platform's wherever it happens", () => {
  const trap = new WebAssembly.RuntimeError("unreachable");
  expect([isTrap(trap), isOfPlatform(trap)]).toEqual([true, true]);
});

test("platform failure: what a call returns, and the error that it throws, are its own", () => {
  const error = new RangeError("x");
  expect(platformCall(() => 7)).toBe(7);
  expect(caught(() => platformCall(thrower(error)))).toBe(error);
});
