// The operator of a text of templates, as it is understood.

import { templatesFromYaml } from "../../src/index.ts";
import { print } from "../../src/model/equation/tree.ts";
import type { OperatorTemplate } from "../../src/model/template/template.ts";

/** A circuit of one node with the operator `op`. */
export const net = `
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node } }
`;

/** The operator `op` of a text. */
export function operator(text: string): OperatorTemplate {
  const node = templatesFromYaml(text + net).net.nodes.get("a");
  if (!node) throw new Error("the text has no node");
  return node.operators[0].operator;
}

/** Its equations as they are understood. */
export function equations(text: string): string[] {
  return operator(text).equations.map(({ target, derivative, expression }) => `${target}${derivative ? "'" : ""} = ${print(expression)}`);
}

/** Its variables: kind, value, and imaginary part. */
export function variables(text: string): Record<string, (string | number | undefined)[]> {
  return Object.fromEntries(
    [...operator(text).variables].map(([name, { kind, re, im }]) => [name, im === undefined ? [kind, re] : [kind, re, im]]),
  );
}
