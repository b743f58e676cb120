import type { Progress } from "../options/options.ts";
import { inBytes } from "../plan/size.ts";
import { inputGrid } from "../sweep/clock.ts";
import { cutParts, type Numbers } from "../sweep/selection.ts";
import type { Disk } from "./disk/disk.ts";
import { Journal } from "./disk/journal.ts";
import { storeError } from "./errors.ts";
import { fill, type Runner } from "./fill.ts";
import { finish, tellDifference } from "./finish.ts";
import type { ShardEntry } from "./format/manifest.ts";
import { pointBytes, type Shard, type ShardTask } from "./shards.ts";
import type { Donation, Store } from "./write-shard.ts";

/** Where a sweep runs, and who is told how far it is. */
export interface Running {
  run: Runner;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Where points of a shard come from that need not be computed. */
export interface Donor {
  /** Positions of a shard that are to be computed. */
  wanted(shard: Shard): Numbers;
  donations(task: ShardTask): AsyncIterable<Donation>;
}

const nobody: Donor = {
  wanted: ({ positions }) => positions,
  async *donations() {},
};

/** Computes and writes what a store lacks. `done` are the shards that are there; the others are made, from a donor where there is one. */
export async function complete(
  store: Store,
  done: ReadonlyMap<number, ShardEntry>,
  { run, onProgress }: Running,
  donor: Donor = nobody,
): Promise<void> {
  const { disk, manifest, plan } = store;
  const entries = new Map(done);
  const tasks = cutParts(plan, manifest.shardPoints).flatMap((shard, index): ShardTask[] => {
    return done.has(index) ? [] : [{ index, shard, wanted: donor.wanted(shard), results: [] }];
  });
  await checkRoom(store, tasks);
  const total = plan.points.names.length;
  let finished = total - tasks.reduce((sum, { shard }) => sum + shard.positions.count, 0);
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
  const note = async (index: number, entry: ShardEntry) => {
    if (manifest.complete) tellDifference(sameBytes(entry, manifest.shards[index]), entry.traces?.file ?? entry.map.file);
    else await journal.add(index, entry);
    entries.set(index, entry);
  };
  await fill(store, { tasks, run, report, finished: note, donor });
  if (tasks.length > 0 || !manifest.complete || !(await isWhole(disk, store))) await finish(store, entries);
}

function sameBytes(a: ShardEntry, b: ShardEntry): boolean {
  return a.traces?.sha256 === b.traces?.sha256 && a.map.sha256 === b.map.sha256;
}

async function isWhole(disk: Disk, { manifest }: Store): Promise<boolean> {
  return manifest.map !== null && typeof (await disk.checked(manifest.map)) !== "string";
}

/** Refuses a sweep that the disk cannot take, before it is computed. What Parquet makes of it is not known before. */
async function checkRoom({ disk, manifest, plan }: Store, tasks: readonly ShardTask[]): Promise<void> {
  if (manifest.format !== "arrow") return;
  const bytes = pointBytes(plan) * tasks.reduce((sum, { shard }) => sum + shard.positions.count, 0);
  const free = await disk.free();
  if (bytes <= free) return;
  const message = `the sweep needs ${inBytes(bytes)} (${bytes} bytes) of disk, and ${inBytes(free)} (${free} bytes) are free in ${disk.directory}`;
  throw storeError("E_DISK_FULL", `${message}; make room, record less, or take format: "parquet"; nothing was computed`);
}
