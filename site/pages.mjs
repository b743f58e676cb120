// Lays the pages of the site out in one folder, flat, so that links between them are the same wherever the site stands.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { contents } from "./contents.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** Where the pages are laid out, and what VitePress makes of them. */
export const staged = join(root, "site/build");
export const built = join(root, "out/docs");

/** Files of the checkout that are pages, by the page's name. */
export function sources() {
  const inFolder = (folder, prefix = "") =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => [`${prefix}${name.slice(0, -3)}`, `${folder}/${name}`]);
  return Object.fromEntries([
    ...inFolder("docs"),
    ...inFolder("docs/api", "api-"),
    ["index", "site/index.md"],
    ["changelog", "CHANGELOG.md"],
    ["contributing", "CONTRIBUTING.md"],
    ["results-of-benches", "bench/results.md"],
    ["benches", "bench/README.md"],
  ]);
}

/** A page's title: its first heading. */
export function titleOf(text) {
  return /^# (.+)$/m.exec(text)?.[1].replaceAll("`", "") ?? "";
}

/** Lays out all pages; other files that they link to are copied beside them. */
export function stagePages() {
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(join(staged, "public"), { recursive: true });
  const pages = sources();
  const nameOf = new Map(Object.entries(pages).map(([name, file]) => [file, name]));
  nameOf.set("README.md", "index");
  for (const [name, file] of Object.entries(pages)) {
    writeFileSync(join(staged, `${name}.md`), linked(readFileSync(join(root, file), "utf8"), { file, nameOf }));
  }
}

/** A page's text with its links, and pictures, led to where the site has them. Code is left as it is. */
function linked(text, { file, nameOf }) {
  const parts = text.split(/(^```[\s\S]*?^```$)/m);
  const lead = (_, before, to, anchor = "") => `${before}(${targetOf(to, { file, nameOf })}${anchor})`;
  return parts
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll(/(\]|!\[[^\]]*\])\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)/g, lead)))
    .join("");
}

function targetOf(to, { file, nameOf }) {
  const path = normalize(join(dirname(file), to));
  const name = nameOf.get(path);
  if (name !== undefined) return `./${name}.md`;
  if (!existsSync(join(root, path))) return to;
  mkdirSync(join(staged, "public", dirname(path)), { recursive: true });
  cpSync(join(root, path), join(staged, "public", path), { recursive: true });
  return `/${path}`;
}

/** The menu beside the pages. */
export function sidebar() {
  const entry = (name) => ({ text: titleOf(readFileSync(join(staged, `${name}.md`), "utf8")), link: `/${name}` });
  const has = (name) => existsSync(join(staged, `${name}.md`));
  return contents.map(({ text, pages }) => ({ text, collapsed: false, items: pages.filter(has).map(entry) }));
}
