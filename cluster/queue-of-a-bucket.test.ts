// A queue whose sweep is in a bucket: workers have the addresses of Redis and of the bucket, and nothing else in common.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultyServer, faultyServer } from "../test/support/faulty-server.ts";
import { folderFor } from "../test/support/folder.ts";
import { filesIn } from "../test/support/stores.ts";
import { commandLineIn } from "./support/cli.ts";
import { missingGo, type ObjectServer, startGofakes3 } from "./support/gofakes3.ts";
import { missingRedis, type RedisServer, startRedis } from "./support/redis.ts";

const folder = folderFor("queue-of-a-bucket");
const why = missingGo() ?? missingRedis();
if (why !== undefined) console.log(`not tried: ${why}`);

const spec = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
paramGrid: {C: {linspace: [68, 259, 64]}}
simulationTime: 400
stepSize: 1e-3
cutoff: 399.9
outputs: {V: jrc/jrc_op/V_e}
store: {directory: unused, shardPoints: 8}
`;
const url = "s3://sweeps/queued";

describe("queue of a bucket", { skip: why !== undefined && process.env.MASSGRID_NEEDS_CLUSTER === undefined }, () => {
  let [cli, printed] = ["", ""];
  let redis: RedisServer;
  let objects: ObjectServer;
  let server: FaultyServer;
  const secret = "secret-of-the-bucket";

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    cli = commandLineIn(folder);
    writeFileSync(join(folder, "sweep.yaml"), spec);
    const { status, stderr } = spawnSync(process.execPath, [cli, "sweep", "sweep.yaml", "--store", "one"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    redis = await startRedis(join(folder, "redis"), "password-of-redis");
    objects = await startGofakes3(folder);
    server = await faultyServer(objects.answer, () => undefined);
  });
  afterAll(async () => {
    await server?.close();
    objects?.stop();
    await redis?.end("SIGKILL");
  });

  function begin(...args: string[]): Promise<{ status: number | null; said: string }> {
    const own = { REDIS_URL: redis.url, AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: "AKIAQUEUE", AWS_SECRET_ACCESS_KEY: secret };
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, ...own } });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        said += text;
        printed += text;
      });
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, said })));
  }

  test("two workers, and the status of their queue: the bytes of one process, and no key in what is told", async () => {
    const sweep = begin("sweep", "sweep.yaml", "--runner", "bullmq", "--store", url, "--shards-per-job", "1");
    const workers = [0, 1].map(() => begin("work", "--store", url, "--concurrency", "1", "--until-done"));
    let seen: Record<string, unknown> | undefined;
    const isOver = { sweep: false };
    const ended = sweep.then((end) => {
      isOver.sweep = true;
      return end;
    });
    while (!isOver.sweep && seen === undefined) {
      const { status, said } = await begin("status", "--redis", redis.url, "--store", url, "--json");
      // Until the sweep has begun its store, there is none to tell of.
      if (status === 0) seen = JSON.parse(said);
    }
    expect(seen).toMatchObject({ redis: expect.not.stringContaining("password"), queues: [{ store: url, points: 64, shards: 8 }] });
    expect(await ended).toMatchObject({ status: 0, said: expect.stringMatching(/64 points.* all ended well/) });
    expect((await Promise.all(workers)).map(({ status }) => status)).toEqual([0, 0]);
    const [found, expected] = [await objects.objects("sweeps", "queued/"), filesIn(join(folder, "one"))];
    expect([...found.keys()].sort()).toEqual([...expected].sort());
    expect(expected.filter((file) => !readFileSync(join(folder, "one", file)).equals(found.get(file) ?? new Uint8Array()))).toEqual([]);
    expect(redis.ask("KEYS", "*").trim()).toBe("");
    expect([secret, "password-of-redis", "Signature"].filter((hidden) => printed.includes(hidden))).toEqual([]);
  });
});
