import type { BlockResult } from "../engine/result.ts";
import type { Plan } from "../plan/plan.ts";
import { Assembly, type ShardTask } from "./assembly.ts";
import { together } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import { MAP, type ShardEntry, TRACES } from "./format/manifest.ts";
import { blocksFor } from "./shards.ts";
import { type Donation, type Store, writeShard } from "./write-shard.ts";

/** Computes the blocks of a plan, in any order. */
export type Runner = (plan: Plan) => AsyncIterable<BlockResult>;

/** What is left to do for a store. */
export interface Work {
  tasks: readonly ShardTask[];
  run: Runner;
  /** Told of points as they are finished. */
  report: (points: number) => void;
  /** Where finished shards are noted; a complete sweep that is repaired has them in its manifest. */
  finished: (index: number, entry: ShardEntry) => Promise<void>;
  /** Points of another store that a shard takes over. */
  donor: { donations(task: ShardTask): AsyncIterable<Donation> };
}

/**
 * Makes shards from blocks as they come, and writes each as soon as it is whole: one is being written while the next is
 * computed, and no more than that waits in memory. An error ends it; what has been noted by then is finished.
 */
export async function fill(store: Store, { tasks, run, report, finished, donor }: Work): Promise<void> {
  const { plan, disk, manifest } = store;
  const write = async (task: ShardTask) => {
    const entry = await writeShard(store, task, donor.donations(task));
    // The list of tasks outlives them all: what has been written must not wait in it.
    task.results.length = 0;
    await together([disk.sync(TRACES), disk.sync(MAP)]);
    await finished(task.index, entry);
    report(task.shard.count - task.wanted.length);
  };
  for (const task of tasks) if (task.wanted.length === 0) await write(task);
  const blocks = tasks.flatMap(({ shard, wanted }) => blocksFor(plan, shard.job, wanted));
  if (blocks.length === 0) return;
  const assembly = new Assembly(plan, manifest.shardPoints, tasks);
  let writing = Promise.resolve();
  let lost = 0;
  try {
    for await (const result of run({ ...plan, blocks })) {
      report(result.block.lanes);
      const task = assembly.add(result);
      if (!task) continue;
      if (task.results.some(isLost)) {
        lost += task.wanted.length;
        continue;
      }
      await writing;
      writing = write(task);
      // Its error is told by whoever awaits it next; until then it must not count as one that nobody handles.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
  if (lost > 0) {
    const message = `${lost} points are in shards that could not be computed: every thread that tried died; all others are stored`;
    throw storeError("E_STORE_LOST", `${message}, and resumeSweep() tries again`);
  }
}

/** Whether a block could not be computed by any thread. What a store holds must not depend on that. */
function isLost(result: BlockResult): boolean {
  return result.failed === true;
}
