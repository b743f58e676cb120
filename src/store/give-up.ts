import { failedBlock } from "../engine/task.ts";
import { nothingReused } from "./compute.ts";
import { Notes } from "./notes.ts";
import { encodeShard, type Store, shardsOf, writeShard } from "./shard.ts";

/**
 * Stores shards that nobody can compute: their points are lost, as those of a block are of which every thread has died, and their notes say
 * why. Shards that are there stay; one that somebody computes after all takes the place of what stands here.
 */
export async function giveUpShards({ disk, plan, manifest }: Store, indices: readonly number[], reason: string): Promise<void> {
  const notes = new Notes(disk, manifest);
  const shards = shardsOf(plan, manifest.shardPoints);
  for (const index of indices) {
    if (await notes.of(index)) continue;
    const shard = shards.at(index);
    const { job, positions } = shard;
    const result = failedBlock(plan, { job, first: positions.first, lanes: positions.count });
    const task = { index, shard, toCompute: positions, results: [{ offset: 0, result }] };
    const encoded = await encodeShard({ disk, plan, manifest }, task, nothingReused.reused(task));
    const entry = await writeShard(disk, encoded);
    const { host: machine, pid } = disk.host.self;
    const by = { machine, process: pid, attempt: disk.host.unique(), at: Date.now(), seconds: 0, failed: positions.count, reason };
    await notes.add({ shard: index, entry, by });
  }
}
