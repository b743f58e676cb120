import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The package's door: a page gets what was built from it in its place. */
const door = "src/index.ts";
/** What needs Node; test/support/read.ts alone may ask for it, where there is one. */
const ofNode = /(?:from|import\() ?"node:|\bprocess\.|\bBuffer\./;
const mayAsk = "test/support/read.ts";
/** Packages that pages can import. */
const forPages = ["apache-arrow", "fast-check", "vitest"];

function textOf(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Whether a file of tests, with all that it imports, uses the package by its door alone, and nothing that a page lacks. */
function isPortable(root: string, file: string): boolean {
  if (file === door || file === mayAsk) return true;
  const text = textOf(root, file);
  if (file.startsWith("src/") || ofNode.test(text)) return false;
  const names = [...text.matchAll(/(?:\bfrom|\bimport) ?\(? ?"([^"]+)"/g)].map(([, name]) => name);
  return names.every((name) => {
    if (!name.startsWith(".")) return forPages.includes(name);
    return isPortable(root, relative(root, resolve(root, dirname(file), name)).replaceAll("\\", "/"));
  });
}

/** What takes a minute, and is about distributions: noise has the same bits in both places, as shorter tests hold. */
const long = ["test/kernel/stochastic.test.ts"];

/** The files of tests that mean the same in a page as in Node, by what they import. */
export function portableTests(root: string): string[] {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
  return files.map((name) => `test/${name.replaceAll("\\", "/")}`).filter((file) => !long.includes(file) && isPortable(root, file));
}
