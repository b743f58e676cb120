import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { filesUnder } from "./support/imports.ts";

const root = join(import.meta.dirname, "..");
const texts = filesUnder(root, "bench", [".mjs"]).map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** Names that a source file exports. */
function exportsOf(file: string): string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      return statement.exportClause.elements.map(({ name }) => name.text);
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
    const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isNamed && statement.name ? [statement.name.text] : [];
  });
}

describe("benches follow the house, which no compiler checks for them", () => {
  const loads = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/const \{ ([\w, ]+) \} = await load\("([\w/-]+)"\)/g)].map(([, names, part]) => ({
      file,
      names: names.split(", "),
      part,
    })),
  );

  test("what they load of the built package is there, under its present names", () => {
    expect(loads.length).toBeGreaterThan(10);
    const missing = loads.flatMap(({ file, names, part }) => {
      const source = `src/${part}.ts`;
      if (!existsSync(join(root, source))) return [`${file}: ${source}`];
      const known = exportsOf(source);
      return names.filter((name) => !known.includes(name)).map((name) => `${file}: ${name} of ${source}`);
    });
    expect(missing).toEqual([]);
  });

  test("programs that they run in processes of their own import files that exist", () => {
    const paths = texts.flatMap(({ file, text }) =>
      [...text.matchAll(/from "\.\/(bench\/[\w./-]+)"/g)].map(([, path]) => ({ file, path })),
    );
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });
});
