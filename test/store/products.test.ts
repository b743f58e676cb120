// Stores of grids that are kept as axes: they open, verify, resume and extend as those of lists, and no process holds their points.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Table, tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { outcomeOf, storedReport } from "../../src/cli/stored.ts";
import {
  finishSweep,
  type GridSearchOptions,
  gridSearch,
  linspace,
  openSweep,
  plan,
  resumeSweep,
  runShards,
  sweepStatus,
  templatesFromYaml,
  trace,
  verifySweep,
} from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { openStored } from "../../src/store/open.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, forge, formats, ownNoise } from "../support/stores.ts";
import { refusal, small } from "../support/sweep.ts";

const folder = folderFor("products");
const paramMap = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
const axes = { C: [68, 128, 135, 270, 675], r: [0.5, 0.56, 0.6] };
const product = (changes: Partial<GridSearchOptions> = {}) => small({ paramGrid: axes, paramMap, permuteGrid: true, ...changes });
const { pair } = templatesFromYaml(`
rate_op: {base: OperatorTemplate, equations: ["r' = (m_in + 1 - r)/tau"], variables: {r: output(0.1), tau: 10.0, m_in: input}}
pop: {base: NodeTemplate, operators: [rate_op]}
pair:
  base: CircuitTemplate
  nodes: {a: pop, b: pop}
  edges: [[a/rate_op/r, b/rate_op/m_in, null, {weight: 0.5, delay: 1.0, spread: 0.5}]]
`);
const cases: [string, GridSearchOptions][] = [
  ["traces", product({ inputs: ownNoise })],
  ["replicates", product({ inputs: ownNoise, replicates: 3 })],
  ["features alone", Object.assign(product({ features: { V_pce: ["mean", "regime"] } }), { results: false })],
  [
    "delays that part it",
    {
      circuitTemplate: pair,
      paramGrid: { tau: [5, 10, 20], d: [1, 2, 3, 1.2] },
      paramMap: { tau: { vars: ["rate_op/tau"], nodes: ["a"] }, d: { vars: ["delay"], edges: [["a/rate_op/r", "b/rate_op/m_in"]] } },
      permuteGrid: true,
      simulationTime: 4,
      stepSize: 0.1,
      outputs: { r: "b/rate_op/r" },
    },
  ],
];
const rowsOf = (table: Table) => table.toArray().map(String);
const gridOf = (directory: string) => join(directory, "_massgrid/grid.arrow");
/** The options that a manifest does not hold. */
const own = ({ circuitTemplate }: GridSearchOptions) => (typeof circuitTemplate === "string" ? {} : { circuitTemplate });

describe.each(cases)("a store of a product of axes, with %s", (name, options) => {
  const directory = join(folder, name);

  test.each(formats)("opens with the map of the sweep in memory, and verifies, in %s files", async (format) => {
    const stored = join(folder, `${name}-${format}`);
    const memory = await gridSearch(options);
    const { store } = await gridSearch({ ...options, store: { directory: stored, format, shardPoints: 4 } });
    expect(await verifySweep(stored)).toMatchObject({ ok: true, problems: [] });
    const sweep = await openSweep(stored);
    expect(rowsOf(sweep.map)).toEqual(rowsOf(memory.resultsMap));
    expect(sweep.map.schema.metadata).toEqual(memory.resultsMap.schema.metadata);
    const batches = [];
    for await (const batch of store.mapBatches()) batches.push(batch);
    const names = sweep.map.schema.fields.map((field) => field.name);
    expect(rowsOf(new Table(batches).select(names))).toEqual(rowsOf(memory.resultsMap));
    if (!("results" in memory) || !memory.results) return;
    const key = String(memory.resultsMap.getChild("key")?.get(7));
    const output = Object.keys(options.outputs)[0];
    expect(await sweep.trace(key, output)).toEqual(trace(memory.results, key, output));
  });

  test("has a row a value in its grid file, and the number of values in its manifest", async () => {
    await gridSearch({ ...options, store: { directory, shardPoints: 4 } });
    const grid = tableFromIPC(readFileSync(gridOf(directory)));
    const given = Object.entries(options.paramGrid).flatMap(([key, values]) => [...values].map((value) => `${key} ${value}`));
    expect(
      Array.from({ length: grid.numRows }, (_, row) => `${grid.getChild("key")?.get(row)} ${grid.getChild("value")?.get(row)}`),
    ).toEqual(given);
    const manifest = JSON.parse(readFileSync(join(directory, "_massgrid/manifest.json"), "utf8"));
    expect(manifest.grid.axes).toEqual(Object.values(options.paramGrid).map(({ length }) => length));
  });

  test("is resumed by its manifest, by its axes, or by a list of its points, to the same bytes", async () => {
    const expected = contents(directory);
    const { map } = await openSweep(directory);
    const keys = Object.keys(options.paramGrid);
    const each = options.replicates ?? 1;
    const list = Object.fromEntries(keys.map((key) => [key, Array.from(map.getChild(key) ?? [], Number).filter((_, i) => i % each === 0)]));
    for (const given of [own(options), options, { ...options, paramGrid: list, permuteGrid: false }]) {
      for (const damaged of ["_massgrid/map/000001.arrow", "_massgrid/grid.arrow", "map.arrow"]) {
        const other = copy(directory, join(folder, `${name}-damaged`));
        rmSync(join(other, damaged));
        expect((await resumeSweep(other, given)).complete).toBe(true);
        expect(contents(other)).toEqual(expected);
      }
    }
  });

  test("knows its points where its grid file is damaged", async () => {
    const other = copy(directory, join(folder, `${name}-no-grid`));
    writeFileSync(gridOf(other), "damaged");
    const { code, message } = await refusal(async () => (await openSweep(other)).trace("nobody", "V_pce"));
    expect(code).toBe("E_UNKNOWN_KEY");
    expect(message).toContain("point nobody");
  });
});

test("store products: a product is extended by longer axes, to the bytes of one that began with them", async () => {
  for (const replicates of [1, 2]) {
    const [directory, whole] = [join(folder, `extended-${replicates}`), join(folder, `whole-${replicates}`)];
    const longer = product({ replicates, paramGrid: { ...axes, r: [0.5, 0.53, 0.56, 0.6] } });
    await gridSearch({ ...product({ replicates }), store: { directory, shardPoints: 4 } });
    await gridSearch({ ...longer, store: { directory: whole, shardPoints: 4 } });
    await resumeSweep(directory, { ...longer, extend: true });
    expect(contents(directory)).toEqual(contents(whole));
  }
});

test("store products: a manifest whose axes do not make its points is refused", async () => {
  const directory = join(folder, "forged");
  await gridSearch({ ...product(), store: { directory, shardPoints: 4 } });
  for (const axes of [[5, 4], [5], [15, 1e12], [1e12]]) {
    const other = copy(directory, join(folder, "forged-other"));
    forge(other, ({ grid }) => Object.assign(Object(grid), { axes }));
    expect((await refusal(() => openSweep(other))).message).toMatch(/E_MANIFEST_FORM: .*it claims 15 points/);
  }
  // Axes of the same product, or none, whose values the file has not.
  for (const axes of [[1, 15], null]) {
    const other = copy(directory, join(folder, "forged-other"));
    forge(other, ({ grid }) => Object.assign(Object(grid), { axes }));
    rmSync(join(other, "map.arrow"));
    expect((await refusal(() => resumeSweep(other))).message).toMatch(/E_RESUME_OPTION: the points of .* are not known/);
  }
});

test("store products: a map that is not to be read at once is told of where it is asked for, and read batch by batch", async () => {
  const directory = join(folder, "large");
  const grid = { C: linspace(68, 1350, 400), r: linspace(0.5, 0.6, 400) };
  const options = product({ paramGrid: grid, simulationTime: 2e-3, cutoff: 0, features: { V_pce: ["mean", "max", "min"] } });
  const { store } = await gridSearch({ ...options, results: false, store: { directory, shardPoints: 8192 } });
  expect(statSync(join(directory, "map.arrow")).size).toBeGreaterThan(1e7);
  const [table, ...others] = [store.map];
  expect([table.numRows, table.batches.length, others.length]).toEqual([160_000, 2, 0]);
  const sweep = await openStored(openDisk(directory, nodeHost()), 1e6);
  expect((await refusal(async () => sweep.map)).message).toMatch(/E_SWEEP_TOO_LARGE: the map of .* takes 1\d\.\d MB.*mapBatches\(\)/);
  const sizes: number[] = [];
  let sum = 0;
  for await (const batch of sweep.mapBatches()) {
    sizes.push(batch.numRows);
    for (const mean of batch.getChild("V_pce_mean") ?? []) sum += mean;
  }
  expect(sizes).toEqual([131_072, 28_928]);
  let expected = 0;
  for (const mean of table.getChild("V_pce_mean") ?? []) expected += mean;
  expect(sum).toBe(expected);
  expect(await sweepStatus(directory)).toMatchObject({ complete: true, points: 160_000, failed: 0 });
  // The command line tells the same of it, but for what columns come to.
  const [whole, parts] = [await outcomeOf(store), await outcomeOf(sweep)];
  expect({ ...parts, map: whole.map }).toEqual(whole);
  expect([parts.map, parts.points, parts.steps]).toEqual([undefined, 160_000, 320_000]);
  const told = JSON.parse(await storedReport(parts, { seconds: 1, store: directory }));
  expect(told).toMatchObject({ points: 160_000, statuses: { ok: 160_000 }, steps: 320_000, seconds: 1, store: directory });
  expect(JSON.parse(await storedReport(whole, { seconds: 1, store: directory }))).toMatchObject(told);
});

test("store products: plan tells the shards of a store, which may have more points than fit into memory", async () => {
  const axis = linspace(1, 2, 1000);
  const paramGrid = { C: axis, r: axis, u: axis };
  const call = Object.assign(
    small({
      paramGrid,
      paramMap: { ...paramMap, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
      permuteGrid: true,
      features: { V_pce: ["mean"] },
    }),
    { results: false, store: { directory: "never", shardPoints: 1000 } },
  );
  expect(await plan(call)).toMatchObject({ points: 1e9, shards: 1e6, bytes: 0, fits: true });
  const { store: _, ...kept } = call;
  expect(await plan(kept)).toMatchObject({ shards: 0, fits: false });
});

/** A process that computes some shards of a sweep of 1e8 points, and tells what that took. */
const worker = (directory: string, shards: readonly number[]) => `
const before = performance.now();
const { linspace, runShards, templatesFromYaml } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url))});
const { net } = templatesFromYaml(\`
op: {base: OperatorTemplate, equations: ["x' = (k - x)/tau"], variables: {x: output(0.0), k: 1.0, tau: 1.0}}
pop: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {a: pop}}
\`);
const of = (name) => ({ vars: ["op/" + name], nodes: ["a"] });
const { user, system } = process.cpuUsage();
const run = await runShards({
  circuitTemplate: net,
  paramGrid: { k: linspace(0, 1, 1e4), tau: linspace(1, 2, 1e4) }, permuteGrid: true, paramMap: { k: of("k"), tau: of("tau") },
  simulationTime: 1, stepSize: 0.1, outputs: { x: "a/op/x" }, features: { x: ["mean", "std"] }, results: false,
  store: { directory: ${JSON.stringify(directory)} }, workers: 0,
}, { shards: ${JSON.stringify(shards)} });
const used = process.cpuUsage();
console.log(JSON.stringify({ ...run, cpu: (used.user - user + used.system - system) / 1e6, rss: process.resourceUsage().maxRSS / 1e3 }));
`;

test("store products: a worker on a grid of 1e8 points holds no more than one on few, and is at its first shard at once", async () => {
  const directory = join(folder, "vast");
  const run = (shards: readonly number[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", worker(directory, shards)], { encoding: "utf8" });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };
  for (const shards of [[97_656, 5], [6]]) {
    const told = run(shards);
    expect(told).toMatchObject({ total: 97_657, computed: [...shards].sort((a, b) => a - b), present: [] });
    // Of processor time, since other tests run beside it: planning, beginning or opening, and computing.
    expect(told.cpu).toBeLessThan(2);
    expect(told.rss).toBeLessThan(180);
  }
  expect(await sweepStatus(directory)).toMatchObject({
    points: 1e8,
    shards: 97_657,
    shardsDone: 3,
    missing: [
      [0, 4],
      [7, 97_655],
    ],
  });
  const sweep = await openSweep(directory);
  expect(sweep.map.numRows).toBe(2 * 1024 + (1e8 - 97_656 * 1024));
  expect(sweep.map.getChild("key")?.get(sweep.map.numRows - 1)).toBe("net_99999999");
  expect(sweep.map.getChild("tau")?.get(sweep.map.numRows - 1)).toBe(2);
  expect((await refusal(() => finishSweep(directory))).code).toBe("E_STORE_INCOMPLETE");
  expect((await runShards(optionsOf(directory), { shards: [5] })).present).toEqual([5]);
});

/** The same sweep in this process. */
function optionsOf(directory: string) {
  const { net } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = (k - x)/tau"], variables: {x: output(0.0), k: 1.0, tau: 1.0}}
pop: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {a: pop}}
`);
  const of = (name: string) => ({ vars: [`op/${name}`], nodes: ["a"] });
  return {
    ...{ circuitTemplate: net, paramGrid: { k: linspace(0, 1, 1e4), tau: linspace(1, 2, 1e4) }, permuteGrid: true },
    ...{ paramMap: { k: of("k"), tau: of("tau") }, simulationTime: 1, stepSize: 0.1, outputs: { x: "a/op/x" } },
    ...{ features: { x: ["mean", "std"] }, results: false, store: { directory }, workers: 0 },
  } as const;
}
