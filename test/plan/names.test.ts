// Names of columns: what is refused of them, what is warned of, and the option `rename`, which is the way out.

import { join } from "node:path";
import { tableFromArrays } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  acrossReplicates,
  type FeatureReducer,
  gridSearch,
  plan,
  type ResumeOptions,
  resumeSweep,
  tableToParquet,
  trace,
} from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents } from "../support/stores.ts";
import { refusal, small } from "../support/sweep.ts";

const folder = folderFor("names");
const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };
const r = { vars: ["jrc_op/r"], nodes: ["jrc"] };
const path = "jrc/jrc_op/V_e";
const twoKeys = { paramGrid: { C: [68, 135], c: [500, 560] }, paramMap: { C, c: r }, outputs: { V: path } };
const twoOutputs = { outputs: { V: path, v: "jrc/jrc_op/V_i" }, features: { V: ["mean" as const] } };
const above: FeatureReducer = { name: "above", columns: ["low", "mean_low"], start: () => ({ add() {}, finish: () => [] }) };

describe("names: of features", () => {
  test.each([
    ["an output", { outputs: { V: path, V_mean: path }, features: { V: ["mean" as const] } }],
    ["a grid key", { paramGrid: { V_mean: [1] }, paramMap: { V_mean: C }, outputs: { V: path }, features: { V: ["mean" as const] } }],
    [
      "another feature",
      { outputs: { V: path, V_a: path }, features: { V: [{ ...above, columns: ["a_b"] }], V_a: [{ ...above, columns: ["b"] }] } },
    ],
  ])("that are also that of %s are refused by name", async (_, changes) => {
    const error = await refusal(() => gridSearch(small(changes)));
    expect([error.code, error.message]).toEqual(["E_FEATURE_DUPLICATE", expect.stringMatching(/would be called V_(mean|a_b)/)]);
  });

  test("that acrossReplicates would give twice are refused where there are replicates", async () => {
    const call = small({ outputs: { V: path }, features: { V: ["mean", above] } });
    const { problems } = await refusal(() => gridSearch({ ...call, replicates: 2 }));
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["E_FEATURE_DUPLICATE", expect.stringMatching(/^two columns of acrossReplicates would be called V_mean_low; /)],
    ]);
    expect((await refusal(() => gridSearch(call))).code).toBe("E_FEATURE_RESULT");
  });
});

describe("names: that differ by their case alone", () => {
  test.each([
    ["grid keys", twoKeys, ["paramGrid", "c"], /columns C and c differ by their case alone/],
    ["outputs", twoOutputs, ["outputs", "v"], /columns V and v /],
    ["a grid key and an output", { outputs: { c: path } }, ["outputs", "c"], /columns C and c /],
    ["a column of ours", { outputs: { Status: path } }, ["outputs", "Status"], /columns Status and status /],
    [
      "an output and a feature",
      { outputs: { V: path, v_MEAN: path }, features: { V: ["mean" as const] } },
      ["features", "V"],
      /V_mean differ/,
    ],
  ])("%s are an error in a store, and a warning in memory", async (_, changes, at, message) => {
    for (const format of ["arrow", "parquet"] as const) {
      const error = await refusal(() => gridSearch({ ...small(changes), store: { directory: join(folder, "never"), format } }));
      expect([error.code, error.problems[0].path]).toEqual(["E_CASE_NAME", at]);
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/rename: \{/);
    }
    const { warnings } = await plan(small(changes));
    expect(warnings).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ["grid keys", twoKeys],
    ["outputs", twoOutputs],
  ])("%s are refused by tableToParquet too", async (_, changes) => {
    const { results } = await gridSearch(small({ ...changes, layout: "long" }));
    expect((await refusal(() => tableToParquet(results))).code).toBe("E_CASE_NAME");
  });

  test("a sweep whose names do not has no warning", async () => {
    expect((await plan(small())).warnings).toEqual([]);
  });
});

describe("names: rename", () => {
  const renamed = { ...twoKeys, rename: { c: "c_gain", V: "signal" }, features: { V: ["mean" as const] } };
  const written = {
    paramGrid: { C: [68, 135], c_gain: [500, 560] },
    paramMap: { C, c_gain: r },
    outputs: { signal: path },
    features: { signal: ["mean" as const] },
  };

  test("gives columns, metadata and points those names, and is the call that has them", async () => {
    for (const layout of ["wide", "long"] as const) {
      const [found, wanted] = [await gridSearch(small({ ...renamed, layout })), await gridSearch(small({ ...written, layout }))];
      for (const table of ["results", "resultsMap"] as const) {
        expect(found[table].schema.fields.map(({ name, metadata }) => [name, ...metadata])).toEqual(
          wanted[table].schema.fields.map(({ name, metadata }) => [name, ...metadata]),
        );
        expect(found[table].toArray().map(String)).toEqual(wanted[table].toArray().map(String));
      }
      expect(trace(found.results, "JRC2_1", "signal").length).toBe(50);
    }
  });

  test("takes a table as a grid, a list of points, a list of outputs, and parts of complex outputs", async () => {
    const table = tableFromArrays({ C: Float64Array.of(68, 135), c: Float64Array.of(500, 560) });
    for (const paramGrid of [
      table,
      [
        { C: 68, c: 500 },
        { C: 135, c: 560 },
      ],
    ]) {
      const { resultsMap } = await gridSearch(
        small({ ...renamed, paramGrid, outputs: [path], rename: { c: "c_gain", V_e: "signal" }, features: {} }),
      );
      expect(resultsMap.schema.fields.slice(0, 3).map(({ name }) => name)).toEqual(["key", "C", "c_gain"]);
      expect([...(resultsMap.getChild("c_gain") ?? [])]).toEqual([500, 560]);
    }
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.theta.kmo_theta",
      paramGrid: { eta: [-5, 1] },
      paramMap: { eta: { vars: ["theta_op/eta"], nodes: ["p"] } },
      ...{ simulationTime: 1, stepSize: 0.01, outputs: { z: "p/theta_op/z" } },
      features: { "z.re": ["max"] },
      rename: { z: "order" },
    });
    expect(resultsMap.schema.fields.slice(4).map(({ name }) => name)).toEqual(["order.re_max"]);
  });

  test("stores what the call with those names stores, which either call resumes", async () => {
    const [by, plain] = ["rename", "plain"].map((name) => join(folder, name));
    await gridSearch({ ...small(renamed), store: { directory: by } });
    await gridSearch({ ...small(written), store: { directory: plain } });
    expect(contents(by)).toEqual(contents(plain));
    const calls: ResumeOptions[] = [{}, small(renamed), small(written), { rename: { c: "c_gain" } }];
    for (const options of calls) {
      expect((await resumeSweep(by, options)).complete).toBe(true);
    }
    expect((await refusal(() => resumeSweep(by, small({ ...renamed, rename: { c: "other", V: "signal" } })))).code).toBe(
      "E_RESUME_CHANGED",
    );
  });

  test("works with replicates, and across them", async () => {
    const { resultsMap } = await gridSearch(small({ ...renamed, rename: { C: "n_", ...renamed.rename }, replicates: 2 }));
    expect(
      acrossReplicates(resultsMap)
        .schema.fields.slice(0, 5)
        .map(({ name }) => name),
    ).toEqual(["key", "n_", "c_gain", "n", "signal_mean"]);
  });

  test.each([
    ["what is neither", { rename: { d: "e" } }, "E_UNKNOWN_KEY", ["rename", "d"]],
    ["two to one", { rename: { c: "C" } }, "E_RENAME", ["rename", "c"]],
    ["to nothing", { rename: { c: "" } }, "E_RENAME", ["rename", "c"]],
    ["to a name of ours", { rename: { c: "n" } }, "E_RESERVED_NAME", ["paramGrid", "c"]],
    ["no names", { rename: { c: 1 } }, "E_TYPE", ["rename"]],
    [
      "beside what is wrong otherwise",
      { rename: { c: "d" }, paramGrid: { C: [1], c: [Number.NaN] } },
      "E_PARAM_NOT_FINITE",
      ["paramGrid", "c", 0],
    ],
  ])("refuses %s", async (_, changes, code, at) => {
    const { problems } = await refusal(() => gridSearch(small({ ...twoKeys, ...(changes as object) })));
    expect([problems[0].code, problems[0].path]).toEqual([code, at]);
  });
});

test("names: the grid key n is refused by name, with replicates and without", async () => {
  for (const replicates of [1, 3]) {
    const error = await refusal(() => gridSearch(small({ paramGrid: { n: [68] }, paramMap: { n: C }, replicates })));
    expect([error.code, error.message]).toEqual([
      "E_RESERVED_NAME",
      expect.stringMatching(/grid key n is a column .* rename: \{ n: "n_" \}/),
    ]);
  }
  const { resultsMap } = await gridSearch(small({ paramGrid: { n: [68] }, paramMap: { n: C }, rename: { n: "order" } }));
  expect(resultsMap.schema.fields[1].name).toBe("order");
});
