import type { Checked, Unchecked } from "../options/checked.ts";
import type { StoredSearchOptions } from "../options/options.ts";
import type { StoredSweep } from "../store/open.ts";
import type { RunShardsOptions, ShardRun } from "../store/run-shards.ts";
import type { SweepStatus } from "../store/status.ts";
import { asCalled } from "./as-called.ts";

/**
 * Computes shards of a sweep that is stored: `options` are those of gridSearch with `store`. Any number of processes, on any machines that
 * see the directory, may do so at once, with the same shards or with others, and be killed at any time: a shard is there when it is whole.
 * Whoever comes first begins the sweep; shards that are there are not computed again. finishSweep completes what gridSearch would have
 * stored, byte for byte.
 *
 * Throws what gridSearch throws; E_SHARD_CHOICE for shards that there are not; E_RESUME_CHANGED, naming each, where options, model or package
 * are not those with which the sweep was begun; E_SHARD_DIFFERS where another machine has delivered a shard with other bytes; E_STORE_EXISTS
 * where the directory holds something else; the reason of `signal`, once shards in hand are done or their time is over.
 */
export function runShards<const Options extends Unchecked<StoredSearchOptions>>(
  options: Checked<Options, StoredSearchOptions>,
  how?: RunShardsOptions,
): Promise<ShardRun>;
export async function runShards(options: StoredSearchOptions, how: RunShardsOptions = {}): Promise<ShardRun> {
  const [given, asked] = [asCalled(options), asCalled(how)];
  return await (await import("./search.ts")).runShards(given, asked);
}

/**
 * Completes a sweep of which runShards has computed all shards, by what is in its directory alone: writes the map and the list of shards, and
 * removes what tells who computed them. A complete sweep stays as it is.
 *
 * Throws E_STORE_INCOMPLETE, which names the shards that are missing; E_SHARD_DIFFERS where two machines have delivered one with different
 * bytes; E_STORE_LOCKED while another process finishes it.
 */
export async function finishSweep(directory: string): Promise<StoredSweep> {
  return await (await import("./search.ts")).finishSweep(directory);
}

/**
 * Tells how far a stored sweep is, whoever computes it: what is done, what runs where, what failed, how fast, and how long it takes yet. Reads
 * no traces, and needs no lock. Throws E_MANIFEST_... where there is no sweep.
 */
export async function sweepStatus(directory: string): Promise<SweepStatus> {
  return await (await import("./search.ts")).sweepStatus(directory);
}
