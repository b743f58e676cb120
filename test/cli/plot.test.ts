// massgrid plot, as a user runs it: the built file in a process of its own.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableToIPC } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import { gridSearch, tableToParquet } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { small } from "../support/sweep.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("plot");

function plot(...args: string[]) {
  return spawnSync(process.execPath, [cli, "plot", ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

/** The first text of a figure that was written. */
function titleOf(file: string): string {
  const found = /<text [^>]*>(.*?)<\/text>/.exec(readFileSync(join(folder, file), "utf8"));
  return (found?.[1] ?? "").replaceAll(/<[^>]*>/g, " ").trim();
}

beforeAll(async () => {
  const options = small({ paramGrid: { C: [68, 135] }, features: { V_pce: ["std", "mean"] } });
  const { results, resultsMap } = await gridSearch(options);
  const long = await gridSearch({ ...options, layout: "long" });
  const other = await gridSearch({ ...options, paramGrid: { C: [68, 136] } });
  const files = {
    x: results,
    "x.map": resultsMap,
    "alone/x": results,
    "alone/long": long.results,
    "stale/x": results,
    "stale/x.map": other.resultsMap,
  };
  for (const sub of ["alone", "stale"]) mkdirSync(join(folder, sub));
  for (const [name, table] of Object.entries(files)) if (table) writeFileSync(join(folder, `${name}.arrow`), tableToIPC(table, "file"));
  writeFileSync(join(folder, "x.arrows"), tableToIPC(results, "stream"));
  writeFileSync(join(folder, "alone/wide.parquet"), await tableToParquet(results));
  writeFileSync(join(folder, "alone/long.parquet"), await tableToParquet(long.results));
});

describe("massgrid plot", () => {
  test("draws traces of a file of traces, and features of a map, beside it", () => {
    expect(plot("x.arrow")).toMatchObject({ status: 0, stdout: "wrote x.svg\n", stderr: "" });
    expect(titleOf("x.svg")).toBe("JRC2: V_pce  V_pci");
    expect(plot("x.map.arrow")).toMatchObject({ status: 0, stdout: "wrote x.map.svg\n", stderr: "" });
    expect(titleOf("x.map.svg")).toBe("JRC2: V_pce_std, V_pce_mean against C");
  });

  test("takes what stands beside: features of a file of traces, and traces of a map", () => {
    expect(plot("x.arrow", "--feature", "V_pce_std", "--out", "new/a.svg").stderr).toBe("");
    expect(titleOf("new/a.svg")).toBe("JRC2: V_pce_std against C");
    expect(plot("x.map.arrow", "--output", "V_pce - V_pci", "--points", "C=135", "--title", "Mine", "--out", "b.svg").stderr).toBe("");
    expect(titleOf("b.svg")).toBe("Mine V_pce − V_pci");
  });

  test("needs no map, whatever the layout and the form of the file", () => {
    for (const file of ["alone/x.arrow", "alone/long.arrow", "x.arrows", "alone/wide.parquet", "alone/long.parquet"]) {
      expect(plot(file, "--out", `${file}.svg`)).toMatchObject({ status: 0, stderr: "" });
      expect(readFileSync(join(folder, `${file}.svg`), "utf8")).toBe(readFileSync(join(folder, "x.svg"), "utf8"));
    }
  });

  test("leaves out a map that is of another sweep, and says so", () => {
    const traces = plot("stale/x.arrow");
    expect(traces).toMatchObject({ status: 0, stderr: "stale/x.map.arrow is of another sweep than stale/x.arrow and was left out\n" });
    expect(plot("stale/x.map.arrow")).toMatchObject({ status: 0, stderr: "" });
    const asked = plot("stale/x.map.arrow", "--output", "V_pce");
    expect(asked).toMatchObject({ status: 2, stderr: expect.stringMatching(/^E_NOT_A_SWEEP: stale\/x.arrow is of another sweep/) });
  });

  test("draws a stored sweep: its features, and the traces that are asked for", async () => {
    const store = { directory: join(folder, "stored"), shardPoints: 2 };
    await gridSearch({ ...small({ features: { V_pce: ["mean"] } }), store });
    expect(plot("stored")).toMatchObject({ status: 0, stdout: "wrote stored.svg\n", stderr: "" });
    expect(titleOf("stored.svg")).toBe("JRC2: V_pce_mean against C");
    expect(plot("stored/", "--output", "V_pce", "--points", "C=135", "--out", "one.svg").stderr).toBe("");
    expect(titleOf("one.svg")).toBe("JRC2: V_pce");
  });

  test("writes a PNG of twice the size that was asked for", () => {
    expect(plot("x.map.arrow", "--width", "400", "--height", "300", "--out", "x.png").status).toBe(0);
    const png = readFileSync(join(folder, "x.png"));
    expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([800, 600]);
  });

  test("help has examples", () => {
    const { status, stdout } = plot("--help");
    expect(status).toBe(0);
    for (const word of ["--feature", "--output", "--points", "C=100..200", "Examples:", "Exit codes: 0"]) expect(stdout).toContain(word);
  });
});

describe("cli plot: a wrong call leaves with 2, says why, and writes nothing", () => {
  const wrong: [string, string[], RegExp][] = [
    ["no such file", ["nowhere.arrow"], /^nowhere.arrow cannot be read: ENOENT/],
    ["a directory that is no store", ["alone"], /E_MANIFEST_MISSING/],
    ["no Arrow file", ["text.arrow"], /^E_NOT_A_SWEEP: text.arrow is no file of Arrow IPC/],
    ["half a file", ["half.arrow"], /^E_NOT_A_SWEEP: half.arrow is no file of Arrow IPC/],
    ["a table that is no sweep", ["grid.arrow"], /^E_NOT_A_SWEEP: grid.arrow has the columns C, u; a sweep has the map or the traces/],
    ["extension of the figure", ["x.arrow", "--out", "a.pdf"], /^--out a.pdf: the name must end in .svg or .png/],
    ["no size", ["x.arrow", "--width", "wide"], /^--width wide: a whole number of pixels from 100 to 10000 is needed/],
    ["unknown option", ["x.arrow", "--featur", "V"], /unknown option '--featur'[\s\S]*Did you mean --feature\?/],
    ["unknown key", ["x.arrow", "--x", "D", "--out", "sub/a.svg"], /^E_UNKNOWN_KEY: unknown grid key D for --x; there are: C/],
    ["unknown feature", ["x.arrow", "--feature", "V_pce_st"], /^E_UNKNOWN_FEATURE: .*did you mean V_pce_std\?/],
    ["unknown output", ["x.arrow", "--output", "V_pc"], /^E_UNKNOWN_OUTPUT: .*did you mean V_pc[ei]\?/],
  ];
  test.each(wrong)("%s", async (_, args, message) => {
    const { tableFromArrays } = await import("apache-arrow");
    writeFileSync(join(folder, "text.arrow"), "C: [68, 135]\n");
    writeFileSync(join(folder, "half.arrow"), readFileSync(join(folder, "x.arrow")).subarray(0, 2000));
    writeFileSync(join(folder, "grid.arrow"), tableToIPC(tableFromArrays({ C: Float64Array.of(1, 2), u: Float64Array.of(1, 2) }), "file"));
    const before = readdirSync(folder);
    const { status, stdout, stderr } = plot(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect([status, stdout]).toEqual([2, ""]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("a figure that cannot be written leaves with 1", () => {
    copyFileSync(join(folder, "x.map.arrow"), join(folder, "y.map.arrow"));
    const { status, stderr } = plot("y.map.arrow", "--out", "/proc/nothing/a.svg");
    expect([status, stderr.startsWith("massgrid: ")]).toEqual([1, true]);
  });
});
