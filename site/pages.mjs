// Lays the pages of the site out in one folder, flat, so that links between them are the same wherever the site stands.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { contents } from "./contents.mjs";
import { withTypes } from "./types.mjs";

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
    ["reporting", "SECURITY.md"],
    ["results-of-benches", "bench/results.md"],
    ["benches", "bench/README.md"],
  ]);
}

/** A page's title: its first heading. */
export function titleOf(text) {
  return /^# (.+)$/m.exec(text)?.[1].replaceAll("`", "") ?? "";
}

/** Begins the folder of pages anew. */
export function emptyStage() {
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(join(staged, "public"), { recursive: true });
}

/** Lays out the checkout's pages, with links to the types of these names; other files that they link to are copied beside them. */
export function stagePages(types) {
  const pages = sources();
  const codes = new Set(readFileSync(join(root, pages.errors), "utf8").match(/\bE_[A-Z\d_]+/g));
  const nameOf = new Map(Object.entries(pages).map(([name, file]) => [file, name]));
  nameOf.set("README.md", "index");
  for (const [name, file] of Object.entries(pages)) {
    const text = linked(readFileSync(join(root, file), "utf8"), { file, nameOf });
    writeFileSync(join(staged, `${name}.md`), special(name, name.startsWith("api-") ? withTypes(text, types) : text, codes));
  }
}

/** What a page has on the site alone: the explorer itself, and links to the codes of errors. */
function special(name, text, codes) {
  if (name === "explorer") return withCodes(text.replace(/\n\n/, `\n\n${EXPLORER}\n\n`), codes);
  if (name === "errors")
    return text.replaceAll(/^\| (E_[^|]*)\|/gm, (_, cell) => `| ${cell.replaceAll(/E_[A-Z\d_]+/g, '<span id="$&">$&</span>')}|`);
  return name === "changelog" ? text : withCodes(text, codes);
}

const EXPLORER = '<iframe class="explorer" src="./explorer/index.html" title="The explorer" loading="lazy"></iframe>';

/** Codes of errors, outside of blocks, links and headings, as links to what they mean. */
function withCodes(text, codes) {
  const parts = text.split(/(^```[\s\S]*?^```$|\[[^\]]*\]\([^)]*\)|^#.*$|`[^`\n]*`)/m);
  const lead = (found, code) => (codes.has(code) ? `[${found}](./errors.md#${code})` : found);
  const isCode = (part) => /^`E_[A-Z\d_]+`$/.test(part);
  return parts.map((part, i) => (i % 2 === 1 && !isCode(part) ? part : part.replaceAll(/`?\b(E_[A-Z\d_]*[A-Z\d])\b`?/g, lead))).join("");
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
  const functions = Object.keys(sources()).filter((name) => name.startsWith("api-"));
  return [
    ...contents.map(({ text, pages }) => ({ text, collapsed: false, items: pages.filter(has).map(entry) })),
    { text: "Functions", collapsed: true, items: functions.map(entry) },
  ];
}
