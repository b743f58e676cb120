import * as v from "valibot";
import type { SweepStatus } from "../../index.ts";
import { toldKey } from "./jobs.ts";
import type { RedisClient } from "./peers.ts";

const number = v.pipe(v.number(), v.finite());
const told = v.strictObject({
  /** The store, as massgrid sweep was given it. */
  store: v.string(),
  hash: v.string(),
  points: number,
  done: number,
  failed: number,
  shards: number,
  shardsDone: number,
  rate: v.nullable(number),
  left: v.nullable(number),
  /** When it was told, in ms since 1970. */
  at: number,
});

/** What massgrid sweep tells those who see the queue, and not the store. */
export type Told = v.InferOutput<typeof told>;

export async function tellQueue(redis: RedisClient, queue: string, status: SweepStatus): Promise<void> {
  const { directory: store, hash, points, done, failed, shards, shardsDone, rate, left } = status;
  const now: Told = { store, hash, points, done, failed, shards, shardsDone, rate, left, at: Date.now() };
  await redis.set(toldKey(queue), JSON.stringify(now));
}

export async function readTold(redis: RedisClient, queue: string): Promise<Told | undefined> {
  const text = await redis.get(toldKey(queue));
  try {
    const found: unknown = JSON.parse(text ?? "null");
    return v.is(told, found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Keys of a pattern, all of them. */
export async function keysOf(redis: RedisClient, pattern: string): Promise<string[]> {
  const found = new Set<string>();
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "MATCH", pattern, "COUNT", 1000);
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== "0");
  return [...found].sort();
}
