// What docs/tables.md says of those who open a store's directory as it is, and of those who take zstd.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { gridSearch } from "../src/index.ts";
import { folderFor } from "../test/support/folder.ts";
import { small } from "../test/support/sweep.ts";
import { pythonPath } from "./support/run.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = folderFor("directories");
const driver = join(here, "python/open_as_it_is.py");
const options = small({
  ...{ paramGrid: { tau: [0.01, 0.012, 1e-5] }, paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } } },
  ...{ outputs: { V: "jrc/jrc_op/V_e" }, features: { V: ["mean"] }, results: false, simulationTime: 0.3 },
});

/** What is asked, and what the driver's readers found: how many points have a mean, and the sum of these. */
function found(what: string): Record<string, unknown> {
  const { status, stdout, stderr } = spawnSync(pythonPath, [driver, folder, what], { encoding: "utf8", timeout: 900_000 });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

/** Tells why a test is skipped, which fails where none may be. */
function isMissing(what: string, isThere: boolean): boolean {
  if (isThere) return false;
  if (process.env.MASSGRID_NEEDS_CONSUMERS) throw new Error(`${what} is missing`);
  console.log(`not tested: ${what} is missing`);
  return true;
}

test("directories of stored sweeps without traces are read as they are", async (context) => {
  if (isMissing("Python with the wheels", existsSync(pythonPath))) context.skip();
  const { resultsMap } = await gridSearch({ ...options, store: { directory: join(folder, "DIR"), format: "parquet" } });
  const means = [...(resultsMap.getChild("V_mean") ?? [])].filter((value) => value !== null);
  expect(means).toHaveLength(2);
  const right = [2, means[0] + means[1]];
  const readers = ["pandas", "pyarrow", "Polars", "DuckDB", "DataFusion", "Dask", "Spark"];
  expect(found("directory")).toEqual(Object.fromEntries(readers.map((name) => [name, right])));
}, 1_000_000);

test("directories apart, files by zstd are read by those who are said to have it", async (context) => {
  // A Node that has zstd writes them, whichever runs the tests.
  const node = [26, 24, 22].map((major) => join(here, `runtimes/node_modules/node${major}/bin/node`)).find(existsSync);
  if (isMissing("Python with the wheels", existsSync(pythonPath)) || isMissing("Node of 22.15 or later", node !== undefined))
    context.skip();
  mkdirSync(folder, { recursive: true });
  const program = `
    import { writeFileSync } from "node:fs";
    import { gridSearch, tableToIPC, tableToParquet } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const { resultsMap } = await gridSearch(${JSON.stringify(options)});
    const compression = "zstd";
    writeFileSync("x.parquet", await tableToParquet(resultsMap, { compression }));
    writeFileSync("x.arrow", await tableToIPC(resultsMap, { form: "file", compression }));
    writeFileSync("x.arrows", await tableToIPC(resultsMap, { compression }));
    console.log(JSON.stringify([...resultsMap.getChild("V_mean")].filter((value) => value !== null)));`;
  const { stdout, stderr } = spawnSync(node ?? "", ["--input-type=module", "-e", program], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  const [a, b] = JSON.parse(stdout);
  const answers = Object.entries(found("compressed"));
  expect(answers).toHaveLength(11);
  expect(answers).toEqual(answers.map(([name]) => [name, [2, a + b]]));
}, 1_000_000);
