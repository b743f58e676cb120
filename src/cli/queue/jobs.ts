import * as v from "valibot";
import type { OpenShards } from "../../store/run-shards.ts";
import { rangesOf } from "../../store/shard-choice.ts";
import { inputGrid } from "../../sweep/clock.ts";
import type { BullQueue, NewJob, QueueJob } from "./peers.ts";

/** What keys of Redis begin with. */
export const PREFIX = "massgrid";
/** Jobs of a sweep that wait, run, or stand at the end of the line. */
export const UNFINISHED = ["waiting", "active", "prioritized", "delayed", "paused"];
/** How often a shard may be begun by itself before its points are given up, if --attempts does not say. */
export const ATTEMPTS = 10;
/** A job of several shards that has ended so many workers is cut into its shards, to find out which of them it is. */
export const CUT_AFTER = 2;
/** What stands at the end of the line: jobs without a priority go before those with one. */
const LAST = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** What a job says: which shards of which sweep, and never data. */
export interface JobData {
  /** What the sweep is: the first of the letters of the hash of its manifest. */
  hash: string;
  /** A token that stands in the store. */
  store: string;
  /** The shards: from the first to the last, both of them. */
  first: number;
  last: number;
  /** How often it was begun before it came to this job. */
  before: number;
  /** How often a worker that was told to end has put the job back: that is nobody's fault. */
  returned: number;
  attempts: number;
}

/** As it stands in Redis, which keeps a job in a quarter of the room where no value of it has more than 64 letters. */
const jobData = v.strictTuple([v.string(), v.string(), count, count, count, count, count]);

export function encoded({ hash, store, first, last, before, returned, attempts }: JobData): v.InferOutput<typeof jobData> {
  return [hash, store, first, last, before, returned, attempts];
}

/** What a job says; undefined for one that is none of massgrid's. */
export function dataOf({ data }: QueueJob): JobData | undefined {
  if (!v.is(jobData, data)) return undefined;
  const [hash, store, first, last, before, returned, attempts] = data;
  return { hash, store, first, last, before, returned, attempts };
}

/** Letters of a sweep's hash that tell it apart. */
const HASH_LETTERS = 16;

/** A sweep's hash as jobs, queues and messages have it. */
export function shortHash(hash: string): string {
  return hash.slice(0, HASH_LETTERS);
}

/** How often somebody has begun a job and has not come to its end, this time not counted. */
export function failedAttempts(job: QueueJob, { before, returned }: JobData): number {
  return before + Math.max(0, job.attemptsStarted - 1 - returned);
}

/** The queue of a sweep. */
export function queueName(hash: string): string {
  return `sweep-${shortHash(hash)}`;
}

/** What a queue tells of its sweep, beside its jobs: see `Told`. */
export function toldKey(queue: string): string {
  return `${PREFIX}:${queue}:told`;
}

/** A job as it is added. Numbers alone are refused as ids, and so are colons. */
export function newJob(data: JobData, isLast = false): NewJob {
  const { first, last, before } = data;
  return {
    name: "shards",
    data: encoded(data),
    opts: { jobId: `shards-${first}-${last}-${before}`, ...(isLast ? { priority: LAST } : {}) },
  };
}

/** Steps of a point times points, for the states of a small model, that take a core about half a minute. */
const WORK = { steps: 2e9, states: 8 };
/** At most so many jobs stand in Redis, where a job takes some 250 bytes. */
const MOST_JOBS = 20_000;

/** How many shards a job has if the caller does not say: about half a minute of one core, and more of a sweep that has very many. */
export function shardsOfJob({ store: { plan, manifest } }: OpenShards): number {
  const states = plan.jobs.reduce((most, { model }) => Math.max(most, model.states.length), 0);
  const steps = inputGrid(plan.clock).steps * manifest.shardPoints * Math.max(1, states / WORK.states);
  return Math.max(1, Math.round(WORK.steps / steps), Math.ceil(manifest.shardCount / MOST_JOBS));
}

/** Ranges of at most `size` shards, of all numbers of a list. */
export function cut(shards: readonly number[], size: number): [first: number, last: number][] {
  return rangesOf(shards).flatMap(([first, last]) => {
    const ranges: [number, number][] = [];
    for (let from = first; from <= last; from += size) ranges.push([from, Math.min(last, from + size - 1)]);
    return ranges;
  });
}

/** How many jobs there are in each of these states. */
export async function countJobs(queue: BullQueue): Promise<Record<string, number>> {
  return await queue.getJobCounts("waiting", "active", "prioritized", "delayed", "paused");
}

/** Jobs that are added, or read, at once. */
const AT_ONCE = 1000;

export async function addJobs(queue: BullQueue, jobs: readonly NewJob[]): Promise<void> {
  for (let from = 0; from < jobs.length; from += AT_ONCE) await queue.addBulk(jobs.slice(from, from + AT_ONCE));
}

/** What jobs there are in some states. */
export async function readJobs(queue: BullQueue, states: readonly string[]): Promise<{ job: QueueJob; data: JobData }[]> {
  const found: { job: QueueJob; data: JobData }[] = [];
  for (const state of states) {
    for (let from = 0; ; from += AT_ONCE) {
      const jobs = await queue.getJobs([state], from, from + AT_ONCE - 1);
      for (const job of jobs) {
        // One that ends meanwhile is undefined.
        const data = job && dataOf(job);
        if (job && data) found.push({ job, data });
      }
      if (jobs.length < AT_ONCE) break;
    }
  }
  return found;
}

/** The shards of a job. */
export function shardsIn({ first, last }: JobData): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
