// The tables: names, metadata, order, layouts, Arrow IPC, and traces without a copy.
import { type Table, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, trace } from "../../src/index.ts";
import { oscillators } from "../support/models.ts";
import { bits, small } from "../support/sweep.ts";

const two = {
  paramGrid: { C: [68, 135, 270], r: [500, 560, 600] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } },
};

function column(table: Table, name: string): unknown[] {
  const vector = table.getChild(name);
  if (vector === null) throw new Error(`no column ${name}`);
  return Array.from(vector);
}

describe("tables: the map", () => {
  test("has a row a point: key, grid keys, status, time of failure", async () => {
    const { resultsMap } = await gridSearch(small(two));
    expect(resultsMap.schema.fields.map((field) => `${field.name}: ${field.type}`)).toEqual([
      "key: Utf8",
      "C: Float64",
      "r: Float64",
      "status: Utf8",
      "failedAt: Float64",
    ]);
    expect(resultsMap.toArray().map((row) => row.toJSON())).toEqual([
      { key: "JRC2_0", C: 68, r: 500, status: "ok", failedAt: null },
      { key: "JRC2_1", C: 135, r: 560, status: "ok", failedAt: null },
      { key: "JRC2_2", C: 270, r: 600, status: "ok", failedAt: null },
    ]);
    expect(resultsMap.schema.metadata.get("model")).toBe("JRC2");
  });

  test("can be the grid of the next sweep, and gives the same bits and names", async () => {
    const first = await gridSearch(small(two));
    const again = await gridSearch(small({ ...two, paramGrid: first.resultsMap }));
    const afterIpc = await gridSearch(small({ ...two, paramGrid: tableFromIPC(tableToIPC(first.resultsMap)) }));
    for (const { results, resultsMap } of [again, afterIpc]) {
      expect(column(resultsMap, "key")).toEqual(["JRC2_0", "JRC2_1", "JRC2_2"]);
      expect(bits(trace(results, "JRC2_2", "V_pci"))).toEqual(bits(trace(first.results, "JRC2_2", "V_pci")));
    }
  });
});

describe("tables: grids", () => {
  const keys = (n: number) => Array.from({ length: n }, (_, i) => `k${i}`);
  const vars = ["c", "r", "h_e", "h_i"];
  const map = Object.fromEntries(keys(4).map((key, i) => [key, { vars: [`jrc_op/${vars[i]}`], nodes: ["jrc"] }]));
  const permuted = async (lists: number[][]) => {
    const grid = Object.fromEntries(lists.map((list, i) => [`k${i}`, list]));
    const { resultsMap } = await gridSearch(small({ paramGrid: grid, paramMap: map, permuteGrid: true, simulationTime: 1e-3 }));
    return resultsMap.toArray().map((row) => keys(lists.length).map((key) => row[key]));
  };
  // NumPy: stack(meshgrid(*lists), -1).reshape(-1, n).
  const meshgrid = (lists: number[][]): number[][] => {
    const order = lists.length > 1 ? [1, 0, ...lists.map((_, i) => i).slice(2)] : [0];
    let rows: number[][] = [lists.map(() => 0)];
    for (const key of order) rows = rows.flatMap((row) => lists[key].map((value) => row.map((old, i) => (i === key ? value : old))));
    return rows;
  };

  test("permuteGrid: PyRates' order for one to four keys", async () => {
    expect(
      await permuted([
        [1, 2, 3],
        [10, 20],
      ]),
    ).toEqual([
      [1, 10],
      [2, 10],
      [3, 10],
      [1, 20],
      [2, 20],
      [3, 20],
    ]);
    const three = await permuted([
      [1, 2],
      [10, 20],
      [100, 200, 300],
    ]);
    expect(three.slice(0, 4)).toEqual([
      [1, 10, 100],
      [1, 10, 200],
      [1, 10, 300],
      [2, 10, 100],
    ]);
    for (const lists of [
      [[5, 6, 7]],
      [
        [1, 2],
        [3, 4, 5],
      ],
      [[1, 2], [3], [4, 5]],
      [
        [1, 2, 3],
        [4, 5],
        [6, 7],
        [8, 9],
      ],
    ]) {
      expect(await permuted(lists)).toEqual(meshgrid(lists));
    }
  });

  test("typed arrays of any kind, one value, values that occur twice", async () => {
    for (const C of [[68, 135], Float64Array.of(68, 135), Float32Array.of(68, 135), Int32Array.of(68, 135), Uint16Array.of(68, 135)]) {
      expect(column((await gridSearch(small({ paramGrid: { C } }))).resultsMap, "C")).toEqual([68, 135]);
    }
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [135] } }));
    expect([resultsMap.numRows, results.numCols]).toEqual([1, 3]);
    expect(results.schema.fields.map((field) => field.name)).toEqual(["time", "V_pce/JRC2_0", "V_pci/JRC2_0"]);
    const twice = await gridSearch(small({ paramGrid: { C: [135, 135] } }));
    expect(trace(twice.results, "JRC2_0", "V_pce")).toEqual(trace(twice.results, "JRC2_1", "V_pce"));
  });

  test("values are never cut to integers, and a table's whole numbers of 64 bits are taken", async () => {
    const { results } = await gridSearch(small({ paramGrid: { C: [135, 135.9] } }));
    expect(trace(results, "JRC2_0", "V_pce")).not.toEqual(trace(results, "JRC2_1", "V_pce"));
    const table = tableFromArrays({ C: BigInt64Array.of(68n, 135n) });
    expect(column((await gridSearch(small({ paramGrid: table }))).resultsMap, "C")).toEqual([68, 135]);
  });
});

describe("tables: wide results", () => {
  test("columns by output, then point, with what is known of them", async () => {
    const { results } = await gridSearch(small(two));
    expect(results.schema.fields.map((field) => field.name)).toEqual([
      "time",
      ...["V_pce", "V_pci"].flatMap((output) => [0, 1, 2].map((point) => `${output}/JRC2_${point}`)),
    ]);
    expect(Object.fromEntries(results.schema.fields[5].metadata)).toEqual({
      output: "V_pci",
      key: "JRC2_1",
      node: "jrc",
      variable: "jrc/jrc_op/V_i",
      unit: "V",
      C: "135",
      r: "560",
    });
    expect(results.schema.fields[0].metadata.get("unit")).toBe("s");
    expect(results.schema.fields.every((field) => !field.nullable)).toBe(true);
    expect(Object.fromEntries(results.schema.metadata)).toMatchObject({ solver: "euler", stepSize: "0.001", steps: "50" });
  });

  test("the columns of grid keys have the unit of what they drive, where that is one", async () => {
    const node = (...vars: string[]) => ({ vars: vars.map((name) => `jrc_op/${name}`), nodes: ["jrc"] });
    const paramMap = { C: node("c"), r: node("r"), taus: node("tau_e", "tau_i"), both: node("h_e", "m_max") };
    const options = small({ paramGrid: { C: [68], r: [560], taus: [0.01], both: [1] }, paramMap });
    const { resultsMap } = await gridSearch(options);
    const units = resultsMap.schema.fields.slice(1, 5).map((field) => field.metadata.get("unit"));
    expect(units).toEqual([undefined, "1/V", "s", undefined]);
    const { results } = await gridSearch({ ...options, layout: "long" });
    expect(results.schema.fields.slice(1, 5).map((field) => field.metadata.get("unit"))).toEqual(units);
  });

  test("an output may have the name of a grid key", async () => {
    const { results } = await gridSearch(small({ outputs: { C: "jrc/jrc_op/V_e", D: "jrc/jrc_op/V_i" } }));
    expect(results.schema.fields[1].metadata.get("C")).toBe("68");
    expect(trace(results, "JRC2_0", "C")).not.toEqual(trace(results, "JRC2_0", "D"));
  });

  test("trace copies nothing", async () => {
    const { results } = await gridSearch(small(two));
    const data = results.getChild("V_pce/JRC2_1")?.data[0].values;
    const found = trace(results, "JRC2_1", "V_pce");
    expect(found.buffer).toBe(data?.buffer);
    expect(found.byteOffset).toBe(data?.byteOffset);
    expect(found).toHaveLength(50);
  });

  test.each(["stream", "file"] as const)("survive an IPC %s with all metadata and bits", async (format) => {
    for (const layout of ["wide", "long"] as const) {
      const { results } = await gridSearch(small({ ...two, layout }));
      const back = tableFromIPC(tableToIPC(results, format));
      expect(back.schema.fields.map((f) => [f.name, [...f.metadata]])).toEqual(results.schema.fields.map((f) => [f.name, [...f.metadata]]));
      for (const key of ["JRC2_0", "JRC2_2"]) expect(bits(trace(back, key, "V_pce"))).toEqual(bits(trace(results, key, "V_pce")));
    }
  });

  test("a cutoff after the end leaves tables without rows", async () => {
    for (const layout of ["wide", "long"] as const) {
      const { results, resultsMap } = await gridSearch(small({ cutoff: 1, layout }));
      expect([results.numRows, resultsMap.numRows]).toEqual([0, 6]);
      expect(trace(results, "JRC2_5", "V_pce")).toHaveLength(0);
    }
  });
});

describe("tables: long results", () => {
  const options = small({
    ...two,
    paramGrid: { C: Array.from({ length: 70 }, (_, i) => 60 + i), r: Array.from({ length: 70 }, (_, i) => 500 + i) },
  });

  test("have key, grid keys, time and a column an output; the same bits as wide ones", async () => {
    const wide = await gridSearch(options);
    const { results } = await gridSearch({ ...options, layout: "long" });
    expect(results.schema.fields.map((field) => field.name)).toEqual(["key", "C", "r", "time", "V_pce", "V_pci"]);
    expect(results.numRows).toBe(70 * 50);
    const times = column(wide.results, "time");
    const row = results.get(68 * 50 + 7)?.toJSON();
    expect(row).toMatchObject({ key: "JRC2_68", C: 128, r: 568, time: times[7], V_pci: trace(wide.results, "JRC2_68", "V_pci")[7] });
    for (const point of [0, 63, 64, 69]) {
      const key = `JRC2_${point}`;
      expect(bits(trace(results, key, "V_pce"))).toEqual(bits(trace(wide.results, key, "V_pce")));
    }
    expect(results.schema.fields[4].metadata.get("variable")).toBe("jrc/jrc_op/V_e");
  });
});

describe("tables: several nodes", () => {
  const options = (outputs: Record<string, string>): GridSearchOptions => ({
    circuitTemplate: oscillators(),
    paramGrid: { w: [1, 4] },
    paramMap: { w: { vars: ["osc/w"], nodes: ["b"] } },
    simulationTime: 1,
    stepSize: 0.1,
    outputs,
  });
  const names = async (outputs: Record<string, string>, layout: "wide" | "long" = "wide") => {
    const { results } = await gridSearch({ ...options(outputs), layout });
    return results.schema.fields.map((field) => field.name);
  };

  test("a wildcard records every node, point by point, with the node in the name", async () => {
    expect(await names({ x: "all/osc/x" })).toEqual(["time", "x/osc_0/a", "x/osc_0/b", "x/osc_1/a", "x/osc_1/b"]);
    expect(await names({ x: "osc/x" })).toEqual(["time", "x/osc_0/a", "x/osc_0/b", "x/osc_1/a", "x/osc_1/b"]);
    expect(await names({ x: "all/osc/x", v: "b/osc/v" }, "long")).toEqual(["key", "w", "time", "x/a", "x/b", "v"]);
    const { results } = await gridSearch(options({ x: "all/osc/x" }));
    expect(trace(results, "osc_0", "x/a")).toEqual(trace(results, "osc_1", "x/a"));
    expect(trace(results, "osc_1", "x/b")).not.toEqual(trace(results, "osc_1", "x/a"));
  });

  test("one key may drive several variables on several nodes", async () => {
    const grid = { paramGrid: { w: [4] }, paramMap: { w: { vars: ["osc/w", "osc/x"], nodes: ["a", "b"] } } };
    const { results } = await gridSearch({ ...options({ x: "all/osc/x", w: "all/osc/w" }), ...grid });
    expect(trace(results, "osc_0", "x/a")).toEqual(trace(results, "osc_0", "x/b"));
    expect([trace(results, "osc_0", "x/a")[0], trace(results, "osc_0", "w/b")[0]]).toEqual([4, 4]);
  });

  test("the same variable under two names is recorded twice", async () => {
    const { results } = await gridSearch(options({ p: "a/osc/x", q: "a/osc/x" }));
    expect(trace(results, "osc_0", "p")).toEqual(trace(results, "osc_0", "q"));
  });
});

describe("all traces of a table", () => {
  test.each(["wide", "long"] as const)(
    "take a time that is linear in their number: the table is looked through once, %s layout",
    async (layout) => {
      const C = Array.from({ length: 300 }, (_, i) => 68 + i);
      const { results } = await gridSearch(small({ paramGrid: { C }, layout }));
      const asked: string[] = [];
      const { schema } = results;
      for (const [target, name] of [
        [schema, "fields"],
        [results, "data"],
        [results, "getChild"],
      ] as const) {
        const value: unknown = Reflect.get(target, name);
        const get = () => {
          asked.push(name);
          return value;
        };
        Object.defineProperty(target, name, { get });
      }
      const traces = C.flatMap((_, i) => ["V_pce", "V_pci"].map((output) => trace(results, `JRC2_${i}`, output)));
      expect(new Set(traces.map((values) => `${values.byteOffset} ${values[20]}`)).size).toBe(600);
      // Fields and columns by name are found by a search among all of them: a few times a table, and not once a trace.
      expect(asked.filter((name) => name !== "data").length).toBeLessThan(20);
    },
  );
});
