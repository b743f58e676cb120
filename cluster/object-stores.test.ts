// A sweep in parts in a bucket, through a network that fails all the time: the files of one process, and no key in what is told.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../bench/support/damage.mjs";
import { type Fault, type FaultyServer, faultyServer } from "../test/support/faulty-server.ts";
import { folderFor } from "../test/support/folder.ts";
import { filesIn } from "../test/support/stores.ts";
import { missingGo, type ObjectServer, startGofakes3 } from "./support/gofakes3.ts";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const folder = folderFor("object-stores");
const why = missingGo();
if (why !== undefined) console.log(`not tried: ${why}`);

const secret = "secret-of-the-cluster-tests/+=";
const keyId = "AKIACLUSTERTESTS";
const kinds: Fault[] = ["reset", "lost", "cut", "short", "late", 500, 503, 429];

const spec = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, u: {vars: [jrc_op/u], nodes: [jrc]}}
paramGrid: {C: {linspace: [68, 167, 12]}, u: {linspace: [120, 320, 12]}}
permuteGrid: true
simulationTime: 3
stepSize: 1e-4
samplingStepSize: 1e-3
noise: {jrc/jrc_op/X_e: {sd: 0.1, seed: 7, shared: false}}
solver: stochastic-heun
outputs: {V: jrc/jrc_op/V_e - jrc/jrc_op/V_i}
features: {V: [mean, std]}
store: {directory: unused, shardPoints: 4}
`;
const SHARDS = 36;

/** Requests by their kind. */
function counted(asked: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of asked) {
    const kind = one.includes("list-type=2") ? "LIST" : one.split(" ")[0];
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function told(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts, ([kind, count]) => `${kind} ${(count / SHARDS).toFixed(2)}`).join(", ");
}

describe("object stores: gofakes3", { skip: why !== undefined && process.env.MASSGRID_NEEDS_CLUSTER === undefined }, () => {
  let store: ObjectServer;
  let server: FaultyServer;
  let faultOf: () => Fault | undefined = () => undefined;
  /** All that processes have printed. */
  const printed: string[] = [];
  const expected = new Map<string, Uint8Array>();

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "sweep.yaml"), spec);
    const { status, stderr } = spawnSync(process.execPath, [cli, "sweep", "sweep.yaml", "--store", "one"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    for (const file of filesIn(join(folder, "one"))) expected.set(file, new Uint8Array(readFileSync(join(folder, "one", file))));
    store = await startGofakes3(folder);
    server = await faultyServer(store.answer, () => faultOf());
  });
  afterAll(async () => {
    await server?.close();
    store?.stop();
  });

  function begin(...args: string[]) {
    const env = { ...process.env, AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret };
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise<{ status: number | null; signal: string | null; stdout: string; stderr: string }>((resolve) => {
      child.on("close", (status, signal) => {
        printed.push(stdout, stderr);
        resolve({ status, signal, stdout, stderr });
      });
    });
    return { child, ended };
  }

  async function massgrid(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await begin(...args).ended;
    expect([args[0], status, stderr]).toEqual([args[0], 0, ""]);
    return stdout;
  }

  test("three processes at once, one of them killed, with a fault in one of eight requests: 0 differing files", async () => {
    const random = randomFrom(7);
    faultOf = () => (random(8) === 0 ? kinds[random(kinds.length)] : undefined);
    const url = "s3://sweeps/it's (all)/of them";
    const part = (i: number) => begin("shard", "sweep.yaml", "--shard", `${i}/3`, "--store", url, "--workers", "0");
    const parts = [part(0), part(1), part(2)];
    const noted = () => server.asked.filter((asked) => asked.startsWith("PUT") && asked.includes("/notes/")).length;
    for (let waited = 0; noted() < 4 && waited < 60_000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
    parts[2].child.kill("SIGKILL");
    expect((await parts[2].ended).signal).toBe("SIGKILL");
    const again = part(2);
    for (const { ended } of [parts[0], parts[1], again]) expect(await ended).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(await massgrid("status", url, "--json"))).toMatchObject({ complete: false, shardsDone: SHARDS, missing: [] });
    await massgrid("finish", url);
    const found = await store.objects("sweeps", "it's (all)/of them/");
    expect(
      [...expected.keys()].filter(
        (file) => !found.has(file) || Buffer.compare(found.get(file) ?? Buffer.alloc(0), expected.get(file) ?? Buffer.alloc(0)) !== 0,
      ),
    ).toEqual([]);
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(await massgrid("verify", url)).toBe(`${url}: all ${expected.size} files are as they were written\n`);
    expect(await massgrid("inspect", url)).toContain("a stored sweep of");
    expect(await massgrid("status", url)).toContain("complete: 144 points in 36 shards");
    expect(new Set(server.faults)).toEqual(new Set(kinds));
    console.log(`${server.faults.length} faults in ${server.asked.length} requests`);
    expect([keyId, secret, "Signature"].filter((hidden) => printed.some((text) => text.includes(hidden)))).toEqual([]);
  });

  test("requests of a shard stay few", async () => {
    faultOf = () => undefined;
    server.asked.length = 0;
    const begin = performance.now();
    await massgrid("shard", "sweep.yaml", "--shard", "0/1", "--store", "s3://sweeps/count", "--workers", "0");
    const seconds = (performance.now() - begin) / 1000;
    const computing = counted(server.asked);
    const afterwards = server.asked.length;
    await massgrid("finish", "s3://sweeps/count");
    const finishing = counted(server.asked.slice(afterwards));
    console.log(`${SHARDS} shards in ${seconds.toFixed(1)} s; requests of a shard: ${told(computing)}; to finish it: ${told(finishing)}`);
    // Traces, map and note are put; the notes beside are listed; whether the sweep is finished is asked.
    expect(computing.get("PUT")).toBeLessThan(3 * SHARDS + 12);
    expect(afterwards).toBeLessThan(6 * SHARDS + 40);
  });
});
