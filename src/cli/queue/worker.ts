import { type MassgridError, sanitize } from "../../errors.ts";
import { nodeHost } from "../../platform/node-host.ts";
import { StoreError, storeError } from "../../store/errors.ts";
import { giveUpShards } from "../../store/give-up.ts";
import type { OpenShards } from "../../store/run-shards.ts";
import { rangesText } from "../../store/shard-choice.ts";
import { readToken } from "../../store/store-token.ts";
import {
  addJobs,
  CUT_AFTER,
  dataOf,
  encoded,
  failedAttempts,
  type JobData,
  newJob,
  PREFIX,
  queueName,
  shardsIn,
  shortHash,
} from "./jobs.ts";
import { type BullQueue, type BullWorker, isAnswer, type Peers, type QueueJob, type RedisClient } from "./peers.ts";

/**
 * A job whose worker is gone is taken for lost when its lock has run out, in ms, which is looked for so often. The lock is renewed by the thread
 * that hands work to others: kernels never hold it.
 */
const LOCK = { lockDuration: 3000, stalledInterval: 1000 };
/** BullMQ fails a job that was lost so often; how often it may be is ours to say, in `failedAttempts`. */
const NEVER = 1e9;
/** How often a worker without work looks whether the sweep is finished, in ms. */
const LOOK = 2000;
/** How long a worker that ends waits for a Redis that does not answer, in ms. */
const FAREWELL = 5000;
/** How often, and how far apart in ms, the token of a store is looked for: a network file system may be some seconds behind. */
const TOKEN = { tries: 5, wait: 1000 };

export interface WorkerSettings {
  peers: Peers;
  redis: RedisClient;
  /** Texts without passwords. */
  hide: (text: string) => string;
  concurrency: number;
  grace: number;
  /** Ends the worker. */
  signal: AbortSignal;
}

/** Computes jobs of the queue of a sweep until that is finished; resolves then. Rejects with the signal's reason, or with what ends this worker. */
export async function serve(shards: OpenShards, settings: WorkerSettings): Promise<void> {
  await new QueueWorker(shards, settings).run();
}

class QueueWorker {
  readonly #shards: OpenShards;
  readonly #settings: WorkerSettings;
  readonly #queue: BullQueue;
  /** Aborted when shards in hand must come to their end. */
  readonly #ending = new AbortController();
  readonly #told = new Set<string>();
  #active = 0;
  #failure: { error: unknown } | undefined;
  #end: () => void = () => {};

  constructor(shards: OpenShards, settings: WorkerSettings) {
    this.#shards = shards;
    this.#settings = settings;
    this.#queue = this.#quiet(new settings.peers.Queue(queueName(shards.hash), queueOptions(settings.redis)));
  }

  async run(): Promise<void> {
    const { peers, redis, concurrency, signal } = this.#settings;
    const { host, pid } = nodeHost().self;
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    const onStop = () => this.#stop();
    signal.addEventListener("abort", onStop);
    const worker = this.#quiet(
      new peers.Worker(queueName(this.#shards.hash), (job, token) => this.#take(job, token ?? ""), {
        ...queueOptions(redis),
        ...LOCK,
        name: workerName(host, pid),
        concurrency,
        maxStalledCount: NEVER,
        runRetryDelay: 1000,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      }),
    );
    const looking = setInterval(() => void this.#look(), LOOK);
    if (signal.aborted) this.#stop();
    try {
      await ended;
    } finally {
      clearInterval(looking);
      signal.removeEventListener("abort", onStop);
      await this.#close(worker);
    }
    if (this.#failure) throw this.#failure.error;
    signal.throwIfAborted();
  }

  #stop(): void {
    this.#ending.abort(this.#settings.signal.reason);
    this.#end();
  }

  /** Ends this worker by an error; jobs in hand are put back. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ending.abort(error);
    this.#end();
  }

  async #look(): Promise<void> {
    if (this.#active > 0) return;
    try {
      if (await this.#shards.isFinished()) this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the connection of a worker once its jobs are done or put back; does not wait for a Redis that is gone. */
  async #close(worker: BullWorker): Promise<void> {
    const closing = Promise.allSettled([worker.close(), this.#queue.close()]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      const wait = () => {
        timer = setTimeout(() => (this.#active > 0 ? wait() : resolve()), FAREWELL);
      };
      wait();
    });
    await Promise.race([closing, patience]);
    clearTimeout(timer);
    this.#settings.redis.disconnect();
  }

  /** What Redis answers is told, once. Lost connections are told by who holds them; of a lost job another worker hears. */
  #quiet<Source extends BullQueue | BullWorker>(source: Source): Source {
    source.on("error", (error) => {
      const text = sanitize(this.#settings.hide(error.message));
      if (!isAnswer(error) || this.#told.has(text)) return;
      this.#told.add(text);
      console.error(`massgrid: the queue says: ${text}`);
    });
    return source;
  }

  async #take(job: QueueJob, token: string): Promise<void> {
    this.#active++;
    try {
      const data = dataOf(job);
      if (!data || (await this.#isOfOthers(data))) {
        this.#fail(data ? await this.#foreign(data) : noJob(job));
        return await this.#putBack(job, token, data && { ...data, returned: data.returned + 1 });
      }
      const attempts = failedAttempts(job, data);
      const isOne = data.first === data.last;
      if (attempts > 0 && (isOne ? attempts > data.before : attempts >= CUT_AFTER)) return await this.#suspect(data, isOne ? attempts : 0);
      await this.#compute(job, token, data);
    } finally {
      this.#active--;
    }
  }

  async #compute(job: QueueJob, token: string, data: JobData): Promise<void> {
    const { grace } = this.#settings;
    const signal = this.#ending.signal;
    try {
      await this.#shards.run({ shards: shardsIn(data), signal, grace });
    } catch (error) {
      if (signal.aborted && error === signal.reason) return await this.#putBack(job, token, { ...data, returned: data.returned + 1 });
      // Each shard of which a thread has died was tried by several threads.
      if (error instanceof StoreError && error.code === "E_STORE_LOST") return await this.#suspect(data, failedAttempts(job, data) + 1);
      this.#fail(error);
      await this.#putBack(job, token);
    }
  }

  /**
   * Puts what may have ended workers to the end of the line, each shard by itself, so that it holds nobody up; and gives up what was begun by
   * itself too often. A job that was added twice has the same id, and is there once.
   */
  async #suspect(data: JobData, attempts: number): Promise<void> {
    const missing = await this.#shards.missing(shardsIn(data));
    if (data.first === data.last && attempts >= data.attempts) {
      const times = attempts === 1 ? "once" : `${attempts} times`;
      const reason = `it was begun ${times} by itself, and no worker has come to its end: they died, or lost all their threads`;
      await giveUpShards(this.#shards.store, missing, reason);
      if (missing.length > 0) console.error(`massgrid: shard ${data.first} is given up: ${reason}`);
      return;
    }
    const before = data.first === data.last ? attempts : 0;
    const jobs = missing.map((shard) => newJob({ ...data, first: shard, last: shard, before, returned: 0 }, true));
    await addJobs(this.#queue, jobs);
  }

  /** Puts a job back where the next worker finds it. */
  async #putBack(job: QueueJob, token: string, data?: JobData): Promise<never> {
    try {
      if (data) await job.updateData(encoded(data));
      await job.moveToWait(token);
    } catch (error) {
      // Whoever has lost the lock of a job has nothing to put back: others have it.
      if (isAnswer(error)) this.#fail(error);
    }
    throw new this.#settings.peers.WaitingError();
  }

  async #isOfOthers({ hash, store }: JobData): Promise<boolean> {
    if (hash !== shortHash(this.#shards.hash)) return true;
    for (let i = 0; i < TOKEN.tries; i++) {
      if ((await readToken(this.#shards.store.disk)) === store || (await this.#shards.isFinished())) return false;
      await new Promise((resolve) => setTimeout(resolve, TOKEN.wait));
    }
    return true;
  }

  async #foreign({ hash, first, last }: JobData): Promise<MassgridError> {
    const { store, hash: own } = this.#shards;
    const what = `a job of the queue, for shards ${rangesText([[first, last]])}, is of`;
    const here = sanitize(store.disk.directory);
    if (hash !== shortHash(own))
      return storeError(
        "E_QUEUE_SWEEP",
        `${what} sweep ${sanitize(hash)}…, and ${here} holds sweep ${shortHash(own)}…; the job was put back`,
      );
    const hint = "all workers must see the store that massgrid sweep was given; the job was put back";
    return storeError("E_QUEUE_STORE", `${what} this sweep in another store than ${here}: ${hint}`);
  }
}

function noJob({ id = "" }: QueueJob): MassgridError {
  return storeError("E_QUEUE_SWEEP", `job ${sanitize(id)} of the queue is none that this version of massgrid knows; it was put back`);
}

function queueOptions(redis: RedisClient) {
  return { connection: redis, prefix: PREFIX };
}

/** The name by which a worker stands in the queue: machine and process. Redis takes no blanks in names. */
export function workerName(machine: string, pid: number): string {
  return `${machine.replaceAll(/[^\w.-]/g, "_")}:${pid}`;
}
