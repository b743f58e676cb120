// What readers of Arrow IPC follow in a file: looked at before apache-arrow reads it.
import { Int8, Table, tableFromArrays, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { gridSearch } from "../../src/index.ts";
import { checkIPC } from "../../src/table/check-ipc.ts";
import { decodeIPC } from "../../src/table/ipc.ts";
import { small } from "../support/sweep.ts";

const paramMap = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } };
const nested = vectorFromArray([
  { a: [1, 2], b: "x" },
  { a: [], b: "y" },
]);
const tables: [string, () => Promise<Table> | Table][] = [
  ["a map", async () => (await gridSearch({ ...small({ paramGrid: { C: [68, 135] }, paramMap }), results: false })).resultsMap],
  ["dictionaries", () => tableFromArrays({ text: ["a", "b", "a"], x: [1, 2, 3] })],
  ["columns within columns", () => new Table({ nested })],
  ["no columns", () => new Table({})],
  ["no rows", () => new Table({ x: vectorFromArray([], new Int8()) })],
];

describe("check-ipc: what is whole is taken", () => {
  test.each(tables)("%s, as a file and as a stream", async (_, make) => {
    const table = await make();
    for (const form of ["file", "stream"] as const) {
      const bytes = tableToIPC(table, form);
      checkIPC(bytes);
      expect(decodeIPC(bytes).toString()).toBe(tableFromIPC(bytes).toString());
      // Wherever it stands among other bytes.
      const moved = new Uint8Array(bytes.length + 5).subarray(5);
      moved.set(bytes);
      checkIPC(moved);
    }
  });
});

describe("check-ipc: what is damaged is refused", () => {
  const bytes = (form: "file" | "stream") => tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3) }), form);

  test("a file that is cut, anywhere", () => {
    const whole = bytes("file");
    for (let length = 8; length < whole.length; length++) expect(() => checkIPC(whole.subarray(0, length))).toThrow(/damaged/);
  });

  test("a stream that is cut within a message", () => {
    const whole = bytes("stream");
    const taken = Array.from({ length: whole.length }, (_, length) => length).filter((length) => {
      try {
        checkIPC(whole.subarray(0, length));
        return true;
      } catch {
        return false;
      }
    });
    // Nothing, the schema, and the schema and its batch.
    expect(taken).toHaveLength(3);
    expect(taken[0]).toBe(0);
    expect(taken[2]).toBe(whole.length - 8);
  });

  test("a message that would be longer than all there is, or of a kind that is not known", () => {
    const view = (change: (view: DataView) => void) => {
      const changed = bytes("stream").slice();
      change(new DataView(changed.buffer));
      return changed;
    };
    expect(() => checkIPC(view((at) => at.setInt32(4, -8, true)))).toThrow("a message would have -8 bytes");
    expect(() => checkIPC(view((at) => at.setInt32(4, 1e6, true)))).toThrow("leads beyond its end");
    const kinds = Array.from(bytes("stream").keys()).flatMap((place) => {
      try {
        checkIPC(view((at) => at.setUint8(place, 9)));
        return [];
      } catch (error) {
        return [String(error)];
      }
    });
    expect(kinds).toContain("Error: it is damaged: there is a message of the unknown kind 9");
    expect(kinds.filter((told) => !told.startsWith("Error: it is damaged: "))).toEqual([]);
  });
});
