import type { BlockResult } from "../engine/result.ts";
import { lanesOf } from "../plan/block.ts";
import type { Plan } from "../plan/plan.ts";
import { countOf, select } from "../sweep/selection.ts";
import { together } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import { MAP, type ShardEntry, TRACES } from "./format/manifest.ts";
import type { ShardTask } from "./shards.ts";
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
  const { plan, disk } = store;
  const write = async (task: ShardTask) => {
    const entry = await writeShard(store, task, donor.donations(task));
    // The list of tasks outlives them all: what has been written must not wait in it.
    task.results.length = 0;
    await together([disk.sync(TRACES), disk.sync(MAP)]);
    await finished(task.index, entry);
    report(task.shard.positions.count - countOf(task.wanted));
  };
  for (const task of tasks) if (countOf(task.wanted) === 0) await write(task);
  const computed = tasks.filter(({ wanted }) => countOf(wanted) > 0);
  if (computed.length === 0) return;
  // Blocks as large as any number of points would have: shards are made of whole ones.
  const parts = computed.map(({ shard, wanted }) => ({ job: shard.job, positions: wanted }));
  const { sweep, placeOf } = select(plan, parts, (job) => lanesOf(job));
  let writing = Promise.resolve();
  let lost = 0;
  try {
    for await (const result of run(sweep)) {
      report(result.block.lanes);
      const { part, offset } = placeOf(result.block);
      const task = computed[part];
      task.results.push({ offset, result });
      if (task.results.reduce((sum, { result: { block } }) => sum + block.lanes, 0) < countOf(task.wanted)) continue;
      task.results.sort((a, b) => a.offset - b.offset);
      if (task.results.some((each) => isLost(each.result))) {
        lost += countOf(task.wanted);
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
