// What the package tells of models beside running them: what the explorer is built on.
import { tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import {
  bundledCircuits,
  bundledYaml,
  describeModel,
  featureNames,
  gridSearch,
  type MassgridError,
  simulate,
  spectrum,
  tableToParquet,
  templatesFromYaml,
} from "../../src/index.ts";

const JRC2 = "model_templates.neural_mass_models.jansenrit.JRC2";

describe("describeModel", () => {
  test("tells a model's variables with units, defaults, and the way a sweep reaches them", () => {
    const { name, timeUnit, variables, operators, edges } = describeModel(JRC2);
    expect([name, timeUnit, edges]).toEqual(["JRC2", "s", []]);
    const mapping = { vars: ["jrc_op/tau_e"], nodes: ["jrc"] };
    expect(variables).toContainEqual({
      path: "jrc/jrc_op/tau_e",
      name: "tau_e",
      kind: "parameter",
      value: 0.01,
      unit: "s",
      range: [0.0066, 0.02],
      mapping,
    });
    expect(variables).toContainEqual({ path: "jrc/jrc_op/m", name: "m", kind: "algebraic", value: 0, unit: "1/s" });
    expect(variables.filter(({ kind }) => kind === "state").map(({ name: each }) => each)).toContain("V_ein");
    const [{ nodes, equations }] = operators;
    expect(nodes).toEqual(["jrc"]);
    expect(equations.map(({ target, derivative }) => `${target}${derivative ? "'" : ""}`)).toContain("X_e'");
    const lines = (bundledYaml(JRC2) ?? "").split("\n");
    for (const { text, line } of equations) expect(lines[line - 1]).toContain(text);
  });

  test.each(bundledCircuits())("%s: a sweep takes every mapping and every path", async (path) => {
    const { variables } = describeModel(path);
    const keys = variables.filter(({ mapping }) => mapping !== undefined);
    const paramGrid = Object.fromEntries(keys.map(({ value }, i) => [`k${i}`, [value]]));
    const paramMap = Object.fromEntries(keys.flatMap(({ mapping }, i) => (mapping ? [[`k${i}`, mapping]] : [])));
    const paths = variables.filter((each) => each.mapping === undefined || "nodes" in each.mapping);
    const outputs = Object.fromEntries(paths.map((each, i) => [`o${i}`, each.path]));
    const call = { circuitTemplate: path, simulationTime: 0.02, stepSize: 0.01, outputs };
    const { results } = await gridSearch({ ...call, paramGrid, paramMap });
    // Defaults that are said are the defaults that a run has.
    const alone = await simulate(call);
    for (let i = 0; i < paths.length; i++) {
      const swept: unknown = results.getChildAt(i + 1)?.toArray();
      expect(swept).toEqual(alone.getChildAt(i + 1)?.toArray());
    }
  });

  test("the text of a bundled model is that model, and a text is described as well", () => {
    for (const path of bundledCircuits()) {
      const circuits = templatesFromYaml(bundledYaml(path) ?? "");
      const name = path.split(".").at(-1) ?? "";
      expect(describeModel(circuits[name]).variables).toEqual(describeModel(path).variables);
    }
    expect(bundledYaml("no.such.Template")).toBeUndefined();
  });

  test("a model that could not be run is told with its line", () => {
    const text = (bundledYaml(JRC2) ?? "").replace("V_i' = X_i", "V_i' = X_j");
    const line = text.split("\n").findIndex((each) => each.includes("X_j")) + 1;
    const work = () => describeModel(templatesFromYaml(text, { name: "model.yaml" }).JRC2);
    expect(work).toThrow(/unknown variable X_j/);
    try {
      work();
    } catch (error) {
      const { problems }: Pick<MassgridError, "problems"> =
        error instanceof Error && "problems" in error ? Object(error) : { problems: [] };
      expect(problems[0].source).toMatchObject({ file: "model.yaml", line });
    }
  });
});

describe("describe: spectrum", () => {
  const rows = 4096;
  const spacing = 1e-3;
  const wave = Float64Array.from({ length: rows }, (_, i) => 2 + 3 * Math.sin(2 * Math.PI * 10 * i * spacing));

  test("a sine has its power at its frequency, and no more than it has", () => {
    const { frequency, density } = spectrum(wave, spacing, { window: 1024 });
    const peak = density.indexOf(density.reduce((a, b) => Math.max(a, b)));
    expect(Math.abs(frequency[peak] - 10)).toBeLessThan(1 / (1024 * spacing));
    // Parseval: the density over all frequencies is the variance, 9/2.
    const power = density.reduce((sum, value) => sum + value, 0) * frequency[1];
    expect(Math.abs(power - 4.5)).toBeLessThan(0.05);
    expect([frequency[0], frequency.at(-1), frequency.length]).toEqual([0, 500, 513]);
  });

  test("is that of the features", async () => {
    const call = { circuitTemplate: JRC2, simulationTime: 5, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, solver: "heun" as const };
    const grid = { paramGrid: { C: [135] }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } } };
    const { results, resultsMap } = await gridSearch({ ...call, ...grid, features: { V: ["peakPower"] } });
    const column: unknown = results.getChildAt(1)?.toArray();
    if (!(column instanceof Float64Array)) throw new TypeError("a trace was expected");
    const { density } = spectrum(column, 1e-3);
    expect(density.subarray(1).reduce((a, b) => Math.max(a, b))).toBe(resultsMap.getChild("V_peakPower")?.get(0));
  });

  test("refuses what has none", () => {
    expect(() => spectrum(new Float64Array(5), 1)).toThrow(/E_FEATURE_SAMPLES: a spectrum needs 8 samples/);
    expect(() => spectrum(wave, 0)).toThrow(/E_TYPE: spacing must be a time above 0/);
    expect(() => spectrum(wave, 1, { window: 100 })).toThrow(/power of two/);
  });
});

test("describe: featureNames names what `features` takes", async () => {
  const call = { circuitTemplate: JRC2, simulationTime: 1, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" } };
  const grid = { paramGrid: { C: [135] }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } } };
  const names = featureNames();
  const { resultsMap } = await gridSearch({ ...call, ...grid, features: { V: names.flatMap((name) => (isFeature(name) ? [name] : [])) } });
  for (const name of names) expect(resultsMap.getChild(`V_${name}`), name).not.toBeNull();
});

function isFeature(name: string): name is "mean" {
  return featureNames().includes(name);
}

test("describe: tableToParquet: the numbers, the texts and the metadata of a table", async () => {
  const grid = { paramGrid: { C: [68, 1e300] }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } } };
  const call = { circuitTemplate: JRC2, simulationTime: 1, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" } };
  const { resultsMap } = await gridSearch({ ...call, ...grid, features: { V: ["mean", "regime"] }, results: false });
  const bytes = await tableToParquet(resultsMap);
  const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
  expect(rows).toEqual(resultsMap.toArray().map((row) => Object(row).toJSON()));
  expect(tableFromIPC).toBeDefined();
});
