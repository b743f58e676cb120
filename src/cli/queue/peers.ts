import { UsageError } from "../usage.ts";

// What is used of BullMQ and ioredis. Both are optional peers of the package: who sweeps on one machine need not have them, and so neither
// their code nor their types can be imported here.

/** A job as a worker gets it. */
export interface QueueJob {
  readonly id?: string;
  readonly data: unknown;
  /** How often it has been begun. */
  readonly attemptsStarted: number;
  /** The name of the worker that has begun it, and when, in ms since 1970. */
  readonly processedBy?: string;
  readonly processedOn?: number;
  /** Puts it back where others can take it, behind nothing. */
  moveToWait(token?: string): Promise<unknown>;
  updateData(data: unknown): Promise<void>;
}

/** A job as it is added; of an id that is there, nothing is added. */
export interface NewJob {
  name: string;
  data: unknown;
  opts: { jobId: string; priority?: number };
}

export interface BullQueue {
  addBulk(jobs: readonly NewJob[]): Promise<unknown>;
  getJobs(types: readonly string[], first: number, last: number): Promise<(QueueJob | undefined)[]>;
  getJobCounts(...types: string[]): Promise<Record<string, number>>;
  getWorkers(): Promise<{ name?: string; rawname?: string }[]>;
  obliterate(options: { force: boolean }): Promise<void>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface BullWorker {
  close(force?: boolean): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface RedisClient {
  readonly status: string;
  connect(): Promise<unknown>;
  disconnect(): void;
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  scan(cursor: string, match: "MATCH", pattern: string, count: "COUNT", size: number): Promise<[cursor: string, keys: string[]]>;
  unlink(...keys: string[]): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "ready" | "close", listener: () => void): unknown;
}

/** Whether an error is what Redis has answered; all others are of connections, or of jobs that somebody else has by now. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

export interface QueueOptions {
  connection: RedisClient;
  prefix: string;
  defaultJobOptions?: object;
  streams?: object;
  /** Writes nothing of the queue itself. */
  skipMetasUpdate?: boolean;
}

export interface WorkerOptions extends QueueOptions {
  name: string;
  concurrency: number;
  lockDuration: number;
  stalledInterval: number;
  maxStalledCount: number;
  runRetryDelay: number;
  removeOnComplete: { count: number };
  removeOnFail: { count: number };
}

export interface Peers {
  Queue: new (name: string, options: QueueOptions) => BullQueue;
  Worker: new (name: string, work: (job: QueueJob, token?: string) => Promise<void>, options: WorkerOptions) => BullWorker;
  /** Thrown by a worker's function where it has put its job back. */
  WaitingError: new () => Error;
  Redis: new (url: string, options: object) => RedisClient;
}

/** BullMQ and ioredis. Throws a UsageError where one of them is not installed, or is another one than is known. */
export async function loadPeers(): Promise<Peers> {
  const [bullmq, ioredis] = await Promise.all(["bullmq", "ioredis"].map(load));
  const found = { ...bullmq, ...ioredis };
  if (!arePeers(found)) throw new UsageError("queues on Redis need bullmq 6 and ioredis 6: npm install bullmq@6 ioredis@6");
  return found;
}

/** What the classes can do is what the packages' documentation says; tests of cluster/ hold it. */
function arePeers(found: object): found is Peers {
  return ["Queue", "Worker", "WaitingError", "Redis"].every((name) => typeof Reflect.get(found, name) === "function");
}

/** A module whose name the bundler does not see. */
async function load(name: string): Promise<object> {
  try {
    const found: object = await import(/* @vite-ignore */ name);
    return found;
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing) throw cause;
    throw new UsageError("queues on Redis need the packages bullmq and ioredis, which are not installed: npm install bullmq ioredis", {
      cause,
    });
  }
}
