// A sweep by workers of BullMQ: workers and the Redis are killed, and the store is that of one process, file by file.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../bench/support/damage.mjs";
import { newJob, PREFIX, queueName, readJobs, UNFINISHED } from "../src/cli/queue/jobs.ts";
import type { BullQueue, Peers } from "../src/cli/queue/peers.ts";
import { openSweep, sweepStatus } from "../src/index.ts";
import { folderFor } from "../test/support/folder.ts";
import { contents } from "../test/support/stores.ts";
import { commandLineIn } from "./support/cli.ts";
import { missingRedis, type RedisServer, startRedis } from "./support/redis.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = folderFor("bullmq");
const cli = join(folder, "dist/cli.js");
const dying = join(here, "support/dies-of-shard.mjs");
const missing = missingRedis();
const isWhole = process.env.MASSGRID_NEEDS_CLUSTER !== undefined;
if (missing !== undefined) console.log(`not tried: ${missing}`);

const PASSWORD = "not-to-be-seen";

/** A spec whose shards of 8 points, 24 if not more, take a core some `seconds` each. */
const spec = (seconds: number, points = 192) => `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
paramGrid: {C: {linspace: [68, 259, ${points}]}}
stepSize: 1e-3
simulationTime: ${3000 * seconds}
cutoff: ${3000 * seconds - 0.1}
outputs: {V: jrc/jrc_op/V_e}
inputs: {jrc/jrc_op/u: {normalNoise: {mean: 220, sd: 60, seed: 7, shared: false}}}
store: {directory: unused, shardPoints: 8}
`;
const shards = 24;
/** `MASSGRID_KILLS=100 npm run test:cluster -- -t "workers killed"` is the longer run: of ten times as many shards. */
const kills = Number(process.env.MASSGRID_KILLS ?? 10);
const longer = Math.max(1, Math.ceil(kills / 10));

interface Started {
  child: ChildProcess;
  said: () => string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

const running = new Set<Started>();
let everything = "";

describe("bullmq", { skip: missing !== undefined && !isWhole }, () => {
  let redis: RedisServer;
  let peers: Peers;

  /** Begins a process of the command line, which has the packages of cluster/. */
  function begin(args: readonly string[], { flags = [], env = {} }: { flags?: string[]; env?: Record<string, string> } = {}): Started {
    const child = spawn(process.execPath, [...flags, cli, ...args], {
      cwd: folder,
      env: { ...process.env, REDIS_URL: redis.url, ...env },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part) => {
        text += part;
        everything += part;
      });
    const started: Started = {
      child,
      said: () => text,
      ended: new Promise((resolve) => {
        child.on("close", (code, signal) => {
          running.delete(started);
          resolve({ code, signal });
        });
      }),
    };
    running.add(started);
    return started;
  }

  function sweep(file: string, store: string, ...more: string[]): Started {
    return begin(["sweep", file, "--runner", "bullmq", "--store", store, ...more]);
  }

  function worker(store: string, ...more: string[]): Started {
    return begin(["work", "--store", store, "--concurrency", "1", "--until-done", ...more]);
  }

  /** Workers that are begun again when they die, until they end by themselves; `all` are their ends. */
  function keepAlive(start: () => Started, count: number): { now: () => Started[]; all: Promise<(number | null)[]> } {
    const now: Started[] = [];
    const keep = async (i: number): Promise<number | null> => {
      for (;;) {
        now[i] = start();
        const { code, signal } = await now[i].ended;
        if (signal !== "SIGKILL") return code;
      }
    };
    return { now: () => now, all: Promise.all(Array.from({ length: count }, (_, i) => keep(i))) };
  }

  /** Works with the queue of a store. */
  async function withQueue<Result>(store: string, work: (queue: BullQueue) => Promise<Result>): Promise<Result> {
    const { hash } = await sweepStatus(join(folder, store));
    const connection = new peers.Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new peers.Queue(queueName(hash), { connection, prefix: PREFIX });
    for (const source of [connection, queue]) source.on("error", () => {});
    try {
      return await work(queue);
    } finally {
      await queue.close();
      connection.disconnect();
    }
  }

  /** The process that has a job in hand; the job's first shard, and for how long, in ms. */
  const busy = async (queue: BullQueue) =>
    (await readJobs(queue, ["active"])).map(({ job, data }) => ({
      pid: Number(job.processedBy?.split(":")[1]),
      first: data.first,
      ms: Date.now() - (job.processedOn ?? 0),
    }));

  async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
    for (const end = Date.now() + 1000 * seconds; !(await holds()); ) {
      if (Date.now() > end) throw new Error(`${what} did not come in ${seconds} s:\n${[...running].map(({ said }) => said()).join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const isBegun = (store: string) => existsSync(join(folder, store, "_massgrid/claims/store-token"));

  /** Files of which two stores differ. */
  function differing(a: string, b: string): string[] {
    const [one, other] = [contents(join(folder, a)), contents(join(folder, b))];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
  }

  /** Keys that are left in Redis. */
  const keys = () => redis.ask("KEYS", "*").trim();

  beforeAll(async () => {
    commandLineIn(folder);
    const require = createRequire(join(here, "package.json"));
    peers = { ...require("bullmq"), ...require("ioredis") };
    redis = await startRedis(join(folder, "redis"), PASSWORD);
    writeFileSync(join(folder, "short.yaml"), spec(0.05));
    writeFileSync(join(folder, "long.yaml"), spec(0.7));
    writeFileSync(join(folder, "killed.yaml"), spec(0.7, 192 * longer));
    for (const length of ["short", "long", ...(longer > 1 ? ["killed"] : [])]) {
      const { status, stderr } = spawnSync(process.execPath, [cli, "sweep", `${length}.yaml`, "--store", `one-${length}`], {
        cwd: folder,
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    }
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await redis?.end("SIGKILL");
  });

  test(
    "bullmq: workers killed ten times, Redis and the sweep's own process killed once: the bytes of one process, and no key left",
    async () => {
      const start = performance.now();
      const random = randomFrom(7);
      // As often as a worker dies of a shard by chance, none is given up.
      const call = ["--shards-per-job", "2", "--attempts", String(10 * longer)];
      const first = sweep("killed.yaml", "killed", ...call);
      const workers = keepAlive(() => worker("killed"), 2);
      await until("the store's beginning", () => isBegun("killed"));
      let second: Started | undefined;
      let wasLost = false;
      await withQueue("killed", async (queue) => {
        for (let done = 0; done < kills; ) {
          const found = (await busy(queue)).filter(({ ms }) => ms > 200);
          const own = workers.now().filter(({ child }) => found.some(({ pid }) => pid === child.pid));
          if (own.length > 0 && done === Math.ceil(kills / 2) && !wasLost) {
            // A worker has a job in hand, and so a connection to lose.
            wasLost = true;
            await redis.end("SIGKILL");
            await new Promise((resolve) => setTimeout(resolve, 1500));
            await redis.begin();
          } else if (own.length > 0) {
            const { child, ended } = own[random(own.length)];
            child.kill("SIGKILL");
            await ended;
            done++;
            if (done === Math.ceil(kills / 3)) {
              first.child.kill("SIGKILL");
              await first.ended;
              second = sweep("killed.yaml", "killed", ...call);
            }
          }
          if ((await sweepStatus(join(folder, "killed"))).complete) throw new Error(`the sweep ended after ${done} kills`);
          await new Promise((resolve) => setTimeout(resolve, 100 + random(400)));
        }
      });
      expect([(await second?.ended)?.code, second?.said()]).toEqual([
        0,
        expect.stringMatching(new RegExp(`${192 * longer} points.* all ended well`)),
      ]);
      expect(await workers.all).toEqual([0, 0]);
      expect(differing("killed", longer > 1 ? "one-killed" : "one-long")).toEqual([]);
      expect(keys()).toBe("");
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(
        `${kills} workers killed of ${shards * longer} shards, Redis once: 0 files differ, 0 lost, 0 failed, no key left; ${seconds} s`,
      );
      expect(everything).toMatch(/massgrid: redis:\/\/127\.0\.0\.1:\d+ is lost; waiting for it\n.*is there again\n/s);
    },
    400_000 * longer,
  );

  test("bullmq: a shard of which workers die is given up, held back, and told; all others are there", async () => {
    const bad = 5;
    const controller = sweep("short.yaml", "poisoned", "--shards-per-job", "4", "--attempts", "2");
    const env = { DIES_OF_SHARD: String(bad) };
    const work = ["work", "--store", "poisoned", "--concurrency", "1", "--until-done"];
    let begun = 0;
    const workers = keepAlive(() => {
      begun++;
      return begin(work, { flags: ["--import", dying], env });
    }, 2);
    const { code } = await controller.ended;
    expect([code, controller.said()]).toEqual([
      1,
      expect.stringMatching(
        /8 of 192 points failed: 8 worker_lost.*but shards 5 were given up, and their points have failed; the first: it was begun 2 times/s,
      ),
    ]);
    expect(await workers.all).toEqual([0, 0]);
    // The job of four shards, twice; its shard alone, twice.
    expect(begun).toBe(2 + 4);
    const store = await openSweep(join(folder, "poisoned"));
    const statuses = Array.from(store.map.getChild("status") ?? [], String);
    expect(statuses.map((status, i) => (status === "ok" ? -1 : i)).filter((i) => i >= 0)).toEqual(
      Array.from({ length: 8 }, (_, i) => 8 * bad + i),
    );
    const ofBad = new RegExp(`00000${bad}\\.|map\\.arrow|manifest|_massgrid/shards/`);
    expect(differing("poisoned", "one-short").filter((name) => !ofBad.test(name))).toEqual([]);
    expect(keys()).toBe("");
    expect(spawnSync(process.execPath, [cli, "verify", "poisoned"], { cwd: folder }).status).toBe(0);
  });

  test("bullmq: a killed worker's job is with an idle second one within 5 s", async () => {
    const controller = sweep("long.yaml", "handover", "--shards-per-job", String(shards));
    const workers = [worker("handover"), worker("handover")];
    await until("the store's beginning", () => isBegun("handover"));
    const ms = await withQueue("handover", async (queue) => {
      // One job of all shards: one worker has it, and the other has none.
      await until("a busy worker", async () => (await busy(queue)).length === 1);
      const [{ pid }] = await busy(queue);
      await until("idle workers", async () => (await queue.getWorkers()).length === 2);
      workers.find(({ child }) => child.pid === pid)?.child.kill("SIGKILL");
      const start = Date.now();
      await until("the other worker", async () => (await busy(queue)).some((job) => job.pid !== pid));
      return Date.now() - start;
    });
    console.log(`a killed worker's job was begun again after ${ms} ms`);
    expect(ms).toBeLessThan(5000);
    await until("a shard of the job", async () => (await sweepStatus(join(folder, "handover"))).shardsDone > 0);
    // What is told to end puts its job back, and leaves the queue as it is: the next ones go on.
    controller.child.kill("SIGTERM");
    for (const { child } of workers) child.kill("SIGTERM");
    expect((await controller.ended).code).toBe(143);
    for (const { ended } of workers) expect([143, null]).toContain((await ended).code);
    const [{ data }] = await withQueue("handover", (queue) => readJobs(queue, UNFINISHED));
    expect(data).toMatchObject({ first: 0, last: shards - 1, returned: 1 });
    await withQueue("handover", (queue) => queue.obliterate({ force: true }));
    redis.ask("FLUSHALL");
  });

  test("bullmq: a job of another sweep, or of another store of the same, ends the worker, and stays in the queue", async () => {
    const controller = sweep("short.yaml", "own");
    await until("the store's beginning", () => isBegun("own"));
    const { hash } = await sweepStatus(join(folder, "own"));
    await withQueue("own", async (queue) => {
      await until("the jobs", async () => (await readJobs(queue, UNFINISHED)).length > 0);
      // The same sweep in a folder of its own, as on a machine that does not see the other's disk.
      cpSync(join(folder, "own"), join(folder, "copy"), { recursive: true });
      rmSync(join(folder, "copy/_massgrid/claims"), { recursive: true });
      const other = worker("copy");
      expect((await other.ended).code).toBe(1);
      expect(other.said()).toMatch(/E_QUEUE_STORE: a job of the queue, for shards 0-23, is of this sweep in another store than .*copy/);
      const [{ data }] = await readJobs(queue, UNFINISHED);
      expect(data).toMatchObject({ first: 0, last: shards - 1 });
      // Who hands it out for that store is refused as well, and takes nothing away.
      const rival = sweep("short.yaml", "copy");
      expect((await rival.ended).code).toBe(1);
      expect(rival.said()).toMatch(/E_QUEUE_STORE: the same sweep is in redis:.* for another store than copy: .*own; take another Redis/);
      const foreign = newJob({ ...data, hash: "0".repeat(16), first: 3, last: 3 });
      await queue.addBulk([foreign]);
      await until("its turn", async () => (await readJobs(queue, UNFINISHED)).length === 2);
      const stray = worker("own");
      expect((await stray.ended).code).toBe(1);
      expect(stray.said()).toMatch(
        new RegExp(`E_QUEUE_SWEEP: .* shards 3, is of sweep 0{16}…, and .*own holds sweep ${hash.slice(0, 16)}…`),
      );
      expect((await readJobs(queue, UNFINISHED)).map(({ data: { first } }) => first)).toContain(3);
    });
    const last = worker("own");
    controller.child.kill("SIGTERM");
    await controller.ended;
    expect((await last.ended).code).toBe(1);
    redis.ask("FLUSHALL");
  });

  test("bullmq: status tells of the queue, with the store and without", async () => {
    const controller = sweep("short.yaml", "seen", "--shards-per-job", "5");
    await until("the store's beginning", () => isBegun("seen"));
    const told = () => spawnSync(process.execPath, [cli, "status", "--redis", redis.url, "--json"], { cwd: folder, encoding: "utf8" });
    await until("what is told", () => JSON.parse(told().stdout).queues.length === 1);
    const { hash } = await sweepStatus(join(folder, "seen"));
    const wanted = { queue: queueName(hash), hash, points: 192, done: 0, shards, waiting: 5, suspects: 0, running: [], workers: 0 };
    expect(JSON.parse(told().stdout)).toMatchObject({ redis: redis.url.replace(`:${PASSWORD}@`, ""), queues: [wanted] });
    const text = spawnSync(process.execPath, [cli, "status", "--redis", redis.url, "--store", "seen"], { cwd: folder, encoding: "utf8" });
    everything += text.stdout + text.stderr + told().stdout;
    expect(text.stdout).toMatch(/seen: 0 of 24 shards, 0 of 192 points \(0 %\)\nqueue sweep-.*: 0 workers; 0 jobs run, 5 wait\n$/);
    // A worker that is given the spec, and none of --until-done, is there until it is told to end.
    const work = begin(["work", "short.yaml", "--store", "seen"]);
    expect((await controller.ended).code).toBe(0);
    await until("the end of work", () => work.said().includes("seen is complete"));
    work.child.kill("SIGTERM");
    expect((await work.ended).code).toBe(143);
    expect(differing("seen", "one-short")).toEqual([]);
    expect(keys()).toBe("");
    expect(JSON.parse(told().stdout).queues).toEqual([]);
  });

  test("bullmq: 100,000 shards take less than 30 MB of Redis", async () => {
    // Of shards that take half a minute each, so that no more of them than must be are in a job.
    const many = spec(0.05)
      .replace("[68, 259, 192]", "[68, 259, 200000]")
      .replace("shardPoints: 8}", "shardPoints: 2}\nresults: false\nfeatures: {V: [mean]}")
      .replace("simulationTime: 150", "simulationTime: 1.0e+6");
    writeFileSync(join(folder, "many.yaml"), many);
    const memory = () => Number(/used_memory:(\d+)/.exec(redis.ask("INFO", "memory"))?.[1]);
    const before = memory();
    const controller = sweep("many.yaml", "many");
    await until("the store's beginning", () => isBegun("many"));
    const { hash } = await sweepStatus(join(folder, "many"));
    const jobs = () => Number(redis.ask("LLEN", `${PREFIX}:${queueName(hash)}:wait`));
    await until("all jobs", () => jobs() === 20_000);
    const taken = (memory() - before) / 1e6;
    console.log(`100,000 shards take ${taken.toFixed(1)} MB of Redis`);
    expect(taken).toBeLessThan(30);
    controller.child.kill("SIGTERM");
    expect((await controller.ended).code).toBe(143);
    redis.ask("FLUSHALL");
  });

  test("bullmq: a Redis that is not there, or takes another password, is told, and no password ever is", async () => {
    const wrong = begin(["work", "--store", "one-long", "--redis", redis.url.replace(PASSWORD, `${PASSWORD}-either`)]);
    wrong.child.kill("SIGTERM");
    await wrong.ended;
    cpSync(join(folder, "one-short"), join(folder, "refused"), { recursive: true });
    const refused = sweep("short.yaml", "refused-too", "--redis", redis.url.replace(PASSWORD, `${PASSWORD}-either`));
    expect((await refused.ended).code).toBe(1);
    expect(refused.said()).toMatch(/E_REDIS: redis:\/\/127\.0\.0\.1:\d+ cannot be used: WRONGPASS/);
    expect(everything).not.toContain(PASSWORD);
  });
});
