// `massgrid inspect`: what it says of everything that massgrid writes.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableToIPC } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { acrossReplicates, gridSearch, tableToCSV, tableToParquet } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { small } from "../support/sweep.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("inspect");

function inspect(path: string) {
  return spawnSync(process.execPath, [cli, "inspect", path], { cwd: folder, encoding: "utf8" });
}

beforeAll(async () => {
  const options = small({ paramGrid: { C: [68, 135, 270] }, features: { V_pce: ["mean", "regime"] } });
  const { results, resultsMap, certificate } = await gridSearch({ ...options, certify: true });
  const { results: long } = await gridSearch({ ...options, layout: "long" });
  const { resultsMap: repeated } = await gridSearch({ ...options, replicates: 3 });
  const write = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
  write("wide.arrow", tableToIPC(results, "file"));
  write("long.arrows", tableToIPC(long, "stream"));
  write("map.parquet", await tableToParquet(resultsMap));
  write("across.arrow", tableToIPC(acrossReplicates(repeated), "file"));
  if (!certificate) throw new Error("there is no certificate");
  write("certificate.arrow", tableToIPC(certificate.table, "file"));
  write("certificate.parquet", await tableToParquet(certificate.table));
  write("certificate.csv", await tableToCSV(certificate.table));
  write("spec.yaml", `${stringify({ ...options, certify: true })}`);
  const { stdout } = spawnSync(process.execPath, [cli, "sweep", "spec.yaml", "--json", "--out", "json.arrow"], {
    cwd: folder,
    encoding: "utf8",
  });
  write("summary.json", stdout);
  write("whole-map.csv", await tableToCSV(resultsMap));
  write("other.json", '{"points": "many"}');
  write("map.csv", 'key,C,"V, mean"\nJRC2_0,68,"a\nb"\nJRC2_1,135,2');
  write("broken.arrow", "nothing");
  write("text.txt", "nothing");
  await gridSearch({ ...options, store: { directory: join(folder, "store"), shardPoints: 2 } });
});

describe("cli inspect", () => {
  const files: [string, RegExp[]][] = [
    [
      "wide.arrow",
      [/^wide.arrow: traces in the wide layout, 50 rows, /, /^3 points$/m, /^V_pce of 3 points +output +V +jrc\/jrc_op\/V_e; by C$/m],
    ],
    ["long.arrows", [/traces in the long layout, 150 rows/, /^3 points$/m, /^time +time +s/m, /^V_pci +output +V +jrc\/jrc_op\/V_i$/m]],
    [
      "map.parquet",
      [
        /the map of a sweep, 3 rows/,
        /model JRC2, solver euler, stepSize 0.001/,
        /^3 points; all ended well$/m,
        /^ {2}C from 68 to 270 \(3 values\)$/m,
        /^V_pce_mean +feature +V +mean of jrc\/jrc_op\/V_e$/m,
      ],
    ],
    ["across.arrow", [/features across replicates, 3 rows/, /^3 points$/m, /^V_pce_mean_low +bound/m]],
    ["certificate.arrow", [/a certificate, \d+ rows/, /^3 points$/m, /^errorHalved +comparison$/m]],
    ["certificate.parquet", [/a certificate, \d+ rows/, /^3 points$/m, /^errorHalved +comparison$/m]],
    [
      "certificate.csv",
      [/^a certificate as text, \d+ rows; it has no units$/m, /^7 columns: key, C, quantity, value, reference, error, errorHalved$/m],
    ],
    [
      "summary.json",
      [
        /^the summary of a sweep, 3 points; all ended well$/m,
        /^it wrote json.arrow, json.map.arrow$/m,
        /certified at all 3 points, against dop853/,
      ],
    ],
    ["whole-map.csv", [/^the map of a sweep as text, 3 rows; it has no units$/m]],
    ["map.csv", [/^a table as text, 2 rows; it has no units$/m, /^3 columns: key, C, V, mean$/m]],
    [
      "store",
      [
        /^store: a stored sweep of JRC2, complete, 3 points$/m,
        /^2 files of traces \(arrow\), 150 rows/m,
        /^all ended well$/m,
        /^ {2}solver: \{"name":"euler"\}$/m,
        /^ {2}simulationTime: 0.05$/m,
        /^V_pce_regime +feature/m,
      ],
    ],
  ];
  test.each(files)("says what %s holds", (file, expected) => {
    const { status, stdout, stderr } = inspect(file);
    expect([status, stderr]).toEqual([0, ""]);
    for (const text of expected) expect(stdout).toMatch(text);
    expect(stdout.split("\n").length).toBeLessThan(50);
  });

  test("counts points that failed, and those that a stopped store does not have yet", async () => {
    const failing = {
      ...small({ paramGrid: { t: [0.01, 1e-5] }, simulationTime: 1 }),
      paramMap: { t: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
    };
    const { resultsMap } = await gridSearch(failing);
    writeFileSync(join(folder, "failed.arrow"), tableToIPC(resultsMap, "file"));
    expect(inspect("failed.arrow").stdout).toMatch(/^2 points; 1 of 2 points failed: 1 diverged$/m);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done > 2) stop.abort(new Error("enough"));
    };
    const store = { directory: join(folder, "stopped"), shardPoints: 2 };
    const stopped = gridSearch({
      ...small({ paramGrid: { C: Array.from({ length: 40 }, (_, i) => i) } }),
      store,
      workers: 0,
      signal: stop.signal,
      onProgress,
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(inspect("stopped").stdout).toMatch(/not complete: \d+ of 40 points; massgrid resume goes on/);
  });

  const wrong: [string, RegExp][] = [
    ["nowhere.arrow", /^nowhere.arrow: there is no such file or directory$/],
    ["broken.arrow", /^broken.arrow cannot be read as .arrow: /],
    ["other.json", /^other.json is no summary of massgrid sweep --json: it has no points and statuses$/],
    ["text.txt", /^text.txt: its name ends in none of .arrow, .arrows, .parquet, .csv, .json, and it is no directory of --store$/],
    [".", /E_MANIFEST_MISSING: there is no stored sweep in /],
  ];
  test.each(wrong)("refuses %s", (path, message) => {
    const { status, stdout, stderr } = inspect(path);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.trim()).toMatch(message);
  });
});
