// The programs in the documents that call the package, each as it stands and with the options of its calls taken from variables.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { filesUnder } from "./imports.ts";

/** Functions of which a call's last argument is an object of options. */
const taking = ["gridSearch", "simulate", "plan", "connect", "resumeSweep", "sweepBatches"];
const known = [...taking, "openSweep", "verifySweep", "trace", "templatesFromYaml"];

export interface Program {
  name: string;
  text: string;
}

export function callsInMarkdown(root: string): Program[] {
  // Examples of functions' pages are run, each as it stands, by the readme's test.
  const pages = ["README.md", ...filesUnder(root, "docs", [".md"]).filter((page) => !page.startsWith("docs/api/"))];
  return pages.flatMap((page) =>
    blocksOf(readFileSync(join(root, page), "utf8"))
      .filter((text) => !isSignature(text) && known.some((name) => new RegExp(`\\b${name}\\(`).test(text)))
      .flatMap((text, i) => variants(`${page.replace(/\W/g, "-")}-${i + 1}`, whole(text))),
  );
}

/** Whether a block is the signature at the head of a function's page, which test/api/pages.test.ts compares with the source. */
function isSignature(text: string): boolean {
  return /^(?:function|const|class) \w+/.test(text) && !text.includes("import ");
}

function blocksOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```(?:js|ts|mjs|javascript|typescript)\n([\s\S]*?)^```/gm)].map(([, text]) => text);
}

/** A block with what it takes as given: a part of a program imports nothing, and has options from before. */
function whole(text: string): string {
  if (/^import /m.test(text)) return text;
  const used = known.filter((name) => new RegExp(`\\b${name}\\(`).test(text));
  const given = '/** @type {import("massgrid").GridSearchOptions} */\nconst options = JSON.parse("");';
  return `import { ${used.join(", ")} } from "massgrid";\n${given}\n${text}`;
}

/** The program, and where its calls have their options written out, also with these in variables. */
function variants(name: string, text: string): Program[] {
  const literals = literalsIn(text);
  const inVariables = (type: string) =>
    literals.reduceRight((changed, { from, to }) => {
      const value = `(() => { const call = ${type}(${changed.slice(from, to)}); return call; })()`;
      return `${changed.slice(0, from)}${value}${changed.slice(to)}`;
    }, text);
  const own = [{ name, text }];
  if (literals.length === 0) return own;
  return [
    ...own,
    { name: `${name}-variable`, text: inVariables("") },
    { name: `${name}-const`, text: inVariables("/** @type {const} */ ") },
  ];
}

/** Where objects of options stand that are written in calls. */
function literalsIn(text: string): { from: number; to: number }[] {
  const file = ts.createSourceFile("block.mjs", text, ts.ScriptTarget.ES2022, true);
  const found: { from: number; to: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && taking.includes(node.expression.text)) {
      const options = node.arguments.at(-1);
      if (options && ts.isObjectLiteralExpression(options)) found.push({ from: options.getStart(file), to: options.end });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.from - b.from);
}
