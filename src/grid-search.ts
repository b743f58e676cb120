import type { Table } from "apache-arrow";
import type { GridSearchOptions, MapSearchOptions } from "./plan/options.ts";
import { makePlan } from "./plan/plan.ts";
import { openFiles } from "./run/files.ts";
import { roomForResults } from "./run/memory.ts";
import { type BlockResult, inOrder } from "./run/result.ts";
import { run } from "./run/run.ts";
import { longTable } from "./table/long.ts";
import { mapTable } from "./table/map.ts";
import { wideTable } from "./table/wide.ts";

/** Traces, and the grid they belong to. */
export interface GridSearchResults {
  /** The recorded outputs: a column for each output and point ("wide"), or a row for each point and sample ("long"). */
  results: Table;
  /** One row a point: key, grid values, status, time of failure, features. */
  resultsMap: Table;
}

/** What there is where no traces are kept: `results: false`. */
export interface MapSearchResults {
  results?: undefined;
  resultsMap: Table;
}

const layouts = { wide: wideTable, long: longTable };

/**
 * Integrates a model at every point of a parameter grid and returns Arrow tables, as PyRates' grid_search returns frames.
 *
 * Everything about the call is checked before anything runs; what is wrong is told in one MassgridError. A point that
 * overflows has status "diverged" and the time in `resultsMap`, and no other point notices. Times are in the model's unit.
 */
export function gridSearch(options: GridSearchOptions): Promise<GridSearchResults>;
export function gridSearch(options: MapSearchOptions): Promise<MapSearchResults>;
export function gridSearch(options: GridSearchOptions | MapSearchOptions): Promise<GridSearchResults | MapSearchResults>;
export async function gridSearch(options: GridSearchOptions | MapSearchOptions): Promise<GridSearchResults | MapSearchResults> {
  const plan = makePlan(options, { room: roomForResults(), openFile: openFiles() });
  options.signal?.throwIfAborted();
  const finished: BlockResult[] = [];
  for await (const result of run(plan, options)) finished.push(result);
  finished.sort(inOrder);
  const resultsMap = await mapTable(plan, finished);
  return plan.traces ? { results: await layouts[plan.layout](plan, finished), resultsMap } : { resultsMap };
}
