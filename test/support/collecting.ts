// What a file of tests does while its tests are only being listed, read from its syntax tree.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Calls that do work, or leave something behind: sweeps, compilations, processes, files that are written. */
const working =
  /^(?:gridSearch|simulate|resumeSweep|openSweep|verifySweep|certify|plan|makePlan|compileEquations|compileSource|sourceOf|spawn|spawnSync|execSync|execFileSync|mkdtempSync|mkdirSync|writeFileSync|launch|serve|fetch|sample|assert)$/;
/** Constructors that do. */
const constructing = /^(?:Module|Instance|Worker|WorkerPool)$/;

/** The functions of a file by their names, whether declared or kept in a constant. */
function functionsOf(source: ts.SourceFile): Map<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name && node.body) found.set(node.name.text, node.body);
    const isNamed = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer;
    if (isNamed && (ts.isArrowFunction(isNamed) || ts.isFunctionExpression(isNamed))) found.set(node.name.getText(source), isNamed.body);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The name that a call ends in: `a.b.c(...)` is `c`. */
function nameOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : "";
}

/** The name that a call begins with: `describe.each(...)(...)` is `describe`. */
function headOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return headOf(callee.expression);
  return ts.isTaggedTemplateExpression(callee) ? headOf(callee.tag) : "";
}

/** Functions that are called back at once, where their call is collected. */
const atOnce = /^(?:describe|map|flatMap|forEach|filter|reduce|from|sort|some|every|find)$/;

/** Where a file works at its collection: "file:line: call", through its own functions and the bodies of `describe`. */
export function workAtCollection(root: string, file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const own = functionsOf(source);
  const seen = new Set<ts.Node>();
  const found: string[] = [];
  const tell = (node: ts.Node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${file}:${line + 1}: ${node.getText(source).split("\n")[0].slice(0, 60)}`);
  };
  const visit = (node: ts.Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (ts.isAwaitExpression(node)) tell(node);
    if (ts.isNewExpression(node) && constructing.test(nameOf(node.expression))) tell(node);
    if (ts.isCallExpression(node)) {
      const name = nameOf(node.expression);
      if (working.test(name)) tell(node);
      const body = ts.isIdentifier(node.expression) ? own.get(name) : undefined;
      if (body) visit(body);
      if (ts.isParenthesizedExpression(node.expression) && isFunction(node.expression.expression)) visit(node.expression.expression.body);
      const callsBack = atOnce.test(name) || headOf(node.expression) === "describe";
      for (const argument of node.arguments) if (callsBack && isFunction(argument)) visit(argument.body);
    }
    ts.forEachChild(node, (child) => {
      if (!isFunction(child) && !ts.isFunctionDeclaration(child) && !ts.isMethodDeclaration(child)) visit(child);
    });
  };
  visit(source);
  return found;
}

function isFunction(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The title of each test and `describe` that stands by itself in a file; undefined where it is no literal. */
export function topTitles(root: string, file: string): (string | undefined)[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return [];
    const { expression, arguments: given } = statement.expression;
    if (!/^(?:describe|test)$/.test(headOf(expression))) return [];
    const [title] = given;
    return [ts.isStringLiteralLike(title) || ts.isTemplateExpression(title) ? title.getText(source).slice(1, -1) : undefined];
  });
}

/** The words of a file of tests' subject: those of its name, and of the folder that it is in. */
export function subjectOf(file: string): string[] {
  const [name, folder] = file
    .replace(/\.test\.ts$/, "")
    .split("/")
    .reverse();
  return [...name.split("-"), folder].map((word) => word.replace(/s$/, "")).filter((word) => word !== "test");
}
