import type { AdaptiveJob } from "../sweep/job.ts";
import { JumpTimes } from "./jump-times.ts";
import { valueAt } from "./key-values.ts";

/** When the equations of one point jump or bend at known times; undefined where they never do. */
export function jumpTimesOf(job: AdaptiveJob, point: number): JumpTimes | undefined {
  const { params, inputs, timeProgram } = job.model;
  if (!timeProgram) return undefined;
  const rows = Float64Array.from([...params, ...inputs], ({ value }) => value);
  const rowOf = (kind: string, row: number) => (kind === "input" ? params.length : 0) + row;
  for (const { kind, row, key } of job.assignments) if (kind !== "state") rows[rowOf(kind, row)] = valueAt(job.values[key], point);
  for (const source of job.inputSources) if (source.kind === "constant") rows[rowOf("input", source.row)] = source.value;
  return new JumpTimes(timeProgram, (row) => rows[row], job.adaptive.simulationTime);
}
