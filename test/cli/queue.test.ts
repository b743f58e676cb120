// Sweeps by queues, as far as that needs no Redis: calls that are wrong, and what a worker refuses; cluster/bullmq.test.ts has the engine itself.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { openShards } from "../../src/api/search.ts";
import { cut, dataOf, encoded, failedAttempts, type JobData, newJob, shardsOfJob, shortHash } from "../../src/cli/queue/jobs.ts";
import type { BullQueue, NewJob, Peers, QueueJob, RedisClient } from "../../src/cli/queue/peers.ts";
import { connect, redisAddress } from "../../src/cli/queue/redis.ts";
import { serve } from "../../src/cli/queue/worker.ts";
import { finishSweep, runShards, sweepStatus } from "../../src/index.ts";
import type { OpenShards } from "../../src/store/run-shards.ts";
import { ensureToken } from "../../src/store/store-token.ts";
import { contents, folderFor, over, ownNoise } from "../support/stores.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("queue-cli");

function massgrid(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, REDIS_URL: undefined, ...env },
  });
  return { status, stdout, stderr };
}

describe("cli queue: calls", () => {
  beforeAll(() => {
    writeFileSync(
      join(folder, "small.yaml"),
      `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
paramGrid: {C: [68, 135]}
simulationTime: 1
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
`,
    );
  });

  const redis = ["--redis", "redis://user:secret@127.0.0.1:1"];
  const sweep = ["sweep", "small.yaml", "--runner", "bullmq"];
  const work = ["work", "--store", "none"];
  const wrong: [string[], RegExp][] = [
    [[...work, ...redis], /^queues on Redis need the packages bullmq and ioredis, which are not installed: npm install bullmq ioredis\n$/],
    [[...sweep, ...redis, "--store", "none"], /need the packages bullmq and ioredis, which are not installed/],
    [["status", ...redis], /need the packages bullmq and ioredis, which are not installed/],
    [work, /^give --redis <url>, such as redis:\/\/localhost:6379, or the variable REDIS_URL/],
    [[...work, "--redis", "localhost:6379?secret"], /^--redis: it is the address of a Redis, such as redis:\/\/localhost:6379/],
    [["work", ...redis], /required option '-s, --store <directory>' not specified/],
    [[...work, ...redis, "--concurrency", "0"], /^--concurrency 0: it is a whole number from 1 to 999999/],
    [[...work, ...redis, "--workers", "0"], /^--workers 0: the thread that renews the locks of jobs must not compute/],
    [[...work, ...redis, "--grace", "soon"], /^--grace soon: it is a number of seconds/],
    [[...work, ...redis, "--fast-math"], /^--set, --format, --precision and --fast-math change a spec: give the spec, too/],
    [[...sweep, ...redis], /^--runner bullmq needs --store <directory>, which all workers see/],
    [[...sweep, ...redis, "--store", "none", "--out", "a.arrow"], /^--runner bullmq computes nothing here: leave out --out/],
    [[...sweep, ...redis, "--store", "none", "--attempts", "0"], /^--attempts 0: it is a whole number from 1 to 999999/],
    [["sweep", "small.yaml", "--runner", "bull"], /argument 'bull' is invalid. Allowed choices are bullmq/],
    [["sweep", "small.yaml", ...redis], /^--redis, --attempts and --shards-per-job are of --runner bullmq/],
    [["status"], /^give the directory of a store, or --redis <url>/],
    [["status", "none", ...redis], /^with --redis, the store is given by --store none/],
    [["status", "--store", "none"], /^--store is for --redis: massgrid status <directory>/],
  ];
  test.each(wrong)("%j leaves with 2, and begins nothing", (args, message) => {
    const { status, stdout, stderr } = massgrid(args);
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringMatching(message)]);
    expect(stderr).not.toContain("secret");
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("an address of the environment is one as well", () => {
    expect(massgrid(work, { REDIS_URL: "redis://127.0.0.1:1" }).stderr).toMatch(/need the packages bullmq and ioredis/);
    expect(massgrid(work, { REDIS_URL: "http://127.0.0.1:1" }).stderr).toMatch(/^REDIS_URL: it is the address of a Redis/);
  });
});

describe("cli queue: jobs", () => {
  const data: JobData = {
    hash: "0123456789abcdef",
    store: "01234567",
    first: 99_999_999,
    last: 999_999_999,
    before: 99,
    returned: 99,
    attempts: 999,
  };

  test("what a job says is short enough for Redis to keep it packed, and comes back as it was", () => {
    const job = {
      data: JSON.parse(JSON.stringify(encoded(data))),
      attemptsStarted: 1,
      moveToWait: async () => {},
      updateData: async () => {},
    };
    expect(JSON.stringify(job.data).length).toBeLessThanOrEqual(70);
    expect(dataOf(job)).toEqual(data);
    for (const other of [null, {}, [], ["a", "b", 1, 2, 3, 4], ["a", "b", 1, 2, 3, 4, -1], [1, "b", 1, 2, 3, 4, 5]]) {
      expect(dataOf({ ...job, data: other })).toBe(undefined);
    }
  });

  test("an id is a name with no colon, another one each time that a shard is put to the end", () => {
    const ids = [0, 1].map((before) => newJob({ ...data, first: 17, last: 17, before }).opts.jobId);
    expect(ids).toEqual(["shards-17-17-0", "shards-17-17-1"]);
  });

  test("attempts are those in which nobody came to the end: not the present one, nor those that were put back", () => {
    const job = (attemptsStarted: number) => ({ data: [], attemptsStarted, moveToWait: async () => {}, updateData: async () => {} });
    const attempts = (started: number, before: number, returned: number) => failedAttempts(job(started), { ...data, before, returned });
    expect([attempts(1, 0, 0), attempts(3, 0, 0), attempts(3, 0, 2), attempts(1, 4, 0), attempts(0, 0, 0)]).toEqual([0, 2, 0, 4, 0]);
  });

  test("shards are cut into ranges that none of the others has", () => {
    expect(cut([0, 1, 2, 3, 4, 7, 8], 3)).toEqual([
      [0, 2],
      [3, 4],
      [7, 8],
    ]);
    expect(cut([], 3)).toEqual([]);
  });
});

/** A Redis, as far as a worker needs one. */
function fakeRedis(refusal?: string): Pick<Peers, "Redis"> & { ended: () => boolean } {
  let ended = false;
  class Redis implements RedisClient {
    status = "wait";
    readonly #listeners: [event: string, listener: (error: Error) => void][] = [];
    on(event: string, listener: (error: Error) => void): void {
      this.#listeners.push([event, listener]);
    }
    async connect(): Promise<void> {
      const [name, error] =
        refusal === undefined ? ["ready", new Error()] : ["error", Object.assign(new Error(refusal), { name: "ReplyError" })];
      for (const [event, listener] of this.#listeners) if (event === name) listener(error);
      if (refusal !== undefined) throw error;
    }
    disconnect(): void {
      ended = true;
    }
    async get(): Promise<null> {
      return null;
    }
    async set(): Promise<void> {}
    async scan(): Promise<[string, string[]]> {
      return ["0", []];
    }
    async unlink(): Promise<void> {}
  }
  return { Redis, ended: () => ended };
}

class WaitingError extends Error {}

/** A queue of jobs, and workers that take them one by one; what becomes of each is told. */
function fakeQueue(jobs: readonly (Partial<QueueJob> & { data: unknown })[]) {
  const told: string[] = [];
  const added: NewJob[] = [];
  class Queue implements BullQueue {
    async addBulk(list: readonly NewJob[]): Promise<void> {
      added.push(...list);
    }
    async getJobs(): Promise<[]> {
      return [];
    }
    async getJobCounts(): Promise<Record<string, number>> {
      return {};
    }
    async getWorkers(): Promise<[]> {
      return [];
    }
    async obliterate(): Promise<void> {}
    async close(): Promise<void> {}
    on(): void {}
  }
  class Worker {
    readonly #working: Promise<void>;
    #isClosing = false;
    constructor(_name: string, work: (job: QueueJob, token?: string) => Promise<void>) {
      this.#working = this.#work(work);
    }
    async #work(work: (job: QueueJob, token?: string) => Promise<void>): Promise<void> {
      for (const [i, job] of jobs.entries()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (this.#isClosing) return;
        const events: string[] = [];
        const whole: QueueJob = {
          id: `job-${i}`,
          attemptsStarted: 1,
          moveToWait: async () => void events.push("put back"),
          updateData: async (data) => void events.push(JSON.stringify(data)),
          ...job,
        };
        await work(whole, "token").then(
          () => events.push("done"),
          (error) => events.push(error instanceof WaitingError ? "waits" : String(error)),
        );
        told.push(events.join(", "));
      }
    }
    async close(): Promise<void> {
      this.#isClosing = true;
      await this.#working;
    }
    on(): void {}
  }
  return { peers: { Queue, Worker, WaitingError, ...fakeRedis() }, told, added };
}

describe("cli queue: workers", () => {
  const options = (name: string) => ({ ...over(300, { inputs: ownNoise }), store: { directory: join(folder, name), shardPoints: 64 } });

  async function storeOf(name: string): Promise<{ shards: OpenShards; data: JobData }> {
    const shards = await openShards(options(name), { workers: 1 });
    const store = await ensureToken(shards.store.disk);
    return { shards, data: { hash: shortHash(shards.hash), store, first: 0, last: 4, before: 0, returned: 0, attempts: 3 } };
  }

  async function work(shards: OpenShards, jobs: readonly (Partial<QueueJob> & { data: unknown })[], signal = new AbortController().signal) {
    const { peers, ...queue } = fakeQueue(jobs);
    const redis = await connect(peers, redisAddress("redis://fake"));
    const failure = await serve(shards, { peers, redis, hide: (text) => text, concurrency: 1, grace: 0, signal }).then(
      () => "",
      (error) => String(error),
    );
    return { ...queue, failure };
  }

  test("jobs are computed, those that come twice once; a worker leaves when the sweep is finished", async () => {
    const { shards, data } = await storeOf("plain");
    const finishing = setInterval(async () => {
      const { missing } = await sweepStatus(options("plain").store.directory).catch(() => ({ missing: [0] }));
      if (missing.length === 0) {
        clearInterval(finishing);
        await finishSweep(options("plain").store.directory);
      }
    }, 100);
    const jobs = [
      { ...data, last: 2 },
      { ...data, last: 2 },
      { ...data, first: 3 },
    ].map((each) => ({ data: encoded(each) }));
    const { told, added, failure } = await work(shards, jobs);
    expect([told, added, failure]).toEqual([["done", "done", "done"], [], ""]);
    await runShards(options("plain-one"));
    await finishSweep(join(folder, "plain-one"));
    expect(contents(join(folder, "plain"))).toEqual(contents(join(folder, "plain-one")));
  });

  test("what is of another sweep, of another store of the same, or no job at all, is put back and ends the worker", async () => {
    const { shards, data } = await storeOf("foreign");
    const other = await work(shards, [{ data: encoded({ ...data, hash: "f".repeat(16) }) }]);
    expect(other.failure).toMatch(/E_QUEUE_SWEEP: .* shards 0-4, is of sweep f{16}…, and .*foreign holds sweep [0-9a-f]{16}…/);
    expect(other.told).toEqual([expect.stringMatching(/^\["f{16}","\w{8}",0,4,0,1,3\], put back, waits$/)]);
    const strange = await work(shards, [{ data: { file: "x" } }]);
    expect([strange.failure, strange.told]).toEqual([
      expect.stringMatching(/E_QUEUE_SWEEP: job job-0 of the queue is none/),
      ["put back, waits"],
    ]);
    const elsewhere = await work(shards, [{ data: encoded({ ...data, store: "another" }) }]);
    expect(elsewhere.failure).toMatch(/E_QUEUE_STORE: .* is of this sweep in another store than .*foreign: all workers must see the store/);
    expect((await sweepStatus(join(folder, "foreign"))).shardsDone).toBe(0);
  });

  test("a job that has ended two workers is cut into its shards, at the end of the line; a shard that has ended as many as it may is given up", async () => {
    const { shards, data } = await storeOf("killers");
    await shards.run({ shards: [1], grace: 0 });
    const stop = new AbortController();
    const jobs = [
      { attemptsStarted: 3, data: encoded({ ...data, last: 2 }) },
      { attemptsStarted: 2, data: encoded({ ...data, first: 0, last: 0, before: 1 }) },
      { attemptsStarted: 2, data: encoded({ ...data, first: 2, last: 2, before: 2 }) },
      { attemptsStarted: 3, data: encoded({ ...data, first: 3, last: 4, returned: 2 }) },
    ];
    const { peers, told, added } = fakeQueue(jobs);
    const redis = await connect(peers, redisAddress("redis://fake"));
    const serving = serve(shards, { peers, redis, hide: (text) => text, concurrency: 1, grace: 0, signal: stop.signal });
    while (told.length < jobs.length) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Error("told to end"));
    await expect(serving).rejects.toThrow("told to end");
    expect(told).toEqual(["done", "done", "done", "done"]);
    expect(added.map(({ opts }) => opts)).toEqual([
      { jobId: "shards-0-0-0", priority: 1 },
      { jobId: "shards-2-2-0", priority: 1 },
      { jobId: "shards-0-0-2", priority: 1 },
    ]);
    const { givenUp, missing } = await sweepStatus(join(folder, "killers"));
    expect([givenUp, missing]).toEqual([[{ shard: 2, reason: expect.stringMatching(/^it was begun 3 times by itself/) }], [[0, 0]]]);
  });

  test("what is told to end puts its job back, and says that this was no failure", async () => {
    const { shards, data } = await storeOf("told");
    const stop = new AbortController();
    stop.abort(new Error("told to end"));
    const { failure, told } = await work(shards, [{ data: encoded(data) }], stop.signal);
    expect(failure).toBe("Error: told to end");
    expect(told.every((each) => each === `${JSON.stringify(encoded({ ...data, returned: 1 }))}, put back, waits`)).toBe(true);
  });

  test("a job has half a minute of a core, and more of a sweep with very many shards", async () => {
    const { shards } = await storeOf("sizes");
    expect(shardsOfJob(shards)).toBe(Math.round(2e9 / (50 * 64)));
    const { plan, manifest } = shards.store;
    const withStore = (changes: object) => Object.create(shards, { store: { value: { plan, manifest: { ...manifest, ...changes } } } });
    expect(shardsOfJob(withStore({ shardPoints: 1e8 }))).toBe(1);
    expect(shardsOfJob(withStore({ shardPoints: 1e8, shardCount: 1e5 }))).toBe(5);
  });

  test("a Redis that refuses is told, and passwords are not", async () => {
    const peers = fakeQueue([]).peers;
    const { Redis, ended } = fakeRedis("WRONGPASS invalid pair jo:s%20cret, or s cret");
    const error = await connect({ ...peers, Redis }, redisAddress("rediss://jo:s%20cret@host:7000/3")).catch(String);
    expect(error).toBe("MassgridError: E_REDIS: rediss://host:7000/3 cannot be used: WRONGPASS invalid pair ***:***, or ***");
    expect(ended()).toBe(true);
  });
});
