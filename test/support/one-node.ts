// Circuits of one operator `op` on one node `n`.
import { type CircuitTemplate, templatesFromYaml } from "../../src/index.ts";

/** Of equations, and of variables as YAML has them. */
export function oneNode(equations: readonly string[], variables: string): CircuitTemplate {
  const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ${JSON.stringify(equations)}, variables: ${variables} }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`);
  return net;
}
