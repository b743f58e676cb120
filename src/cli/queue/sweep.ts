import { openShards, statusReader } from "../../api/search.ts";
import { finishSweep } from "../../api/shards.ts";
import { sanitize } from "../../errors.ts";
import type { SweepStatus } from "../../index.ts";
import { StoreError, storeError } from "../../store/errors.ts";
import type { OpenShards } from "../../store/run-shards.ts";
import { rangesOf, rangesText } from "../../store/shard-choice.ts";
import { ensureToken } from "../../store/store-token.ts";
import type { Spec } from "../spec.ts";
import { stopOnSignals } from "../stopping.ts";
import { given, type StoringOptions, type Teller, wrongCall } from "../store.ts";
import { checkSome, outcomeOf, storedReport, tell } from "../stored.ts";
import { UsageError } from "../usage.ts";
import { wholeOption } from "../whole-option.ts";
import {
  ATTEMPTS,
  addJobs,
  countJobs,
  cut,
  newJob,
  PREFIX,
  queueName,
  readJobs,
  shardsIn,
  shardsOfJob,
  shortHash,
  UNFINISHED,
} from "./jobs.ts";
import { pause } from "./pause.ts";
import { type BullQueue, loadPeers, type Peers, type RedisClient } from "./peers.ts";
import { connect, type RedisAddress, redisAddress } from "./redis.ts";
import { keysOf, readTold, tellQueue } from "./told.ts";

export interface QueueOptions extends StoringOptions {
  redis?: string;
  attempts?: string;
  shardsPerJob?: string;
  workers?: string;
  certify?: boolean;
}

/** How often the store and the queue are looked at, in ms; reading a store may take at most this share of the time. */
const LOOK = 1000;
const SHARE = 0.1;
/** After how many looks in which nothing stood in the queue jobs are taken to be lost: Redis forgets the last second when it dies. */
const EMPTY = 3;
/** Who has not told for so long, in ms, is not there any more. */
const SILENCE = 30_000;
/** How long workers have to leave the queue of a sweep that is complete, in ms. */
const LEAVE = 10_000;

/** Hands the sweep of a spec to the workers of a queue, waits for them, and finishes its store. */
export async function queueSpec({ options: spec }: Spec, options: QueueOptions, interrupted: AbortSignal, teller: Teller): Promise<void> {
  checkOptions(options);
  const address = redisAddress(options.redis);
  const attempts = wholeOption("--attempts", options.attempts) ?? ATTEMPTS;
  const size = wholeOption("--shards-per-job", options.shardsPerJob);
  const directory = options.store ?? spec.store?.directory;
  if (directory === undefined) throw new UsageError("--runner bullmq needs --store <directory>, which all workers see");
  const store = { ...spec.store, ...given(options), directory };
  const peers = await loadPeers();
  const stop = stopOnSignals(interrupted);
  const start = performance.now();
  let redis: RedisClient | undefined;
  try {
    redis = await connect(peers, address);
    const shards = await openShards({ ...spec, signal: stop.signal, store }).catch((error) => refuse(error, teller));
    const givenUp = shards.store.manifest.complete
      ? []
      : await new Controller(shards, { peers, redis, address, attempts, size, directory, teller, signal: stop.signal }).run();
    const sweep = await finishSweep(directory);
    if (!shards.store.manifest.complete) await removeQueue(peers, redis, queueName(shards.hash));
    teller.stop();
    const seconds = (performance.now() - start) / 1000;
    const outcome = await outcomeOf(sweep);
    if (options.json === true) console.log(await storedReport(outcome, { seconds, store: directory }));
    else tell(sweep, outcome, { directory, seconds });
    if (givenUp.length > 0) throw new Error(givenUpText(directory, givenUp));
    checkSome(outcome);
  } finally {
    teller.stop();
    stop.end();
    redis?.disconnect();
  }
}

function checkOptions({ out, plot, certify, extend, workers }: QueueOptions): void {
  const others = Object.entries({ out, plot, certify, extend, workers }).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`--${name}`],
  );
  if (others.length > 0) throw new UsageError(`--runner bullmq computes nothing here: leave out ${others.join(", ")}`);
}

function refuse(error: unknown, teller: Teller): never {
  if (!(error instanceof StoreError)) return teller.explain(error);
  throw wrongCall.includes(error.code) ? new UsageError(`${error.explain()}\nnothing was computed`, { cause: error }) : error;
}

function givenUpText(directory: string, givenUp: SweepStatus["givenUp"]): string {
  const shards = rangesText(rangesOf(givenUp.map(({ shard }) => shard)));
  const [{ reason }] = givenUp;
  return `${sanitize(directory)} is complete, but shards ${shards} were given up, and their points have failed; the first: ${reason}`;
}

interface Control {
  peers: Peers;
  redis: RedisClient;
  address: RedisAddress;
  attempts: number;
  /** Shards of a job, where the caller says. */
  size: number | undefined;
  directory: string;
  teller: Teller;
  signal: AbortSignal;
}

/** Fills the queue of a sweep and watches it until all shards are there. */
class Controller {
  readonly #shards: OpenShards;
  readonly #control: Control;
  readonly #name: string;
  readonly #queue: BullQueue;

  constructor(shards: OpenShards, control: Control) {
    this.#shards = shards;
    this.#control = control;
    this.#name = queueName(shards.hash);
    const { peers, redis } = control;
    this.#queue = newQueue(peers, redis, this.#name);
  }

  /** Resolves with the shards that were given up. */
  async run(): Promise<SweepStatus["givenUp"]> {
    const { signal } = this.#control;
    try {
      // Redis may be gone for long: who waits for it can be interrupted.
      return await Promise.race([this.#watch(), rejection(signal)]);
    } finally {
      if (!signal.aborted) await this.#queue.close();
    }
  }

  async #watch(): Promise<SweepStatus["givenUp"]> {
    const { directory, redis, teller, signal } = this.#control;
    const reader = await statusReader(directory);
    await this.#fill();
    let [empty, looks] = [0, 0];
    for (;;) {
      const start = performance.now();
      const status = await reader.read();
      if (status.complete || status.missing.length === 0) return status.givenUp;
      teller.update({ done: status.done, total: status.points });
      await tellQueue(redis, this.#name, status);
      const counts = await countJobs(this.#queue);
      empty = Object.values(counts).some((count) => count > 0) ? 0 : empty + 1;
      if (empty === EMPTY) await this.#fill();
      if (++looks === EMPTY) await this.#tellHow();
      await pause(signal, Math.max(LOOK, (performance.now() - start) / SHARE));
    }
  }

  /** Adds jobs for what is missing, and is in none. */
  async #fill(): Promise<void> {
    const { attempts, size = shardsOfJob(this.#shards) } = this.#control;
    const store = await ensureToken(this.#shards.store.disk);
    const hash = shortHash(this.#shards.hash);
    // Jobs of an earlier call go on, if they are of this store; of one that is gone, nobody would take them.
    const known = await readJobs(this.#queue, UNFINISHED);
    if (known.some(({ data }) => data.store !== store)) {
      await this.#checkLeft();
      await this.#queue.obliterate({ force: true });
    }
    const queued = new Set(known.filter(({ data }) => data.store === store).flatMap(({ data }) => shardsIn(data)));
    const missing = (await this.#shards.missing()).filter((shard) => !queued.has(shard));
    const jobs = cut(missing, size).map(([first, last]) => newJob({ hash, store, first, last, before: 0, returned: 0, attempts }));
    await addJobs(this.#queue, jobs);
  }

  /** Throws E_QUEUE_STORE where somebody hands out the same sweep in another store, and has been heard of lately. */
  async #checkLeft(): Promise<void> {
    const { redis, directory, address } = this.#control;
    const told = await readTold(redis, this.#name);
    if (!told || Date.now() - told.at > SILENCE) return;
    const message = `the same sweep is in ${address.shown} for another store than ${sanitize(directory)}: ${sanitize(told.store)}`;
    const hint = `take another Redis or database (${address.shown.replace(/\/\d*$/, "")}/1); of a call that has ended, try again in half a minute`;
    throw storeError("E_QUEUE_STORE", `${message}; ${hint}`);
  }

  /** Says how to work for the queue, where nobody does. */
  async #tellHow(): Promise<void> {
    const workers = await this.#queue.getWorkers().catch(() => undefined);
    if (workers?.length !== 0) return;
    const { directory, address } = this.#control;
    console.error(`massgrid: nobody works yet; begin workers: massgrid work --redis ${address.shown} --store ${sanitize(directory)}`);
  }
}

function newQueue({ Queue }: Peers, redis: RedisClient, name: string): BullQueue {
  // Events serve those who listen, and nobody does: the fewest are kept.
  const queue = new Queue(name, { connection: redis, prefix: PREFIX, streams: { events: { maxLen: 10 } } });
  // What the connection has to say is told by who holds it.
  queue.on("error", () => {});
  return queue;
}

/** Rejects with the signal's reason. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}

/** Removes all that stands in Redis of a sweep that is complete, once the workers have left. */
async function removeQueue(peers: Peers, redis: RedisClient, name: string): Promise<void> {
  const queue = newQueue(peers, redis, name);
  await queue.obliterate({ force: true });
  for (let waited = 0; waited < LEAVE; waited += LOOK / 4) {
    const workers = await queue.getWorkers().catch(() => []);
    if (workers.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK / 4));
  }
  await queue.close();
  for (const key of await keysOf(redis, `${PREFIX}:${name}:*`)) await redis.unlink(key);
}
