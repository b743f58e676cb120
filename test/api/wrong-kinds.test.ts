// Calls of every exported function with a first argument of another kind: all are refused by an error of ours, or taken.
import { expect, test } from "vitest";
import * as massgrid from "../../src/index.ts";

const wrong: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 3],
  ["a text", "x"],
  ["an empty object", {}],
  ["an empty array", []],
  ["a function", () => 1],
  ["a table of no fields", { schema: {}, batches: [] }],
];
const functions = Object.entries(massgrid).filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name));

/** Calls a function, and takes the first step of what it gives. */
async function call(name: string, argument: unknown): Promise<void> {
  const found: unknown = await Reflect.apply(Reflect.get(massgrid, name), undefined, [argument]);
  const next: unknown = typeof found === "object" && found !== null && "next" in found ? found.next : undefined;
  if (typeof next === "function") await Reflect.apply(next, found, []);
}

test.each(functions.map(([name]) => name))("wrong kinds: %s throws no error of the engine's", async (name) => {
  for (const [kind, argument] of wrong) {
    const error: unknown = await call(name, argument).then(
      () => undefined,
      (reason) => reason,
    );
    const told = error === undefined || error instanceof massgrid.MassgridError ? "" : String(error);
    expect([kind, told]).toEqual([kind, ""]);
  }
});
