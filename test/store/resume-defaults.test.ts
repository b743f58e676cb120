// A stored sweep resumes when its defaults are written out, and when those that were written out are left out.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Feature, type GridSearchOptions, gridSearch, normalNoise, resumeSweep } from "../../src/index.ts";
import { DEFAULTS, fillDefaults } from "../../src/options/defaults.ts";
import { featureNames, optionsOfFeature } from "../../src/reduce/reducers.ts";
import { folderFor, over } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("resume-defaults");
const u = "jrc/jrc_op/u";
const plain = (changes: Partial<GridSearchOptions>) => {
  const { circuitTemplate, paramGrid, paramMap, simulationTime, stepSize, outputs } = over(3);
  return { circuitTemplate, paramGrid, paramMap, simulationTime, stepSize, outputs, ...changes };
};
const source = normalNoise({ mean: 220, sd: 10, seed: 7 });
const V: Feature[] = ["mean", "std", "min", "max", "range", "last", "crossings", "peakFrequency", "peakPower", "regime", "maxima"];

test("every feature is resumed", () => expect(V).toEqual(featureNames()));

const kinds: Record<string, GridSearchOptions> = {
  fixed: plain({ inputs: { [u]: source }, features: { V_pce: V } }),
  adaptive: plain({ inputs: { [u]: source }, solver: "rk45", features: { V_pce: V } }),
  stochastic: plain({ solver: "euler-maruyama", noise: { [u]: { sd: 1 } }, features: { V_pce: V } }),
  plain: plain({}),
};

/** Every way to write a default out, by name: each option of the table, and each option within one. */
function written(options: GridSearchOptions): Record<string, object> {
  const normal = fillDefaults(options);
  const whole = Object.entries(normal).filter(([name, value]) => !["signal", "onProgress", "store"].includes(name) && value !== null);
  const solver = Object.entries(normal.solver).filter(([name]) => name !== "name");
  const features = featureNames().flatMap((name) =>
    Object.keys(optionsOfFeature(name)).map((option): [string, object] => {
      const all: Record<string, unknown> = Object.assign({}, ...(normal.features.V_pce ?? []).filter((each) => typeof each === "object"));
      const settings: Record<string, unknown> = Object.assign({}, all[name]);
      return [
        `${name}.${option}`,
        { features: { V_pce: featureNames().map((each) => (each === name ? { [name]: { [option]: settings[option] } } : each)) } },
      ];
    }),
  );
  const nulls = Object.keys(DEFAULTS.sweep).filter((name) => !Object.hasOwn(options, name));
  return Object.fromEntries([
    ...whole.map(([name, value]): [string, object] => [name, { [name]: value }]),
    ...solver.map(([name, value]): [string, object] => [`solver.${name}`, { solver: { name: normal.solver.name, [name]: value } }]),
    ...(options.features ? features : []),
    ...nulls.flatMap((name): [string, object][] => [
      [`${name} null`, { [name]: null }],
      [`${name} undefined`, { [name]: undefined }],
    ]),
    ["certify", { certify: { ...DEFAULTS.certify } }],
  ]);
}

describe.each(Object.entries(kinds))("store resume defaults: %s", (kind, options) => {
  const all = Object.assign(
    {},
    ...Object.values(written(options)).reverse(),
    options.features ? { features: fillDefaults(options).features } : {},
  );
  const everything: GridSearchOptions = { ...options, ...all, solver: Object.assign({}, fillDefaults(options).solver), certify: false };
  const [short, long] = [join(folder, `${kind}-short`), join(folder, `${kind}-long`)];
  beforeAll(async () => {
    await gridSearch({ ...options, workers: 0, store: { directory: short } });
    await gridSearch({ ...everything, workers: 0, store: { directory: long, format: "arrow" } });
  });

  test.each(Object.entries(written(options)))("%s, written out or left out", async (name, out) => {
    expect((await resumeSweep(short, { ...options, ...out })).complete).toBe(true);
    expect((await resumeSweep(short, { ...out })).complete).toBe(true);
    const less = Object.fromEntries(Object.entries(everything).filter(([key]) => Object.hasOwn(options, key) || !name.startsWith(key)));
    expect((await resumeSweep(long, Object.assign({ ...options }, less, out))).complete).toBe(true);
  });

  test("all written out, and all left out", async () => {
    expect((await resumeSweep(short, everything)).complete).toBe(true);
    expect((await resumeSweep(long, options)).complete).toBe(true);
  });
});

test("store resume defaults: an option that changed is refused by its name, with its value before and now", async () => {
  const options = plain({ solver: "rk45", inputs: { [u]: source }, features: { V_pce: ["crossings"] } });
  const directory = join(folder, "changed");
  await gridSearch({ ...options, workers: 0, store: { directory } });
  const changes: [Partial<GridSearchOptions>, RegExp][] = [
    [{ solver: { name: "rk45", rtol: 1e-7 } }, /solver rtol \(0\.000001 → 1e-7\)/],
    [{ solver: { name: "rk45", maxStep: 1 } }, /solver maxStep \("Infinity" → 1\)/],
    [{ solver: { name: "rk45", interpolation: "linear" } }, /solver interpolation \("hold" → "linear"\)/],
    [{ replicates: 2 }, /replicates \(1 → 2\)/],
    [{ cutoff: 0.01 }, /cutoff \(0 → 0\.01\)/],
    [{ inputs: { [u]: { ...source, shared: false } } }, /inputs jrc\/jrc_op\/u \(/],
    [{ features: { V_pce: [{ crossings: { level: 1e-3 } }] } }, /features V_pce \(.*"level":0.* → .*"level":0\.001/],
  ];
  for (const [change, message] of changes) {
    const error = await refusal(() => resumeSweep(directory, change));
    expect([error.code, error.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(message)]);
  }
});
