// Files of stored sweeps in the hands of those who read them: apache-arrow, flechette, hyparquet. More: consumers/.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC as flechette } from "@uwdata/flechette";
import { RecordBatchStreamWriter, type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { gridSearch, openSweep, type StoredSweep } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { canonical, hardToCarry, names } from "../support/hard-values.ts";
import { bits } from "../support/sweep.ts";

const folder = folderFor("interop");

let long: Table;
const stores = new Map<string, StoredSweep>();

beforeAll(async () => {
  ({ results: long } = await gridSearch({ ...hardToCarry, layout: "long" }));
  for (const format of ["arrow", "parquet"] as const) {
    const { store } = await gridSearch({ ...hardToCarry, store: { directory: join(folder, format), format, shardPoints: 2 } });
    stores.set(format, store);
  }
});

function filesOf(format: string): string[] {
  return (stores.get(format)?.files ?? []).map((file) => join(folder, format, file));
}

/** A column of doubles in all rows of the long table: what every reader must have, bit for bit. */
function doubles(name: string): BigInt64Array {
  return canonical(Float64Array.from(long.getChild(name) ?? [], Number));
}

test("store interop: the table has what is hard to carry: infinities, NaN, -0 and a subnormal", () => {
  const values = [...doubles("V"), ...doubles("C")];
  const has = (value: number) => values.includes(bits(Float64Array.of(value))[0]);
  expect([Number.POSITIVE_INFINITY, Number.NaN, -0, 5e-324].map((value) => has(value) || (value > 1 && has(-value)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

describe("store interop: Arrow IPC files", () => {
  test("by apache-arrow: every cell, and the metadata of every field", () => {
    const tables = filesOf("arrow").map((file) => tableFromIPC(readFileSync(file)));
    for (const name of names) {
      expect(canonical(tables.flatMap((table) => [...(table.getChild(name) ?? [])]))).toEqual(doubles(name));
      const field = (table: Table) => table.schema.fields.find((each) => each.name === name)?.metadata;
      expect(field(tables[0])).toEqual(field(long));
    }
    expect(tables.flatMap((table) => [...(table.getChild("key") ?? [])])).toEqual([...(long.getChild("key") ?? [])]);
  });

  test("by flechette: every cell, and the metadata of every field", () => {
    const tables = filesOf("arrow").map((file) => flechette(readFileSync(file)));
    for (const name of names) {
      expect(canonical(tables.flatMap((table) => Array.from(table.getChild(name), Number)))).toEqual(doubles(name));
    }
    expect(tables.flatMap((table) => Array.from(table.getChild("key"), String))).toEqual([...(long.getChild("key") ?? [])]);
    const field = tables[0].schema.fields.find(({ name }) => name === "V");
    expect(Object.fromEntries(field?.metadata ?? [])).toEqual({ output: "V", node: "jrc", variable: "jrc/jrc_op/V_e", unit: "V" });
    expect(Object.fromEntries(tables[0].schema.metadata ?? [])).toMatchObject({ model: "JRC2", solver: "euler", timeUnit: "s" });
  });
});

describe("store interop: Arrow IPC streams", () => {
  test("the batches of a store as one stream, by apache-arrow and flechette", async () => {
    const sweep = await openSweep(join(folder, "arrow"));
    const writer = await RecordBatchStreamWriter.writeAll(sweep.batches());
    const chunks: Uint8Array[] = [];
    for await (const chunk of writer) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    for (const name of names) {
      expect(canonical([...(tableFromIPC(bytes).getChild(name) ?? [])])).toEqual(doubles(name));
      expect(canonical(Array.from(flechette(bytes).getChild(name), Number))).toEqual(doubles(name));
    }
    const keys = [...(long.getChild("key") ?? [])];
    expect([...(tableFromIPC(bytes).getChild("key") ?? [])]).toEqual(keys);
    expect(Array.from(flechette(bytes).getChild("key"), String)).toEqual(keys);
  });

  test("a table of gridSearch as stream and as file, by flechette", async () => {
    const { results } = await gridSearch(hardToCarry);
    for (const form of ["stream", "file"] as const) {
      const table = flechette(tableToIPC(results, form));
      expect(table.numRows).toBe(results.numRows);
      const column = table.getChild("V/JRC2_1");
      expect(canonical(Array.from(column, Number))).toEqual(canonical([...(results.getChild("V/JRC2_1") ?? [])]));
      const metadata = table.schema.fields.find(({ name }) => name === "V/JRC2_1")?.metadata;
      expect(Object.fromEntries(metadata ?? [])).toMatchObject({ key: "JRC2_1", C: "135", tau: "0.01", unit: "V" });
    }
  });
});

describe("store interop: Parquet files", () => {
  test("by hyparquet: every cell, and the sweep's metadata", async () => {
    const rows: Record<string, unknown>[] = [];
    for (const file of filesOf("parquet")) {
      const buffer = await asyncBufferFromFile(file);
      rows.push(...(await parquetReadObjects({ file: buffer })));
      const { key_value_metadata: found, created_by } = await parquetMetadataAsync(buffer);
      const metadata = Object.fromEntries((found ?? []).map(({ key, value }) => [key, value]));
      expect(metadata).toMatchObject({ model: "JRC2", solver: "euler", stepSize: "0.001", timeUnit: "s" });
      // Arrow's own readers of Parquet take the fields' metadata from here.
      const schema = tableFromIPC(Buffer.from(String(metadata["ARROW:schema"]), "base64")).schema;
      expect(schema.fields.map((field) => [field.name, ...field.metadata])).toEqual(
        long.schema.fields.map((field) => [field.name, ...field.metadata]),
      );
      expect(created_by).toMatch(/^massgrid version \d/);
    }
    for (const name of names) expect(canonical(rows.map((row) => Number(row[name])))).toEqual(doubles(name));
    expect(rows.map(({ key }) => key)).toEqual([...(long.getChild("key") ?? [])]);
  });
});
