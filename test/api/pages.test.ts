// docs/api: a page for each export, with its signature and text from the source, an example that test/readme.test.ts runs, units and errors.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as massgrid from "../../src/index.ts";
import { signatures } from "../support/signatures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const exported = Object.keys(massgrid).sort();
const nameOf = (file: string) => file.replace(/\.md$/, "");
const read = (page: string) => readFileSync(join(root, page), "utf8");

describe("api pages", () => {
  test("every export has one, and none is of anything else", () => {
    expect(readdirSync(join(root, "docs/api")).map(nameOf).sort()).toEqual(exported);
  });

  test("the list of all functions has each once", () => {
    const listed = [...read("docs/api.md").matchAll(/\]\(api\/(\w+)\.md\)/g)].map(([, name]) => name);
    expect(listed.sort()).toEqual(exported);
  });

  test.each(exported)("that of %s has the signature and text of the source: -u writes them", async (name) => {
    const signature = signatures(root).get(name);
    if (signature === undefined) throw new Error(`dist/index.d.ts has no ${name}`);
    const [, rest] = read(`docs/api/${name}.md`).split(/^(?=## Example$)/m);
    const head = `# ${name}\n\n\`\`\`ts\n${signature.code}\n\`\`\`\n\n${signature.says}\n\n`;
    await expect(head + rest).toMatchFileSnapshot(join(root, `docs/api/${name}.md`));
  });

  test.each(exported)("that of %s has an example with what it prints, units, and codes that there are", (name) => {
    const text = read(`docs/api/${name}.md`);
    expect(text.match(/^## .+$/gm)).toEqual(["## Example", "## Units", "## Errors"]);
    expect(text).toMatch(new RegExp(`^\`\`\`js\n(?:[^\`]|\`(?!\`\`))*\\b${name}\\b(?:[^\`]|\`(?!\`\`))*^\`\`\`\n\n^\`\`\`\n[^\n]`, "m"));
    const known = new Set(read("docs/errors.md").match(/\bE_[A-Z\d_]+/g));
    expect((text.match(/\bE_[A-Z\d_]+/g) ?? []).filter((code) => !code.endsWith("_") && !known.has(code))).toEqual([]);
  });
});
