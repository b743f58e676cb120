// Columns of texts: names of points, written without a text for each, and texts that repeat.
import { Vector } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { TimeSlice } from "../../src/platform/time-slice.ts";
import { finderOf, givenNames, type Names, nameOf } from "../../src/sweep/points.ts";
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
