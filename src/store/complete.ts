import type { BlockResult } from "../engine/task.ts";
import type { Progress, StoreFormat } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { inBytes, lanesOf } from "../plan/size.ts";
import { inputGrid } from "../sweep/clock.ts";
import { countOf, cutParts, type Numbers, select } from "../sweep/selection.ts";
import { describeTable } from "../table/described.ts";
import { longSchema } from "../table/traces.ts";
import { type Disk, isDraft, together } from "./disk/disk.ts";
import { JOURNAL, Journal, writeManifest } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { formats } from "./format/formats.ts";
import { COLUMNS, MAP, mapFile, type ShardEntry, TRACES } from "./format/manifest-schema.ts";
import { faultOf, readParts } from "./integrity.ts";
import { pointBytes, type ReusedPoints, type Shard, type ShardTask, type Store, writeShard } from "./shard.ts";

/** How a sweep is run, and where its progress is reported. */
export interface Execution {
  /** Computes the blocks of a plan, in any order. */
  run: (plan: Plan) => AsyncIterable<BlockResult>;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Points of a shard that need not be computed. */
export interface ReuseSource {
  /** Positions of a shard that must be computed. */
  missing(shard: Shard): Numbers;
  reused(task: ShardTask): AsyncIterable<ReusedPoints>;
}

const nothingReused: ReuseSource = {
  missing: ({ positions }) => positions,
  async *reused() {},
};

/** Computes and writes the shards that are not in `done`, and completes the store. */
export async function complete(
  store: Store,
  done: ReadonlyMap<number, ShardEntry>,
  { run, onProgress }: Execution,
  source: ReuseSource = nothingReused,
): Promise<void> {
  const { disk, manifest, plan } = store;
  const entries = new Map(done);
  const tasks = cutParts(plan, manifest.shardPoints).flatMap((shard, index): ShardTask[] => {
    return done.has(index) ? [] : [{ index, shard, toCompute: source.missing(shard), results: [] }];
  });
  await checkFreeSpace(disk, { format: manifest.format, plan, points: pointsIn(tasks) });
  const total = plan.points.names.length;
  let finished = total - pointsIn(tasks);
  const begin = performance.now();
  let computed = 0;
  const report = (points: number) => {
    finished += points;
    if (points === 0) return;
    computed += points;
    const eta = ((performance.now() - begin) / 1000 / computed) * (total - finished);
    onProgress?.({ done: finished, total, steps: finished * inputGrid(plan.clock).steps, eta });
  };
  const journal = new Journal(disk, manifest);
  const write = async (task: ShardTask) => {
    const { index, shard, toCompute, results } = task;
    const entry = await writeShard(store, task, source.reused(task));
    // The list of tasks lives longer than each task: its results are released here.
    results.length = 0;
    await together([disk.sync(TRACES), disk.sync(MAP)]);
    if (manifest.complete) {
      const { traces, map } = manifest.shards[index];
      const same = entry.traces?.sha256 === traces?.sha256 && entry.map.sha256 === map.sha256;
      checkReproduced(same, entry.traces?.file ?? entry.map.file);
    } else await journal.add(index, entry);
    entries.set(index, entry);
    report(shard.positions.count - countOf(toCompute));
  };
  await writeShards(plan, tasks, { run, report, write });
  const { map, described } = manifest;
  const isIntact = map !== null && described !== null && !(await faultOf(disk, map)) && !(await faultOf(disk, described));
  if (tasks.length > 0 || !manifest.complete || !isIntact) await finish(store, entries);
}

/**
 * Assembles shards from blocks in whatever order those arrive, and writes each as soon as it is complete: one shard is written
 * while the next is computed, and no more than that is held in memory. Throws E_STORE_LOST after all others are written.
 */
async function writeShards(
  plan: Plan,
  tasks: readonly ShardTask[],
  { run, report, write }: { run: Execution["run"]; report: (points: number) => void; write: (task: ShardTask) => Promise<void> },
): Promise<void> {
  for (const task of tasks) if (countOf(task.toCompute) === 0) await write(task);
  const computed = tasks.filter(({ toCompute }) => countOf(toCompute) > 0);
  if (computed.length === 0) return;
  // Block size is independent of the number of points, since shards consist of whole blocks.
  const parts = computed.map(({ shard, toCompute }) => ({ job: shard.job, positions: toCompute }));
  const { sweep, placeOf } = select(plan, parts, (job) => lanesOf(job));
  let writing = Promise.resolve();
  let failed = 0;
  try {
    for await (const result of run(sweep)) {
      report(result.block.lanes);
      const { part, offset } = placeOf(result.block);
      const task = computed[part];
      task.results.push({ offset, result });
      if (task.results.reduce((sum, { result: { block } }) => sum + block.lanes, 0) < countOf(task.toCompute)) continue;
      task.results.sort((a, b) => a.offset - b.offset);
      // A store must not depend on whether threads died: a shard with a failed block is not written.
      if (task.results.some(({ result }) => result.failed === true)) {
        failed += countOf(task.toCompute);
        continue;
      }
      await writing;
      writing = write(task);
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

/** Completes a store that has all shards: writes the whole map, what its columns are, and the manifest with the list of shards. */
async function finish({ disk, manifest, plan }: Store, entries: ReadonlyMap<number, ShardEntry>): Promise<void> {
  const shards = [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  const table = await readParts(disk, shards, manifest.grid.points);
  const { format, checksum: _, ...rest } = manifest;
  const map = await disk.write(mapFile(format), await formats[format].encode(table));
  const columns = { traces: plan.traces ? describeTable({ schema: longSchema(plan) }) : null, map: describeTable(table) };
  const described = await disk.write(COLUMNS, `${JSON.stringify(columns, null, 1)}\n`);
  if (manifest.complete) {
    checkReproduced(manifest.map?.sha256 === map.sha256, map.file);
    return checkReproduced(manifest.described?.sha256 === described.sha256, described.file);
  }
  await writeManifest(disk, { ...rest, format, complete: true, shards, map, described });
  await disk.remove(JOURNAL);
  await cleanUp(disk);
}

/** Removes partly written files of a writer that died. */
export async function cleanUp(disk: Disk): Promise<void> {
  for (const folder of [".", TRACES, MAP]) {
    for (const name of await disk.names(folder)) if (isDraft(name)) await disk.remove(`${folder}/${name}`);
  }
  await disk.sync();
}

/** Throws E_RESUME_DIFFERS if a file that was computed again has other bytes; the manifest keeps the old checksum. */
function checkReproduced(same: boolean, file: string): void {
  if (same) return;
  const message = `${file} was computed again and has other bytes than before, so this machine or build computes other numbers`;
  throw storeError("E_RESUME_DIFFERS", `${message}; store the sweep again in another directory`);
}

function pointsIn(tasks: readonly ShardTask[]): number {
  return tasks.reduce((sum, { shard }) => sum + shard.positions.count, 0);
}

/** Throws E_DISK_FULL before anything is computed. The size of Parquet files is not known in advance. */
export async function checkFreeSpace(
  disk: Disk,
  { format, plan, points }: { format: StoreFormat; plan: Plan; points: number },
): Promise<void> {
  if (format !== "arrow") return;
  const bytes = pointBytes(plan) * points;
  const free = await disk.free();
  if (bytes <= free) return;
  const message = `the sweep needs ${inBytes(bytes)} (${bytes} bytes) of disk, and ${inBytes(free)} (${free} bytes) are free in ${disk.directory}`;
  throw storeError("E_DISK_FULL", `${message}; make room, record less, or take format: "parquet"; nothing was computed`);
}
