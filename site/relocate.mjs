// Makes a built site independent of the path that it is served under. VitePress writes one path into every file; all pages stand in one
// folder here, so that links between them need none, and scripts take the path from the address of the page that loads them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

/** The path that the site is built for, which stands for whatever it will be. */
export const PLACE = "/__massgrid__/";
const BASE = "__massgridBase";
const sets = `<script>window.${BASE}=location.pathname.replace(/[^/]*$/,"")</script>`;

export async function relocate(folder) {
  const { default: ts } = await import("typescript");
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    const make = { ".html": relative, ".js": (text) => dynamic(ts, text) }[extname(name)];
    if (make === undefined) continue;
    const text = readFileSync(file, "utf8");
    if (text.includes(PLACE)) writeFileSync(file, make(text));
  }
}

function relative(text) {
  return text.replace("<head>", `<head>\n    ${sets}`).replaceAll(`"${PLACE}`, '"./');
}

/** A script whose texts get the path when they are used. */
function dynamic(ts, text) {
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      if (node.getText().includes(PLACE)) found.push([node.getStart(), node.end]);
    } else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("page.js", text, ts.ScriptTarget.ES2022, true));
  return found.reduceRight(
    (made, [from, to]) => `${made.slice(0, from)}(${made.slice(from, to)}).replaceAll("${PLACE}",window.${BASE})${made.slice(to)}`,
    text,
  );
}
