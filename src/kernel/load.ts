import { type Block, type Job, pointOf, type RecordedVariable } from "../sweep/job.ts";
import { type Rows, rowIndex } from "./layout.ts";

/** Puts a block's initial values, parameters and constant inputs in place. */
export function loadValues(job: Job, at: Rows, block: Block, memory: WebAssembly.Memory): void {
  const f64 = new Float64Array(memory.buffer);
  const { states, params, inputs, outputs } = job.model;
  const defaults: [RecordedVariable["kind"], readonly { value: number }[]][] = [
    ["state", states],
    ["param", params],
    ["input", inputs],
    ["output", outputs],
  ];
  for (const [kind, variables] of defaults) {
    variables.forEach(({ value }, row) => {
      const index = rowIndex(job, at, { kind, row });
      f64.fill(value, index, index + at.n);
    });
  }
  for (const { kind, row, key } of job.assignments) {
    const index = rowIndex(job, at, { kind, row });
    for (let lane = 0; lane < at.n; lane++) f64[index + lane] = job.values[key][pointOf(job, block, lane)];
  }
  for (const drive of job.inputSources) {
    const index = rowIndex(job, at, { kind: "input", row: drive.row });
    if (drive.kind === "constant") f64.fill(drive.value, index, index + at.n);
  }
}
