// Which tests mean the same in a page as in Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder, importsOf, packagesOf } from "./imports.ts";

/** The package's door: a page gets what was built from it in its place. */
const door = "src/index.ts";
/** What needs Node; test/support/read.ts alone may ask for it, where there is one. */
const ofNode = /\bprocess\.|\bBuffer\./;
const mayAsk = "test/support/read.ts";
/** Packages that pages can import. */
const forPages = ["apache-arrow", "fast-check", "vitest"];

/** Whether a file of tests, with all that it imports, uses the package by its door alone, and nothing that a page lacks. */
function isPortable(root: string, file: string): boolean {
  if (file === door || file === mayAsk) return true;
  if (file.startsWith("src/") || ofNode.test(readFileSync(join(root, file), "utf8"))) return false;
  return packagesOf(root, file).every((name) => forPages.includes(name)) && importsOf(root, file).every(({ to }) => isPortable(root, to));
}

/** What takes a minute, and is about distributions: noise has the same bits in both places, as shorter tests hold. */
const long = ["test/kernel/stochastic.test.ts"];

/** The files of tests that mean the same in a page as in Node, by what they import. */
export function portableTests(root: string): string[] {
  return filesUnder(root, "test", [".test.ts"]).filter((file) => !long.includes(file) && isPortable(root, file));
}
