// Designs are kept as their recipes: in memory, in threads, and in stores, whose workers make the values of their own shards.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  finishSweep,
  type GridSearchOptions,
  gridSearch,
  latinHypercube,
  normalSample,
  openSweep,
  plan,
  resumeSweep,
  runShards,
  sobol,
  uniformSample,
  verifySweep,
} from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { isMade } from "../../src/sweep/key-values.ts";
import { contents, folderFor } from "../support/stores.ts";
import { refusal, small } from "../support/sweep.ts";

const folder = folderFor("designs");
const paramMap = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } };
const ranges = { C: [68, 250], u: [120, 320] } as const;
const of = (paramGrid: GridSearchOptions["paramGrid"], more: Partial<GridSearchOptions> = {}): GridSearchOptions => ({
  ...small({ paramGrid, paramMap }),
  ...more,
});
const designs = {
  sobol: (n: number) => sobol(ranges, n, { seed: 3 }),
  "sobol without a seed": (n: number) => sobol(ranges, n),
  latinHypercube: (n: number) => latinHypercube(ranges, n, { seed: 3 }),
  uniformSample: (n: number) => uniformSample(ranges, n, { seed: 3 }),
  normalSample: (n: number) => normalSample({ C: { mean: 135, sd: 9 }, u: { mean: 220, sd: 20 } }, n, { seed: 3 }),
};
/** The same points as lists. */
const listed = (design: Record<string, Float64Array>) =>
  Object.fromEntries(Object.entries(design).map(([key, values]) => [key, [...values]]));
const recipesIn = (options: GridSearchOptions) =>
  makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() }).points.columns.map((column) => isMade(column));

describe.each(Object.entries(designs))("store designs: %s", (name, make) => {
  test.each([1, 3])("results are those of the points as a list, of %i replicates, in memory and threads", async (replicates) => {
    for (const workers of [0, 2]) {
      const how = { replicates, workers, layout: "long" as const };
      const [made, plain] = [await gridSearch(of(make(50), how)), await gridSearch(of(listed(make(50)), how))];
      for (const table of ["resultsMap", "results"] as const)
        expect(made[table].toArray().map(String)).toEqual(plain[table].toArray().map(String));
    }
  });

  test("a store by shards, resumed without its grid, and extended, is that of one call; its grid is a recipe", async () => {
    const at = (kind: string) => join(folder, `${name} ${kind}`.replaceAll(" ", "-"));
    const store = (kind: string) => ({ directory: at(kind), shardPoints: 16 });
    await gridSearch({ ...of(make(100)), store: store("one") });
    await runShards({ ...of(make(100)), store: store("parts") }, { shards: "1/2" });
    await resumeSweep(at("parts"));
    expect(contents(at("parts"))).toEqual(contents(at("one")));
    await runShards({ ...of(make(100)), store: store("others") });
    await finishSweep(at("others"));
    expect(contents(at("others"))).toEqual(contents(at("one")));
    const grid = tableFromIPC(readFileSync(join(at("one"), "_massgrid/grid.arrow")));
    expect([grid.numRows, grid.schema.fields.map((field) => field.name)]).toEqual([2, ["key", "recipe"]]);
    // What is damaged of the grid is made again of the manifest.
    writeFileSync(join(at("one"), "_massgrid/grid.arrow"), "x");
    expect((await verifySweep(at("one"))).ok).toBe(false);
    await resumeSweep(at("one"));
    expect(contents(at("one"))).toEqual(contents(at("others")));
    if (name === "latinHypercube") return;
    // The first points of a longer design are those of a shorter one.
    await resumeSweep(at("one"), { ...of(make(130)), extend: true, store: { shardPoints: 16 } });
    await gridSearch({ ...of(make(130)), store: store("longer") });
    expect(contents(at("one"))).toEqual(contents(at("longer")));
  });
});

test("store designs: what was looked at is still a design, and what was changed is a list", async () => {
  const design = sobol(ranges, 40, { seed: 1 });
  expect(recipesIn(of(design))).toEqual([true, true]);
  expect(design.C).toBe(design.C);
  expect(recipesIn(of(design))).toEqual([true, true]);
  expect(recipesIn(of(design, { rename: { C: "connectivity" } }))).toEqual([true, true]);
  const expected = [...design.C];
  design.C[7] = 99;
  expected[7] = 99;
  expect(recipesIn(of(design))).toEqual([false, false]);
  const { resultsMap } = await gridSearch(of(design));
  expect([...(resultsMap.getChild("C") ?? [])]).toEqual(expected);
  // What is changed after a call is not changed in it.
  const other = sobol(ranges, 40, { seed: 1 });
  const before = [...other.C];
  const running = gridSearch(of(other));
  other.C.fill(100);
  expect([...((await running).resultsMap.getChild("C") ?? [])]).toEqual(before);
  const more = Object.assign(sobol(ranges, 3), { C: [70, 80, 90] });
  expect([...((await gridSearch(of(more))).resultsMap.getChild("C") ?? [])]).toEqual([70, 80, 90]);
  expect(recipesIn(of({ ...sobol(ranges, 40) }))).toEqual([false, false]);
});

test("store designs: every combination of a design's values is a product of lists", async () => {
  const { resultsMap } = await gridSearch(of(sobol(ranges, 3), { permuteGrid: true }));
  expect(resultsMap.numRows).toBe(9);
});

test("store designs: a normal sample beyond the numbers is told by its index", async () => {
  const wide = normalSample({ C: { mean: 0, sd: 1e308 }, u: { mean: 1, sd: 1 } }, 1000, { seed: 1 });
  expect((await refusal(() => plan(of(wide)))).message).toMatch(/E_PARAM_NOT_FINITE: value \d+ of C must be a finite number/);
});

test("store designs: a worker on 10^8 points makes the values of its own shards alone", async () => {
  const directory = join(folder, "vast");
  const options = of(sobol(ranges, 1e8, { seed: 5 }), { features: { V_pce: ["mean"] } });
  const before = process.memoryUsage().arrayBuffers;
  const { computed, total } = await runShards(
    { ...options, results: false, store: { directory, shardPoints: 8 } },
    { shards: [12_345_678 / 2] },
  );
  expect([computed, total]).toEqual([[6_172_839], 12_500_000]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3e7);
  expect(statSync(join(directory, "_massgrid/grid.arrow")).size).toBeLessThan(2000);
  const map = tableFromIPC(readFileSync(join(directory, "_massgrid/map/6172839.arrow")));
  expect(map.getChild("key")?.get(0)).toBe(`JRC2_${8 * 6_172_839}`);
  const { C } = sobol(ranges, 2 ** 17, { seed: 5 });
  expect([...C.slice(0, 3)]).toEqual([...sobol(ranges, 3, { seed: 5 }).C]);
  rmSync(directory, { recursive: true });
});

test("store designs: another recipe of as many points is refused", async () => {
  const directory = join(folder, "others");
  const call = (seed: number) => ({
    ...of(sobol(ranges, 70_000, { seed }), { features: { V_pce: ["mean"] } }),
    results: false as const,
    store: { directory },
  });
  await runShards(call(1), { shards: [0] });
  expect((await refusal(() => runShards(call(2), { shards: [0] }))).code).toBe("E_RESUME_CHANGED");
  expect((await openSweep(directory)).points).toBe(70_000);
});
