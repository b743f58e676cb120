import type { Certificate } from "../certify/certificate.ts";
import { kindOf, Problems } from "../check.ts";
import { type BlockTraces, inOrder } from "../engine/task.ts";
import { refusal } from "../errors.ts";
import { checkResumeOptions, checkShardOptions } from "../options/check.ts";
import { fillDefaults, type NormalOptions, type SweepCall } from "../options/defaults.ts";
import type { SearchOptions, StoredSearchOptions } from "../options/options.ts";
import { makePlan, type Plan } from "../plan/plan.ts";
import { run } from "../run/run.ts";
import type { Verification } from "../store/integrity.ts";
import type { StoredSweep } from "../store/open.ts";
import type { Caller, ResumeOptions } from "../store/resume.ts";
import type { OpenShards, RunShardsOptions, ShardRun } from "../store/run-shards.ts";
import type { StatusReader, SweepStatus } from "../store/status.ts";
import { MapRows } from "../table/map.ts";
import { longTable } from "../table/traces.ts";
import { wideTable } from "../table/wide.ts";
import { machine } from "./machine.ts";
import type { GridSearchResults, MapSearchResults, StoredResults } from "./results.ts";

const layouts = { wide: wideTable, long: longTable };

/** How sweeps are planned and run here. */
const caller: Omit<Caller, "host"> = {
  plan: (options) => makePlan(options, machine()),
  run: (plan, options) => run(plan, options),
};

/** gridSearch, once its parts are loaded. */
export async function search(options: SearchOptions): Promise<GridSearchResults | MapSearchResults | StoredResults> {
  const plan = caller.plan(options);
  options.signal?.throwIfAborted();
  if (isStored(options)) {
    const { storeSweep, storing } = await loadStore();
    const store = await storeSweep(options, plan, storing);
    return storedResults(store, await certificateOf(options, plan));
  }
  if (plan.refinement || plan.following) return await grownSearch(options, plan);
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

/** A sweep that is run in several goes: what one finds says which points there are, or where they start. */
async function grownSearch(options: SearchOptions, plan: Plan): Promise<GridSearchResults | MapSearchResults> {
  const [{ refinedSearch }, { followedSearch }] = await Promise.all([import("./refined.ts"), import("./followed.ts")]);
  const planOf = (call: SweepCall) => makePlan(call, machine());
  const { refinement, following } = plan;
  const grown = refinement
    ? await refinedSearch(options, plan, refinement, planOf)
    : await followedSearch(options, plan, following ?? { key: 0, direction: "up" }, planOf);
  const { results, resultsMap } = grown;
  const certificate = options.certify ? await certificateOf(options, grown.plan, fillDefaults(grown.call)) : {};
  return results ? { results, resultsMap, ...certificate } : { resultsMap, ...certificate };
}

/** What a stored sweep gives. A map that does not fit into memory is told of where it is asked for. */
function storedResults(store: StoredSweep, certificate: { certificate?: Certificate }): StoredResults {
  return {
    store,
    get resultsMap() {
      return store.map;
    },
    ...certificate,
  };
}

async function certificateOf(options: SearchOptions, plan: Plan, call?: NormalOptions): Promise<{ certificate?: Certificate }> {
  // By default there is none.
  if (!options.certify) return {};
  const normal = call ?? fillDefaults(options);
  if (normal.certify === false) return {};
  const { certify } = await import("../certify/certify.ts");
  return { certificate: await certify(normal, plan, normal.certify) };
}

/** resumeSweep, once its parts are loaded. */
export async function resumeSweep(directory: string, options: ResumeOptions = {}): Promise<StoredSweep> {
  checkDirectory("resumeSweep", directory);
  const problems = new Problems();
  checkResumeOptions(problems, options);
  problems.throwIfAny();
  options.signal?.throwIfAborted();
  const { resumeStored, storing } = await loadStore();
  return await resumeStored(directory, options, storing);
}

/** openSweep, once its parts are loaded. */
export async function openSweep(directory: string): Promise<StoredSweep> {
  checkDirectory("openSweep", directory);
  return await (await import("../store/open.ts")).openSweep(directory);
}

/** verifySweep, once its parts are loaded. */
export async function verifySweep(directory: string): Promise<Verification> {
  checkDirectory("verifySweep", directory);
  return await (await import("../store/integrity.ts")).verifySweep(directory);
}

/** runShards, once its parts are loaded. */
export async function runShards(options: StoredSearchOptions, how: RunShardsOptions = {}): Promise<ShardRun> {
  const problems = new Problems();
  checkShardOptions(problems, options, how);
  problems.throwIfAny();
  const [{ runStored }, { storing }] = await Promise.all([import("../store/run-shards.ts"), loadStore()]);
  return await runStored(options, how, { caller: storing });
}

/**
 * Opens a stored sweep for any number of runs of its shards: the sweep of `options`, which is begun where there is none, or the one that a
 * directory holds. Threads are `workers` for each run.
 */
export async function openShards(sweep: StoredSearchOptions | string, { workers }: { workers?: number } = {}): Promise<OpenShards> {
  const how = workers === undefined ? {} : { workers };
  const [store, { storing }, { openDisk }] = await Promise.all([
    import("../store/run-shards.ts"),
    loadStore(),
    import("../store/disk/open-disk.ts"),
  ]);
  if (typeof sweep === "string") return await store.reopenShards(openDisk(sweep, storing.host()), how, storing);
  const problems = new Problems();
  checkShardOptions(problems, sweep, {});
  problems.throwIfAny();
  return await store.openShards({ ...sweep, ...how }, { caller: storing });
}

/** Bytes of a map that are read where a sweep is finished: who finishes a large one should need little memory. */
const FINISHED = 1e8;

/** finishSweep, once its parts are loaded. */
export async function finishSweep(directory: string): Promise<StoredSweep> {
  checkDirectory("finishSweep", directory);
  const [{ finishStored }, { openDisk }, { openStored }, { nodeHost }] = await Promise.all([
    import("../store/run-shards.ts"),
    import("../store/disk/open-disk.ts"),
    import("../store/open.ts"),
    import("../platform/node-host.ts"),
  ]);
  const disk = openDisk(directory, nodeHost());
  await finishStored(disk);
  return await openStored(disk, FINISHED);
}

/** sweepStatus, once its parts are loaded. */
export async function sweepStatus(directory: string): Promise<SweepStatus> {
  return await (await statusReader(directory)).read();
}

/** Reads the status of a stored sweep again and again. */
export async function statusReader(directory: string): Promise<StatusReader> {
  checkDirectory("sweepStatus", directory);
  const [{ StatusReader }, { openDisk }, { nodeHost }] = await Promise.all([
    import("../store/status.ts"),
    import("../store/disk/open-disk.ts"),
    import("../platform/node-host.ts"),
  ]);
  return new StatusReader(openDisk(directory, nodeHost()));
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

function isStored(options: SearchOptions): options is StoredSearchOptions {
  return "store" in options && options.store !== undefined && options.store !== null;
}
