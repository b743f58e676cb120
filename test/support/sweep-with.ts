import { createHash } from "node:crypto";
import { type BlockResult, inOrder } from "../../src/engine/task.ts";
import { type GridSearchOptions, type GridSearchResults, type MapSearchOptions, type MapSearchResults, trace } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { type RunOptions, run } from "../../src/run/run.ts";
import { mapTable } from "../../src/table/map.ts";
import { wideTable } from "../../src/table/wide.ts";

/** What gridSearch decides by itself: the points of a block, and where threads come from. */
export interface Settings extends RunOptions {
  lanes?: number;
}

/** A sweep as gridSearch makes it, with settings that it does not let a caller choose. */
export async function sweepWith(options: GridSearchOptions, settings: Settings): Promise<GridSearchResults>;
export async function sweepWith(
  options: GridSearchOptions | MapSearchOptions,
  settings: Settings,
): Promise<GridSearchResults | MapSearchResults>;
export async function sweepWith(
  options: GridSearchOptions | MapSearchOptions,
  { lanes, ...settings }: Settings,
): Promise<GridSearchResults | MapSearchResults> {
  const plan = makePlan(options, { budget: 1e9, openFile: openFiles(), ...(lanes === undefined ? {} : { lanes }) });
  const found: BlockResult[] = [];
  for await (const result of run(plan, settings)) found.push(result);
  found.sort(inOrder);
  const resultsMap = await mapTable(plan, found);
  return plan.traces ? { results: await wideTable(plan, found), resultsMap } : { resultsMap };
}

function hashOf(values: Float64Array): string {
  return createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
}

/** Everything that a sweep found: each point's row of the map, and the hashes of its traces' bits. */
export function everything(found: GridSearchResults | MapSearchResults, outputs: readonly string[]): Record<string, unknown> {
  const { results, resultsMap } = found;
  const rows = resultsMap.toArray().map((row) => row.toJSON());
  const hashes = (key: string) => (results ? outputs.map((output) => hashOf(trace(results, key, output))) : []);
  return Object.fromEntries(rows.map((row) => [row.key, [row, ...hashes(String(row.key))]]));
}
