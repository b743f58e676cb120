// Files that are read by what is known of the one before have the columns that a reader of Arrow finds in them.
import { makeData, RecordBatch, Struct, Table, tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formats } from "../../src/store/format/formats.ts";
import { column } from "../../src/sweep/columns.ts";
import { Nulls, numbers, numbersAs, strings, tableOf } from "../../src/table/arrow.ts";
import { encodeIPC } from "../../src/table/ipc.ts";
import { LikeFiles } from "../../src/table/like-files.ts";

interface Row {
  text: string;
  value: number;
  whole: number;
  isNull: boolean;
}

const columns = [
  column("text", "key", {}, "text"),
  column("value", "grid"),
  { ...column("none", "grid"), nullable: true },
  column("whole", "grid", {}, "integer"),
];

function tableOfRows(rows: readonly Row[], name: string): Table {
  const nulls = new Nulls(rows.length);
  rows.forEach(({ isNull }, i) => {
    if (isNull) nulls.add(i);
  });
  const values = Float64Array.from(rows, ({ value }) => value);
  return tableOf(
    columns,
    [
      strings(rows.map(({ text }) => text)),
      numbers(values),
      numbers(values.slice(), nulls),
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ whole }) => whole),
      ),
    ],
    new Map([["model", name]]),
  );
}

const row = fc.record({
  text: fc.constantFrom("a", "b", "é", "long"),
  value: fc.double(),
  whole: fc.integer({ min: -5, max: 5 }),
  isNull: fc.boolean(),
});
const files = fc.array(
  fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 4 }),
    name: fc.constantFrom("net", "not"),
    shift: fc.constantFrom(0, 0, 8, 3),
    compressed: fc.boolean(),
  }),
  { minLength: 2, maxLength: 12 },
);

/** Bytes at a place within others. */
function shifted(bytes: Uint8Array, by: number): Uint8Array {
  const all = new Uint8Array(bytes.length + by);
  all.set(bytes, by);
  return all.subarray(by);
}

test("table like files: whatever came before, columns and schema are those that Arrow reads", async () => {
  await fc.assert(
    fc.asyncProperty(files, async (made) => {
      const like = new LikeFiles();
      for (const { rows, name, shift } of made) {
        const bytes = shifted(await formats.arrow.encode(tableOfRows(rows, name)), shift);
        const { schema, columns: found } = like.decode(bytes);
        const expected = tableFromIPC(bytes.slice());
        expect(String(schema)).toBe(String(expected.schema));
        expect(schema.metadata).toEqual(expected.schema.metadata);
        const type = new Struct(schema.fields);
        const batch = new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children: [...found] }));
        expect(new Table([batch]).toArray().map(String)).toEqual(expected.toArray().map(String));
      }
    }),
    { numRuns: 200 },
  );
});

test("table like files: what is changed beside numbers and texts is read, and refused where it is damaged", async () => {
  const rows = [{ text: "a", value: 1, whole: 2, isNull: false }];
  const bytes = await formats.arrow.encode(tableOfRows(rows, "net"));
  for (let at = 0; at < bytes.length; at++) {
    const like = new LikeFiles();
    like.decode(bytes);
    const changed = bytes.map((byte, i) => (i === at ? byte ^ 0x40 : byte));
    const outcome = (files: LikeFiles) => {
      try {
        return String(files.decode(changed).schema);
      } catch {
        return "refused";
      }
    };
    expect(outcome(like)).toBe(outcome(new LikeFiles()));
  }
});

test("table like files: a table of several batches, or of none, is read as it is", () => {
  // Of arrays that two batches share, Arrow's writer leaves one out.
  const one = () => tableOfRows([{ text: "a", value: 1, whole: 2, isNull: false }], "net");
  const { schema: own } = one();
  const like = new LikeFiles();
  for (const table of [one(), new Table(own, [...one().batches, ...one().batches]), new Table(own, []), one()]) {
    const { schema, columns: found } = like.decode(encodeIPC(table, "file", "none"));
    expect([schema.fields.length, found.length]).toEqual([4, 4]);
  }
});
