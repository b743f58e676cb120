// Sweeps that are long enough for fused loops, and networks of one point, with all that is done to a sweep: the numbers stay those of the plain call.
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, gridSearch, openSweep, resumeSweep, trace, uniformNoise, verifySweep } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { folderFor } from "../support/folder.ts";
import { contents } from "../support/stores.ts";
import { bits, published } from "../support/sweep.ts";

const folder = folderFor("loops");
const machine = { budget: 1e9, openFile: openFiles() };
const outputs = ["V_pce", "V_pci"];

const long = published({
  paramGrid: { C: Array.from({ length: 60 }, (_, i) => 68 + 20 * i) },
  simulationTime: 3,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1, shared: false }) },
  replicates: 2,
});

test("store loops: in workers, and in a store that is stopped and resumed", async () => {
  expect(makePlan(long, machine).jobs[0]).toHaveProperty("loop");
  const here = await gridSearch({ ...long, workers: 0 });
  const there = await gridSearch({ ...long, workers: 2 });
  for (const key of ["JRC2_0_r1", "JRC2_59_r0"]) {
    for (const output of outputs) expect(bits(trace(there.results, key, output))).toEqual(bits(trace(here.results, key, output)));
  }
  const [stopped, whole] = ["stopped", "whole"].map((name) => join(folder, name));
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done > 20 && stop.abort();
  const store = { directory: stopped, shardPoints: 16 };
  await expect(gridSearch({ ...long, workers: 0, store, signal: stop.signal, onProgress })).rejects.toThrow();
  expect((await resumeSweep(stopped)).complete).toBe(true);
  await gridSearch({ ...long, workers: 0, store: { ...store, directory: whole } });
  expect(contents(stopped)).toEqual(contents(whole));
  expect(await verifySweep(stopped)).toMatchObject({ ok: true, complete: true });
});

test("store loops: a sweep goes on from the states in which another one ended", async () => {
  const sweep = { ...long, inputs: {}, replicates: 1, cutoff: 0 };
  const half = await gridSearch({ ...sweep, finalState: true });
  const rest = await gridSearch({ ...sweep, initialState: half.resultsMap });
  const whole = await gridSearch({ ...sweep, simulationTime: 6 });
  for (const output of outputs)
    expect(bits(trace(rest.results, "JRC2_7", output))).toEqual(bits(trace(whole.results, "JRC2_7", output).slice(3000)));
});

test("store loops: a store of one point of a network can be extended", async () => {
  const nodes = Array.from({ length: 20 }, (_, i) => i);
  const weights = nodes.map((i) => nodes.map((j) => (i === j ? 0 : 0.1 * (1 + ((i + 2 * j) % 3)))));
  const circuitTemplate = connect("model_templates.neural_mass_models.jansenrit.JRC2", {
    ...{ source: "jrc_op/m", target: "jrc_op/m_in", weights },
    delays: weights.map((row) => row.map((weight) => 0.03 * weight)),
  });
  const sweep = (u: number[]) => ({
    ...{ circuitTemplate, paramGrid: { u }, paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc_0"] } } },
    ...{ simulationTime: 0.3, stepSize: 1e-3, outputs: { V: "all/jrc_op/V_e" } },
  });
  const directory = join(folder, "network");
  await gridSearch({ ...sweep([220]), store: { directory } });
  await resumeSweep(directory, { ...sweep([220, 230]), extend: true });
  const stored = await openSweep(directory);
  expect(stored.complete).toBe(true);
  const alone = await gridSearch(sweep([220]));
  const both = await gridSearch(sweep([220, 230]));
  expect(bits(trace(both.results, "JRC2_0", "V/jrc_19"))).toEqual(bits(trace(alone.results, "JRC2_0", "V/jrc_19")));
  const whole = join(folder, "network-whole");
  await gridSearch({ ...sweep([220, 230]), store: { directory: whole } });
  expect(contents(directory)).toEqual(contents(whole));
});
