// The map of shards, batch by batch in the order of the grid, is the map that is made of all of them at once, byte for byte.
import type { RecordBatch } from "apache-arrow";
import { Table, tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { append } from "../../src/lists.ts";
import { combine } from "../../src/store/format/columns.ts";
import { formats } from "../../src/store/format/formats.ts";
import {
  BatchMemory,
  type MapPart,
  type MapParts,
  MissingColumn,
  mapBatches,
  partOf,
  withVariables,
} from "../../src/store/format/map-batches.ts";
import { column, mapColumns } from "../../src/sweep/columns.ts";
import { compact, listOf, type Numbers } from "../../src/sweep/selection.ts";
import { Nulls, numbers, numbersAs, numbersOrNull, strings, tableOf } from "../../src/table/arrow.ts";

/** The rows of some points, of which every fifth failed, with the state where it is known. */
function rowsOf(points: readonly number[], hasVariables: boolean): Table {
  const failed = points.map((point) => point % 5 === 3);
  const lost = () => {
    const nulls = new Nulls(points.length);
    failed.forEach((is, row) => {
      if (is) nulls.add(row);
    });
    return nulls;
  };
  const columns = [
    ...mapColumns({ points: { keys: ["C", "replicate"] }, timeUnit: "s", adaptive: false, features: [], hasVariables }),
    { ...column("V_mean", "feature", { feature: "mean" }), nullable: true },
    { ...column("V_regime", "feature", { feature: "regime" }, "text"), nullable: true },
  ];
  const none = new Nulls(points.length);
  points.forEach((point, row) => {
    if (point % 10 !== 3) none.add(row);
  });
  return tableOf(
    columns,
    [
      strings(points.map((point) => `nét_${point}`)),
      numbers(Float64Array.from(points, (point) => point / 7)),
      numbersAs(
        { type: "integer" },
        Float64Array.from(points, (point) => point % 2),
      ),
      strings(failed.map((is) => (is ? "diverged" : "ok"))),
      numbersOrNull(Float64Array.from(failed, (is, row) => (is ? points[row] : Number.NaN))),
      ...(hasVariables
        ? [
            strings(
              points.map((point) => (point % 10 === 3 ? "net/x" : "")),
              none,
            ),
          ]
        : []),
      numbers(
        Float64Array.from(points, (point, row) => (failed[row] ? Number.NaN : Math.sqrt(point))),
        lost(),
      ),
      strings(
        points.map((point, row) => (failed[row] ? "" : "x".repeat(point % 4))),
        lost(),
      ),
    ],
    new Map([["model", "net"]]),
  );
}

/** Parts of points, some of which may have the column failedVariable, as they come back from files. */
async function partsOf(groups: readonly (readonly number[])[], hasVariables: (part: number) => boolean) {
  const parts: { points: Numbers; table: Table }[] = [];
  for (const [i, points] of groups.entries()) {
    const table = tableFromIPC(await formats.arrow.encode(rowsOf(points, hasVariables(i))));
    parts.push({ points: compact(points), table });
  }
  return parts;
}

/** Parts in the order of their first points. */
function ordered(parts: readonly { points: Numbers; table: Table }[]): MapParts {
  const firstOf = ({ points }: { points: Numbers }) => listOf(points)[0];
  const sorted = [...parts].sort((a, b) => firstOf(a) - firstOf(b));
  return { firsts: sorted.map(firstOf), read: async (i) => partOf(sorted[i].points, sorted[i].table) };
}

async function read(batches: AsyncIterable<RecordBatch>): Promise<RecordBatch[]> {
  const all: RecordBatch[] = [];
  for await (const each of batches) all.push(each);
  return all;
}

const shape = fc.record({
  points: fc.integer({ min: 1, max: 60 }),
  jobs: fc.integer({ min: 1, max: 3 }),
  shard: fc.integer({ min: 1, max: 20 }),
  missing: fc.array(fc.nat(20), { maxLength: 2 }),
  size: fc.constantFrom(7, 16, 1000),
  variables: fc.constantFrom("none", "some", "all"),
});

test("store map: its batches are the rows that all parts have, whatever shards and jobs they are of", async () => {
  await fc.assert(
    fc.asyncProperty(shape, async ({ points, jobs, shard, missing, size, variables }) => {
      const groups: number[][] = [];
      for (let job = 0; job < jobs; job++) {
        const own = Array.from({ length: points }, (_, i) => i).filter((point) => (point * 7) % jobs === job);
        for (let at = 0; at < own.length; at += shard) groups.push(own.slice(at, at + shard));
      }
      const there = groups.filter((_, i) => groups.length === 1 || !missing.includes(i));
      if (there.length === 0) return;
      const parts = await partsOf(there, (i) => variables === "all" || (variables === "some" && i % 2 === 1));
      const rank = new Map(
        there
          .flat()
          .sort((a, b) => a - b)
          .map((point, row) => [point, row]),
      );
      const whole = combine(
        parts.map(({ table, points: own }) => ({ table, to: listOf(own).map((point) => rank.get(point) ?? -1) })),
        rank.size,
      );
      const { schema } = whole;
      const batches = await read(mapBatches(ordered(parts), schema, { size }));
      const windows = new Set([...rank.keys()].map((point) => Math.floor(point / size)));
      expect(batches.map(({ numRows }) => numRows)).toEqual(
        [...windows].map((window) => [...rank.keys()].filter((point) => Math.floor(point / size) === window).length),
      );
      expect(new Table(schema, batches).toArray().map(String)).toEqual(whole.toArray().map(String));
      // In memory that is used again a batch is of use until the one after the next is asked for; each part is told once that it is done with.
      const rows: string[] = [];
      const [given, told] = [ordered(parts), new Set<MapPart>()];
      let last: RecordBatch | undefined;
      const keep = () => last && append(rows, new Table(schema, [last]).toArray().map(String));
      for await (const batch of mapBatches({ ...given, done: (part) => told.add(part) }, schema, { size, memory: new BatchMemory() })) {
        keep();
        last = batch;
      }
      keep();
      expect(rows).toEqual(whole.toArray().map(String));
      expect(told.size).toBe(parts.length);
      if (batches.length > 1) return;
      for (const format of [formats.arrow, formats.parquet]) {
        const pieces: Uint8Array[] = [];
        for await (const piece of format.stream(schema, mapBatches(ordered(parts), schema, { size }))) pieces.push(piece.slice());
        expect(Buffer.concat(pieces).equals(await format.encode(whole))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test("store map: a part with a column that the schema lacks is told, and the column is null where a part lacks it", async () => {
  const parts = await partsOf(
    [
      [0, 1, 2],
      [3, 4, 5, 13],
    ],
    (i) => i === 1,
  );
  const { schema } = parts[0].table;
  await expect(read(mapBatches(ordered(parts), schema, { size: 4 }))).rejects.toThrow(MissingColumn);
  const wide = withVariables(schema);
  expect(wide).toEqual(parts[1].table.schema);
  const batches = await read(mapBatches(ordered(parts), wide, { size: 4 }));
  expect(batches.map(({ numRows }) => numRows)).toEqual([4, 2, 1]);
  expect([...(new Table(wide, batches).getChild("failedVariable") ?? [])]).toEqual([null, null, null, "net/x", null, null, "net/x"]);
});

test("store map: a file of many batches is read back as the rows of all", async () => {
  const groups = Array.from({ length: 40 }, (_, i) => Array.from({ length: 25 }, (_unused, k) => 25 * i + k));
  const parts = await partsOf(groups, () => false);
  const { schema } = parts[0].table;
  for (const format of [formats.arrow, formats.parquet]) {
    const pieces: Uint8Array[] = [];
    for await (const piece of format.stream(schema, mapBatches(ordered(parts), schema, { size: 128 }))) pieces.push(piece.slice());
    expect(pieces.length).toBeGreaterThan(8);
    const table = await format.decode(new Uint8Array(Buffer.concat(pieces)));
    expect(table.toArray().map(String)).toEqual(groups.flatMap((points) => rowsOf(points, false).toArray().map(String)));
  }
});
