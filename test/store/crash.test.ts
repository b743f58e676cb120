// What a store must outlive: SIGKILL at any moment, a full disk, a second writer. Faults of the file system: store-faults.test.ts.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { type GridSearchOptions, gridSearch, openSweep, resumeSweep, verifySweep } from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("crash");
const library = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** A process that stores a sweep of 900 points in 15 shards, or goes on with it. */
const program = `
import { normalNoise, resumeSweep } from ${JSON.stringify(library)};
await resumeSweep(process.argv[1], {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: Array.from({ length: 900 }, (_, i) => 68 + i) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1, stepSize: 1e-3, cutoff: 0.9,
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) },
  outputs: { V: "jrc/jrc_op/V_e" },
  store: { shardPoints: 64, format: process.argv[2] },
});
`;

function start(directory: string, format: string) {
  return spawn(process.execPath, ["--input-type=module", "-e", program, directory, format], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Lets a process run for so many ms, and kills it; tells whether it had ended by then. */
async function runFor(ms: number, directory: string, format: string): Promise<boolean> {
  const child = start(directory, format);
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.on("close", (...ended) => resolve(ended)));
  clearTimeout(timer);
  if (signal === null) expect(code).toBe(0);
  return signal === null;
}

test("store crash: 20 SIGKILLs at random moments: each sweep ends with the bytes of an undisturbed one", { timeout: 240_000 }, async () => {
  const random = randomFrom(1995);
  let kills = 0;
  let sweeps = 0;
  while (kills < 20) {
    const format = sweeps % 2 === 0 ? "arrow" : "parquet";
    const undisturbed = join(folder, format);
    const started = performance.now();
    if (sweeps < 2) expect(await runFor(60_000, undisturbed, format)).toBe(true);
    const whole = sweeps < 2 ? performance.now() - started : 800;
    const directory = join(folder, `killed-${sweeps}`);
    while (!(await runFor(100 + random(Math.floor(whole)), directory, format))) kills++;
    expect(contents(directory)).toEqual(contents(undisturbed));
    sweeps++;
  }
});

const options: GridSearchOptions = over(70, { inputs: ownNoise });

describe("store crash: on a disk of 1 MiB", () => {
  const mount = join(folder, "tiny");
  let isMounted = false;

  // A file system of its own, where the machine lets us have one.
  beforeAll(() => {
    mkdirSync(mount);
    isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount]).status === 0;
    if (!isMounted) console.log("no disk of 1 MiB can be mounted here: a full disk is tested by injected faults alone");
  });
  beforeEach((context) => context.skip(!isMounted));
  const sweep = over(300);
  const store = { directory: join(mount, "sweep"), shardPoints: 64 };

  afterAll(() => {
    if (isMounted) spawnSync("umount", [mount]);
  });

  test("a sweep that cannot fit is refused before it runs, with the bytes", async () => {
    const error = await refusal(() => gridSearch({ ...over(3000), store }));
    expect(error.message).toMatch(
      /E_DISK_FULL: the sweep needs 6\.75 MB \(6750000 bytes\) of disk, and .* \(\d+ bytes\) are free in .*nothing was computed/,
    );
    expect(existsSync(store.directory)).toBe(false);
  });

  test("a disk that fills up while it runs loses no finished shard, and says how much is needed; with room, it goes on", async () => {
    const ballast = join(mount, "ballast");
    const onProgress = ({ done }: { done: number }) => {
      if (done === 128) writeFileSync(ballast, new Uint8Array(640 * 1024));
    };
    const error = await refusal(() => gridSearch({ ...sweep, store, onProgress }));
    expect(error.message).toMatch(
      /E_DISK_FULL: the disk is full: .*traces\/\.?00000\d.* needs 1\d\d kB \(\d+ bytes\), and .* \(\d+ bytes\) are free.*resume/,
    );
    const half = await openSweep(store.directory);
    expect(half.complete).toBe(false);
    expect(half.map.numRows).toBeGreaterThanOrEqual(64);
    expect((await verifySweep(store.directory)).problems.map(({ code }) => code)).toEqual(["E_STORE_INCOMPLETE"]);
    rmSync(ballast);
    await resumeSweep(store.directory);
    const good = join(folder, "not-tiny");
    await gridSearch({ ...sweep, store: { ...store, directory: good } });
    expect(contents(store.directory)).toEqual(contents(good));
  });
});

describe("store crash: two writers", () => {
  test("the second is refused, by the pid of the first; when that is dead, its lock is taken over", async () => {
    const directory = join(folder, "two");
    const child = start(directory, "arrow");
    try {
      for (let i = 0; i < 100 && !(await openSweep(directory).catch(() => undefined)); i++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const error = await refusal(() => resumeSweep(directory));
      expect([error.code, error.message]).toEqual(["E_STORE_LOCKED", expect.stringContaining(`by process ${child.pid};`)]);
    } finally {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.on("close", resolve));
    }
    expect((await resumeSweep(directory)).complete).toBe(true);
    expect(contents(directory)).toEqual(contents(join(folder, "arrow")));
  });

  test("in one process too, and any number at once leave one", async () => {
    const directory = join(folder, "at-once");
    const sweeps = await Promise.allSettled(
      Array.from({ length: 8 }, () => resumeSweep(directory, { ...options, store: { shardPoints: 64 } })),
    );
    const refused = sweeps.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
    expect(refused).toEqual(Array(7).fill("E_STORE_LOCKED"));
    const alone = join(folder, "alone");
    await gridSearch({ ...options, store: { directory: alone, shardPoints: 64 } });
    expect(contents(directory)).toEqual(contents(alone));
  });

  test("a lock of a process that is dead, or whose pid another has now, is taken over; one of another machine is not", async () => {
    const directory = join(folder, "stale");
    await gridSearch({ ...options, store: { directory, shardPoints: 64 } });
    const expected = contents(directory);
    const { self } = nodeHost();
    for (const stale of [JSON.stringify({ ...self, pid: 2 ** 22 + 1 }), JSON.stringify({ ...self, started: "1" }), "", "{", "[1]"]) {
      writeFileSync(join(directory, "_massgrid/lock"), stale);
      await resumeSweep(directory);
      expect(contents(directory)).toEqual(expected);
    }
    writeFileSync(join(directory, "_massgrid/lock"), JSON.stringify({ ...self, host: "elsewhere" }));
    const error = await refusal(() => resumeSweep(directory));
    expect([error.code, error.message]).toEqual([
      "E_STORE_LOCKED",
      expect.stringMatching(/of elsewhere; if that is dead, remove the file _massgrid\/lock /),
    ]);
  });
});
