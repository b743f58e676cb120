import { isRecord, Problems } from "../check.ts";
import type { BlockResult } from "../engine/task.ts";
import { sanitize } from "../errors.ts";
import { bundledCircuits } from "../model/bundled/index.ts";
import { fillStore, renamedOptions } from "../options/defaults.ts";
import type { GridSearchOptions, SearchOptions, StoredSearchOptions, StoreOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import type { Points } from "../sweep/points.ts";
import { begin, checkEmpty, repair } from "./begin.ts";
import { checkCompatible, checkPackage, checkStore, incompatible } from "./compatibility.ts";
import { checkFreeSpace, cleanUp, complete } from "./complete.ts";
import type { Execution } from "./compute.ts";
import type { Disk } from "./disk/disk.ts";
import { lock } from "./disk/lock.ts";
import { checkNotOld, noManifest, readManifest, restoreManifest } from "./disk/manifest-file.ts";
import { openDisk } from "./disk/open-disk.ts";
import { StoreError, storeError } from "./errors.ts";
import { extend, finishExtension, pendingExtension } from "./extend.ts";
import { type Canonical, isHashed } from "./format/canonical.ts";
import { gridOptionsOf } from "./format/grid-file.ts";
import { COPY, GRID, MANIFEST, type Manifest, replicatesOf } from "./format/manifest-schema.ts";
import { intactEntries, isIntact, readGrid } from "./integrity.ts";
import { openStored, type StoredSweep } from "./open.ts";
import type { Store } from "./shard.ts";
import { ShardEntries } from "./shard-entries.ts";
import { lostLists, restoreLists } from "./shard-lists.ts";

/** Plans and runs sweeps; implemented by the layer above. */
export interface Caller {
  host(): Host;
  plan(options: SearchOptions): Plan;
  run(plan: Plan, options: SearchOptions): AsyncIterable<BlockResult>;
}

/** Options of resumeSweep: those that the manifest does not hold, and how to run. */
export type ResumeOptions = Partial<Omit<GridSearchOptions, "results">> & {
  /** Whether traces are kept; the store determines it. */
  results?: boolean;
  /** Format and size of shards; if given, they must be those of the store. */
  store?: Partial<StoreOptions>;
  /** Allows `paramGrid` to have more points than the store; those of the store are reused. */
  extend?: boolean;
};

/** Stores a sweep in a new directory. */
export async function storeSweep(options: StoredSearchOptions, plan: Plan, caller: Caller): Promise<StoredSweep> {
  const disk = openDisk(options.store.directory, caller.host());
  await checkFreeSpace(disk, { format: fillStore(options.store).format, plan, points: plan.points.names.length });
  await checkEmpty(disk);
  await locked(disk, async () => {
    await complete(await begin(disk, options, plan), new Set(), execution(caller, options));
  });
  return await openStored(disk);
}

/** Resumes the sweep of a directory, or begins it if there is none. */
export async function resumeStored(directory: string, options: ResumeOptions, caller: Caller): Promise<StoredSweep> {
  const overrides = withoutNulls(options);
  const disk = openDisk(directory, caller.host());
  const isThere = async (file: string) => (await disk.storage.size(file)) !== undefined;
  const isNew = !(await isThere(MANIFEST)) && !(await isThere(COPY));
  if (isNew) {
    await checkNotOld(disk);
    if (overrides.circuitTemplate === undefined) throw await noManifest(disk);
    // What is wrong with a sweep that would begin here is told before a directory is made for it.
    caller.plan(begun(directory, overrides));
    await checkEmpty(disk);
  }
  await locked(disk, async () => {
    await finishExtension(disk);
    await restoreManifest(disk);
    const manifest = await readManifest(disk);
    // A store has the names that its columns have.
    if (manifest) return await resume(disk, manifest, renamedOptions(overrides), caller);
    const options = begun(directory, overrides);
    await complete(await begin(disk, options, caller.plan(options)), new Set(), execution(caller, options));
  });
  return await openStored(disk);
}

/** The options of a sweep that begins where there is none. */
function begun(directory: string, { extend: _, store, ...rest }: ResumeOptions): StoredSearchOptions {
  return { ...blank, ...rest, store: { ...store, directory } };
}

/** Options without those that are null or undefined. */
function withoutNulls<Options extends object>(options: Options): Options {
  const copy = { ...options };
  for (const [key, value] of Object.entries(copy)) if (value === null || value === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}

/** Values of missing options, each of which the plan refuses. */
const blank = {
  circuitTemplate: "",
  paramGrid: {},
  paramMap: {},
  simulationTime: Number.NaN,
  stepSize: Number.NaN,
  outputs: {},
} satisfies GridSearchOptions;

/** Works as the only one that finishes, resumes or extends a store; where bytes are not in a file system, two that do write the same. */
export async function locked(disk: Disk, work: () => Promise<void>): Promise<void> {
  const { local } = disk;
  if (!local) return await work();
  const { release } = await lock(local);
  try {
    await work();
  } finally {
    await release();
  }
}

export function execution(caller: Caller, options: StoredSearchOptions): Execution {
  // Progress is that of the whole store, not of the part being run.
  const { onProgress, ...silent } = options;
  return { run: (plan, signal) => caller.run(plan, { ...silent, signal }), onProgress, signal: options.signal, grace: 0, isLocked: true };
}

async function resume(disk: Disk, manifest: Manifest, overrides: ResumeOptions, caller: Caller): Promise<void> {
  checkPackage(disk, manifest);
  checkStore(disk, manifest, overrides.store);
  const pending = overrides.paramGrid === undefined ? await pendingExtension(disk) : undefined;
  const options = await storedOptions({ disk, manifest }, overrides, pending);
  const plan = caller.plan(options);
  const { sameGrid } = checkCompatible(disk, manifest, options, plan);
  if (sameGrid) await restoreLists({ disk, plan, manifest });
  if (!sameGrid && (overrides.extend === true || pending)) {
    const entries = await intactEntries(disk, manifest);
    return await extend({ disk, manifest, entries }, options, plan, execution(caller, options));
  }
  if (!sameGrid) {
    const hint = "to add points to those that are there, set extend: true (--extend); or store the changed sweep in another directory";
    throw incompatible(disk.directory, [`paramGrid (${manifest.grid.points} points → ${plan.points.names.length})`], hint);
  }
  await repair(disk, manifest, plan);
  await cleanUp(disk, manifest.complete);
  await complete({ disk, plan, manifest }, await doneShards(disk, manifest), execution(caller, options));
}

/** Numbers of the shards that are there, and intact. Of those whose list is lost nothing is known: they are computed again. */
async function doneShards(disk: Disk, manifest: Manifest): Promise<Set<number>> {
  const lost = await lostLists(disk, manifest);
  const done = new Set<number>();
  const entries = new ShardEntries(disk, manifest);
  for (let number = 0; number < entries.groups; number++) {
    if (lost.has(number)) continue;
    for (const [index, entry] of await entries.group(number)) if (await isIntact(disk, entry)) done.add(index);
  }
  return done;
}

/**
 * The options of a store, overridden by those of a call, with the grid of the call, or else of the store, or of another one that extends it.
 * Throws E_RESUME_OPTION for what the manifest has as a hash alone and the call lacks.
 */
export async function storedOptions(
  { disk, manifest }: Pick<Store, "disk" | "manifest">,
  overrides: ResumeOptions = {},
  from: Pick<Store, "disk" | "manifest"> = { disk, manifest },
): Promise<StoredSearchOptions> {
  const { paramGrid } = overrides;
  const grid = paramGrid ? { paramGrid } : gridOptionsOf(await storedGrid(from.disk, from.manifest), replicatesOf(manifest));
  return mergedOptions(disk, manifest, overrides, grid);
}

/** The points of the store. Throws E_RESUME_OPTION if every file that has them is damaged. */
async function storedGrid(disk: Disk, manifest: Manifest): Promise<Points> {
  return await readGrid(disk, manifest).catch((error) => {
    if (!(error instanceof StoreError) || error.code !== "E_SHARD_CORRUPT") throw error;
    const files = [GRID, ...(manifest.map ? [manifest.map.file] : [])].join(" and ");
    const message = `the points of ${sanitize(disk.directory)} are not known, as ${files} cannot be read; give paramGrid again`;
    throw storeError("E_RESUME_OPTION", message);
  });
}

/** The stored options, overridden by those of the call. A template file is read only if the call names it. Throws E_RESUME_OPTION. */
function mergedOptions(
  disk: Disk,
  manifest: Manifest,
  overrides: ResumeOptions,
  grid: Pick<GridSearchOptions, "paramGrid" | "permuteGrid">,
): StoredSearchOptions {
  const { extend: _, store: __, ...rest } = overrides;
  const problems = new Problems();
  const options = overriddenSpec(problems, manifest.spec, rest);
  const { circuitTemplate } = options;
  if (
    overrides.circuitTemplate === undefined &&
    typeof circuitTemplate === "string" &&
    !bundledCircuits().includes(circuitTemplate.replaceAll("/", "."))
  ) {
    const message = `circuitTemplate of the stored sweep is ${sanitize(circuitTemplate)}, which is no bundled template; give it again`;
    problems.add("E_RESUME_OPTION", ["circuitTemplate"], message);
  }
  problems.throwIfAny();
  const { format, compression, shardPoints } = manifest;
  return Object.assign({ ...blank }, options, {
    ...grid,
    store: { directory: disk.directory, format, compression, shardPoints },
  });
}

/** The options of a manifest and a call; adds a problem for each that the manifest has only as a hash and the call lacks. */
function overriddenSpec(problems: Problems, spec: Manifest["spec"], overrides: Partial<SearchOptions>): Record<string, unknown> {
  const stored = toNumbers(spec.inputs);
  const inputs = { ...(isRecord(stored) ? stored : {}), ...overrides.inputs };
  const options: Record<string, unknown> = { ...spec, ...numeric(spec), ...overrides, inputs };
  for (const [name, value] of Object.entries(options)) {
    if (name === "circuitTemplate" && typeof value !== "string" && value === spec.circuitTemplate)
      addMissing(problems, [name], "was given as an object");
    else if (name !== "inputs" && hasHash(value)) addMissing(problems, [name]);
  }
  for (const [path, value] of Object.entries(inputs)) if (hasHash(value)) addMissing(problems, ["inputs", path]);
  return options;
}

/** The options of a spec that have numbers, with all of them as numbers. */
function numeric(spec: Manifest["spec"]): Record<string, unknown> {
  const names = ["solver", "bounds", "pulses", "initialState"].filter((name) => spec[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, toNumbers(spec[name])]));
}

/** A canonical form with numbers in place of the names of those that JSON cannot hold. */
function toNumbers(value: Canonical | undefined): unknown {
  if (value === "-0" || value === "Infinity" || value === "-Infinity") return Number(value);
  if (Array.isArray(value)) return value.map(toNumbers);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toNumbers(item)]));
}

/** Whether a canonical form is, or contains, a hash. */
function hasHash(value: unknown): boolean {
  if (!isRecord(value)) return Array.isArray(value) && value.some(hasHash);
  return isHashed(value) || Object.values(value).some(hasHash);
}

function addMissing(problems: Problems, path: string[], what = "is known by its hash alone"): void {
  problems.add("E_RESUME_OPTION", path, `${sanitize(path.join("/"))} of the stored sweep ${what}; give it again`);
}
