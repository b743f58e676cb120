// Replicates: independent noise for each, the first as without, and what is told of them together.
import { describe, expect, test } from "vitest";
import { acrossReplicates, type GridSearchOptions, gridSearch, materialize, normalNoise, trace, uniformNoise } from "../../src/index.ts";
import { studentQuantile } from "../../src/table/replicates.ts";
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
      "V.mean",
      "V.mean.low",
      "V.mean.high",
      "u.mean",
      "u.mean.low",
      "u.mean.high",
    ]);
    expect([...(table.getChild("key") ?? [])]).toEqual(["JRC2_0", "JRC2_1", "JRC2_2"]);
    const values = Array.from(resultsMap.getChild("V.mean") ?? [], Number).slice(20, 40);
    const mean = values.reduce((sum, x) => sum + x, 0) / 20;
    const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 19);
    const row = table.get(1)?.toJSON() ?? {};
    expect(row.n).toBe(20);
    expect(row["V.mean"]).toBeCloseTo(mean, 15);
    expect((Number(row["V.mean.high"]) - mean) / (2.093024 * (sd / Math.sqrt(20)))).toBeCloseTo(1, 6);
    // A mean of 200 samples of uniform noise: 220 lies in most intervals of width 2 t 57.7 / sqrt(200 · 20).
    expect(Number(row["u.mean.low"])).toBeLessThan(225);
    expect(Number(row["u.mean.high"])).toBeGreaterThan(215);
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
    for (const name of ["C", "u", "V.mean", "V.crossings"]) {
      expect(metadataOf(fields, name)).toEqual(metadataOf(resultsMap.schema.fields, name));
    }
    for (const bound of ["low", "high"]) {
      expect(metadataOf(fields, `V.mean.${bound}`)).toEqual(new Map([...(metadataOf(fields, "V.mean") ?? []), ["bound", bound]]));
    }
  });

  test("a map without replicates is refused", async () => {
    const { resultsMap } = await gridSearch(options());
    expect((await refusal(() => acrossReplicates(resultsMap))).message).toMatch(/a map of a sweep with replicates and numeric features/);
  });
});
