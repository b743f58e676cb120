// Files of tables, as --out writes them: the bytes that the package's functions give, whatever the sizes of their pieces.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Table } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeTable } from "../../src/cli/files.ts";
import { gridSearch, tableToIPC, tableToParquet } from "../../src/index.ts";
import { small } from "../support/sweep.ts";

let folder: string;
const tables: Record<string, Table> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "massgrid-files-"));
  const paramMap = { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } };
  const failing = small({
    paramGrid: { tau: [0.01, 1e-5] },
    paramMap,
    outputs: { V: "jrc/jrc_op/V_e" },
    features: { V: ["mean", "regime"] },
  });
  const many = await gridSearch({ ...failing, paramGrid: { tau: Float64Array.from({ length: 700 }, (_, i) => 0.01 + i * 1e-4) } });
  tables["many small columns"] = many.results;
  // Three row groups of Parquet, and columns longer than what is put together.
  tables["long columns"] = (await gridSearch({ ...failing, layout: "long", simulationTime: 40, cutoff: 0 })).results;
  tables["a map with a failed point"] = (await gridSearch(failing)).resultsMap;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("cli files", () => {
  test.each(["many small columns", "long columns", "a map with a failed point"])(
    "%s: have the bytes of tableToIPC and tableToParquet",
    async (name) => {
      const table = tables[name];
      const written = async (file: string) => {
        await writeTable(join(folder, file), table);
        return readFileSync(join(folder, file));
      };
      const isSame = (file: Uint8Array, bytes: Uint8Array) => Buffer.compare(file, bytes) === 0;
      expect(isSame(await written("x.arrow"), await tableToIPC(table, "file"))).toBe(true);
      expect(isSame(await written("x.arrows"), await tableToIPC(table, "stream"))).toBe(true);
      expect(isSame(await written("x.parquet"), await tableToParquet(table))).toBe(true);
      expect(readdirSync(folder).sort()).toEqual(["x.arrow", "x.arrows", "x.parquet"]);
    },
  );

  test("long columns have several row groups, and are longer than what is put together", () => {
    const { numRows } = tables["long columns"];
    expect(numRows).toBeGreaterThan(2 * 32768);
    expect(numRows * 8).toBeGreaterThan(2 ** 18);
  });
});
