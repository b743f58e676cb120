// A table as bytes or text: Arrow IPC, Parquet and CSV, what is lost by none of them, and what is refused.
import * as zlib from "node:zlib";
import { CompressionType, tableFromIPC as flechette, setCompressionCodec } from "@uwdata/flechette";
import { Field, Float64, Schema, Table, tableFromIPC } from "apache-arrow";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import {
  acrossReplicates,
  batchesToIPC,
  describeColumns,
  gridSearch,
  plan,
  type SchemaAndBatches,
  simulate,
  tableToCSV,
  tableToIPC,
  tableToParquet,
  uniformNoise,
} from "../../src/index.ts";
import { decodeIPC } from "../../src/table/ipc.ts";
import { version } from "../../src/version.ts";
import { refusal, small } from "../support/sweep.ts";

/** Node has it from 22.15 on. */
const decompress: unknown = Reflect.get(zlib, "zstdDecompressSync");

const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };
const failing = small({
  paramGrid: { tau: [0.01, 1e-5] },
  paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
  outputs: { V: "jrc/jrc_op/V_e", u: "jrc/jrc_op/u" },
  features: { V: ["mean", "regime"], u: ["peakFrequency"] },
  simulationTime: 1,
});

/** A table's batches, as sweepBatches gives those of a sweep. */
function batchesOf({ schema, batches }: Table): SchemaAndBatches {
  return {
    schema,
    async *[Symbol.asyncIterator]() {
      yield* batches;
    },
  };
}

describe("table files: Arrow IPC", () => {
  test("is a stream if nothing is said, as apache-arrow has it, or a file, with every cell and all metadata", async () => {
    for (const layout of ["wide", "long"] as const) {
      const { results, resultsMap } = await gridSearch({ ...failing, layout });
      for (const table of [results, resultsMap]) {
        const [plain, stream, file] = [await tableToIPC(table), await tableToIPC(table, "stream"), await tableToIPC(table, "file")];
        expect(plain).toEqual(stream);
        expect(new TextDecoder().decode(file.subarray(0, 6))).toBe("ARROW1");
        for (const bytes of [stream, file]) {
          const back = tableFromIPC(bytes);
          expect(back.toString()).toBe(table.toString());
          expect(back.schema.fields.map(({ name, metadata }) => [name, ...metadata])).toEqual(
            table.schema.fields.map(({ name, metadata }) => [name, ...metadata]),
          );
        }
      }
    }
  });

  test("of more columns than readers in Rust take is refused, as Parquet is: plan() has told so, and the layout to take", async () => {
    const call = small({ paramGrid: { C: new Float64Array(65_000).fill(135) }, simulationTime: 0.002, results: true });
    const told = /130,001 columns has 1,040,004 entries .*1,000,000 .*layout: "long"/;
    expect((await plan(call)).warnings).toEqual([expect.stringMatching(told)]);
    expect((await plan({ ...call, layout: "long" })).warnings).toEqual([]);
    const { results } = await gridSearch(call);
    expect(results.numCols).toBe(130_001);
    for (const write of [tableToIPC, tableToParquet]) {
      const error = await refusal(() => write(results));
      expect([error.code, error.message]).toEqual(["E_TABLE_WIDTH", expect.stringMatching(told)]);
    }
    const fields = (count: number) => Array.from({ length: count }, (_, i) => new Field(`c${i}`, new Float64(), false));
    expect((await tableToIPC(new Table(new Schema(fields(1000))))).length).toBeGreaterThan(1000);
  });

  test.each([
    ["no table", () => tableToIPC({} as Table)],
    ["no form", () => tableToIPC(new Table(new Schema([])), "fiel" as "file")],
    ["no table for CSV", () => tableToCSV([] as unknown as Table)],
    ["no compression", () => tableToParquet(new Table(new Schema([])), { compression: "gzip" as "zstd" })],
    ["Snappy for IPC", () => tableToIPC(new Table(new Schema([])), { compression: "snappy" as "zstd" })],
    ["LZ4 for batches", () => batchesToIPC(batchesOf(new Table(new Schema([]))), { compression: "lz4" as "zstd" }).next()],
    ["no option", () => tableToIPC(new Table(new Schema([])), { compresion: "zstd" } as object), "E_UNKNOWN_OPTION"],
  ])("refuses %s", async (_, work, code = "E_TYPE") => {
    expect((await refusal(work)).code).toBe(code);
  });
});

describe("table files: nulls", () => {
  test("a failed point's features are null in Parquet and JSON, and empty in CSV; NaN stays NaN", async () => {
    const { resultsMap } = await gridSearch(failing);
    const names = ["V_mean", "V_regime", "u_peakFrequency"];
    const nothing = names.map(() => null);
    const { buffer } = (await tableToParquet(resultsMap)).slice();
    const rows = await parquetReadObjects({ file: buffer });
    const json: Record<string, unknown>[] = JSON.parse(JSON.stringify(resultsMap.toArray()));
    for (const found of [rows, json]) expect(names.map((name) => found[1][name])).toEqual(nothing);
    expect(names.map((name) => rows[0][name])).toEqual(names.map((name) => resultsMap.get(0)?.[name]));
    expect(rows[0].u_peakFrequency).toBeNaN();
    const lines = (await tableToCSV(resultsMap)).split("\n");
    expect(lines[0]).toBe("key,tau,status,failedAt,V_mean,V_regime,u_peakFrequency");
    expect(lines[1]).toMatch(/^JRC2_0,0\.01,ok,,[\d.e-]+,oscillation,NaN$/);
    expect(lines[2]).toMatch(/^JRC2_1,0\.00001,diverged,0\.\d+,,,$/);
    expect(lines.slice(3)).toEqual([""]);
  });

  test("bitmaps are there only where a point failed", async () => {
    const { resultsMap } = await gridSearch({ ...failing, paramGrid: { tau: [0.01, 0.011] } });
    const column = (name: string) => resultsMap.getChild(name)?.data[0];
    for (const name of ["V_mean", "V_regime"]) expect([column(name)?.nullCount, column(name)?.nullBitmap?.length ?? 0]).toEqual([0, 0]);
  });
});

describe("table files: CSV", () => {
  test("quotes what needs it, and has the shortest decimals of each double", async () => {
    const { results } = await gridSearch(small({ outputs: { 'a "b", c': "jrc/jrc_op/V_e" }, layout: "long" }));
    const [head, ...lines] = (await tableToCSV(results)).trimEnd().split("\n");
    expect(head).toBe('key,C,time,"a ""b"", c"');
    expect(lines.length).toBe(results.numRows);
    const values = results.getChild('a "b", c');
    lines.forEach((line, row) => {
      expect(Number(line.split(",")[3])).toBe(values?.get(row));
    });
  });
});

test("table files: IPC is compressed by zstd where that is asked for, with the lengths that readers allocate by", async () => {
  const { results } = await gridSearch({ ...failing, layout: "long" });
  if (typeof decompress !== "function") {
    for (const work of [
      () => tableToIPC(results, { compression: "zstd" }),
      () => batchesToIPC(batchesOf(results), { compression: "zstd" }).next(),
    ])
      expect((await refusal(work)).code).toBe("E_COMPRESSION");
    return;
  }
  let count = 0;
  const decode = (bytes: Uint8Array, length?: number) => {
    const found = new Uint8Array(decompress(bytes));
    expect(found.length).toBe(length);
    count++;
    return found;
  };
  setCompressionCodec(CompressionType.ZSTD, { decode, encode: (bytes) => bytes });
  const parts: Uint8Array[] = [];
  for await (const bytes of batchesToIPC(batchesOf(results), { compression: "zstd" })) parts.push(bytes);
  const files = [await tableToIPC(results, { compression: "zstd" }), await tableToIPC(results, { form: "file", compression: "zstd" })];
  for (const bytes of [...files, Buffer.concat(parts)]) {
    const found = flechette(bytes);
    expect(found.names).toEqual(results.schema.fields.map(({ name }) => name));
    for (const { name } of results.schema.fields) expect([...found.getChild(name)]).toEqual([...(results.getChild(name) ?? [])]);
    expect(decodeIPC(bytes).toString()).toBe(results.toString());
  }
  expect(count).toBeGreaterThan(6);
  expect(files[0].length).toBeLessThan((await tableToIPC(results)).length);
});

test("table files: Parquet is compressed as it is asked for, not at all if nothing is said, and zstd is refused where there is none", async () => {
  const { results } = await gridSearch(small({ layout: "long" }));
  const sizes = new Map<string, number>();
  for (const compression of ["snappy", "none"] as const) sizes.set(compression, (await tableToParquet(results, { compression })).length);
  expect(sizes.get("none")).toBeGreaterThan(Number(sizes.get("snappy")));
  const plain = await tableToParquet(results);
  expect(plain.length).toBe(sizes.get("none"));
  const codecs = parquetMetadata(plain.slice().buffer).row_groups.flatMap(({ columns }) =>
    columns.map(({ meta_data }) => meta_data?.codec),
  );
  expect(new Set(codecs)).toEqual(new Set(["UNCOMPRESSED"]));
  if (typeof decompress !== "function") {
    expect((await refusal(() => tableToParquet(results, { compression: "zstd" }))).code).toBe("E_COMPRESSION");
    return;
  }
  const { buffer } = (await tableToParquet(results, { compression: "zstd" })).slice();
  const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(decompress(bytes)) };
  const rows = await parquetReadObjects({ file: buffer, compressors });
  expect(rows.map(({ V_pce }) => V_pce)).toEqual([...(results.getChild("V_pce") ?? [])]);
});

describe("table files: what columns are", () => {
  test("is told of each kind of table, also of one that was read back", async () => {
    const call = { ...failing, replicates: 2, finalState: true, solver: "rk45" as const };
    const { resultsMap, results, certificate } = await gridSearch({ ...call, certify: { points: 1 } });
    const long = await gridSearch({ ...failing, layout: "long" });
    const { circuitTemplate, simulationTime, stepSize, outputs } = failing;
    const run = await simulate({ circuitTemplate, simulationTime, stepSize, outputs });
    const tables = [resultsMap, results, long.results, acrossReplicates(resultsMap), certificate?.table ?? results, run];
    for (const table of tables) {
      const columns = describeColumns(table);
      expect(columns.map(({ name }) => name)).toEqual(table.schema.fields.map(({ name }) => name));
      expect(columns.filter(({ description }) => description === "").map(({ name }) => name)).toEqual([]);
      expect(describeColumns(tableFromIPC(await tableToIPC(table)))).toEqual(columns);
    }
    const [key, tau, replicate] = describeColumns(resultsMap);
    expect([key.role, tau.role, tau.unit, replicate.role, replicate.type]).toEqual(["key", "grid", "s", "replicate", "integer"]);
    const mean = describeColumns(resultsMap).find(({ name }) => name === "V_mean");
    expect(mean).toMatchObject({
      role: "feature",
      unit: "V",
      nullable: true,
      description: "mean of jrc/jrc_op/V_e; null where the point failed",
    });
    expect(describeColumns(results)[1]).toMatchObject({
      unit: "V",
      description: "jrc/jrc_op/V_e of the point JRC2_0_r0",
      metadata: { tau: "0.01" },
    });
  });

  test("the table says where it comes from: package, model, solver and seeds", async () => {
    const noise = { inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) } };
    const { results, resultsMap } = await gridSearch(small(noise));
    for (const { schema } of [results, resultsMap]) {
      const facts = Object.fromEntries(schema.metadata);
      expect(facts).toMatchObject({
        massgrid: version,
        model: "JRC2",
        solver: "euler",
        seeds: "1995",
        modelHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      });
    }
    const other = await gridSearch({
      circuitTemplate: "model_templates.oscillators.vanderpol.vdp",
      paramGrid: { mu: [1] },
      paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
      ...{ simulationTime: 0.1, stepSize: 0.01, outputs: { x: "p/vdp_op/x" } },
    });
    expect(other.resultsMap.schema.metadata.get("modelHash")).not.toBe(resultsMap.schema.metadata.get("modelHash"));
    expect((await gridSearch(small({ paramMap: { C } }))).resultsMap.schema.metadata.has("seeds")).toBe(false);
  });
});
