// The same files in the hands of Polars, Arquero and DuckDB-Wasm, which read Arrow IPC: a stored sweep's shards, its batches as one
// stream, and a table of gridSearch.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createDuckDB, NODE_RUNTIME, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import type { Table } from "apache-arrow";
import { desc, fromArrow } from "arquero";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
// The copy that the package takes.
import { RecordBatchStreamWriter, tableToIPC } from "../node_modules/apache-arrow/Arrow.node.mjs";
import { gridSearch, tableToIPC as ownTableToIPC, trace } from "../src/index.ts";
import { folderFor } from "../test/support/folder.ts";
import { canonical, hardToCarry, names } from "../test/support/hard-values.ts";

const folder = folderFor("tools");

/** What gridSearch gives in memory, in both layouts; the shards of a store; its batches as one stream. */
let wide: Table;
let long: Table;
let files: Buffer[];
let stream: Buffer;

beforeAll(async () => {
  ({ results: wide } = await gridSearch(hardToCarry));
  ({ results: long } = await gridSearch({ ...hardToCarry, layout: "long" }));
  const { store } = await gridSearch({ ...hardToCarry, store: { directory: join(folder, "sweep"), shardPoints: 2 } });
  files = store.files.map((file) => readFileSync(join(store.directory, file)));
  const chunks: Uint8Array[] = [];
  for await (const chunk of await RecordBatchStreamWriter.writeAll(store.batches())) chunks.push(chunk);
  stream = Buffer.concat(chunks);
});

/** Compares every cell with the table of gridSearch, bit for bit; `column` gives one as a reader has it. */
function expectEveryCell(column: (name: string) => Iterable<unknown>): void {
  for (const name of names) expect(canonical(Array.from(column(name), Number))).toEqual(canonical([...(long.getChild(name) ?? [])]));
  expect(Array.from(column("key"), String)).toEqual([...(long.getChild("key") ?? [])]);
}

/** The points that stay finite, and the standard deviation of V in each as a textbook has it. */
const finite = ["JRC2_0", "JRC2_1", "JRC2_2", "JRC2_3"];
function deviation(key: string): number {
  const values = trace(wide, key, "V");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Numbers as close as two ways to sum 200 doubles may be. */
function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value / wanted[i] - 1)).toBeLessThan(1e-10);
  });
}

/** Polars; its binary is a package of its own, which npm leaves out where the registry has none for this platform. */
const polars = () => import("nodejs-polars").then(({ default: found }) => found);

describe("store tools: Polars", () => {
  let pl: Awaited<ReturnType<typeof polars>>;
  let isMissing = false;

  beforeAll(async () => {
    const found = await polars().catch(() => undefined);
    const message = "Polars is not tested: there is no binary of nodejs-polars for this platform";
    if (found === undefined && process.env.MASSGRID_NEEDS_CONSUMERS) throw new Error(message);
    if (found) pl = found;
    else {
      isMissing = true;
      console.log(message);
    }
  });
  beforeEach((context) => context.skip(isMissing));

  test("reads the shards: every cell", () => {
    const frames = files.map((file) => pl.readIPC(file));
    expectEveryCell((name) => frames.flatMap((frame) => frame.getColumn(name).toArray()));
  });

  test("reads the stream: every cell, and groups it", () => {
    const frame = pl.readIPCStream(stream);
    expectEveryCell((name) => frame.getColumn(name).toArray());
    const grouped = frame
      .withColumn(pl.col("key").cast(pl.Utf8))
      .groupBy("key")
      .agg(pl.col("V").std().alias("sd"))
      .sort("key")
      .filter(pl.col("key").neq(pl.lit("JRC2_4")));
    expect(grouped.getColumn("key").toArray()).toEqual(finite);
    expectClose(Array.from(grouped.getColumn("sd").toArray(), Number), finite.map(deviation));
  });

  test("reads a table of gridSearch, as a file and as a stream", () => {
    const column = canonical(trace(wide, "JRC2_1", "V"));
    for (const frame of [pl.readIPC(Buffer.from(tableToIPC(wide, "file"))), pl.readIPCStream(Buffer.from(tableToIPC(wide, "stream")))]) {
      expect(frame.columns).toEqual(wide.schema.fields.map(({ name }) => name));
      expect(canonical(Array.from(frame.getColumn("V/JRC2_1").toArray(), Number))).toEqual(column);
    }
  });
});
describe("store tools: Arquero", () => {
  test("reads the shards, and the stream: every cell", () => {
    for (const parts of [files, [stream]]) {
      const tables = parts.map((bytes) => fromArrow(bytes));
      expectEveryCell((name) => tables.flatMap((table) => Array.from(table.array(name))));
    }
  });

  test("orders a table of gridSearch", () => {
    const table = fromArrow(tableToIPC(wide, "file"));
    const values = table.orderby(desc("time")).array("V/JRC2_1");
    expect(canonical(Array.from(values, Number))).toEqual(canonical(trace(wide, "JRC2_1", "V").reverse()));
  });
});

describe("store tools: DuckDB-Wasm", () => {
  /** A database in memory, with the stream as its table `stored`. It reads streams alone. */
  async function loaded() {
    const mainModule = createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm");
    const bundle = { mainModule, mainWorker: "" };
    const database = await createDuckDB({ mvp: bundle, eh: bundle }, new VoidLogger(), NODE_RUNTIME);
    await database.instantiate();
    const connection = database.connect();
    connection.insertArrowFromIPCStream(stream, { name: "stored", create: true });
    return connection;
  }

  test("reads the stream: every cell, and SQL over it has the right numbers", async () => {
    const connection = await loaded();
    const table = connection.query("SELECT * FROM stored");
    expectEveryCell((name) => table.getChild(name) ?? []);
    const grouped = connection.query("SELECT key, C, stddev(V) AS sd FROM stored WHERE tau = 0.01 GROUP BY key, C ORDER BY key");
    expect(Array.from(grouped.getChild("key") ?? [], String)).toEqual(finite);
    expectClose(Array.from(grouped.getChild("sd") ?? [], Number), finite.map(deviation));
    connection.close();
  });

  /** How docs/tables.md gives it a table; its call alone, as it stands there. */
  const [line] =
    /connection\.insertArrowFromIPCStream\([^`\n]*\}\)/.exec(readFileSync(new URL("../docs/tables.md", import.meta.url), "utf8")) ?? [];

  test.runIf(line)("takes a table by the line of docs/tables.md", async () => {
    const library = await import("../dist/index.js");
    const writer = "tableToIPC" in library ? library.tableToIPC : tableToIPC;
    const connection = await loaded();
    const take = new Function("connection", "tableToIPC", "results", `return (async () => { ${line}; })();`);
    await take(connection, writer, long);
    const [, name = ""] = /name: "(\w+)"/.exec(line ?? "") ?? [];
    const table = connection.query(`SELECT * FROM ${name}`);
    expectEveryCell((column) => table.getChild(column) ?? []);
    connection.close();
  });

  test("takes what massgrid's tableToIPC makes of either layout, and of a map, whose features are null where a point failed", async () => {
    const connection = await loaded();
    const { resultsMap } = await gridSearch({ ...hardToCarry, features: { V: ["mean", "regime"] } });
    const rowsOf = (sql: string) => connection.query(sql).get(0)?.toJSON();
    for (const [name, table] of Object.entries({ wide, long, map: resultsMap })) {
      connection.insertArrowFromIPCStream(await ownTableToIPC(table, "stream"), { name, create: true });
      expect([name, rowsOf(`SELECT count(*)::INT AS n FROM ${name}`)]).toEqual([name, { n: table.numRows }]);
    }
    const failed = resultsMap.toArray().filter(({ status }) => status !== "ok").length;
    expect(failed).toBeGreaterThan(0);
    const nulls = "SELECT count(*)::INT - count(V_mean)::INT AS numbers, count(*)::INT - count(V_regime)::INT AS texts FROM map";
    expect(rowsOf(nulls)).toEqual({ numbers: failed, texts: failed });
    const perPoint = long.numRows / resultsMap.numRows;
    expect(rowsOf("SELECT count(*)::INT AS n FROM long JOIN map USING (key) WHERE V_mean IS NOT NULL")).toEqual({
      n: perPoint * (resultsMap.numRows - failed),
    });
    connection.close();
  });
});
