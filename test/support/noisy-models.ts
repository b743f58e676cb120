import { type CircuitTemplate, templatesFromYaml } from "../../src/index.ts";

/**
 * Linear equations with noise: `decay` x' = -k x (Ornstein-Uhlenbeck with noise on x), `growth` x' = mu x, both with an input
 * u, added to `decay` and multiplied with x in `growth`.
 */
export const linear: Record<string, CircuitTemplate> = templatesFromYaml(`
decay_op: {base: OperatorTemplate, equations: ["x' = -k*x + u"], variables: {x: output(1.0), k: 1.0, u: input(0.0)}}
decay_node: {base: NodeTemplate, operators: [decay_op]}
decay: {base: CircuitTemplate, nodes: {p: decay_node}}
growth_op: {base: OperatorTemplate, equations: ["x' = mu*x + x*u"], variables: {x: output(1.0), mu: 0.05, u: input(0.0)}}
growth_node: {base: NodeTemplate, operators: [growth_op]}
growth: {base: CircuitTemplate, nodes: {p: growth_node}}
pair_op:
  base: OperatorTemplate
  equations: ["x' = -x + r", "y' = x - y", "r = 2.0*m", "m = y + w"]
  variables: {x: output(1.0), y: variable(0.5), r: variable, m: variable, w: input(0.0)}
pair_node: {base: NodeTemplate, operators: [pair_op]}
pair: {base: CircuitTemplate, nodes: {p: pair_node}}
two: {base: CircuitTemplate, nodes: {a: growth_node, b: growth_node}}
`);

/** Slope of log error against log step, by least squares. */
export function slopeOf(steps: readonly number[], errors: readonly number[]): number {
  const points = steps.map((h, i) => [Math.log2(h), Math.log2(errors[i])]);
  const mean = (index: number) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const top = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return top / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Mean and variance. */
export function momentsOf(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}
