// Wide tables make names, metadata and vectors when these are asked for; whoever asks finds what any Arrow table has.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Field, makeData, RecordBatch, Schema, Struct, Table, tableFromIPC, tableToIPC, util, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, trace } from "../../src/index.ts";
import { oscillators } from "../support/models.ts";
import { bits, small } from "../support/sweep.ts";

const two = small({
  paramGrid: { C: [68, 135, 270], r: [500, 560, 600] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } },
});
/** Two nodes match the output's path. */
const nodes: GridSearchOptions = {
  ...{ circuitTemplate: oscillators(), simulationTime: 1, stepSize: 0.1, outputs: { x: "all/osc/x", v: "a/osc/v" } },
  ...{ paramGrid: { w: [1, 4] }, paramMap: { w: { vars: ["osc/w"], nodes: ["a"] } } },
};

/** The same as Arrow makes it. */
function plainTable({ schema, data: [{ children, length }] }: Table): Table {
  const fields = schema.fields.map((field) => field.clone());
  const own = new Schema(fields, new Map(schema.metadata));
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children: children.map((child) => child.clone()) });
  return new Table(own, [new RecordBatch(own, data)]);
}

/** Whether a property is still to be made. */
function isUnmade(owner: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(owner, name)?.get !== undefined;
}

const told = ({ fields, metadata }: Schema) => ({
  fields: fields.map(({ name, type, nullable, metadata }) => [name, String(type), nullable, [...metadata]]),
  metadata: [...metadata],
});
const everything = (table: Table) => ({ ...told(table.schema), rows: table.toArray().map((row) => row.toJSON()) });

describe("lazy wide tables", () => {
  test("make neither fields nor vectors for their shape and for traces", async () => {
    const { results } = await gridSearch(two);
    const [{ data }] = results.batches;
    expect([results.numRows, results.batches.length, data.length]).toEqual([50, 1, 50]);
    expect(trace(results, "JRC2_1", "V_pci")).toHaveLength(50);
    expect(() => trace(results, "JRC2_3", "V_pci")).toThrow(/JRC2_3/);
    expect([isUnmade(results.schema, "fields"), isUnmade(data, "children"), isUnmade(data.type, "children")]).toEqual([true, true, true]);
    const vector = results.getChild("V_pci/JRC2_1");
    expect(bits(vector?.toArray())).toEqual(bits(trace(results, "JRC2_1", "V_pci")));
    expect([isUnmade(results.schema, "fields"), isUnmade(data, "children")]).toEqual([false, false]);
    expect(results.schema.fields).toBe(results.schema.fields);
    expect(results.schema.fields[4].metadata).toBe(results.schema.fields[4].metadata);
    expect(data.children).toBe(data.children);
    expect(data.children[2].values).toBe(data.children[2].values);
  });

  test("20 000 columns take less than 100 bytes each before they are asked for", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const sweep = (points: number) =>
      gridSearch(
        small({ paramGrid: { C: Float64Array.from({ length: points }, (_, i) => 68 + i / 100) }, simulationTime: 2e-3, workers: 0 }),
      );
    await sweep(1000);
    collect();
    const before = process.memoryUsage().heapUsed;
    const { results } = await sweep(10_000);
    collect();
    const bytes = process.memoryUsage().heapUsed - before;
    expect(bytes / 20_000).toBeLessThan(100);
    expect(results.numCols).toBe(20_001);
  });

  test.each([
    ["one node", two],
    ["two nodes", nodes],
  ])("do whatever a table of Arrow's own does: %s", async (_, options) => {
    const { results: lazy } = await gridSearch(options);
    const { results: other } = await gridSearch(options);
    const plain = plainTable(other);
    const [name, last] = [plain.schema.fields[2].name, plain.numCols - 1];
    const more = vectorFromArray(Array.from({ length: plain.numRows }, (_, i) => i));
    const operations: [string, (table: Table) => Table][] = [
      ["itself", (table) => table],
      ["select", (table) => table.select(["time", name])],
      ["selectAt", (table) => table.selectAt([last, 0, 1])],
      ["selectAt of a batch", (table) => new Table([table.batches[0].selectAt([0, last])])],
      ["select of a batch", (table) => new Table([table.batches[0].select([name])])],
      ["slice", (table) => table.slice(2, 7)],
      ["slice of a batch", (table) => new Table([table.batches[0].slice(1, 4)])],
      ["concat with itself", (table) => table.concat(table)],
      ["setChild", (table) => table.setChild(name, more)],
      ["setChildAt", (table) => table.setChildAt(last, more)],
      ["assign", (table) => table.select(["time"]).assign(table)],
      [
        "a table of its columns",
        (table) => new Table(Object.fromEntries(table.schema.fields.map((f, i) => [f.name, table.getChildAt(i) ?? more]))),
      ],
      ["IPC", (table) => tableFromIPC(tableToIPC(table, "file"))],
    ];
    for (const [what, operation] of operations) {
      const fresh = (await gridSearch(options)).results;
      expect([what, everything(operation(fresh))]).toEqual([what, everything(operation(plain))]);
    }
    expect(everything(lazy.concat(plain))).toEqual(everything(plain.concat(plain)));
    expect(everything(plain.concat(lazy))).toEqual(everything(plain.concat(plain)));
    expect(everything(new Table(lazy.schema, plain.batches))).toEqual(everything(plain));
    expect(everything(new Table(plain.schema, lazy.batches))).toEqual(everything(plain));
    expect([util.compareSchemas(lazy.schema, plain.schema), util.compareSchemas(plain.schema, lazy.schema)]).toEqual([true, true]);
    expect(lazy.schema.fields[1].clone({ name: "renamed" })).toEqual(
      new Field("renamed", lazy.schema.fields[1].type, false, lazy.schema.fields[1].metadata),
    );
    expect(String(lazy.schema)).toBe(String(plain.schema));
    expect(lazy.getChild(name)?.nullCount).toBe(0);
    expect(lazy.data[0].byteLength).toBe(plain.numRows * 8 * plain.numCols);
  });
});
