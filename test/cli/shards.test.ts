// A sweep in parts from the command line: many processes at once, killed at random, end with the bytes of one.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { sweepStatus } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents } from "../support/stores.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("shards-cli");

function massgrid(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

/** Begins a process, which is killed after some ms where it is given any; tells how it ended. */
function begun(args: readonly string[], signal?: "SIGKILL" | "SIGTERM", ms = 0) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  if (signal) setTimeout(() => child.kill(signal), ms);
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on("close", (code, by) => resolve({ code, signal: by, stderr }));
  });
  return { child, ended };
}

function spec(name: string, more: string): string {
  writeFileSync(
    join(folder, name),
    `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
inputs: {jrc/jrc_op/u: {normalNoise: {mean: 220, sd: 60, seed: 7, shared: false}}}
${more}`,
  );
  return name;
}

const small = "small.yaml";
const long = "long.yaml";
beforeAll(() => {
  spec(small, "simulationTime: 1\ncutoff: 0.9\nparamGrid: {C: {linspace: [68, 967, 900]}}\nstore: {directory: whole, shardPoints: 64}\n");
  spec(
    long,
    "simulationTime: 4000\ncutoff: 3999.9\nparamGrid: {C: {linspace: [68, 707, 640]}}\nstore: {directory: long, shardPoints: 64}\n",
  );
  expect(massgrid("sweep", small).status).toBe(0);
});

test("cli shards: three processes at once, and three copies of all at once, have the bytes of massgrid sweep", async () => {
  for (const [store, parts] of [
    ["thirds", ["0/3", "1/3", "2/3"]],
    ["copies", ["0/1", "0/1", "0/1"]],
  ] as const) {
    const runs = parts.map((shards) => begun(["shard", small, "--shard", shards, "--store", store]).ended);
    for (const { code, stderr } of await Promise.all(runs)) expect([code, stderr]).toEqual([0, ""]);
    expect(massgrid("finish", store)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^900 points, 900,000 steps; all ended well/),
    });
    expect(contents(join(folder, store))).toEqual(contents(join(folder, "whole")));
    expect(massgrid("verify", store).status).toBe(0);
  }
});

test("cli shards: processes that are killed at random, and begun again, lose nothing", { timeout: 120_000 }, async () => {
  const random = randomFrom(1973);
  let kills = 0;
  const part = async (shards: string) => {
    // On a busy machine nothing is done in a second: each is left more time than the one before.
    for (let tries = 1; ; tries++) {
      const { code, signal, stderr } = await begun(
        ["shard", small, "--shard", shards, "--store", "killed"],
        "SIGKILL",
        150 + random(600 * tries),
      ).ended;
      if (signal === null) {
        expect([code, stderr]).toEqual([0, ""]);
        return;
      }
      kills++;
    }
  };
  await Promise.all(["0/2", "1/2", "1/2"].map(part));
  expect(kills).toBeGreaterThan(0);
  expect(massgrid("finish", "killed").status).toBe(0);
  expect(contents(join(folder, "killed"))).toEqual(contents(join(folder, "whole")));
  expect(readdirSync(join(folder, "killed/traces")).filter((name) => name.startsWith("."))).toEqual([]);
});

test("cli shards: a call tells what it did; finish says what is missing; status says how far it is", async () => {
  const half = massgrid("shard", small, "--shard", "1/2", "--store", "half");
  expect(half.stdout).toMatch(/^half: shards 1\/2 of 15: 1, 3, 5, 7, 9, 11, 13 computed; none there already; \d+\.\d s\n$/);
  const again = massgrid("shard", small, "--shard", "1/2", "--store", "half", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    store: "half",
    shards: "1/2",
    total: 15,
    computed: [],
    present: [1, 3, 5, 7, 9, 11, 13],
  });
  const finish = massgrid("finish", "half");
  expect([finish.status, finish.stderr]).toEqual([
    1,
    expect.stringMatching(/E_STORE_INCOMPLETE: .*8 of 15 shards are missing: 0, 2, 4, 6, 8, 10, 12, 14;/),
  ]);
  const status = massgrid("status", "half");
  expect(status.stdout).toBe(
    "half: 7 of 15 shards, 448 of 900 points (49.7 %)\nnobody computes it now, as far as was told\nmissing: shards 0, 2, 4, 6, 8, 10, 12, 14\n",
  );
  expect(JSON.parse(massgrid("status", "half", "--json").stdout)).toEqual(
    JSON.parse(JSON.stringify(await sweepStatus(join(folder, "half")))),
  );
  massgrid("shard", small, "--shard", "0/2", "--store", "half");
  expect(massgrid("status", "half").stdout).toMatch(/all shards are there: massgrid finish completes it\n$/);
  expect(JSON.parse(massgrid("finish", "half", "--json").stdout)).toMatchObject({ points: 900, store: "half" });
  // Of a complete sweep too, whatever made it.
  for (const store of ["half", "whole"]) {
    expect(massgrid("status", store, "--watch").stdout).toBe(`${store}: complete: 900 points in 15 shards\n`);
  }
});

test("cli shards: a call that is wrong leaves with 2, and begins nothing", () => {
  const wrong: [string[], RegExp][] = [
    [["shard", small, "--store", "none"], /required option '--shard <i\/n>' not specified/],
    [
      ["shard", small, "--shard", "2/2", "--store", "none"],
      /--shard: E_SHARD_CHOICE: shards 2\/2 are none: .* last 1\/2\nnothing was computed/,
    ],
    [["shard", small, "--shard", "one", "--store", "none"], /--shard: E_SHARD_CHOICE/],
    [["shard", small, "--shard", "0/2", "--store", "none", "--grace", "soon"], /--grace soon: it is a number of seconds/],
    [
      ["shard", small, "--shard", "0/2", "--store", "none", "--set", "solver=hean"],
      /--set solver=hean: E_UNKNOWN_SOLVER.*did you mean heun/,
    ],
    [["shard", small, "--shard", "0/2", "--store", "whole", "--set", "stepSize=5e-4"], /E_RESUME_CHANGED: .*stepSize/],
    [["finish", "none"], /E_MANIFEST_MISSING/],
    [["status", "none"], /E_MANIFEST_MISSING/],
    [["status", "whole", "--watch", "x"], /--watch x: it is a number of seconds/],
  ];
  for (const [args, message] of wrong) {
    const { status, stderr } = massgrid(...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  }
  expect(existsSync(join(folder, "none"))).toBe(false);
});

test("cli shards: SIGTERM finishes the shard in hand within the grace, or drops it, and leaves with 143", async () => {
  for (const [grace, least] of [
    ["60", 1],
    ["0", 0],
  ] as const) {
    const { child, ended } = begun(["shard", long, "--shard", "0/1", "--grace", grace, "--workers", "0"]);
    // After a second a process tells what it computes: the first shard, which takes longer.
    while (!existsSync(join(folder, "long/_massgrid/claims"))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([143, "massgrid: stopped by SIGTERM; shards that are done are kept, and the same call goes on\n"]);
    const { shardsDone, running } = await sweepStatus(join(folder, "long"));
    expect([grace, shardsDone, running]).toEqual([grace, least, []]);
    rmSync(join(folder, "long"), { recursive: true });
  }
});
