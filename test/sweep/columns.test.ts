// The column schema: every column of every kind of table has the role that it says, and no other file has such facts of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Table, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { acrossReplicates, type GridSearchOptions, gridSearch, openSweep, simulate } from "../../src/index.ts";
import { formats } from "../../src/store/format/formats.ts";
import { columnsOf, costNames, gridKeysOf, reservedNames, sweepNames } from "../../src/sweep/columns.ts";
import { folderFor } from "../support/folder.ts";
import { filesUnder } from "../support/imports.ts";
import { refusal, small } from "../support/sweep.ts";

/** Name, role and unit of each column: `C grid 1`. */
function rolesOf(table: Table): string[] {
  return columnsOf(table).map(({ name, role, unit }) => `${name}: ${role}${unit === "" ? "" : ` in ${unit}`}`);
}

/** Parameters of the model, and their units. */
const parameters = Object.entries({ r: "1/V", c: "", h_e: "V", h_i: "V", tau_e: "s", tau_i: "s", m_max: "1/s", V_thr: "V", u: "1/s" });

/** A sweep of two points over some keys, each of another parameter, the first of which is r. */
function over(keys: readonly string[], changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return small({
    paramGrid: Object.fromEntries(keys.map((key, i) => [key, i === 0 ? [500, 560] : [1, 2]])),
    paramMap: Object.fromEntries(keys.map((key, i) => [key, { vars: [`jrc_op/${parameters[i][0]}`], nodes: ["jrc"] }])),
    features: { V_pce: ["mean", "regime"] },
    outputs: { V_pce: "jrc/jrc_op/V_e" },
    ...changes,
  });
}

/** Names that tables, or their metadata, have too, beside those that are reserved. */
const odd = ["index", "feature", "bound", "confidence", "options"];
const adaptive = { solver: "rk45" } as const;
const start = (keys: readonly string[]) => [
  "key: key",
  ...keys.map((key, i) => `${key}: grid${parameters[i][1] && ` in ${parameters[i][1]}`}`),
];
const features = ["V_pce_mean: feature in V", "V_pce_regime: feature"];

describe("every column has its role", () => {
  const kinds = [["C"], ["nu", "C"], odd];

  test.each(kinds)("in maps over %s ...", async (...keys) => {
    const fixed = await gridSearch(over(keys));
    expect(rolesOf(fixed.resultsMap)).toEqual([...start(keys), "status: status", "failedAt: failedAt in s", ...features]);
    expect(gridKeysOf(fixed.resultsMap)).toEqual(keys);
    const own = await gridSearch(over(keys, adaptive));
    const costs = costNames.map((name) => `${name}: cost`);
    expect(rolesOf(own.resultsMap)).toEqual([...start(keys), "status: status", "failedAt: failedAt in s", ...costs, ...features]);
    expect(gridKeysOf(own.resultsMap)).toEqual(keys);
  });

  test.each(kinds)("in traces over %s ..., in either layout", async (...keys) => {
    const wide = await gridSearch(over(keys));
    expect(rolesOf(wide.results)).toEqual(["time: time in s", ...["0", "1"].map((i) => `V_pce/JRC2_${i}: output in V`)]);
    const long = await gridSearch(over(keys, { layout: "long" }));
    expect(rolesOf(long.results)).toEqual([...start(keys), "time: time in s", "V_pce: output in V"]);
  });

  test("in the traces of one run, whose outputs may be called as the columns of a map", async () => {
    const outputs = { key: "jrc/jrc_op/V_e", status: "jrc/jrc_op/V_i", n: "jrc/jrc_op/u" };
    const run = await simulate({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      simulationTime: 0.01,
      stepSize: 1e-3,
      outputs,
    });
    expect(rolesOf(run)).toEqual(["time: time in s", "key: output in V", "status: output in V", "n: output in 1/s"]);
  });

  test.each(kinds)("across replicates, over %s ...", async (...keys) => {
    for (const more of [{}, { solver: "rk45" }] as const) {
      const { resultsMap } = await gridSearch(over(keys, { replicates: 3, ...more }));
      const roles = rolesOf(resultsMap);
      expect(roles.slice(0, keys.length + 2)).toEqual([...start(keys), "replicate: replicate"]);
      const means = ["V_pce_mean: feature in V", "V_pce_mean_low: bound in V", "V_pce_mean_high: bound in V"];
      const quartiles = ["median", "q25", "q75"].map((name) => `V_pce_mean_${name}: quantile in V`);
      const labels = ["V_pce_regime: feature", "V_pce_regime_fixed_point: fraction"];
      const across = [...start(keys), "n: count", ...means, ...quartiles, ...labels];
      expect(rolesOf(acrossReplicates(resultsMap))).toEqual(across);
      expect(rolesOf(tableFromIPC(tableToIPC(acrossReplicates(resultsMap))))).toEqual(across);
    }
  });

  test.each(kinds)("in a certificate, over %s ...", async (...keys) => {
    const { certificate } = await gridSearch(over(keys, { certify: true }));
    const comparison = ["value", "reference", "error", "errorHalved"].map((name) => `${name}: comparison`);
    const grid = keys.map((key) => `${key}: grid`);
    expect(certificate && rolesOf(certificate.table)).toEqual(["key: key", ...grid, "quantity: quantity", ...comparison]);
  });

  const folder = folderFor("columns");
  test.each(["arrow", "parquet"] as const)("in what a store of %s keeps, and in what is read back", async (format) => {
    for (const [i, keys] of kinds.entries()) {
      const directory = join(folder, `${format}-${i}`);
      const options = over(keys, adaptive);
      await gridSearch({ ...options, store: { directory, format } });
      const stored = await openSweep(directory);
      const plain = await gridSearch({ ...options, layout: "long" });
      expect(rolesOf(stored.map)).toEqual(rolesOf(plain.resultsMap));
      const traces = await formats[format].decode(new Uint8Array(readFileSync(join(directory, stored.files[0]))));
      expect(rolesOf(traces)).toEqual(rolesOf(plain.results));
      expect(rolesOf(tableFromIPC(readFileSync(join(directory, "_massgrid/grid.arrow"))))).toEqual(start(keys));
      expect(columnsOf(tableFromIPC(tableToIPC(plain.resultsMap)))).toEqual(columnsOf(plain.resultsMap));
    }
  });

  test("in a grid that is a table: what the map of an adaptive sweep has beside its keys is left out", async () => {
    const options = over(["r"], { ...adaptive, replicates: 2 });
    const { resultsMap } = await gridSearch(options);
    const again = await gridSearch({ ...options, replicates: 1, paramGrid: resultsMap });
    expect(gridKeysOf(again.resultsMap)).toEqual(["r"]);
    const means = await gridSearch({ ...options, replicates: 1, paramGrid: acrossReplicates(resultsMap) });
    expect(gridKeysOf(means.resultsMap)).toEqual(["r"]);
  });

  test("in a caller's table: labels of pandas and its own columns", () => {
    const table = tableFromArrays({ index: ["a", "b"], r: [1, 2], time: [1, 2], __index_level_0__: ["a", "b"] });
    expect(rolesOf(table)).toEqual(["index: label", "r: grid", "time: grid", "__index_level_0__: label"]);
  });
});

test.each(reservedNames)("sweep columns: no grid key may be called %s", async (name) => {
  expect((await refusal(() => gridSearch(over([name])))).code).toBe("E_RESERVED_NAME");
});

test.each(sweepNames)("sweep columns: no output of a sweep may be called %s, in any layout", async (name) => {
  for (const layout of ["wide", "long"] as const) {
    const options = { layout, outputs: { [name]: "jrc/jrc_op/V_e" }, features: {} };
    expect((await refusal(() => gridSearch(over(["r"], options)))).code).toBe("E_RESERVED_NAME");
  }
});

test("sweep columns: every column that a table has of its own is reserved", async () => {
  const { resultsMap, certificate } = await gridSearch(over(["r"], { replicates: 2, solver: "rk45", certify: { points: 2 } }));
  const long = await gridSearch(over(["r"], { layout: "long" }));
  const tables = [resultsMap, acrossReplicates(resultsMap), certificate?.table ?? resultsMap, long.results];
  const own = ["grid", "feature", "bound", "quantile", "fraction", "output"];
  const names = tables.flatMap((table) => columnsOf(table).flatMap(({ name, role }) => (own.includes(role) ? [] : [name])));
  expect(names.filter((name) => !reservedNames.includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(["n", "replicate", "quantity", "nfev"]));
});

describe("the schema is the only home of column names", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  /** The page reads tables as any other user of the package does; the kernel's structs have fields of these names, and no tables. */
  const files = filesUnder(root, "src", [".ts"]).filter((file) => !/^src\/(?:page\/|kernel\/|sweep\/(?:\w+-)?columns\.ts$)/.test(file));
  /** Words that mean nothing else in the source; those that do are looked for where columns are read and written. */
  const own = [...costNames, "failedAt", "replicate", "errorHalved", "__index_level_0__"];
  const shared = ["key", "time", "status", "n", "quantity", "value", "reference", "error", "index"];
  const readers = ["getChild", "Field", "numbersOf", "textsOf", "floatsOf", "column", "columnOf", "valuesOf", "select"];
  const facts = ["output", "node", "variable", "unit", "key", "feature", "bound", "quantile", "label", "options", "confidence"];

  /** Places where a file writes the name of a column, or reads the metadata of one. */
  function foundIn(text: string, file: string): string[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const nameOf = (node: ts.Node): string => (ts.isPropertyAccessExpression(node) ? node.name.text : node.getText());
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) {
        const { parent, text: word } = node;
        const call = ts.isCallExpression(parent) || ts.isNewExpression(parent) ? nameOf(parent.expression) : "";
        const compared = ts.isBinaryExpression(parent) && [parent.left, parent.right].some((side) => nameOf(side) === "name");
        const ofColumn = own.includes(word) || (shared.includes(word) && (readers.includes(call) || compared));
        const ofMetadata = facts.includes(word) && ["has", "get"].includes(call) && /\bmetadata\b/.test(parent.getText());
        if (ofColumn || ofMetadata) found.push(`${file}: ${parent.getText().slice(0, 80)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  }

  test("no other file of the source writes one", () => {
    expect(files.flatMap((file) => foundIn(readFileSync(join(root, file), "utf8"), file))).toEqual([]);
  });

  test.each([
    'const costs = ["nfev"];',
    'map.getChild("status");',
    'fields.filter(({ name }) => name !== "key");',
    'new Field("time", type, false);',
    'field.metadata.has("feature");',
    'schema.metadata.get("confidence");',
  ])("a file that does is found: %s", (text) => {
    expect(foundIn(text, "x.ts")).toHaveLength(1);
  });
});
