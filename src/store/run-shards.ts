import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import { DEFAULTS } from "../options/defaults.ts";
import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { begin } from "./begin.ts";
import { checkCompatible, checkPackage, checkStore, incompatible } from "./compatibility.ts";
import { checkFreeSpace, cleanUp, finish } from "./complete.ts";
import { computeShards, nothingReused } from "./compute.ts";
import { type Disk, several } from "./disk/disk.ts";
import { copyFault, presentManifest, readManifest, repairCopy } from "./disk/manifest-file.ts";
import { openDisk } from "./disk/open-disk.ts";
import { StoreError, storeError } from "./errors.ts";
import {
  CLAIMS,
  type FileEntry,
  FOLDER,
  LISTS,
  LOCK,
  type Manifest,
  NOTES,
  PARTS,
  type ShardEntry,
  TRACES,
} from "./format/manifest-schema.ts";
import { Notes, sweepHash } from "./notes.ts";
import { type Caller, execution, locked, storedOptions } from "./resume.ts";
import { type Store, shardsOf } from "./shard.ts";
import { checkChoice, chosenShards, rangesOf, rangesText, type ShardChoice } from "./shard-choice.ts";
import { ShardEntries } from "./shard-entries.ts";

/** How runShards runs. */
export interface RunShardsOptions {
  /**
   * Which shards: "i/n" or `{ index: i, count: n }` are those of which the number leaves i when divided by n, i from 0 to n - 1; a list has
   * their numbers. All, if not given.
   */
  shards?: ShardChoice;
  /** Ends the run: shards in hand are finished within `grace`, and the promise is rejected with the signal's reason where any is left. */
  signal?: AbortSignal;
  /** For how many seconds; 20 if not given. 0 drops them at once. */
  grace?: number;
  /** Called when points are done; `total` are the points of the shards that were asked for. */
  onProgress?: StoredSearchOptions["onProgress"];
}

/** What runShards has done. */
export interface ShardRun {
  directory: string;
  /** Shards of the whole sweep. */
  total: number;
  /** Numbers of the shards that were asked for: those that were computed, and those that were there. */
  computed: number[];
  present: number[];
  /** What the sweep is: sweeps of other options, models or grids, or of another version, have another hash. */
  hash: string;
}

/** Computes shards of a stored sweep, which it begins where there is none. */
export async function runStored(call: StoredSearchOptions, how: RunShardsOptions, access: StoreAccess): Promise<ShardRun> {
  const { signal = call.signal, onProgress = call.onProgress } = how;
  checkChoice(how.shards);
  const options = { ...call, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
  return await (await openShards(options, access)).run(how);
}

/** How sweeps are run, and where a store is, if not in the directory that its options name. */
export interface StoreAccess {
  caller: Caller;
  disk?: Disk;
}

/** Opens the store of a sweep to compute its shards; begins it where there is none. */
export async function openShards(options: StoredSearchOptions, { caller, disk }: StoreAccess): Promise<OpenShards> {
  const plan = caller.plan(options);
  options.signal?.throwIfAborted();
  const store = await openOrBegin(disk ?? openDisk(options.store.directory, caller.host()), options, plan);
  return new OpenShards(store, options, caller);
}

/** The same by what the store says of itself. Throws E_RESUME_OPTION for what its manifest has as a hash alone. */
export async function reopenShards(disk: Disk, how: Pick<StoredSearchOptions, "workers">, caller: Caller): Promise<OpenShards> {
  const options = await storedOptions({ disk, manifest: await presentManifest(disk) });
  return await openShards({ ...options, ...how }, { caller, disk });
}

/** A stored sweep that is planned once for any number of runs of its shards, also at the same time. */
export class OpenShards {
  readonly store: Store;
  /** What tells sweeps apart. */
  readonly hash: string;
  readonly #options: StoredSearchOptions;
  readonly #caller: Caller;

  constructor(store: Store, options: StoredSearchOptions, caller: Caller) {
    this.store = store;
    this.hash = sweepHash(store.disk, store.manifest);
    this.#options = options;
    this.#caller = caller;
  }

  /** Computes shards that are not there. */
  async run(how: RunShardsOptions): Promise<ShardRun> {
    const { shards: choice, signal = this.#options.signal, onProgress = this.#options.onProgress, grace = DEFAULTS.shards.grace } = how;
    const options = { ...this.#options, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
    const { disk, plan, manifest } = this.store;
    const asked = chosenShards(choice, manifest.shardCount);
    const there = await presentShards(disk, manifest, asked);
    const indices = asked.filter((index) => !there.has(index));
    const shards = shardsOf(plan, manifest.shardPoints);
    const pointsOf = (list: readonly number[]) => list.reduce((sum, index) => sum + shards.at(index).positions.count, 0);
    const [total, left] = [pointsOf(asked), pointsOf(indices)];
    await checkFreeSpace(disk, { format: manifest.format, plan, points: left });
    const work = { indices, shardOf: shards.at, source: nothingReused, total, finished: total - left };
    try {
      if (indices.length > 0) await computeShards(this.store, work, { ...execution(this.#caller, options), grace, isLocked: false });
    } finally {
      await forgetIfComplete(disk, manifest);
    }
    const [computed, present] = [indices, asked.filter((index) => there.has(index))];
    return { directory: disk.directory, total: manifest.shardCount, computed, present, hash: this.hash };
  }

  /** The shards of a list that are not there. */
  async missing(indices?: readonly number[]): Promise<number[]> {
    const { disk, manifest } = this.store;
    const asked = indices ?? chosenShards(undefined, manifest.shardCount);
    const there = await presentShards(disk, manifest, asked);
    return asked.filter((index) => !there.has(index));
  }

  /** Whether the sweep has been finished meanwhile. */
  async isFinished(): Promise<boolean> {
    return (await readManifest(this.store.disk))?.complete === true;
  }
}

/** The store of a sweep, which is begun where there is none. Throws E_RESUME_CHANGED where it is one of another sweep. */
async function openOrBegin(disk: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  const manifest = (await readManifest(disk)) ?? (await begun(disk, options, plan));
  checkPackage(disk, manifest);
  checkStore(disk, manifest, options.store);
  const { sameGrid } = checkCompatible(disk, manifest, options, plan);
  if (!sameGrid) {
    const change = `paramGrid (${manifest.grid.points} points → ${plan.points.names.length})`;
    throw incompatible(disk.directory, [change], "store the changed sweep in another directory");
  }
  return { disk, plan, manifest };
}

/** Begins a sweep, or takes what another process has begun meanwhile. */
async function begun(disk: Disk, options: StoredSearchOptions, plan: Plan): Promise<Manifest> {
  try {
    return (await begin(disk, options, plan)).manifest;
  } catch (error) {
    const manifest = error instanceof StoreError && error.code === "E_STORE_EXISTS" ? await readManifest(disk) : undefined;
    if (!manifest) throw error;
    return manifest;
  }
}

/** The shards of a list, in rising order, that are there: those of a complete sweep, and those with a note and files of their size. */
async function presentShards(disk: Disk, manifest: Manifest, indices: readonly number[]): Promise<Set<number>> {
  const entries = new ShardEntries(disk, manifest);
  const there = new Set<number>();
  for (const [number, own] of groupBy(indices, (index) => entries.groupOf(index))) {
    const group = await entries.group(number);
    const found = await several(own, async (index) => {
      const entry = group.get(index);
      return entry && (await sizeFault(disk, entry)) === undefined ? [index] : [];
    });
    for (const index of found.flat()) there.add(index);
  }
  return there;
}

/** What the size of a shard's files says is wrong with them. */
async function sizeFault(disk: Disk, { traces, map }: ShardEntry): Promise<{ file: FileEntry; what: string } | undefined> {
  for (const file of traces ? [traces, map] : [map]) {
    const what = await disk.sizeFault(file);
    if (what !== undefined) return { file, what };
  }
  return undefined;
}

/** Removes what was written while another process finished the sweep: no file of a complete one tells who computed it. */
async function forgetIfComplete(disk: Disk, { complete }: Manifest): Promise<void> {
  if (complete || !(await readManifest(disk).catch(() => undefined))?.complete) return;
  for (const folder of [NOTES, CLAIMS]) await disk.remove(folder);
}

/**
 * Completes a stored sweep of which all shards are there: writes the map and the manifest. Throws E_STORE_INCOMPLETE, which names the shards
 * that are missing. A sweep that is complete stays as it is.
 */
export async function finishStored(disk: Disk): Promise<void> {
  const before = await presentManifest(disk);
  // A process that died as it finished may have left something.
  if (before.complete && (await isTidy(disk))) return;
  if (before.complete) return await tidy(disk);
  await locked(disk, async () => {
    const manifest = await presentManifest(disk);
    if (manifest.complete) return await tidyLocked(disk);
    checkPackage(disk, manifest);
    // Who lacks notes is told before anything is written; a note that is torn is found as it is read.
    checkAllThere(disk, manifest, await notedShards(disk, manifest));
    const parts = new Set((await disk.names(PARTS)).map((name) => `${PARTS}/${name}`));
    const there = new Set<number>();
    // Rows of the map whose size is wrong are found as they are read, once; only then all sizes are asked for, to name all that is missing.
    const checkSizes = async () => {
      const whole = await presentShards(disk, manifest, [...there]);
      checkAllThere(disk, manifest, whole);
    };
    try {
      await finish(disk, manifest, {
        check: async (entries) => {
          const own = [...entries].filter(([, { map }]) => parts.has(map.file));
          const traced = own.flatMap(([shard, { traces }]) => (traces ? [{ shard, traces }] : []));
          const faults = await disk.sizeFaults(
            TRACES,
            traced.map(({ traces }) => traces),
          );
          const wrong = new Set(traced.filter((_, i) => faults[i] !== undefined).map(({ shard }) => shard));
          for (const [shard] of own) if (!wrong.has(shard)) there.add(shard);
        },
        done: async () => {
          if (there.size !== manifest.shardCount) await checkSizes();
        },
      });
    } catch (error) {
      const isCorrupt = error instanceof StoreError && error.code === "E_SHARD_CORRUPT";
      const found: unknown = isCorrupt ? await checkSizes().catch((missing: unknown) => missing) : undefined;
      // What was listed of a sweep that cannot be finished is in its way no more.
      const thrown = found ?? error;
      if (thrown instanceof StoreError && thrown.code === "E_STORE_INCOMPLETE") await disk.remove(LISTS);
      throw thrown;
    }
  });
}

/** Numbers of the shards that have a note. */
async function notedShards(disk: Disk, manifest: Manifest): Promise<Set<number>> {
  const notes = new Notes(disk, manifest);
  const there = new Set<number>();
  for (const number of await notes.folders()) {
    for (const shard of (await notes.names(number)).keys()) there.add(shard);
  }
  return there;
}

/** Removes what a process that died as it finished has left; who still works on the sweep does so itself. */
async function tidy(disk: Disk): Promise<void> {
  try {
    await locked(disk, () => tidyLocked(disk));
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "E_STORE_LOCKED")) throw error;
  }
}

async function tidyLocked(disk: Disk): Promise<void> {
  await repairCopy(disk);
  await cleanUp(disk, true);
}

/** Whether nothing of a complete sweep tells who computed it, and its manifest has its copy. */
async function isTidy(disk: Disk): Promise<boolean> {
  // Whoever removed all else may have died before the lock went.
  if (disk.local && (await disk.names(FOLDER)).some((name) => `${FOLDER}/${name}` === LOCK)) return false;
  const left = await Promise.all([NOTES, CLAIMS].map((folder) => disk.names(folder)));
  return left.every((names) => names.length === 0) && (await copyFault(disk)) === undefined;
}

function checkAllThere({ directory }: Disk, { shardCount }: Manifest, there: ReadonlySet<number>): void {
  if (there.size === shardCount) return;
  const missing = Array.from({ length: shardCount }, (_, index) => index).filter((index) => !there.has(index));
  if (missing.length === 0) return;
  const message = `${sanitize(directory)} is not complete: ${missing.length} of ${shardCount} shards are missing: ${rangesText(rangesOf(missing))}`;
  throw storeError("E_STORE_INCOMPLETE", `${message}; runShards() or massgrid shard computes them`);
}
