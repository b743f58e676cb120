// Replicates: independent noise for each, the first as without, and what is told of them together.
import { describe, expect, test } from "vitest";
import { numbersOf } from "../../bench/support/filtered-noise.mjs";
import {
  acrossReplicates,
  type FeatureReducer,
  type GridSearchOptions,
  gridSearch,
  materialize,
  normalNoise,
  templatesFromYaml,
  trace,
  uniformNoise,
} from "../../src/index.ts";
import { quantile, studentQuantile, twoGroups } from "../../src/table/replicates.ts";
import { bits, refusal } from "../support/sweep.ts";

const path = "jrc/jrc_op/u";
const options = (more: Partial<GridSearchOptions> = {}): GridSearchOptions => ({
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135, 270] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 0.2,
  stepSize: 1e-3,
  outputs: { V: "jrc/jrc_op/V_e", u: path },
  ...more,
});

/** On which side of 0 a trace ends. */
const side: FeatureReducer = {
  name: "side",
  columns: [{ name: "side", values: "text" }],
  start: ({ lanes }) => {
    const last = new Float64Array(lanes);
    return {
      add: (values, lane) => {
        last[lane] = values[values.length - 1];
      },
      finish: () => [Array.from(last, (value) => (value > 0 ? "above 0" : "below 0"))],
    };
  },
};

describe("replicates", () => {
  test.each([true, false])("are rows of their own, with noise of their own (shared: %s), the first as without", async (shared) => {
    const noise = uniformNoise({ low: 120, high: 320, seed: 9, shared });
    const { results, resultsMap } = await gridSearch(options({ inputs: { [path]: noise }, replicates: 4 }));
    const alone = await gridSearch(options({ inputs: { [path]: noise } }));
    expect([...(resultsMap.getChild("key") ?? [])].slice(3, 6)).toEqual(["JRC2_0_r3", "JRC2_1_r0", "JRC2_1_r1"]);
    expect([...(resultsMap.getChild("C") ?? [])].slice(3, 6)).toEqual([68, 135, 135]);
    expect([...(resultsMap.getChild("replicate") ?? [])].slice(3, 6)).toEqual([3, 0, 1]);
    const signals = new Set<string>();
    for (let point = 0; point < 3; point++) {
      expect(bits(trace(results, `JRC2_${point}_r0`, "V"))).toEqual(bits(trace(alone.results, `JRC2_${point}`, "V")));
      for (let r = 0; r < 4; r++) signals.add(String(trace(results, `JRC2_${point}_r${r}`, "u").slice(0, 3)));
    }
    expect(signals.size).toBe(shared ? 4 : 12);
  });

  test("have the streams that materialize() tells", async () => {
    const noise = normalNoise({ mean: 220, sd: 20, seed: 3, shared: false });
    const { results } = await gridSearch(options({ inputs: { [path]: noise }, replicates: 5 }));
    const made = materialize(noise, 15, 200);
    if (made instanceof Float64Array) throw new Error("one signal for all");
    for (const [point, replicate] of [
      [0, 0],
      [2, 0],
      [0, 1],
      [2, 4],
    ]) {
      const column = replicate * 3 + point;
      expect(bits(trace(results, `JRC2_${point}_r${replicate}`, "u"))).toEqual(
        bits(Float64Array.from({ length: 200 }, (_, i) => made.data[i * 15 + column])),
      );
    }
  });

  test("share what is given for each point", async () => {
    const data = Float64Array.from({ length: 600 }, (_, i) => 100 + i);
    const { results } = await gridSearch(options({ inputs: { [path]: { data, columns: 3 } }, replicates: 2 }));
    expect(trace(results, "JRC2_2_r1", "u")[7]).toBe(100 + 7 * 3 + 2);
  });

  test("number must be a whole one", async () => {
    expect((await refusal(() => gridSearch(options({ replicates: 1.5 })))).message).toMatch(
      /replicates must be a whole number above 0, but 1\.5/,
    );
    expect((await refusal(() => gridSearch(options({ replicates: 0 })))).code).toBe("E_TYPE");
  });
});

describe("acrossReplicates", () => {
  test("Student's quantiles, as tables have them", () => {
    const table = [
      [0.975, 1, 12.7062047],
      [0.975, 2, 4.30265273],
      [0.975, 5, 2.57058184],
      [0.95, 10, 1.81246112],
      [0.995, 19, 2.86093461],
      [0.975, 199, 1.97195654],
    ];
    for (const [p, freedom, expected] of table) expect(Math.abs(studentQuantile(p, freedom) / expected - 1)).toBeLessThan(1e-6);
  });

  test("has the mean and its interval for each point, and counts what is ok", async () => {
    const noise = uniformNoise({ low: 120, high: 320, seed: 2 });
    const { resultsMap } = await gridSearch({
      ...options({ inputs: { [path]: noise }, replicates: 20, features: { V: ["mean", "regime"], u: ["mean"] } }),
      results: false,
    });
    const table = acrossReplicates(resultsMap);
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      "key",
      "C",
      "n",
      "V_mean",
      "V_mean_low",
      "V_mean_high",
      "V_mean_median",
      "V_mean_q25",
      "V_mean_q75",
      "V_regime",
      "V_regime_undecided",
      "u_mean",
      "u_mean_low",
      "u_mean_high",
      "u_mean_median",
      "u_mean_q25",
      "u_mean_q75",
    ]);
    expect([...(table.getChild("key") ?? [])]).toEqual(["JRC2_0", "JRC2_1", "JRC2_2"]);
    const values = Array.from(resultsMap.getChild("V_mean") ?? [], Number).slice(20, 40);
    const mean = values.reduce((sum, x) => sum + x, 0) / 20;
    const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 19);
    const row = table.get(1)?.toJSON() ?? {};
    expect(row.n).toBe(20);
    expect(row.V_mean).toBeCloseTo(mean, 15);
    expect((Number(row.V_mean_high) - mean) / (2.093024 * (sd / Math.sqrt(20)))).toBeCloseTo(1, 6);
    // A mean of 200 samples of uniform noise: 220 lies in most intervals of width 2 t 57.7 / sqrt(200 · 20).
    expect(Number(row.u_mean_low)).toBeLessThan(225);
    expect(Number(row.u_mean_high)).toBeGreaterThan(215);
    expect(table.schema.fields[3].metadata.get("unit")).toBe("V");
  });

  test("keeps what the map says of keys and features: units, feature, options", async () => {
    const { resultsMap } = await gridSearch({
      ...options({ replicates: 2, features: { V: ["mean", { crossings: { level: 0.01 } }] } }),
      paramGrid: { C: [68, 135], u: [220, 240] },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
    });
    const { fields } = acrossReplicates(resultsMap).schema;
    const metadataOf = (list: typeof fields, name: string) => list.find((field) => field.name === name)?.metadata;
    expect(metadataOf(fields, "u")).toEqual(new Map([["unit", "1/s"]]));
    for (const name of ["C", "u", "V_mean", "V_crossings"]) {
      expect(metadataOf(fields, name)).toEqual(metadataOf(resultsMap.schema.fields, name));
    }
    for (const bound of ["low", "high"]) {
      expect(metadataOf(fields, `V_mean_${bound}`)).toEqual(new Map([...(metadataOf(fields, "V_mean") ?? []), ["bound", bound]]));
    }
  });

  test("has medians and quartiles as NumPy interpolates them, and the fraction of each label: two humps show", async () => {
    // Two points at rest, and noise that takes the state to one of them before it stops.
    const noise = normalNoise({ mean: 0, sd: 1, seed: 4, hold: 0.5 });
    const { bistable } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = 20*(x - x^3) + 5*u*(t < 1)"], variables: { x: output(0.0), u: input(0.0) } }
pop: { base: NodeTemplate, operators: [op] }
bistable: { base: CircuitTemplate, nodes: { p: pop } }
`);
    const { resultsMap } = await gridSearch({
      circuitTemplate: bistable,
      paramGrid: { start: [0, 0.1] },
      paramMap: { start: { vars: ["op/x"], nodes: ["p"] } },
      inputs: { "p/op/u": noise },
      simulationTime: 2,
      stepSize: 1e-3,
      cutoff: 1.9,
      outputs: { x: "p/op/x" },
      features: { x: ["last", side] },
      replicates: 41,
      results: false,
    });
    const across = acrossReplicates(resultsMap);
    const values = Array.from(resultsMap.getChild("x_last") ?? [], Number).slice(0, 41);
    const sorted = [...values].sort((a, b) => a - b);
    const row = across.get(0)?.toJSON() ?? {};
    // Of 41 values the quartiles and the median are values themselves.
    expect([row.x_last_q25, row.x_last_median, row.x_last_q75]).toEqual([sorted[10], sorted[20], sorted[30]]);
    const above = values.filter((value) => value > 0).length;
    expect(above).toBeGreaterThan(5);
    expect(above).toBeLessThan(36);
    expect(row.x_side).toBe(above > 20 ? "above 0" : "below 0");
    expect([row.x_side_above_0, row.x_side_below_0]).toEqual([above / 41, 1 - above / 41]);
    expect(Math.abs(Number(row.x_last))).toBeLessThan(0.7);
    expect(sorted.filter((value) => Math.abs(value) < 0.7)).toEqual([]);
    const labels = across.schema.fields.filter(({ name }) => name.startsWith("x_side_")).map(({ metadata }) => metadata.get("label"));
    expect(labels).toEqual(["above 0", "below 0"]);
    expect(twoGroups(values)?.map(({ length }) => length)).toEqual([41 - above, above]);
  });

  test("of labels alone has their fractions, and null where no replicate counts", async () => {
    const { resultsMap } = await gridSearch({
      ...options({ replicates: 3, features: { V: ["regime"] } }),
      paramGrid: { tau: [0.01, 1e-5] },
      paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
      results: false,
    });
    const across = acrossReplicates(resultsMap);
    expect(across.schema.fields.map(({ name }) => name)).toEqual(["key", "tau", "n", "V_regime", "V_regime_fixed_point"]);
    expect([...(across.getChild("n") ?? [])]).toEqual([3, 0]);
    expect([...(across.getChild("V_regime") ?? [])]).toEqual(["fixed point", null]);
    expect([...(across.getChild("V_regime_fixed_point") ?? [])]).toEqual([1, null]);
  });

  test("of numbers are null where no replicate counts, and ends where one does", async () => {
    const { resultsMap } = await gridSearch({
      ...options({ replicates: 2, features: { V: ["mean", "peakFrequency"] } }),
      paramGrid: { tau: [0.01, 1e-5] },
      paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
      results: false,
    });
    const names = ["V_mean", "V_mean_low", "V_mean_high", "V_mean_median", "V_mean_q25", "V_mean_q75"];
    const [first, lost] = acrossReplicates(resultsMap).toArray();
    expect(names.map((name) => lost[name])).toEqual(names.map(() => null));
    expect(names.map((name) => typeof first[name])).toEqual(names.map(() => "number"));
    const single = acrossReplicates(resultsMap.slice(0, 1)).get(0)?.toJSON() ?? {};
    expect([single.n, single.V_mean_low, single.V_mean_high]).toEqual([1, null, null]);
    expect(single.V_mean).toBe(first.V_mean);
  });

  test("quantiles are linear between sorted values, and NaN where one is NaN", () => {
    const values = Float64Array.of(1, 2, 4, 8);
    expect([0.25, 0.5, 0.75].map((part) => quantile(values, part))).toEqual([1.75, 3, 5]);
    expect(quantile(Float64Array.of(7), 0.25)).toBe(7);
    expect(quantile(Float64Array.of(), 0.5)).toBeNaN();
    expect(quantile(Float64Array.of(1, 2, Number.NaN).sort(), 0.5)).toBeNaN();
  });

  test("two humps are told from one: in 2,000 draws of 10 to 30 even or normal values, fewer than 1 % have two", () => {
    const { uniform, normal } = numbersOf(5);
    for (const draw of [uniform, normal]) {
      const found = Array.from({ length: 2000 }, (_, i) => twoGroups(Array.from({ length: 10 + (i % 21) }, draw)));
      expect(found.filter((groups) => groups !== undefined).length).toBeLessThan(20);
    }
    const humps = Array.from({ length: 200 }, () => twoGroups(Array.from({ length: 20 }, (_, i) => (i < 8 ? 0 : 20) + normal())));
    expect(humps.filter((groups) => groups?.[0].length === 8).length).toBeGreaterThan(190);
    expect(twoGroups(new Array(20).fill(1))).toBeUndefined();
    expect(twoGroups([...new Array(10).fill(1), ...new Array(10).fill(Number.NaN)])).toBeUndefined();
  });

  test("a map without replicates is refused", async () => {
    const { resultsMap } = await gridSearch(options());
    expect((await refusal(() => acrossReplicates(resultsMap))).message).toMatch(/a map of a sweep with replicates and numeric features/);
  });
});
