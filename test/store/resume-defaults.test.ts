// A stored sweep resumes when its defaults are written out, and when those that were written out are left out.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { sweep } from "../../src/cli/sweep.ts";
import {
  type Feature,
  type GridSearchOptions,
  gridSearch,
  type Input,
  type NormalNoiseOptions,
  normalNoise,
  ornsteinUhlenbeck,
  resumeSweep,
  uniformNoise,
} from "../../src/index.ts";
import { DEFAULTS, fillDefaults } from "../../src/options/defaults.ts";
import { featureNames, optionsOfFeature } from "../../src/reduce/reducers.ts";
import { isNoise } from "../../src/sweep/input.ts";
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

/** Features of the equations, which have no options. */
const ofEquations: Feature[] = ["lyapunov", "equilibria", "stability", "leadingEigenvalue"];
const others = featureNames().filter((name) => !ofEquations.some((each) => each === name));

test("store resume defaults: every feature is resumed", async () => {
  expect(V).toEqual(others);
  const directory = join(folder, "lyapunov");
  const options = plain({ features: { V_pce: ofEquations } });
  const { resultsMap } = await gridSearch({ ...options, workers: 0, store: { directory } });
  const stored = await resumeSweep(directory, options);
  expect(stored.complete).toBe(true);
  for (const name of ofEquations) {
    const [again, first] = [stored.map, resultsMap].map((map) => Array.from(map.getChild(`V_pce_${name}`) ?? []));
    expect([name, again]).toEqual([name, first]);
    expect(first.length).toBe(resultsMap.numRows);
  }
});

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
  const features = others.flatMap((name) =>
    Object.keys(optionsOfFeature(name)).map((option): [string, object] => {
      const all: Record<string, unknown> = Object.assign({}, ...(normal.features.V_pce ?? []).filter((each) => typeof each === "object"));
      const settings: Record<string, unknown> = Object.assign({}, all[name]);
      return [
        `${name}.${option}`,
        { features: { V_pce: others.map((each) => (each === name ? { [name]: { [option]: settings[option] } } : each)) } },
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

/** An object without one of its entries. */
function without(object: object, name: string): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** Options with all defaults written out but for one inner option, by its name: of the solver, of a feature, of noise on a variable. */
function lessOne(options: GridSearchOptions): [string, object][] {
  const { solver, features, noise } = fillDefaults(options);
  const list: unknown[] = Object.values(features).flat();
  const ofFeatures = list.flatMap((entry, i) => {
    const [name, settings]: [string, object] = Object.entries(typeof entry === "object" && entry !== null ? entry : {})[0] ?? ["", {}];
    return Object.keys(settings).map((option): [string, object] => [
      `${name}.${option}`,
      { features: { V_pce: list.with(i, Object.assign({}, { [name]: without(settings, option) })) } },
    ]);
  });
  const ofNoise = Object.entries(noise).flatMap(([path, term]) =>
    Object.keys(DEFAULTS.noise).map((option): [string, object] => [
      `noise.${option}`,
      { noise: { ...noise, [path]: without(term, option) } },
    ]),
  );
  const names = Object.keys(solver).filter((name) => name !== "name");
  return [...names.map((name): [string, object] => [`solver.${name}`, { solver: without(solver, name) }]), ...ofFeatures, ...ofNoise];
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

  test.each(lessOne(options))("%s alone left out", async (_, less) => {
    expect((await resumeSweep(long, Object.assign({}, everything, less))).complete).toBe(true);
  });

  test("all written out, and all left out", async () => {
    expect((await resumeSweep(short, everything)).complete).toBe(true);
    expect((await resumeSweep(long, options)).complete).toBe(true);
  });
});

/** Every noise source, with all of its options at their defaults. */
const sources: Record<string, { make: (options: object) => Input; all: object }> = {
  uniformNoise: { make: (options) => uniformNoise({ low: 120, high: 320, ...options }), all: { ...DEFAULTS.noise, hold: 1e-3 } },
  normalNoise: { make: (options) => normalNoise({ mean: 220, sd: 10, ...options }), all: { ...DEFAULTS.noise, hold: 1e-3 } },
  ornsteinUhlenbeck: { make: (options) => ornsteinUhlenbeck({ mean: 220, sd: 10, tau: 0.01, ...options }), all: { ...DEFAULTS.noise } },
};

describe("store resume defaults: noise sources", () => {
  test.each(Object.entries(sources))("%s, each option written out or left out", async (name, { make, all }) => {
    const [short, long] = [join(folder, `${name}-short`), join(folder, `${name}-long`)];
    const driven = (options: object) => plain({ inputs: { [u]: make(options) } });
    await gridSearch({ ...driven({}), workers: 0, store: { directory: short } });
    await gridSearch({ ...driven(all), workers: 0, store: { directory: long } });
    for (const [option, value] of Object.entries(all)) {
      expect([option, (await resumeSweep(short, driven({ [option]: value }))).complete]).toEqual([option, true]);
      expect([option, (await resumeSweep(long, driven(without(all, option)))).complete]).toEqual([option, true]);
    }
    expect((await resumeSweep(long, driven({}))).complete).toBe(true);
    expect((await refusal(() => resumeSweep(long, driven({ seed: 1 })))).code).toBe("E_RESUME_CHANGED");
  });
});

/** A spec of the command line with the options of a call. */
function specOf(name: string, options: object): string {
  const file = join(folder, `${name}.yaml`);
  const { inputs } = Object.assign({ inputs: undefined }, options);
  const written = Object.entries(inputs ?? {}).map(([path, input]) => [path, isNoise(input) ? { normalNoise: optionsOf(input) } : input]);
  writeFileSync(file, stringify({ ...options, ...(inputs ? { inputs: Object.fromEntries(written) } : {}) }));
  return file;
}

/** The options with which normalNoise makes a source. */
function optionsOf({ offset, scale, seed, shared, hold }: ReturnType<typeof normalNoise>): NormalNoiseOptions {
  return { mean: offset, sd: scale, seed, shared, ...(hold === undefined ? {} : { hold }) };
}

describe("store resume defaults: a spec of the command line", () => {
  beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());
  const { signal } = new AbortController();

  test.each(Object.entries(kinds))("%s, each option written out or left out", async (kind, options) => {
    const { store: _, signal: __, onProgress: ___, workers: ____, ...everything } = fillDefaults(options);
    const [short, long] = [join(folder, `${kind}-spec-short`), join(folder, `${kind}-spec-long`)];
    const run = (store: string, spec: object, more: object) => sweep(specOf(kind, spec), { store, workers: "0", ...more }, signal);
    await run(short, options, {});
    await run(long, everything, {});
    const resume = { resume: true };
    for (const out of Object.values(written(options))) await run(short, { ...options, ...out }, resume);
    for (const [, less] of lessOne(options)) await run(long, { ...everything, ...less }, resume);
    for (const name of Object.keys(DEFAULTS.sweep)) {
      await run(long, Object.hasOwn(options, name) ? everything : without(everything, name), resume);
    }
    await run(short, everything, resume);
    await run(long, options, resume);
    await expect(run(short, { ...options, cutoff: 0.01 }, resume)).rejects.toThrow(/has changed: cutoff \(0 → 0.01\)/);
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
