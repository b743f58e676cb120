// DuckDB over the Parquet files of stored sweeps: every cell, and the queries that the documents show.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gridSearch, type StoredSweep } from "../src/index.ts";
import { folderFor } from "../test/support/folder.ts";
import { canonical, hardToCarry, names } from "../test/support/hard-values.ts";

const folder = folderFor("duckdb");
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

let long: Table;
let map: Table;
let store: StoredSweep;
let database: DuckDBInstance;
let stored: string;

beforeAll(async () => {
  ({ results: long, resultsMap: map } = await gridSearch({ ...hardToCarry, layout: "long" }));
  ({ store } = await gridSearch({ ...hardToCarry, store: { directory: join(folder, "parquet"), format: "parquet", shardPoints: 2 } }));
  database = await DuckDBInstance.create();
  stored = published();
});
afterAll(() => database?.closeSync());

/** The published sweep, stored as those pages say. */
function published(): string {
  const example = fileURLToPath(new URL("../examples/jansen-rit.yaml", import.meta.url));
  const directory = join(folder, "published");
  const { status } = spawnSync(process.execPath, [cli, "sweep", example, "--store", directory, "--format", "parquet"]);
  expect(status).toBe(0);
  return directory;
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await database.connect();
  return (await connection.runAndReadAll(sql)).getRowObjectsJS();
}

function squeezed(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}

describe("duckdb over a stored sweep", () => {
  const traces = () => `'${join(store.directory, "traces", "*.parquet").replaceAll("\\", "/")}'`;
  const mapFile = () => `'${join(store.directory, "map.parquet").replaceAll("\\", "/")}'`;

  test("every cell of all shards", async () => {
    const rows = await query(`SELECT * FROM ${traces()}`);
    for (const name of names) {
      const wanted = canonical(Float64Array.from(long.getChild(name) ?? [], Number));
      expect(canonical(rows.map((row) => Number(row[name])))).toEqual(wanted);
    }
    expect(rows.map(({ key }) => key)).toEqual([...(long.getChild("key") ?? [])]);
  });

  test("the map, with its nulls, joined to the traces", async () => {
    const rows = await query(`SELECT * FROM ${mapFile()}`);
    expect(rows).toEqual(map.toArray().map((row) => row.toJSON()));
    const joined = await query(`SELECT count(*)::INT AS n FROM ${traces()} JOIN ${mapFile()} m USING (key) WHERE m.status = 'ok'`);
    expect(joined).toEqual([{ n: 800 }]);
  });

  test.each(["docs/store.md"])("the query of %s over the published sweep has the output that stands there", async (page) => {
    const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
    const [, sql = "", printed = ""] = /```sql\n([\s\S]*?)```\n\n```(?:text)?\n([\s\S]*?)```/.exec(text) ?? [];
    const rows = await query(sql.replace("out/jansen-rit", stored.replaceAll("\\", "/")));
    const lines = rows.map((row) => Object.values(row).map(String).join("  "));
    expect(lines.length).toBe(6);
    expect(lines.map(squeezed)).toEqual(printed.trim().split("\n").slice(1).map(squeezed));
  });
});
