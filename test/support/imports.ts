import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** An import of one file of the project by another: static, dynamic, of a type alone, or `new URL("./x.ts", import.meta.url)`. */
export interface Import {
  from: string;
  to: string;
}

/** All files below a folder of the project whose names end so, by their paths from the root. */
export function filesUnder(root: string, folder: string, extensions: readonly string[]): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** All that a file imports, as it is written there. */
function specifiersOf(root: string, file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.add(specifier);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** What a file imports of the project, read from its syntax tree; packages and modules of Node are left out. */
export function importsOf(root: string, file: string): Import[] {
  return specifiersOf(root, file).flatMap((specifier) => {
    const to = specifier.startsWith(".") ? resolved(root, file, specifier) : undefined;
    return to === undefined ? [] : [{ from: file, to }];
  });
}

/** The packages, and modules of Node, that a file imports. */
export function packagesOf(root: string, file: string): string[] {
  return specifiersOf(root, file).filter((specifier) => /^(?:@|node:)?[a-z][\w./-]*$/.test(specifier));
}

/** The text after `from`, in `import(...)`, or in `new URL(..., import.meta.url)`. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return textOf(node.arguments[0]);
  const isUrl = ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "URL";
  return isUrl ? textOf(node.arguments?.[0]) : undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** The file that a relative specifier names; AssemblyScript leaves the extension out. What is built is no file of the project. */
function resolved(root: string, file: string, specifier: string): string | undefined {
  const path = relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/");
  if (/^(?:dist|build|node_modules)\//.test(path)) return undefined;
  if (/\.\w+$/.test(path)) return existsSync(join(root, path)) ? path : undefined;
  return file.includes("assembly/") && existsSync(join(root, `${path}.ts`)) ? `${path}.ts` : undefined;
}

/** The first cycle that each file is on, as "a → b → a". */
export function cyclesOf(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [[...trail.slice(trail.indexOf(file)), file].join(" → ")];
    if (done.has(file)) return [];
    const found = (next.get(file) ?? []).flatMap((to) => visit(to, [...trail, file]));
    done.add(file);
    return found;
  };
  return [...next.keys()].flatMap((file) => visit(file, []));
}
