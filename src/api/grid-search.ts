import type { Table } from "apache-arrow";
import type { Certificate } from "../certify/certificate.ts";
import { kindOf, Problems } from "../check.ts";
import { type BlockTraces, inOrder } from "../engine/task.ts";
import { refusal } from "../errors.ts";
import { checkResumeOptions } from "../options/check.ts";
import { fillDefaults } from "../options/defaults.ts";
import type { GridSearchOptions, MapSearchOptions, SearchOptions, StoredSearchOptions } from "../options/options.ts";
import { makePlan, type Plan } from "../plan/plan.ts";
import { run } from "../run/run.ts";
import type { Verification } from "../store/integrity.ts";
import type { StoredSweep } from "../store/open.ts";
import type { Caller, ResumeOptions } from "../store/resume.ts";
import { MapRows } from "../table/map.ts";
import { longTable } from "../table/traces.ts";
import { wideTable } from "../table/wide.ts";
import { machine } from "./machine.ts";

/** Traces, and the grid they belong to. */
export interface GridSearchResults {
  /** The recorded outputs: a column for each output and point ("wide"), or a row for each point and sample ("long"). */
  results: Table;
  /** One row a point: key, grid values, status, time of failure, features. */
  resultsMap: Table;
  /** How far the numbers are from those of the equations, where `certify` asks for it. */
  certificate?: Certificate;
}

/** What there is where no traces are kept: `results: false`. */
export interface MapSearchResults {
  results?: undefined;
  resultsMap: Table;
  certificate?: Certificate;
}

/** What there is where traces go to disk. */
export interface StoredResults {
  results?: undefined;
  /** The directory with the traces: `trace(key, output)` and `batches()` read from it what they are asked for. */
  store: StoredSweep;
  resultsMap: Table;
  certificate?: Certificate;
}

const layouts = { wide: wideTable, long: longTable };

/** How sweeps are planned and run here. */
const caller: Omit<Caller, "host"> = {
  plan: (options) => makePlan(options, machine()),
  run: (plan, options) => run(plan, options),
};

/**
 * Integrates a model at every point of a parameter grid and returns Arrow tables, as PyRates' grid_search returns frames.
 *
 * Everything about the call is checked before anything runs; what is wrong is told in one MassgridError. A point that
 * overflows has status "diverged" and the time in `resultsMap`, and no other point notices. Times are in the model's unit.
 * With `store`, traces are written to a directory as they come and not kept in memory; what has been written is not lost by
 * an error, and resumeSweep goes on with it.
 */
export function gridSearch(options: StoredSearchOptions): Promise<StoredResults>;
export function gridSearch(options: GridSearchOptions): Promise<GridSearchResults>;
export function gridSearch(options: MapSearchOptions): Promise<MapSearchResults>;
export function gridSearch(options: SearchOptions): Promise<GridSearchResults | MapSearchResults>;
export async function gridSearch(
  options: SearchOptions | StoredSearchOptions,
): Promise<GridSearchResults | MapSearchResults | StoredResults> {
  const plan = caller.plan(options);
  options.signal?.throwIfAborted();
  if (isStored(options)) {
    const { storeSweep, storing } = await loadStore();
    const store = await storeSweep(options, plan, storing);
    return { store, resultsMap: store.map, ...(await certificateOf(options, plan)) };
  }
  const rows = new MapRows(plan);
  const traces: BlockTraces[] = [];
  for await (const result of run(plan, options)) {
    rows.add(result);
    if (plan.traces) traces.push({ block: result.block, traces: result.traces });
  }
  traces.sort(inOrder);
  const resultsMap = await rows.table();
  const certificate = await certificateOf(options, plan);
  return plan.traces ? { results: await layouts[plan.layout](plan, traces), resultsMap, ...certificate } : { resultsMap, ...certificate };
}

async function certificateOf(options: SearchOptions, plan: Plan): Promise<{ certificate?: Certificate }> {
  // By default there is none.
  if (!options.certify) return {};
  const normal = fillDefaults(options);
  if (normal.certify === false) return {};
  const { certify } = await import("../certify/certify.ts");
  return { certificate: await certify(normal, plan, normal.certify) };
}

/**
 * Goes on with the sweep that gridSearch has begun to store in a directory: computes what is missing or damaged, and leaves the
 * files of an undisturbed sweep, byte for byte. `options` are those that its manifest does not hold (long signals, models that are
 * no bundled ones), and how to run; with all options of gridSearch it also begins a sweep where there is none. With
 * `extend: true`, a `paramGrid` with further points is taken.
 *
 * Throws E_TYPE where an option is of the wrong kind; E_RESUME_CHANGED, naming each, where options, model or package are not those of the store; E_STORE_LOCKED where
 * another process writes to it; E_DISK_FULL and E_IO where the disk fails.
 */
export async function resumeSweep(directory: string, options: ResumeOptions = {}): Promise<StoredSweep> {
  checkDirectory("resumeSweep", directory);
  const problems = new Problems();
  checkResumeOptions(problems, options);
  problems.throwIfAny();
  options.signal?.throwIfAborted();
  const { resumeStored, storing } = await loadStore();
  return await resumeStored(directory, options, storing);
}

/**
 * Opens a sweep that gridSearch has stored. Throws E_MANIFEST_... where the manifest cannot be trusted, and E_SHARD_CORRUPT where
 * a file that is read is not as it was written.
 */
export async function openSweep(directory: string): Promise<StoredSweep> {
  checkDirectory("openSweep", directory);
  return await (await import("../store/open.ts")).openSweep(directory);
}

/** Checks every file of a stored sweep, and tells everything that is wrong with it: nothing is thrown for what is damaged. */
export async function verifySweep(directory: string): Promise<Verification> {
  checkDirectory("verifySweep", directory);
  return await (await import("../store/integrity.ts")).verifySweep(directory);
}

/** Tells what is no path of a directory. */
function checkDirectory(name: string, directory: unknown): void {
  if (typeof directory === "string" && directory !== "") return;
  throw refusal("E_TYPE", `${name} takes the path of a directory, but ${kindOf(directory)} was found`, { path: ["directory"] });
}

/** What a stored sweep alone needs is loaded for it: a page has no directories. */
async function loadStore() {
  const [{ storeSweep, resumeStored }, { nodeHost }] = await Promise.all([
    import("../store/resume.ts"),
    import("../platform/node-host.ts"),
  ]);
  const storing: Caller = { ...caller, host: nodeHost };
  return { storeSweep, resumeStored, storing };
}

function isStored(options: SearchOptions | StoredSearchOptions): options is StoredSearchOptions {
  return "store" in options && options.store !== undefined && options.store !== null;
}
