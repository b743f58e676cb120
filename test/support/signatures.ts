// What dist/index.d.ts tells of each export: its signature, and what its comment says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Signature {
  /** As TypeScript, without the machinery that checks names in the text of a call. */
  code: string;
  /** The text of its comment, as markdown. */
  says: string;
}

let known: Map<string, Signature> | undefined;

/** The signatures of functions, classes and constants by their names. */
export function signatures(root: string): Map<string, Signature> {
  known ??= readSignatures(root);
  return known;
}

function readSignatures(root: string): Map<string, Signature> {
  const text = readFileSync(join(root, "dist/index.d.ts"), "utf8");
  const file = ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.ES2022, true);
  const found = new Map<string, Signature>();
  for (const statement of file.statements) {
    const name = nameOf(statement);
    if (name === undefined) continue;
    const earlier = found.get(name);
    const code = codeOf(statement, name);
    found.set(name, { code: earlier ? `${earlier.code}\n${code}` : code, says: earlier?.says || saidOf(statement) });
  }
  return found;
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return statement.name?.text;
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0].name.getText();
  return undefined;
}

function codeOf(statement: ts.Statement, name: string): string {
  if (ts.isVariableStatement(statement)) return tableOf(statement.declarationList.declarations[0], name);
  return plain(statement.getText().replace(/^declare /, ""));
}

/** A table of solvers: its names, each of one type. */
function tableOf({ type }: ts.VariableDeclaration, name: string): string {
  const members = type && ts.isTypeLiteralNode(type) ? type.members.map((member) => member.name?.getText() ?? "") : [];
  // Their order in the file is not that of every build.
  const names = members.map((member) => (member.startsWith('"') ? member : `"${member}"`)).sort();
  return `const ${name}: Readonly<Record<${names.join(" | ")}, Solver>>;`;
}

/** A signature as one reads it: type parameters that stand for the text of a call are what they extend. */
function plain(code: string): string {
  return code
    .replaceAll(/\$\d+\b/g, "")
    .replaceAll("SearchResults<Options>", "GridSearchResults | MapSearchResults | StoredResults")
    .replaceAll(
      /\bUnchecked<SearchOptions>|\bChecked<Options, SearchOptions>/g,
      "GridSearchOptions | MapSearchOptions | StoredSearchOptions",
    )
    .replace(/<(?:const )?(?:Options|Given|Kept|Source)\b.*?>(?=\()/s, "")
    .replaceAll(/\b(?:Checked|Unchecked)<(?:Options, )?(\w+)>/g, "$1")
    .replaceAll(/<Options>|<(?:Map|Run|Batch|Trace)Columns<Options>>|<keyof Given & string>/g, "")
    .replaceAll(/ranges: Given/g, "ranges: Ranges")
    .replaceAll(/distributions: Given/g, "distributions: Record<string, Spread>")
    .replaceAll(/noise: Source/g, "noise: Noise")
    .replaceAll(/<(?:Batch|Run)Columns>/g, "")
    .replaceAll(/OutputOf<Columns, Output>/g, "string")
    .replaceAll(/SamplesOf<Kept, Columns>/g, "Float64Array | Float32Array")
    .replaceAll(/Samples<Source>/g, "Float64Array | { data: Float64Array; columns: number }")
    .replaceAll(/<Columns>/g, "");
}

function saidOf(statement: ts.Statement): string {
  const [comment] = ts.getJSDocCommentsAndTags(statement);
  const { comment: says } = comment ?? {};
  return (typeof says === "string" ? says : (ts.getTextOfJSDocComment(says) ?? "")).trim();
}
