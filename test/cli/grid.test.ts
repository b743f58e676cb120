// Grids that a spec has made for it: those of the calls in src/design, and refused as a user can put them right.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Problems } from "../../src/check.ts";
import { readGrid } from "../../src/cli/grid.ts";
import { latinHypercube, normalSample, sobol, uniformSample } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("grid");

/** The grid of a spec's text, which must have no fault. */
function gridOf(text: string): Record<string, unknown> | undefined {
  const problems = new Problems();
  const grid = readGrid(problems, parse(text), false);
  expect(problems.list).toEqual([]);
  return grid;
}

describe("a grid is the one of the call", () => {
  const ranges = { C: [68, 1350], u: [120, 320] } as const;
  const text = "ranges: {C: [68, 1350], u: [120, 320]}, n: 200";
  test.each([
    [`sobol: {${text}}`, sobol(ranges, 200)],
    [`sobol: {${text}, seed: 0}`, sobol(ranges, 200, { seed: 0 })],
    [`latinHypercube: {${text}, seed: 1}`, latinHypercube(ranges, 200, { seed: 1 })],
    [`uniformSample: {${text}}`, uniformSample(ranges, 200)],
    [
      "normalSample: {distributions: {C: {mean: 135, sd: 10}, u: {mean: 220, sd: 0}}, n: 50, seed: 7}",
      normalSample({ C: { mean: 135, sd: 10 }, u: { mean: 220, sd: 0 } }, 50, { seed: 7 }),
    ],
    ["C: {uniformSample: {low: 68, high: 1350, n: 9, seed: 4}}", uniformSample({ C: [68, 1350] }, 9, { seed: 4 })],
    ["C: {normalSample: {mean: 135, sd: 10, n: 9}}", normalSample({ C: { mean: 135, sd: 10 } }, 9)],
    // A key may have a design's name.
    ["sobol: [1, 2]", { sobol: [1, 2] }],
  ])("%s", (written, expected) => {
    expect(gridOf(written)).toEqual(expected);
  });

  test("a sampled key stands beside others, and keys with seeds of their own are independent", () => {
    const grid = gridOf("C: {uniformSample: {low: 0, high: 1, n: 400, seed: 1}}\nu: {uniformSample: {low: 0, high: 1, n: 400, seed: 2}}\n");
    const [C, u] = [Array.from(Object(grid?.C), Number), Array.from(Object(grid?.u), Number)];
    const covariance = C.reduce((sum, x, i) => sum + (x - 0.5) * (u[i] - 0.5), 0) / 400;
    expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(400));
    const problems = new Problems();
    // Of every combination, one sample along both axes is no fault.
    const twice = "C: {normalSample: {mean: 0, sd: 1, n: 4}}\nu: {normalSample: {mean: 0, sd: 1, n: 4}}\n";
    readGrid(problems, parse(twice), true);
    expect(problems.list).toEqual([]);
  });
});

const base = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, u: {vars: [jrc_op/u], nodes: [jrc]}}
simulationTime: 0.01
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
`;

function massgrid(name: string, more: string, ...args: string[]) {
  writeFileSync(join(folder, name), base + more);
  return spawnSync(process.execPath, [cli, "sweep", name, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

test("cli grid: the command sweeps a design", () => {
  const { status, stderr } = massgrid(
    "lhs.yaml",
    "paramGrid:\n  latinHypercube: {ranges: {C: [68, 1350], u: [120, 320]}, n: 20, seed: 1}\n",
    "--out",
    "lhs.arrow",
  );
  expect([status, stderr]).toEqual([0, ""]);
  const map = tableFromIPC(readFileSync(join(folder, "lhs.map.arrow")));
  const { C, u } = latinHypercube({ C: [68, 1350], u: [120, 320] }, 20, { seed: 1 });
  expect([...(map.getChild("C") ?? [])]).toEqual([...C]);
  expect([...(map.getChild("u") ?? [])]).toEqual([...u]);
});

test("cli grid: the summary counts points and replicates", () => {
  const { stdout } = massgrid("replicates.yaml", "paramGrid: {C: [68, 135]}\nreplicates: 3\n");
  expect(stdout).toMatch(/^2 points × 3 replicates, 60 steps in /m);
});

/** What stands below `paramGrid:`, from line 7 on, and what is said of it. */
const wrong: [string, RegExp[]][] = [
  ["soboll: {ranges: {C: [60, 200]}, n: 8}", [/:7:3: E_UNKNOWN_OPTION: unknown design soboll; did you mean sobol\?/]],
  ["sobol: {ranges: {C: [60, 200]}, n: 8, sed: 1}", [/:7:41: E_UNKNOWN_OPTION: .*paramGrid\.sobol\.sed; did you mean seed\?/]],
  ["sobol: {ranges: {C: [60, 200]}, n: 8, seed: -1}", [/:7:47: E_TYPE: sobol\.seed must be an integer from 0/]],
  [
    "sobol: {ranges: {C: [60, 200]}, n: 0}",
    [/:7:38: E_TYPE: paramGrid\.sobol\.n must be a whole number of points from 1 .* but 0 was found/],
  ],
  ["sobol: {ranges: {C: [60, 200]}}", [/:7:3: E_MISSING_OPTION: .*paramGrid\.sobol\.n is missing/]],
  [
    "sobol: {range: {C: [60, 200]}, n: 8}",
    [/:7:11: E_UNKNOWN_OPTION: .*did you mean ranges\?/, /E_MISSING_OPTION: .*sobol\.ranges is missing/],
  ],
  [
    "sobol: {ranges: [60, 200], n: 8}",
    [/:7:11: E_TYPE: paramGrid\.sobol\.ranges must be an object with a range \[low, high\] for each key/],
  ],
  [
    "latinHypercube: {ranges: {C: [200, 60], u: 3}, n: 1.5}",
    [
      /:7:29: E_RANGE: latinHypercube\.C must be \[low, high\].* but \[200, 60\] was found/,
      /:7:46: E_RANGE: latinHypercube\.u must be .* but 3 was found/,
      /:7:53: E_TYPE: paramGrid\.latinHypercube\.n must be a whole number of points/,
    ],
  ],
  ["normalSample: {distributions: {C: {mean: 1, sd: -1}}, n: 8}", [/:7:34: E_RANGE: normalSample\.C must be \{ mean, sd \}/]],
  [
    "sobol: {ranges: {C: [60, 200]}, n: 8}\n  u: [220]",
    [/:8:3: E_GRID_SHAPE: sobol makes the whole grid, so that u cannot stand beside it/],
  ],
  ["sobol: {ranges: {C: [60, 200]}, n: 8}\npermuteGrid: true", [/:8:14: E_GRID_SHAPE: sobol makes points/]],
  ["sobol: {ranges: {D: [60, 200]}, n: 8}", [/:2:1: E_MAP_MISSING: paramMap has no entry for the grid key D/]],
  [
    "C: {unifromSample: {low: 60, high: 200, n: 8}}",
    [/:7:3: E_UNKNOWN_OPTION: .*values of C, unifromSample; did you mean uniformSample\?/],
  ],
  [
    "C: {uniformSample: {low: 60, hihg: 200, n: 8}}",
    [/:7:32: E_UNKNOWN_OPTION: .*hihg; did you mean high\?/, /uniformSample\.high is missing/],
  ],
  ["C: {uniformSample: {low: 200, high: 60, n: 8}}", [/:7:7: E_RANGE: uniformSample\.C must be \[low, high\].*\[200, 60\] was found/]],
  ["C: {normalSample: {mean: 1, sd: 1, n: 8, seed: x}}", [/:7:50: E_TYPE: normalSample\.seed must be an integer/]],
  [
    "C: {uniformSample: {low: 60, high: 200, n: 8}}\n  u: {normalSample: {mean: 220, sd: 1, n: 8, seed: 0}}",
    [/:8:52: E_GRID_SHAPE: C and u have one seed, 0, and would rise and fall together; give each its own/],
  ],
];
test.each(wrong)("cli grid: is refused, with line and column: %s", (grid, messages) => {
  const { status, stderr } = massgrid("wrong.yaml", `paramGrid:\n  ${grid}\n`);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr.match(/E_[A-Z_]+/g)?.length).toBe(messages.length);
  expect([status, stderr.endsWith("nothing was computed\n")]).toEqual([2, true]);
});

test("cli grid: a larger design of one seed begins with the smaller one's points, but for Latin hypercubes", () => {
  const grown = [sobol, uniformSample].map((make) => make({ C: [0, 1], u: [0, 1] }, 64, { seed: 3 }));
  for (const [i, make] of [sobol, uniformSample].entries()) {
    for (const key of ["C", "u"] as const)
      expect([...grown[i][key].subarray(0, 20)]).toEqual([...make({ C: [0, 1], u: [0, 1] }, 20, { seed: 3 })[key]]);
  }
  const [more, less] = [20, 8].map((n) => normalSample({ C: { mean: 0, sd: 1 } }, n, { seed: 3 }).C);
  expect([...more.subarray(0, 8)]).toEqual([...less]);
});
