// Functions as fused loops compute them, by an arithmetic: of parameters, at the beginning of a run.
import { templatesFromYaml } from "../../src/index.ts";
import type { Arithmetic } from "../../src/sweep/arithmetic.ts";
import { tracesBy } from "./loops.ts";

/** A function of each number, or of each pair of numbers, by a loop. */
export async function loopFunction(name: string, rows: readonly number[][], arithmetic: Arithmetic): Promise<number[]> {
  const params = ["a", "b"].slice(0, rows.length);
  const { circuit } = templatesFromYaml(`
f_op: {base: OperatorTemplate, equations: ["s' = -s", "z = ${name}(${params.join(", ")})"], variables: {s: output(1.0), ${params.map((each) => `${each}: 1.0`).join(", ")}, z: variable}}
f_node: {base: NodeTemplate, operators: [f_op]}
circuit: {base: CircuitTemplate, nodes: {p: f_node}}`);
  const sweep = {
    paramGrid: Object.fromEntries(params.map((each, i) => [each, rows[i]])),
    paramMap: Object.fromEntries(params.map((each) => [each, { vars: [`f_op/${each}`], nodes: ["p"] }])),
    outputs: { z: "p/f_op/z" },
  };
  const times = { simulationTime: 2, stepSize: 1, samplingStepSize: 2, cutoff: 0 };
  return await tracesBy({ circuitTemplate: circuit, ...sweep, ...times }, { arithmetic, lanes: 128 });
}
