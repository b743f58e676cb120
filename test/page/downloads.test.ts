// What is taken away from the explorer: numbers as Arrow and Parquet, figures as SVG and PNG, the spec and the program.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Table, tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { gridSearch, linspace, trace } from "../../src/index.ts";
import { chromiumPath } from "../support/chromium.ts";
import { asMap, download, numbersOf, useExplorer } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";
import { published } from "../support/sweep.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A column of numbers. */
function column(table: Table, name: string): number[] {
  return Array.from(table.getChild(name) ?? [], Number);
}

describe.skipIf(chromiumPath === undefined)("page downloads: the explorer", () => {
  const served = useExplorer();
  const folder = folderFor("downloads");

  test("Arrow and Parquet of map and traces have gridSearch's bits, and the spec and the program run", async () => {
    const page = await served.open();
    await asMap(page);
    const options = published({
      simulationTime: 2,
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
      paramGrid: { C: linspace(68, 1350, 40), u: linspace(120, 320, 40) },
      outputs: { signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i", X_e: "jrc/jrc_op/X_e" },
    });
    const { resultsMap } = await gridSearch({ ...options, permuteGrid: true, features: { signal: ["std"] }, results: false });
    const map = tableFromIPC(await download(page, "map as arrow"));
    expect(map.schema.fields.map(({ name }) => name)).toEqual(resultsMap.schema.fields.map(({ name }) => name));
    for (const name of ["C", "u", "signal_std"]) expect(column(map, name)).toEqual(column(resultsMap, name));
    const rows = await parquetReadObjects({ file: Uint8Array.from(await download(page, "map as parquet")).buffer });
    expect(rows.map((row) => row.signal_std)).toEqual(column(resultsMap, "signal_std"));
    const numbers = await numbersOf(page);
    expect(numbers.map(([, , value]) => value)).toEqual(column(resultsMap, "signal_std").slice(0, numbers.length).map(String));
    await page.locator(".sweep .u-over").click({ position: { x: 100, y: 100 } });
    await page.locator(".trace-title").nth(6).waitFor();
    const traces = tableFromIPC(await download(page, "traces as arrow"));
    const last = traces.schema.fields.find(({ name }) => name === "signal/JRC2_6")?.metadata;
    const { results } = await gridSearch({ ...options, paramGrid: { C: [Number(last?.get("C"))], u: [Number(last?.get("u"))] } });
    expect(trace(traces, "JRC2_6", "signal")).toEqual(trace(results, "JRC2_0", "signal"));
    writeFileSync(join(folder, "sweep.yaml"), await download(page, "Spec (YAML)"));
    const run = spawnSync(process.execPath, [cli, "sweep", "sweep.yaml", "--out", "map.arrow"], { cwd: folder, encoding: "utf8" });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(column(tableFromIPC(readFileSync(join(folder, "map.map.arrow"))), "signal_std")).toEqual(column(resultsMap, "signal_std"));
  });

  test("figures are taken as SVG and PNG", async () => {
    const page = await served.open();
    const svg = (await download(page, "Figure of the sweep as svg")).toString();
    expect(svg).toMatch(/^<svg[^>]*><title>std of V_e − V_i, JRC2<\/title>/);
    const traces = (await download(page, "Figure of the traces as svg")).toString();
    for (const value of [68, 128, 135, 270, 675, 1350]) expect(traces).toContain(`C = ${value}`);
    for (const what of ["sweep", "traces"]) {
      const png = await download(page, `Figure of the ${what} as png`);
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      expect(png.readUInt32BE(16)).toBe(1440);
    }
    await asMap(page);
    expect((await download(page, "Figure of the sweep as svg")).toString().match(/<rect/g)?.length).toBeGreaterThan(1600);
  });
});
