// Columns of texts: names of points, written without a text for each, and texts that repeat.
import { Vector } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { TimeSlice } from "../../src/platform/time-slice.ts";
import { finderOf, givenNames, type Names, nameOf } from "../../src/sweep/points.ts";
import { numbersOrNull } from "../../src/table/arrow.ts";
import { pointNames, RepeatedTexts } from "../../src/table/texts.ts";

const kinds: [string, Names][] = [
  ["numbered", { length: 1012, circuit: "JRC2", replicates: 1 }],
  ["of a circuit that is not ASCII", { length: 12, circuit: "κύκλωμα_7", replicates: 1 }],
  ["replicates", { length: 1200, circuit: "JRC2", replicates: 12 }],
  ["given", givenNames(["a", "", "JRC2_7", "ß"])],
  ["labelled", { length: 3, circuit: "JRC2", labels: ["x", "y", "10"], replicates: 1 }],
  ["given, with replicates", { length: 4, circuit: "", own: ["a", "b_r1"], replicates: 2 }],
  ["none", { length: 0, circuit: "JRC2", replicates: 1 }],
];

describe("texts: names of points", () => {
  test.each(kinds)("%s: all are written, and each is found", async (_, names) => {
    const all = Array.from({ length: names.length }, (_, point) => nameOf(names, point));
    expect(new Vector([await pointNames(names, new TimeSlice())]).toArray()).toEqual(all);
    const find = finderOf(names);
    expect(all.map(find)).toEqual(all.map((_, point) => point));
  });

  test.each([
    [121_000, 0],
    [65_536, 65_536],
    [3000, 8500],
    [12_000, 994_500],
    [2000, 4_294_900_000],
  ])("%i from %i on: those that are copied from a thousand before are right too", async (length, first) => {
    const all = Array.from({ length }, (_, row) => `JRC2_${first + row}`);
    const names = await pointNames({ length, first, circuit: "JRC2", replicates: 1 }, new TimeSlice());
    expect([...new Vector([names])]).toEqual(all);
  });

  test("what is no name is not found", () => {
    const find = finderOf({ length: 100, circuit: "JRC2", replicates: 1 });
    for (const name of ["", "JRC2", "JRC2_", "JRC2_100", "JRC2_01", "JRC2_0.5", "JRC2_-0", "JRC2_1e1", "JRC2_5_r0", "JRC3_5", " JRC2_5"]) {
      expect([name, find(name)]).toEqual([name, undefined]);
    }
    const ofReplicates = finderOf({ length: 100, circuit: "JRC2", replicates: 10 });
    for (const name of ["JRC2_5", "JRC2_5_r10", "JRC2_0.5_r0", "JRC2_5_r", "JRC2_5_r1_r1", "JRC2_4_r11"]) {
      expect([name, ofReplicates(name)]).toEqual([name, undefined]);
    }
  });
});

test("texts that repeat are those that were set, and null where there are none", () => {
  const texts = new RepeatedTexts(70);
  const expected = Array.from({ length: 70 }, (_, row) => ["ok", "diverged", "", "größer"][row % 4]);
  for (const [row, text] of expected.entries()) if (text !== "") texts.set(row, text);
  expect([...new Vector([texts.data()])]).toEqual(expected);
  const nulls = texts.dataOrNull();
  expect([...new Vector([nulls])]).toEqual(expected.map((text) => (text === "" ? null : text)));
  expect(nulls.nullCount).toBe(17);
});

test("texts in runs, which are filled at once, are those that are set row by row, also where one has no letters", () => {
  const runs: [string, number][] = [
    ["ok", 13],
    ["", 5],
    ["größer", 1],
    ["ok", 1],
    ["diverged", 40],
  ];
  const count = runs.reduce((sum, [, times]) => sum + times, 0);
  const [filled, set] = [new RepeatedTexts(count), new RepeatedTexts(count)];
  let first = 0;
  for (const [text, times] of runs) {
    filled.fill(first, first + times, text);
    for (let row = first; row < first + times; row++) set.set(row, text);
    first += times;
  }
  expect([...new Vector([filled.data()])]).toEqual(runs.flatMap(([text, times]) => new Array(times).fill(text)));
  expect(filled.data().values).toEqual(set.data().values);
  expect(filled.data().valueOffsets).toEqual(set.data().valueOffsets);
});

test("texts and numbers: numbers are null where they are NaN, in a bitmap that is padded as Arrow's is", () => {
  for (const length of [0, 1, 7, 8, 9, 64, 65, 130]) {
    for (const isMissing of [() => false, () => true, (i: number) => i % 3 === 1, (i: number) => i === length - 1]) {
      const values = Float64Array.from({ length }, (_, i) => (isMissing(i) ? Number.NaN : i));
      const data = numbersOrNull(values);
      const expected = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
      expect([...new Vector([data])]).toEqual(expected);
      expect(data.nullCount).toBe(expected.filter((value) => value === null).length);
      if (data.nullCount > 0) expect(data.nullBitmap).toHaveLength(Math.ceil(length / 64) * 8);
    }
  }
});
