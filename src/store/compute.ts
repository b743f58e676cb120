import type { BlockResult } from "../engine/task.ts";
import type { Progress } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { lanesOf } from "../plan/size.ts";
import { inputGrid } from "../sweep/clock.ts";
import { countOf, type Numbers, select } from "../sweep/selection.ts";
import { Claims } from "./claims.ts";
import type { Disk } from "./disk/disk.ts";
import { readManifest } from "./disk/manifest-file.ts";
import { StoreError, storeError } from "./errors.ts";
import { MANIFEST, type ShardEntry } from "./format/manifest-schema.ts";
import { type Delivery, differs, isGivenUp, Notes, same } from "./notes.ts";
import { type EncodedShard, encodeShard, entryOf, type ReusedPoints, type Shard, type ShardTask, type Store, writeShard } from "./shard.ts";
import { ShardEntries } from "./shard-entries.ts";
import { Stop, type StopOptions } from "./stop.ts";

/** How a sweep is run, where its progress is reported, and how it is stopped. */
export interface Execution extends StopOptions {
  /** Computes the blocks of a plan, in any order. Throws the signal's reason once that is aborted. */
  run: (plan: Plan, signal: AbortSignal) => AsyncIterable<BlockResult>;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Whether this process has the store's lock, where stores have one, so that no other one finishes the sweep meanwhile. */
  isLocked: boolean;
}

/** Points of a shard that need not be computed. */
export interface ReuseSource {
  /** Positions of a shard that must be computed. */
  missing(shard: Shard): Numbers;
  reused(task: ShardTask): AsyncIterable<ReusedPoints>;
}

export const nothingReused: ReuseSource = {
  missing: ({ positions }) => positions,
  async *reused() {},
};

/** Shards that one run computes: at most so many points, and so many steps of points, some minutes of a core, and one shard at least. */
const RUN = { points: 2 ** 20, steps: 3.2e10 };

/** What is to be computed: shards by their numbers, and how many points of all that progress is of are there already. */
export interface Work {
  indices: readonly number[];
  shardOf: (index: number) => Shard;
  source: ReuseSource;
  total: number;
  finished: number;
}

/** Computes, writes and notes shards. What is noted meanwhile by another process is not lost, and may not differ. */
export async function computeShards(store: Store, work: Work, execution: Execution): Promise<void> {
  const { disk, plan, manifest } = store;
  const entries = new ShardEntries(disk, manifest);
  const noting = { notes: new Notes(disk, manifest), entries, finish: execution.isLocked && disk.local ? undefined : new Finish(disk) };
  const attempt = disk.host.unique();
  const stop = new Stop(execution);
  const claims = new Claims(disk, attempt, () => stop.inHand);
  const progress = new ShardProgress(plan, work, execution.onProgress);
  const by = { machine: disk.host.self.host, process: disk.host.self.pid, attempt };
  const write = async (task: ShardTask, since: number) => {
    const { index, shard, toCompute, results } = task;
    stop.writes(task);
    const encoded = await encodeShard(store, task, work.source.reused(task));
    // The list of tasks lives longer than each task: its results are released here.
    results.length = 0;
    await deliver(store, noting, encoded, { ...by, index, since });
    progress.add(shard.positions.count - countOf(toCompute));
    stop.done(task);
  };
  try {
    for (const indices of batchesOf(work, inputGrid(plan.clock).steps)) {
      const tasks = indices.map((index): ShardTask => {
        const shard = work.shardOf(index);
        return { index, shard, toCompute: work.source.missing(shard), results: [] };
      });
      await writeShards(plan, tasks, { run: execution.run, report: (points) => progress.add(points), write, stop });
    }
  } finally {
    stop.end();
    await claims.end();
  }
}

/** What tells whether a shard has been delivered before. */
interface Noting {
  notes: Notes;
  /** Those of a complete sweep. */
  entries: ShardEntries;
  /** Undefined where nobody else can finish the sweep. */
  finish: Finish | undefined;
}

/** Writes a shard and notes it. Throws E_SHARD_DIFFERS, and writes nothing, where it was delivered before with other bytes. */
async function deliver(
  { disk, manifest }: Store,
  { notes, entries, finish }: Noting,
  encoded: EncodedShard,
  { index, since, ...by }: Pick<Delivery, "machine" | "process" | "attempt"> & { index: number; since: number },
): Promise<void> {
  if (manifest.complete) {
    const entry = await entryOf(disk, encoded);
    // Of a damaged list nothing is known; once all its shards are there, it is compared as a whole.
    const listed = await entries.at(index).catch(unlessCorrupt);
    checkReproduced(!listed || same(entry, listed), entry.traces?.file ?? entry.map.file);
    await writeShard(disk, encoded);
    return;
  }
  const noteOf = (entry: ShardEntry) => {
    const now = Date.now();
    return { shard: index, entry, by: { ...by, at: now, seconds: (now - since) / 1000, failed: encoded.failed } };
  };
  const found = await notes.of(index);
  const before = found && !isGivenUp(found) ? found : undefined;
  if (before) notes.check(before, noteOf(await entryOf(disk, encoded)));
  else {
    const finished = await (await finish?.entries())?.at(index);
    if (finished) {
      const now = noteOf(await entryOf(disk, encoded));
      if (same(finished, now.entry)) return;
      throw differs(disk, now, { who: "who finished the sweep", hint: "verifySweep() tells whether that is as it was written" });
    }
  }
  const entry = await writeShard(disk, encoded);
  if (!before) await notes.add(noteOf(entry));
}

function unlessCorrupt(error: unknown): undefined {
  if (error instanceof StoreError && error.code === "E_SHARD_CORRUPT") return undefined;
  throw error;
}

/** Whether another process has finished the sweep meanwhile, which changes the size of its manifest. */
class Finish {
  readonly #disk: Disk;
  #size: number | undefined;
  #entries: ShardEntries | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The shards of the finished sweep; undefined as long as it is not. */
  async entries(): Promise<ShardEntries | undefined> {
    const size = await this.#disk.storage.size(MANIFEST);
    if (size === this.#size) return this.#entries;
    this.#size = size;
    const now = await readManifest(this.#disk);
    this.#entries = now?.complete ? new ShardEntries(this.#disk, now) : undefined;
    return this.#entries;
  }
}

/** Throws E_RESUME_DIFFERS if a file that was computed again has other bytes; the manifest keeps the old checksum. */
export function checkReproduced(isSame: boolean, file: string): void {
  if (isSame) return;
  const message = `${file} was computed again and has other bytes than before, so this machine or build computes other numbers`;
  throw storeError("E_RESUME_DIFFERS", `${message}; store the sweep again in another directory`);
}

function* batchesOf({ indices, shardOf }: Work, steps: number): Generator<number[]> {
  let batch: number[] = [];
  let points = 0;
  const most = Math.min(RUN.points, RUN.steps / steps);
  for (const index of indices) {
    const { count } = shardOf(index).positions;
    if (batch.length > 0 && points + count > most) {
      yield batch;
      batch = [];
      points = 0;
    }
    batch.push(index);
    points += count;
  }
  if (batch.length > 0) yield batch;
}

interface Writing {
  run: Execution["run"];
  report: (points: number) => void;
  /** `since` is when the shard was begun, in ms since 1970. */
  write: (task: ShardTask, since: number) => Promise<void>;
  stop: Stop;
}

/**
 * Assembles shards from blocks in whatever order those arrive, and writes each as soon as it is complete: one shard is written
 * while the next is computed, and no more than that is held in memory. Throws E_STORE_LOST after all others are written.
 */
async function writeShards(plan: Plan, tasks: readonly ShardTask[], { run, report, write, stop }: Writing): Promise<void> {
  stop.begin(tasks);
  for (const task of tasks) if (countOf(task.toCompute) === 0) await write(task, Date.now());
  const computed = tasks.filter(({ toCompute }) => countOf(toCompute) > 0);
  if (computed.length === 0) return;
  // Block size is independent of the number of points, since shards consist of whole blocks.
  const parts = computed.map(({ shard, toCompute }) => ({ job: shard.job, positions: toCompute }));
  const { sweep, placeOf } = select(plan, parts, (job) => lanesOf(job));
  let writing = Promise.resolve();
  let failed = 0;
  let since = Date.now();
  try {
    for await (const result of run(sweep, stop.signal)) {
      report(result.block.lanes);
      const { part, offset } = placeOf(result.block);
      const task = computed[part];
      task.results.push({ offset, result });
      if (task.results.reduce((sum, { result: { block } }) => sum + block.lanes, 0) < countOf(task.toCompute)) continue;
      task.results.sort((a, b) => a.offset - b.offset);
      // A store must not depend on whether threads died: a shard with a failed block is not written.
      if (task.results.some(({ result: { failed: isLost } }) => isLost === true)) {
        failed += countOf(task.toCompute);
        continue;
      }
      // One whose last block stopped the run is computed, and not lost; one that came behind what was waited for is none that was in hand.
      const { aborted: isLast } = stop.signal;
      await writing;
      if (!isLast) stop.signal.throwIfAborted();
      writing = write(task, since);
      since = Date.now();
      // The next await throws its error; until then it must not count as an unhandled rejection.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
  if (failed > 0) {
    const message = `${failed} points are in shards that could not be computed: every thread that tried died; all others are stored`;
    throw storeError("E_STORE_LOST", `${message}, and resumeSweep() tries again`);
  }
}

/** Counts the points that are done, and tells the caller. */
class ShardProgress {
  readonly #tell: Execution["onProgress"];
  readonly #total: number;
  readonly #steps: number;
  readonly #begin = performance.now();
  #finished: number;
  #computed = 0;

  constructor(plan: Plan, { total, finished }: Work, tell: Execution["onProgress"]) {
    this.#tell = tell;
    this.#total = total;
    this.#finished = finished;
    this.#steps = inputGrid(plan.clock).steps;
  }

  add(points: number): void {
    this.#finished += points;
    if (points === 0) return;
    this.#computed += points;
    const [done, total] = [this.#finished, this.#total];
    const eta = ((performance.now() - this.#begin) / 1000 / this.#computed) * (total - done);
    this.#tell?.({ done, total, steps: done * this.#steps, eta });
  }
}
