// A stored sweep of an adaptive solver opens, resumes, verifies and extends, whatever its sampling step is to its step.
import { join } from "node:path";
import { tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  type AdaptiveSolverName,
  type GridSearchOptions,
  gridSearch,
  openSweep,
  resumeSweep,
  trace,
  uniformNoise,
  verifySweep,
} from "../../src/index.ts";
import { adaptiveSolvers } from "../../src/sweep/solver.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, over } from "../support/stores.ts";
import { bits } from "../support/sweep.ts";

const folder = folderFor("adaptive");
const noise = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 3, shared: false }) };
const names = Object.keys(adaptiveSolvers).filter((name): name is AdaptiveSolverName => Object.hasOwn(adaptiveSolvers, name));

/** Times in which the sampling step is a quotient of doubles that is no whole number of steps, by rounding or in fact. */
const times: [string, Partial<GridSearchOptions>][] = [
  ["T 0.3, h 0.1", { simulationTime: 0.3, stepSize: 0.1, samplingStepSize: 0.1, inputs: noise }],
  ["T 0.7, h 0.1", { simulationTime: 0.7, stepSize: 0.1, samplingStepSize: 0.1, inputs: noise }],
  ["T 3, h 0.1, sampling 0.3", { simulationTime: 3, stepSize: 0.1, samplingStepSize: 0.3, inputs: noise }],
  ["sampling no multiple of the step", { simulationTime: 0.1, stepSize: 0.01, samplingStepSize: 0.004, inputs: noise }],
  ["sampling longer than the step, no multiple", { simulationTime: 0.1, stepSize: 0.01, samplingStepSize: 0.025, inputs: noise }],
  ["no sampled input", { simulationTime: 0.7, stepSize: 0.1, samplingStepSize: 0.1 }],
];

const cases = names.flatMap((solver) => times.map(([title, changes]) => ({ solver, title, changes })));

describe.each(cases)("a store of $solver with $title", ({ solver, title, changes }) => {
  const directory = join(folder, `${solver} ${title}`.replaceAll(/[^\w]+/g, "-"));
  const options = (points: number) => over(points, { solver, features: { V_pce: ["mean"] }, ...changes });

  test("opens with the numbers of the sweep in memory, and verifies", async () => {
    await gridSearch({ ...options(5), store: { directory, shardPoints: 2 } });
    const memory = await gridSearch(options(5));
    const opened = await openSweep(directory);
    expect(tableToIPC(opened.map)).toEqual(tableToIPC(memory.resultsMap));
    for (const key of ["JRC2_0", "JRC2_4"]) {
      expect(bits(await opened.trace(key, "V_pce"))).toEqual(bits(trace(memory.results, key, "V_pce")));
    }
    expect(await verifySweep(directory)).toMatchObject({ ok: true, problems: [] });
  });

  test("resumes, and extends to the bytes of the larger sweep", async () => {
    await gridSearch({ ...options(7), store: { directory: `${directory}-7`, shardPoints: 2 } });
    const before = contents(directory);
    expect((await resumeSweep(directory)).complete).toBe(true);
    expect(contents(directory)).toEqual(before);
    const extended = copy(directory, `${directory}-extended`);
    await resumeSweep(extended, { paramGrid: options(7).paramGrid, extend: true });
    expect(contents(extended)).toEqual(contents(`${directory}-7`));
    expect((await verifySweep(extended)).ok).toBe(true);
  });
});
