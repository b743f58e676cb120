// The documented functions are those that there are.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { functionNames } from "../../../src/model/equation/functions.ts";

test("functions: docs/equations.md has each of them, and no other", () => {
  const text = readFileSync("docs/equations.md", "utf8");
  const [, table = ""] = /## Functions([\s\S]*?)\n\n(?!\|)/.exec(text.replace("\n\n|", "\n|")) ?? [];
  const cells = table.split("\n").flatMap((line) => line.split("|")[1] ?? []);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name));
  expect([...new Set(named)].sort()).toEqual(functionNames().sort());
});
