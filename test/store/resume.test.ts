// Resuming: the same bytes, or a refusal that names what has changed; a larger grid takes over the points that are there.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type GridSearchOptions,
  gridSearch,
  normalNoise,
  openSweep,
  resumeSweep,
  templatesFromYaml,
  trace,
  verifySweep,
} from "../../src/index.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, formats, over, ownNoise } from "../support/stores.ts";
import { bits, refusal } from "../support/sweep.ts";

const folder = folderFor("resume");
const u = "jrc/jrc_op/u";

/** Stops a sweep after some of its points. */
async function interrupted(directory: string, options: GridSearchOptions, points: number, shardPoints = 64): Promise<void> {
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= points && stop.abort(new Error("stopped"));
  // In one thread, so that shards are done in order, however busy the machine is.
  const sweep = gridSearch({ ...options, workers: 0, onProgress, signal: stop.signal, store: { directory, shardPoints } });
  await expect(sweep).rejects.toThrow("stopped");
}

async function whole(directory: string, options: GridSearchOptions, shardPoints = 64): Promise<Record<string, string>> {
  await gridSearch({ ...options, store: { directory, shardPoints } });
  return contents(directory);
}

test("store resume: a sweep that was stopped goes on by its manifest alone, and ends as if nothing had been", async () => {
  const options = over(300, { inputs: ownNoise });
  const expected = await whole(join(folder, "a"), options);
  const directory = join(folder, "b");
  await interrupted(directory, options, 200);
  expect((await openSweep(directory)).map.numRows).toBe(256);
  let least = Number.POSITIVE_INFINITY;
  const sweep = await resumeSweep(directory, {
    onProgress: ({ done }) => {
      least = Math.min(least, done);
    },
  });
  // What was there was not computed again.
  expect([sweep.complete, least]).toEqual([true, 300]);
  expect(contents(directory)).toEqual(expected);
  const again = await resumeSweep(directory, { onProgress: () => expect.unreachable("nothing is left to compute") });
  expect(again.complete).toBe(true);
  expect(contents(directory)).toEqual(expected);
});

test("store resume: with all options it begins where there is nothing", async () => {
  const options = over(100);
  const directory = join(folder, "new");
  const sweep = await resumeSweep(directory, { ...options, store: { shardPoints: 64 } });
  expect([sweep.complete, sweep.files.length]).toEqual([true, 2]);
  const error = await refusal(() => resumeSweep(join(folder, "newer"), { circuitTemplate: options.circuitTemplate }));
  expect(error.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(["E_GRID_EMPTY", "E_TIME", "E_STEP", "E_OUTPUTS_EMPTY"]));
});

const base = over(130, { inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 7 }) }, samplingStepSize: 1e-3, simulationTime: 0.06 });

describe("store resume: it refuses, by name, what has changed", () => {
  const directory = join(folder, "changed");
  beforeAll(() => interrupted(directory, base, 70));
  const long = Float64Array.from({ length: 2000 }, (_, i) => 200 + i / 100);
  const changes: [string, Partial<GridSearchOptions>, RegExp][] = [
    ["solver", { solver: "heun" }, /changed: solver \(\{"name":"euler"\} → \{"name":"heun"\}\)/],
    ["time", { simulationTime: 0.07 }, /changed: simulationTime \(0.06 → 0.07\)/],
    ["step", { stepSize: 5e-4 }, /changed: stepSize \(0.001 → 0.0005\)/],
    ["sampling", { samplingStepSize: 2e-3 }, /changed: samplingStepSize \(0.001 → 0.002\)/],
    ["cutoff", { cutoff: 0.01 }, /changed: cutoff \(0 → 0.01\)/],
    ["seed", { inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 8 }) } }, /changed: inputs jrc\/jrc_op\/u/],
    ["samples", { inputs: { [u]: long } }, /changed: inputs jrc\/jrc_op\/u/],
    ["outputs", { outputs: { V_pce: "jrc/jrc_op/V_i", V_pci: "jrc/jrc_op/V_i" } }, /changed: outputs V_pce/],
    ["order of outputs", { outputs: { V_pci: "jrc/jrc_op/V_i", V_pce: "jrc/jrc_op/V_e" } }, /changed: the order of outputs/],
    ["paramMap", { paramMap: { C: { vars: ["jrc_op/r"], nodes: ["jrc"] } } }, /changed: paramMap C/],
    [
      "grid",
      { paramGrid: { C: Array.from({ length: 130 }, (_, i) => 69 + i) } },
      /changed: paramGrid \(130 points → 130\); .*extend: true/,
    ],
    ["larger grid", { paramGrid: over(140).paramGrid }, /changed: paramGrid \(130 points → 140\); .*extend: true/],
  ];
  test.each(changes)("%s", async (_, change, message) => {
    const { paramGrid, inputs, ...rest } = { ...base, ...change };
    const error = await refusal(() => resumeSweep(directory, { ...rest, paramGrid, inputs: inputs ?? base.inputs ?? {} }));
    expect([error.code, error.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(message)]);
  });

  test("several things, each in a line of its own", async () => {
    const error = await refusal(() => resumeSweep(directory, { solver: "rk4", cutoff: 0.02 }));
    expect(error.problems.map(({ message }) => /changed: (\w+)/.exec(message)?.[1])).toEqual(["cutoff", "solver"]);
  });

  test("format and size of shards", async () => {
    const error = await refusal(() => resumeSweep(directory, { store: { format: "parquet", shardPoints: 128 } }));
    expect(error.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("format (arrow → parquet)"),
      expect.stringContaining("shardPoints (64 → 128)"),
    ]);
  });

  test("the package's version", async () => {
    const other = copy(directory, join(folder, "version"));
    // The manifest of another version, as that would have written it.
    const { createHash } = await import("node:crypto");
    const file = join(other, "_massgrid/manifest.json");
    const zeros = "0".repeat(64);
    const text = readFileSync(file, "utf8")
      .replace(/"massgrid": "[^"]+"/, '"massgrid": "0.0.9"')
      .replace(/"checksum": "[^"]+"/, `"checksum": "${zeros}"`);
    writeFileSync(file, text.replace(zeros, createHash("sha256").update(text).digest("hex")));
    expect((await openSweep(other)).points).toBe(130);
    const error = await refusal(() => resumeSweep(other));
    expect([error.code, error.message]).toEqual([
      "E_RESUME_CHANGED",
      expect.stringMatching(/changed: package version \(0\.0\.9 → \d+\.\d+\.\d+\)/),
    ]);
  });

  test("what may change: layout, the form of numbers, the path of the same model", async () => {
    const { simulationTime, ...rest } = base;
    const inputs = { [u]: { ...normalNoise({ mean: 220, sd: 60, seed: 7 }) } };
    const sweep = await resumeSweep(copy(directory, join(folder, "same")), {
      ...rest,
      inputs,
      circuitTemplate: "model_templates/neural_mass_models/jansenrit/JRC2",
      paramGrid: { C: Float64Array.from({ length: 130 }, (_, i) => 68 + i) },
      layout: "long",
      solver: { name: "euler" },
    });
    expect(sweep.complete).toBe(true);
  });
});

const model = (tau: number, text = "(k*u - r)/tau", comment = "") => `
op: { base: OperatorTemplate, equations: "r' = ${text}", variables: { r: output(0.1), tau: ${tau}.0, k: 1.0, u: input(1.0) } } ${comment}
pop: { base: NodeTemplate, operators: [op] }
one: { base: CircuitTemplate, nodes: { a: pop } }
`;

test("store resume: a model that changed is refused: a default, an equation; a comment is no change", async () => {
  const options = (text: string): GridSearchOptions => ({
    circuitTemplate: templatesFromYaml(text).one,
    paramGrid: { k: [1, 2, 3, 4] },
    paramMap: { k: { vars: ["op/k"], nodes: ["a"] } },
    simulationTime: 1,
    stepSize: 0.1,
    outputs: { r: "a/op/r" },
  });
  const directory = join(folder, "model");
  await gridSearch({ ...options(model(10)), store: { directory } });
  for (const changed of [model(11), model(10, "(k*u - r)/tau*1.5"), model(10, "(k*u - r)/tau + (r > 1000000)")]) {
    const error = await refusal(() => resumeSweep(directory, options(changed)));
    expect([error.code, error.message]).toEqual(["E_RESUME_CHANGED", expect.stringContaining("changed: model")]);
  }
  expect((await resumeSweep(directory, options(model(10, "(k*u - r)/tau", "# a comment")))).complete).toBe(true);
});

test("store resume: what the manifest knows by its hash must be given again; what is short, or a bundled model, need not", async () => {
  const long = Float64Array.from({ length: 2000 }, (_, i) => 200 + i / 100);
  const options = over(300, { simulationTime: 2, inputs: { [u]: long } });
  const directory = join(folder, "hash");
  await interrupted(directory, options, 64);
  const error = await refusal(() => resumeSweep(directory));
  expect(error.problems).toMatchObject([{ code: "E_RESUME_OPTION", path: ["inputs", u] }]);
  const other = long.map((value) => value + 1);
  expect((await refusal(() => resumeSweep(directory, { inputs: { [u]: other } }))).message).toMatch(/changed: inputs/);
  expect((await resumeSweep(directory, { inputs: { [u]: long } })).complete).toBe(true);
  const short = join(folder, "short");
  await interrupted(short, over(300, { inputs: { [u]: long.slice(0, 50) } }), 64);
  expect((await resumeSweep(short)).complete).toBe(true);
});

test("store resume: a file of templates is not read because a manifest says so", async () => {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, model(10));
  const options = {
    circuitTemplate: join(folder, "mine/one"),
    paramGrid: { k: [1, 2] },
    paramMap: { k: { vars: ["op/k"], nodes: ["a"] } },
  };
  const rest = { simulationTime: 1, stepSize: 0.1, outputs: { r: "a/op/r" } };
  const directory = join(folder, "own-model");
  await gridSearch({ ...options, ...rest, store: { directory } });
  const error = await refusal(() => resumeSweep(directory));
  expect(error.problems).toMatchObject([{ code: "E_RESUME_OPTION", path: ["circuitTemplate"] }]);
  expect((await resumeSweep(directory, { circuitTemplate: options.circuitTemplate })).complete).toBe(true);
});

describe.each(formats)("store resume: a larger grid, in the format %s,", (format) => {
  const C = (values: number[], inputs = base.inputs) => over(1, { paramGrid: { C: values }, inputs: inputs ?? {} });
  const few = Array.from({ length: 150 }, (_, i) => 68 + i);
  const cases: [string, number[], number][] = [
    ["appended to", [...few, 500, 501, 502], 3],
    ["inserted into", [few[0], 50.5, ...few.slice(1)], 1],
    ["mixed up and doubled", [...few.slice(100), -0, 0, ...few.slice(0, 100), few[0]], 3],
  ];
  test.each(cases)("%s, takes over what is there and ends as if it had been swept at once", async (name, values, added) => {
    const directory = join(folder, `${format} ${name}`);
    const expected = join(folder, `${format} ${name} at once`);
    await gridSearch({ ...C(few), store: { directory, format, shardPoints: 64 } });
    await gridSearch({ ...C(values), store: { directory: expected, format, shardPoints: 64 } });
    let computed = 0;
    let last = 0;
    const onProgress = ({ done, total }: { done: number; total: number }) => {
      computed += total === values.length ? done - last : 0;
      last = done;
    };
    const sweep = await resumeSweep(directory, { ...C(values), extend: true, onProgress });
    expect(computed).toBeLessThanOrEqual(values.length);
    expect(contents(directory)).toEqual(contents(expected));
    expect([sweep.points, added]).toEqual([values.length, values.length - few.length]);
    expect((await verifySweep(directory)).ok).toBe(true);
  });
});

test("store resume: points that are there are not computed again: the extension of a grid runs its new points alone", async () => {
  const few = Array.from({ length: 128 }, (_, i) => 68 + i);
  const directory = join(folder, "counted");
  await gridSearch({ ...over(128), store: { directory, shardPoints: 64 } });
  const { nodeHost } = await import("../../src/platform/node-host.ts");
  const { resumeStored } = await import("../../src/store/resume.ts");
  const { makePlan } = await import("../../src/plan/plan.ts");
  const { inlineRunner } = await import("../../src/run/run.ts");
  const run: number[] = [];
  const caller = {
    host: nodeHost,
    plan: (options: GridSearchOptions) => makePlan(options, { budget: 1e9, openFile: () => undefined }),
    run: (plan: ReturnType<typeof makePlan>) => {
      run.push(plan.blocks.reduce((sum, { points }) => sum + points, 0));
      return inlineRunner(plan, blocksOf(plan.blocks));
    },
  };
  await resumeStored(directory, { paramGrid: { C: [60, ...few, 700] }, extend: true }, caller);
  expect(run).toEqual([2]);
});

test("store resume: where noise is drawn for each point, points whose number has changed are computed again, and are right", async () => {
  const few = Array.from({ length: 70 }, (_, i) => 68 + i);
  const values = [...few.slice(0, 10), 500, ...few.slice(10)];
  const directory = join(folder, "own-noise");
  const options = (C: number[]) => over(1, { paramGrid: { C }, inputs: ownNoise });
  await gridSearch({ ...options(few), store: { directory, shardPoints: 64 } });
  const sweep = await resumeSweep(directory, { ...options(values), extend: true });
  const memory = await gridSearch(options(values));
  for (const key of ["JRC2_0", "JRC2_9", "JRC2_10", "JRC2_11", "JRC2_70"]) {
    expect(bits(await sweep.trace(key, "V_pce"))).toEqual(bits(trace(memory.results, key, "V_pce")));
  }
});

test("store resume: where noise is drawn for each point, added points that are like those that are there have noise of their own", async () => {
  const grids: [before: number[], after: number[]][] = [
    [[68, 68, 68], Array.from({ length: 9 }, () => 68)],
    [
      [68, 70, 68],
      [68, 70, 68, 68, 70, 70],
    ],
  ];
  for (const [i, [before, after]] of grids.entries()) {
    const [directory, whole] = [join(folder, `like-${i}`), join(folder, `like-${i}-whole`)];
    const options = (C: number[]) => over(1, { paramGrid: { C }, inputs: ownNoise });
    await gridSearch({ ...options(before), store: { directory, shardPoints: 2 } });
    await resumeSweep(directory, { ...options(after), extend: true });
    await gridSearch({ ...options(after), store: { directory: whole, shardPoints: 2 } });
    expect(contents(directory)).toEqual(contents(whole));
  }
  // In a product, what is added of one key changes the numbers of points.
  const product = (s: number[]) => {
    const paramMap = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
    return over(1, { paramGrid: { C: s, r: [500, 560, 560] }, paramMap, permuteGrid: true, inputs: ownNoise });
  };
  const [directory, whole] = [join(folder, "like-product"), join(folder, "like-product-whole")];
  await gridSearch({ ...product([68]), store: { directory, shardPoints: 2 } });
  await resumeSweep(directory, { ...product([68, 70]), extend: true });
  await gridSearch({ ...product([68, 70]), store: { directory: whole, shardPoints: 2 } });
  expect(contents(directory)).toEqual(contents(whole));
});

test("store resume: an extension must have the points that are there, and the same keys", async () => {
  const directory = join(folder, "lacking");
  await gridSearch({ ...over(10), store: { directory } });
  const lacking = await refusal(() => resumeSweep(directory, { ...over(9), extend: true }));
  expect(lacking.message).toMatch(/E_RESUME_CHANGED: .*paramGrid \(1 of the 10 points of the store are not in it\)/);
  const map = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
  const keys = await refusal(() => resumeSweep(directory, { paramGrid: { C: [68], r: [0.56] }, paramMap: map, extend: true }));
  expect(keys.message).toMatch(/changed: grid keys \(C → C, r\)/);
  expect(existsSync(join(directory, "_massgrid/extending"))).toBe(false);
});

test("an extension that was stopped leaves the store whole, and goes on by itself", async () => {
  const directory = join(folder, "stopped-extension");
  const expected = await whole(join(folder, "stopped-extension-at-once"), over(400));
  const before = await whole(directory, over(100));
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= 250 && stop.abort(new Error("stopped"));
  await expect(resumeSweep(directory, { ...over(400), extend: true, onProgress, signal: stop.signal })).rejects.toThrow("stopped");
  expect(await verifySweep(directory)).toMatchObject({ ok: true });
  expect(contents(directory)).toMatchObject(before);
  await resumeSweep(directory);
  expect(contents(directory)).toEqual(expected);
});

test("store resume: a directory that is not empty is left alone", async () => {
  const directory = join(folder, "full");
  await gridSearch({ ...over(2), store: { directory } });
  const before = contents(directory);
  const twice = await refusal(() => gridSearch({ ...over(2), store: { directory } }));
  expect([twice.code, twice.message]).toEqual(["E_STORE_EXISTS", expect.stringContaining("holds a stored sweep")]);
  expect(contents(directory)).toEqual(before);
  rmSync(join(directory, "_massgrid/manifest.json"));
  expect((await refusal(() => gridSearch({ ...over(2), store: { directory } }))).message).toMatch(
    /E_STORE_EXISTS: .*holds a stored sweep; go on with it/,
  );
});
