// What the documents name is there: files of the tree, in code or links.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { filesUnder } from "./support/imports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["src", "test", "assembly", "bench", "scripts", "docs", "examples", "site", ".ci"];
const documents = ["CONTRIBUTING.md", "README.md", "bench/README.md", ...filesUnder(root, "docs", [".md"])];

/** Paths of the tree that a document names: in backticks, in blocks of code, and relative links. A `*` stands for any name. */
function pathsIn(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8");
  const code = [...text.matchAll(/^```[\s\S]*?^```|`[^`\n]+`/gm)].flatMap(([part]) => part.split(/[\s`"'(),;:]+/));
  const named = code.filter((word) => folders.some((folder) => word.startsWith(`${folder}/`) && /^[\w./*{}-]+$/.test(word)));
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, to]) => normalize(join(dirname(document), to)));
  return [...new Set([...named.map((word) => word.replace(/\.$/, "")), ...links])];
}

/** What stands for a placeholder in a path: `*` for a name, `{a,b}` for one of several. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.+^$()[\]\\|]/g, "\\$&");
  const alternatives = escaped.replaceAll(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(",", "|")})`);
  return new RegExp(`^${alternatives.replaceAll("*", "[^/]*").replace(/\/$/, "")}(?:/|$)`);
}

describe("docs", () => {
  const files = [...folders.flatMap((folder) => filesUnder(root, folder, [""])), ...readdirSync(root)];

  test.each(documents)("%s names no file that does not exist", (document) => {
    const missing = pathsIn(document).filter((path) => !files.some((file) => patternOf(path).test(file)));
    expect(missing).toEqual([]);
  });
});
