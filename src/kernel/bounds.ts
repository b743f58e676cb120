import type { Job } from "../sweep/job.ts";
import { type Allocate, LANE_BYTES } from "./allocate.ts";
import * as structs from "./structs.generated.ts";
import { writeStruct } from "./structs.ts";

/** Allocates the bounds of a job's states (assembly/bounds.ts). */
export function allocateBounds(allocate: Allocate, { bounds }: Job): number {
  return allocate(bounds.length * structs.Bound.size);
}

/** Writes them. `kept` are the states that a sample keeps. */
export function writeBounds({ bounds }: Job, address: number, memory: WebAssembly.Memory, kept: readonly number[] = []): void {
  const view = new DataView(memory.buffer);
  bounds.forEach(({ row, low, high }, i) => {
    writeStruct(view, address + i * structs.Bound.size, structs.Bound, { state: row, kept: kept.indexOf(row), low, high });
  });
}

/** Puts states of a block, whose rows begin at `y`, within their bounds, as a step does: what is not finite stays as it is. */
export function clipStates({ bounds }: Job, { n, y }: { n: number; y: number }, memory: WebAssembly.Memory): void {
  const f64 = new Float64Array(memory.buffer);
  for (const { row, low, high } of bounds) {
    const first = y / LANE_BYTES + row * n;
    for (let i = first; i < first + n; i++) if (Number.isFinite(f64[i])) f64[i] = Math.min(Math.max(f64[i], low), high);
  }
}
