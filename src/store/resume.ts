import type { Table } from "apache-arrow/table";
import { Problems } from "../check.ts";
import type { BlockResult } from "../engine/result.ts";
import { sanitize } from "../errors.ts";
import { bundledCircuits } from "../model/bundled/index.ts";
import { DEFAULTS } from "../options/defaults.ts";
import type { GridSearchOptions, ParamGrid, SearchOptions, StoredSearchOptions, StoreOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import { begin, mend } from "./begin.ts";
import { changed, checkSame, checkSameVersion } from "./compatibility.ts";
import { complete, type Running } from "./complete.ts";
import { Disk } from "./disk/disk.ts";
import { JOURNAL, Journal } from "./disk/journal.ts";
import { lock } from "./disk/lock.ts";
import { readManifest, restoreManifest } from "./disk/manifest-file.ts";
import { StoreError, storeError } from "./errors.ts";
import { extend, finishExtension, pendingExtension } from "./extend.ts";
import { tidy } from "./finish.ts";
import { paramGridOf } from "./format/grid.ts";
import { COPY, GRID, MANIFEST, type Manifest } from "./format/manifest.ts";
import { goodEntries, readGrid } from "./integrity.ts";
import { openStored, type StoredSweep } from "./open.ts";
import { optionsOf, replicatesOf } from "./spec.ts";

/** What is above a store: it makes plans and runs them. */
export interface Caller {
  host(): Host;
  plan(options: SearchOptions): Plan;
  run(plan: Plan, options: SearchOptions): AsyncIterable<BlockResult>;
}

/** What resumeSweep takes: those options of the sweep that its manifest does not hold, and how it is to be run. */
export type ResumeOptions = Partial<Omit<GridSearchOptions, "results">> & {
  /** Whether traces are kept is a thing of the store. */
  results?: boolean;
  /** Format and size of shards are those of the store; where they are given, they must be the same. */
  store?: Partial<StoreOptions>;
  /** Lets `paramGrid` have more points than the store; those that are there are taken over. */
  extend?: boolean;
};

/** Stores a sweep in a directory of its own. */
export async function storeSweep(options: StoredSearchOptions, plan: Plan, caller: Caller): Promise<StoredSweep> {
  const disk = new Disk(options.store.directory, caller.host());
  await disk.make();
  await locked(disk, async () => {
    await complete(await begin(disk, options, plan), new Map(), running(caller, options));
  });
  return await openStored(disk);
}

/** Goes on with the sweep of a directory, or begins it where there is none. */
export async function resumeStored(directory: string, options: ResumeOptions, caller: Caller): Promise<StoredSweep> {
  const given = withoutNulls(options);
  const disk = new Disk(directory, caller.host());
  if (given.circuitTemplate === undefined && !(await disk.names()).some((name) => name === MANIFEST || name === COPY)) {
    throw storeError("E_MANIFEST_MISSING", `there is no stored sweep in ${sanitize(disk.directory)}: it has no ${MANIFEST}`);
  }
  await disk.make();
  await locked(disk, async () => {
    await finishExtension(disk);
    await restoreManifest(disk);
    const manifest = await readManifest(disk);
    if (manifest) return await goOn(disk, manifest, given, caller);
    const { extend: _, store, ...rest } = given;
    const options = { ...blank, ...rest, store: { ...store, directory } };
    await complete(await begin(disk, options, caller.plan(options)), new Map(), running(caller, options));
  });
  return await openStored(disk);
}

/** Options without those that are null or undefined: they are not given. */
function withoutNulls<Options extends object>(options: Options): Options {
  const copy = { ...options };
  for (const [key, value] of Object.entries(copy)) if (value === null || value === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}

/** What stands for an option that is missing: each is one that the plan refuses. */
const blank = {
  circuitTemplate: "",
  paramGrid: {},
  paramMap: {},
  simulationTime: Number.NaN,
  stepSize: Number.NaN,
  outputs: {},
} satisfies GridSearchOptions;

async function locked(disk: Disk, work: () => Promise<void>): Promise<void> {
  const { release } = await lock(disk);
  try {
    await work();
  } finally {
    await release();
  }
}

function running(caller: Caller, options: StoredSearchOptions): Running {
  // Progress is told of the whole store, and not of what is left of it.
  const { onProgress, ...silent } = options;
  return { run: (plan) => caller.run(plan, silent), onProgress };
}

async function goOn(disk: Disk, manifest: Manifest, given: ResumeOptions, caller: Caller): Promise<void> {
  checkSameVersion(disk, manifest);
  checkStore(disk, manifest, given.store);
  const pending = given.paramGrid === undefined ? await pendingExtension(disk) : undefined;
  const from = pending ?? { disk, manifest };
  const grid = given.paramGrid ?? paramGridOf(await knownGrid(from.disk, from.manifest), replicatesOf(manifest));
  const options = merged(disk, manifest, given, grid);
  const plan = caller.plan(options);
  const { sameGrid } = checkSame(disk, manifest, options, plan);
  const entries = await goodEntries(disk, manifest);
  if (!sameGrid && (given.extend === true || pending)) {
    await extend({ disk, manifest, entries }, options, plan, running(caller, options));
    return;
  }
  if (!sameGrid) {
    const hint = "to add points to those that are there, set extend: true (--extend); or store the changed sweep in another directory";
    throw changed(disk.directory, [`paramGrid (${manifest.grid.points} points → ${plan.points.names.length})`], hint);
  }
  if (manifest.complete) await disk.remove(JOURNAL);
  else await new Journal(disk, manifest).write(entries);
  await mend(disk, manifest, plan);
  await tidy(disk);
  await complete({ disk, plan, manifest }, entries, running(caller, options));
}

/** The points as the store has them. Throws E_RESUME_OPTION where every file that has them is damaged. */
async function knownGrid(disk: Disk, manifest: Manifest): Promise<Table> {
  return await readGrid(disk, manifest).catch((error) => {
    if (!(error instanceof StoreError) || error.code !== "E_SHARD_CORRUPT") throw error;
    const files = [GRID, ...(manifest.map ? [manifest.map.file] : [])].join(" and ");
    throw storeError(
      "E_RESUME_OPTION",
      `the points of ${sanitize(disk.directory)} are not known, as ${files} cannot be read; give paramGrid again`,
    );
  });
}

function checkStore(disk: Disk, { format, shardPoints }: Manifest, store: Partial<StoreOptions> = {}): void {
  const given = withoutNulls(store);
  const found = [
    given.format !== undefined && given.format !== format ? [`format (${format} → ${given.format})`] : [],
    given.shardPoints !== undefined && given.shardPoints !== shardPoints ? [`shardPoints (${shardPoints} → ${given.shardPoints})`] : [],
  ].flat();
  if (found.length > 0) throw changed(disk.directory, found);
}

/** The options of the stored sweep with those of the call. A file is not read because a manifest says so, but because the call does. */
function merged(disk: Disk, manifest: Manifest, given: ResumeOptions, paramGrid: ParamGrid): StoredSearchOptions {
  const { extend: _, store: __, ...rest } = given;
  const problems = new Problems();
  const options = optionsOf(problems, manifest.spec, rest);
  const { circuitTemplate } = options;
  if (
    given.circuitTemplate === undefined &&
    typeof circuitTemplate === "string" &&
    !bundledCircuits().includes(circuitTemplate.replaceAll("/", "."))
  ) {
    const message = `circuitTemplate of the stored sweep is ${sanitize(circuitTemplate)}, which is no bundled template; give it again`;
    problems.add("E_RESUME_OPTION", ["circuitTemplate"], message);
  }
  problems.throwIfAny();
  const { format, shardPoints } = manifest;
  return Object.assign({ ...blank }, options, {
    paramGrid,
    // A stored grid has all of its points already.
    ...(given.paramGrid === undefined ? { permuteGrid: DEFAULTS.sweep.permuteGrid } : {}),
    store: { directory: disk.directory, format, shardPoints },
  });
}
