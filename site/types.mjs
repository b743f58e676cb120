// The pages of types, by TypeDoc: one for each type that the package exports.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, staged } from "./pages.mjs";

/** What TypeDoc names its files, and what the site does. */
const named = /^(?:Interface|TypeAlias)\.(\w+)\.md$/;

/** Lays out a page for each type, and a list of them; returns their names. */
export function stageTypes() {
  const folder = join(root, "build/types");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const settings = {
    entryPoints: [join(root, "src/index.ts")],
    tsconfig: join(root, "tsconfig.json"),
    plugin: ["typedoc-plugin-markdown"],
    out: folder,
    ...{ outputFileStrategy: "members", flattenOutputFiles: true, hideBreadcrumbs: true, hidePageHeader: true, readme: "none" },
    ...{ disableSources: true, useCodeBlocks: true, skipErrorChecking: true, logLevel: "Error" },
    ...{ interfacePropertiesFormat: "table", typeDeclarationFormat: "table", parametersFormat: "table" },
  };
  const file = join(root, "build/typedoc.json");
  writeFileSync(file, JSON.stringify(settings));
  const typedoc = join(root, "site/node_modules/typedoc/bin/typedoc");
  const { status } = spawnSync(process.execPath, [typedoc, "--options", file], { cwd: join(root, "site"), stdio: "inherit" });
  if (status !== 0) throw new Error("TypeDoc failed");
  const names = readdirSync(folder)
    .flatMap((each) => named.exec(each)?.[1] ?? [])
    .sort();
  for (const each of readdirSync(folder)) {
    const [, name] = named.exec(each) ?? [];
    if (name !== undefined) writeFileSync(join(staged, `type-${name}.md`), pageOf(name, readFileSync(join(folder, each), "utf8")));
  }
  const list = names.map((name) => `[${name}](./type-${name}.md)`).join(" · ");
  writeFileSync(join(staged, "types.md"), `# Types\n\nThe types that the package exports beside [its functions](./api.md).\n\n${list}\n`);
  return names;
}

function pageOf(name, text) {
  return text
    .replace(/^# .*$/m, `# ${name}`)
    .replaceAll(/\]\((?:Interface|TypeAlias)\.(\w+)\.md(?:#[\w-]+)?/g, "](./type-$1.md")
    .replaceAll(/\]\((?:Function|Class|Variable)\.(\w+)\.md/g, "](./api-$1.md")
    .replaceAll(/<a id="[^"]*"><\/a> /g, "")
    .replaceAll(/\[((?:\\.|[^\]])*)\]\(#property-[\w-]+\)/g, "$1");
}

/** The page of a function with links to the types that its signature names. */
export function withTypes(text, names) {
  const [, signature = ""] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(signature));
  if (used.length === 0) return text;
  const links = used.map((name) => `[${name}](./type-${name}.md)`).join(", ");
  return text.replace(/(```ts\n[\s\S]*?```\n)/, `$1\nTypes: ${links}.\n`);
}
