// Stored sweeps from the command line, in processes of their own.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { openSweep } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy } from "../support/stores.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("store-cli");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

function spec(name: string, more: string): string {
  writeFileSync(
    join(folder, name),
    `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
${more}`,
  );
  return name;
}

const small = "small.yaml";
beforeAll(() => {
  spec(small, "simulationTime: 0.05\nparamGrid: {C: {linspace: [68, 167, 100]}}\n");
});

test("--store streams to a directory; verify and resume find nothing to do", async () => {
  const { status, stdout, stderr } = massgrid("sweep", small, "--store", "deep/er");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^100 points, 5,000 steps; all ended well\ndeep\/er: 1 shards of traces, 5,000 rows, \d+ kB; \d+\.\d s\n$/);
  expect(Object.keys(contents(join(folder, "deep/er")))).toEqual([
    "_massgrid/columns.json",
    "_massgrid/grid.arrow",
    "_massgrid/manifest.copy.json",
    "_massgrid/manifest.json",
    "_massgrid/map/000000.arrow",
    "_massgrid/shards/000000.arrow",
    "_massgrid/shards/000000.copy.arrow",
    "map.arrow",
    "traces/000000.arrow",
  ]);
  const verified = massgrid("verify", "deep/er");
  expect([verified.status, verified.stdout]).toEqual([0, "deep/er: all 9 files are as they were written\n"]);
  expect(massgrid("resume", "deep/er").status).toBe(0);
  expect(massgrid("sweep", small, "--store", "deep/er", "--resume").status).toBe(0);
});

test("--store tells the steps that the points of an adaptive sweep have taken", () => {
  const adaptive = spec("adaptive.yaml", "simulationTime: 0.05\nparamGrid: {C: [68, 135]}\nsolver: rk45\n");
  const { status, stdout } = massgrid("sweep", adaptive, "--store", "adaptive");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^2 points, [1-9][\d,]* steps; all ended well\n/);
});

test("a damaged store leaves verify with 1 and the names of the files; resume repairs it", () => {
  copy(join(folder, "deep/er"), join(folder, "damaged"));
  const before = contents(join(folder, "damaged"));
  const file = join(folder, "damaged/traces/000000.arrow");
  writeFileSync(file, readFileSync(file).subarray(0, 100));
  const { status, stdout, stderr } = massgrid("verify", "damaged");
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^E_SHARD_CORRUPT: traces\/000000\.arrow in .*damaged has 100 bytes instead of \d+; resumeSweep\(.*computes it again\n$/,
  );
  expect(stderr).toBe("massgrid: damaged is not as it should be: 1 of its files or parts are at fault\n");
  expect(massgrid("resume", "damaged").status).toBe(0);
  expect(contents(join(folder, "damaged"))).toEqual(before);
  expect(massgrid("verify", "nowhere").status).toBe(1);
});

test("a spec may name its store", async () => {
  const named = spec("named.yaml", "simulationTime: 0.05\nparamGrid: {C: [68, 135]}\nstore: {directory: named, format: parquet}\n");
  expect(massgrid("sweep", named).status).toBe(0);
  expect((await openSweep(join(folder, "named"))).format).toBe("parquet");
  const wrong = spec("wrong.yaml", "simulationTime: 0.05\nparamGrid: {C: [68]}\nstore: {directory: named, fromat: parquet}\n");
  expect(massgrid("sweep", wrong).stderr).toMatch(/wrong\.yaml:7:27: E_UNKNOWN_OPTION: .*did you mean format\?/);
});

test("cli store: a call that is wrong leaves with 2", () => {
  const wrong: [string[], RegExp][] = [
    [["sweep", small, "--resume"], /need --store/],
    [["sweep", small, "--store", "a", "--out", "b.arrow"], /--out and --plot keep all traces in memory/],
    [["sweep", small, "--store", "a", "--format", "csv"], /Allowed choices are arrow, parquet/],
    [["sweep", small, "--store", "deep/er"], /E_STORE_EXISTS: [\s\S]*nothing was computed\n$/],
    [["resume", "nowhere"], /E_MANIFEST_MISSING/],
    [["verify"], /missing required argument/],
  ];
  for (const [args, message] of wrong) {
    const { status, stderr } = massgrid(...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  }
  expect(existsSync(join(folder, "a"))).toBe(false);
});

test("cli store: a changed sweep is refused by name; a larger grid is taken with --extend", async () => {
  copy(join(folder, "deep/er"), join(folder, "grown"));
  const longer = spec("longer.yaml", "simulationTime: 0.06\nparamGrid: {C: {linspace: [68, 167, 100]}}\n");
  const refused = massgrid("sweep", longer, "--store", "grown", "--resume");
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/E_RESUME_CHANGED: .*simulationTime \(0\.05 → 0\.06\)/)]);
  const larger = spec("larger.yaml", "simulationTime: 0.05\nparamGrid: {C: {linspace: [68, 187, 120]}}\n");
  expect(massgrid("sweep", larger, "--store", "grown", "--resume").stderr).toMatch(/paramGrid \(100 points → 120\).*--extend/);
  expect(massgrid("sweep", larger, "--store", "grown", "--extend").stdout).toMatch(/^120 points/);
  expect((await openSweep(join(folder, "grown"))).points).toBe(120);
});

test("cli store: an interrupt keeps what is finished, leaves no lock, and says how to go on", async () => {
  const long = spec(
    "long.yaml",
    "simulationTime: 2000\ncutoff: 1999.9\nparamGrid: {C: {linspace: [68, 707, 640]}}\nstore: {directory: long, shardPoints: 64}\n",
  );
  const child = spawn(process.execPath, [cli, "sweep", long], { cwd: folder });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  while (!existsSync(join(folder, "long/_massgrid/notes"))) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, stderr]).toEqual([1, "massgrid: stopped; finished shards are kept, and --resume goes on\n"]);
  const { complete, map } = await openSweep(join(folder, "long"));
  expect([complete, map.numRows >= 64, existsSync(join(folder, "long/_massgrid/lock"))]).toEqual([false, true, false]);
  rmSync(join(folder, "long"), { recursive: true });
});

test("--store compresses files where it is asked for, as --out does", () => {
  const args = ["sweep", small, "--store", "snappy", "--format", "parquet", "--compression"];
  expect(massgrid(...args, "snappy").status).toBe(0);
  expect(JSON.stringify(contents(join(folder, "snappy")))).toContain("map.parquet");
  const resumed = massgrid(...args, "none", "--resume");
  expect([resumed.status, resumed.stderr]).toEqual([2, expect.stringMatching(/E_RESUME_CHANGED: .*compression \(snappy → none\)/)]);
  const wrong = massgrid("sweep", small, "--store", "wrong", "--compression", "snappy");
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/E_COMPRESSION: store\.compression "snappy" is of Parquet/)]);
  expect(existsSync(join(folder, "wrong"))).toBe(false);
});
