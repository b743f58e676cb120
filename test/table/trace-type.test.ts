// traceType: "float32" rounds each number of a trace once, and nothing else.
import { Float32, Float64, Int32, type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import * as massgrid from "../../src/index.ts";
import { type GridSearchOptions, gridSearch, plan, simulate, spectrum, tableToParquet, trace } from "../../src/index.ts";
import { columnsWith } from "../../src/sweep/columns.ts";
import { kindsOf } from "../support/crossing-kinds.mjs";
import { bits, refusal, small } from "../support/sweep.ts";

const kinds: Record<string, GridSearchOptions> = kindsOf(massgrid);
const float32 = { traceType: "float32" } as const;

/** Every trace of a table by point and output. */
function tracesOf(results: Table, resultsMap: Table, outputs: readonly string[]): Map<string, Float64Array | Float32Array> {
  const keys = Array.from(resultsMap.getChild("key") ?? [], String);
  return new Map(keys.flatMap((key) => outputs.map((output) => [`${key} ${output}`, trace(results, key, output)] as const)));
}

/** The names of outputs as trace() takes them. */
function outputsOf(long: Table): string[] {
  return columnsWith(long, "output").map(({ name }) => name);
}

describe.each(Object.entries(kinds))("table trace type: %s", (_, options) => {
  test.each([
    { workers: 0, replicates: 1 },
    { workers: 2, replicates: 2 },
  ])("is that of each column of traces, with $workers workers and $replicates replicates", async (more) => {
    const call = { ...options, ...more };
    const plain = await gridSearch({ ...call, layout: "long" });
    const outputs = outputsOf(plain.results);
    const expected = tracesOf(plain.results, plain.resultsMap, outputs);
    for (const layout of ["wide", "long"] as const) {
      const { results, resultsMap } = await gridSearch({ ...call, ...float32, layout });
      const found = tracesOf(results, resultsMap, outputs);
      for (const [name, values] of expected) {
        expect(found.get(name)).toBeInstanceOf(Float32Array);
        expect([name, found.get(name)]).toEqual([name, Float32Array.from(values)]);
      }
      expect(tableToIPC(resultsMap)).toEqual(tableToIPC(plain.resultsMap));
      for (const [i, { name, type }] of results.schema.fields.entries()) {
        const isTrace = columnsWith(results, "output").some((output) => output.name === name);
        if (isTrace) expect(type).toBeInstanceOf(Float32);
        else if (i > 0) expect(type).toBeInstanceOf(name === "replicate" ? Int32 : Float64);
      }
    }
  });
});

describe("table trace type: one", () => {
  const call = small({ features: { V_pce: ["mean", "max"] } });

  test("trace of float32 is the memory of its column, also of one that was read back", async () => {
    const { results } = await gridSearch({ ...call, ...float32 });
    const own = trace<Float32Array>(results, "JRC2_2", "V_pce");
    expect(own.buffer).toBe(results.getChild("V_pce/JRC2_2")?.data[0].values.buffer);
    for (const table of [results, (await gridSearch({ ...call, ...float32, layout: "long" })).results]) {
      expect(trace(tableFromIPC(tableToIPC(table)), "JRC2_2", "V_pce")).toEqual(own);
    }
  });

  test("run of float32 has its state at the end, and its times, in float64", async () => {
    const run = { circuitTemplate: call.circuitTemplate, simulationTime: 0.05, stepSize: 1e-3, outputs: call.outputs, finalState: true };
    const [plain, rounded] = [await simulate(run), await simulate({ ...run, ...float32 })];
    expect(rounded.schema.metadata).toEqual(plain.schema.metadata);
    expect(rounded.schema.fields.map(({ type }) => String(type))).toEqual(["Float64", "Float32", "Float32"]);
    expect(rounded.getChild("V_pce")?.toArray()).toEqual(Float32Array.from(plain.getChild("V_pce")?.toArray()));
    expect(bits(rounded.getChild("time")?.toArray())).toEqual(bits(plain.getChild("time")?.toArray()));
  });

  test.each(["wide", "long"] as const)("plan of float32 in the %s layout counts four bytes a number", async (layout) => {
    const [plain, rounded] = [await plan({ ...call, layout }), await plan({ ...call, ...float32, layout })];
    expect(plain.bytes - rounded.bytes).toBe(6 * 2 * 50 * 4);
    expect(await plan({ ...call, ...float32, layout, results: false })).toMatchObject({
      bytes: (await plan({ ...call, layout, results: false })).bytes,
    });
  });

  test("file of Parquet has FLOAT for traces and DOUBLE for times", async () => {
    const { parquetMetadata } = await import("hyparquet");
    const { results } = await gridSearch({ ...call, ...float32, layout: "long" });
    const { schema } = parquetMetadata((await tableToParquet(results)).slice().buffer);
    const types = Object.fromEntries(schema.slice(1).map(({ name, type }) => [name, type]));
    expect(types).toEqual({ key: "BYTE_ARRAY", C: "DOUBLE", time: "DOUBLE", V_pce: "FLOAT", V_pci: "FLOAT" });
  });

  test("beyond what float32 has is infinite, and the point has not failed", async () => {
    const { results, resultsMap } = await gridSearch({
      ...call,
      ...float32,
      outputs: { V: "1e42*jrc/jrc_op/V_e", nothing: "1e-50*jrc/jrc_op/V_e" },
      features: {},
    });
    expect(trace(results, "JRC2_2", "V").at(-1)).toBe(Number.POSITIVE_INFINITY);
    expect(trace(results, "JRC2_2", "nothing").at(-1)).toBe(0);
    expect(new Set(resultsMap.getChild("status"))).toEqual(new Set(["ok"]));
  });

  test("trace of float32 has a spectrum, and can be an input", async () => {
    const { results } = await gridSearch({ ...call, ...float32 });
    const signal = trace<Float32Array>(results, "JRC2_2", "V_pce");
    expect(spectrum(signal, 1e-3, { window: 32 })).toEqual(spectrum(Float64Array.from(signal), 1e-3, { window: 32 }));
    const driven = await gridSearch({ ...call, inputs: { "jrc/jrc_op/u": Float64Array.from(signal) } });
    const same = await gridSearch({ ...call, inputs: { "jrc/jrc_op/u": signal } } as unknown as GridSearchOptions);
    expect(trace(same.results, "JRC2_2", "V_pce")).toEqual(trace(driven.results, "JRC2_2", "V_pce"));
  });

  test("that there is not is refused, and the nearest told", async () => {
    const wrong = { ...call, traceType: "flaot32" } as unknown as GridSearchOptions;
    const { problems } = await refusal(() => gridSearch(wrong));
    expect(problems).toEqual([
      {
        code: "E_TYPE",
        path: ["traceType"],
        message: 'traceType must be "float64" or "float32", but the string "flaot32" was found; did you mean "float32"?',
        suggestion: "float32",
      },
    ]);
  });

  test("is in the certificate: the rounding of traces is an error, and features have none of it", async () => {
    const fine = small({ solver: "rk4", stepSize: 1e-4, samplingStepSize: 1e-3, certify: { tolerance: 1e-9 } });
    const [plain, rounded] = [await gridSearch(fine), await gridSearch({ ...fine, ...float32 })];
    expect(plain.certificate?.largest).toBeLessThan(1e-8);
    const errorOf = (quantity: string) => rounded.certificate?.quantities.find((each) => each.quantity === quantity)?.error;
    expect(errorOf("V_pce")).toBeGreaterThan(1e-8);
    expect(errorOf("V_pce")).toBeLessThan(1e-6);
    expect(errorOf("V_pce_mean")).toBe(plain.certificate?.quantities.find(({ quantity }) => quantity === "V_pce_mean")?.error);
  });
});
