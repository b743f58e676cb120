import { statusReader } from "../../api/search.ts";
import { sanitize } from "../../errors.ts";
import { rangesText } from "../../store/shard-choice.ts";
import { align } from "../columns.ts";
import { duration, headLine, rateLine } from "../status-lines.ts";
import { UsageError } from "../usage.ts";
import { countJobs, failedAttempts, PREFIX, queueName, readJobs } from "./jobs.ts";
import { loadPeers, type Peers, type RedisClient } from "./peers.ts";
import { connect, redisAddress } from "./redis.ts";
import { keysOf, readTold, type Told } from "./told.ts";

/** A job that a worker has begun. */
export interface RunningJob {
  worker: string;
  /** Its shards, by the first and the last. */
  shards: [first: number, last: number];
  /** Seconds since it was begun, and how often it was begun before and nobody came to its end. */
  seconds: number;
  failedAttempts: number;
}

/** How far the sweep of a queue is. */
export interface QueueStatus extends Omit<Told, "at"> {
  queue: string;
  /** Before how many seconds massgrid sweep told what is done; 0 where the store itself was read. */
  told: number;
  /** Jobs: those that wait, and those of them that stand at the end of the line, since workers have died of them; those that run. */
  waiting: number;
  suspects: number;
  running: RunningJob[];
  /** Workers that are there. */
  workers: number;
}

/** Reads the queues of a Redis, or the one of a store, again and again. */
export async function queueReader(redisOption: string | undefined, directory: string | undefined) {
  const address = redisAddress(redisOption);
  const peers = await loadPeers();
  const reader = directory === undefined ? undefined : await statusReader(directory);
  // A store that is not there is told before Redis is asked.
  await reader?.read();
  const redis = await connect(peers, address);
  return {
    shown: address.shown,
    read: async (): Promise<QueueStatus[]> => {
      if (reader) {
        const { directory: store, ...status } = await reader.read();
        const { points, done, failed, shards, shardsDone, rate, left, hash } = status;
        const told = { store, hash, points, done, failed, shards, shardsDone, rate, left, at: Date.now() };
        return [await read(peers, redis, queueName(hash), told)];
      }
      const keys = await keysOf(redis, `${PREFIX}:*:told`);
      const found: QueueStatus[] = [];
      for (const key of keys) {
        const name = key.split(":")[1];
        const told = await readTold(redis, name);
        if (told) found.push(await read(peers, redis, name, told));
      }
      return found;
    },
    end: () => redis.disconnect(),
  };
}

async function read({ Queue }: Peers, redis: RedisClient, name: string, { at, ...told }: Told): Promise<QueueStatus> {
  const queue = new Queue(name, { connection: redis, prefix: PREFIX, skipMetasUpdate: true });
  queue.on("error", () => {});
  try {
    const counts = await countJobs(queue);
    const active = await readJobs(queue, ["active"]);
    const workers = await queue.getWorkers().catch(() => []);
    const now = Date.now();
    return {
      queue: name,
      ...told,
      told: (now - at) / 1000,
      waiting: Object.entries(counts).reduce((sum, [state, count]) => sum + (state === "active" ? 0 : count), 0),
      suspects: counts.prioritized ?? 0,
      running: active.map(({ job, data }) => ({
        worker: job.processedBy ?? "",
        shards: [data.first, data.last],
        seconds: job.processedOn === undefined ? 0 : (now - job.processedOn) / 1000,
        failedAttempts: failedAttempts(job, data),
      })),
      workers: workers.length,
    };
  } finally {
    await queue.close();
  }
}

/** Jobs that are listed. */
const MOST_LISTED = 20;

/** The status of queues in some lines. */
export function queueLines(redis: string, found: readonly QueueStatus[]): string[] {
  if (found.length === 0) return [`${redis}: no sweep is in a queue`];
  return found.flatMap((status) => {
    const { queue, store, told, waiting, suspects, running, workers } = status;
    const aside = suspects > 0 ? `, ${suspects} of them at the end of the line, since workers have died of them` : "";
    const old = told < 5 ? "" : `, as was told ${duration(told)} ago`;
    const shown = running.slice(0, MOST_LISTED);
    const table = [
      shown.map(({ worker }) => `  ${sanitize(worker)}`),
      shown.map(({ shards: [first, last] }) => `${first === last ? "shard" : "shards"} ${rangesText([[first, last]])}`),
      shown.map(({ seconds }) => `for ${duration(seconds)}`),
      shown.map(({ failedAttempts: failed }) => (failed === 0 ? "" : `begun ${failed + 1} times`)),
    ];
    const more = running.length > MOST_LISTED ? [`  and ${running.length - MOST_LISTED} more`] : [];
    return [
      `${headLine(store, status)}${old}`,
      `queue ${queue} in ${redis}: ${workers === 1 ? "1 worker" : `${workers} workers`}; ${running.length} jobs run, ${waiting} wait${aside}`,
      ...(shown.length > 0 ? align(table) : []),
      ...more,
      ...rateLine(status),
    ];
  });
}

/** Throws a UsageError for what does not go together. */
export function checkQueueStatus(directory: string | undefined, { redis, store }: { redis?: string; store?: string }): void {
  if (redis === undefined && store !== undefined) throw new UsageError("--store is for --redis: massgrid status <directory>");
  if (redis === undefined && directory === undefined)
    throw new UsageError("give the directory of a store, or --redis <url>: massgrid status <directory>");
  if (redis !== undefined && directory !== undefined)
    throw new UsageError(`with --redis, the store is given by --store ${sanitize(directory)}`);
}
