import ts from "typescript";

/** Where arrays other than literals are spread into the arguments of a call or of `new`: file, line, and what is called. */
export function spreadArguments(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const spread = node.arguments?.find((argument) => ts.isSpreadElement(argument) && !ts.isArrayLiteralExpression(argument.expression));
      if (spread) {
        const { line } = source.getLineAndCharacterOfPosition(spread.getStart());
        found.push(`${file}:${line + 1} ${node.expression.getText().replaceAll(/\s/g, "")}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
