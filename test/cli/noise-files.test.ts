// Noise in specs and stores: the bits of the call, seeds and options in the manifest, and resuming by it alone.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, openSweep, ornsteinUhlenbeck, resumeSweep, trace } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over } from "../support/stores.ts";
import { bits, refusal, small } from "../support/sweep.ts";

const folder = folderFor("noise");
const u = "jrc/jrc_op/u";
const X = "jrc/jrc_op/X_ein";

const noisy: Partial<GridSearchOptions> = {
  solver: "stochastic-heun",
  inputs: { [u]: ornsteinUhlenbeck({ mean: 220, sd: 60, tau: 0.02, seed: 21 }) },
  noise: { [u]: { sd: 2, seed: 5, shared: false }, [X]: { sd: `0.1 * ${X}`, seed: 8 } },
};

async function interrupted(directory: string, options: GridSearchOptions): Promise<void> {
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= 70 && stop.abort(new Error("stopped"));
  const sweep = gridSearch({ ...options, onProgress, signal: stop.signal, store: { directory, shardPoints: 64 } });
  await expect(sweep).rejects.toThrow("stopped");
}

test("a stored sweep keeps its noise in the manifest, and goes on by it alone", async () => {
  const options = over(130, noisy);
  const whole = join(folder, "whole");
  await gridSearch({ ...options, store: { directory: whole, shardPoints: 64 } });
  const manifest = JSON.parse(readFileSync(join(whole, "_massgrid/manifest.json"), "utf8"));
  expect(manifest.seeds).toEqual([5, 8, 21]);
  expect(manifest.solver).toBe("stochastic-heun");
  expect(manifest.spec.noise).toEqual({
    [u]: { sd: 2, seed: 5, shared: false, sharedByNodes: false },
    [X]: { sd: `0.1 * ${X}`, seed: 8, shared: true, sharedByNodes: false },
  });
  expect(manifest.spec.inputs[u]).toMatchObject({ noise: "ornsteinUhlenbeck", tau: 0.02, seed: 21 });
  const part = join(folder, "part");
  await interrupted(part, options);
  await resumeSweep(part);
  expect(contents(part)).toEqual(contents(whole));
  // What a call leaves out is what it is if not given.
  const same = { [u]: { sd: 2, seed: 5, shared: false }, [X]: { sd: `0.1 * ${X}`, seed: 8, shared: true } };
  expect((await resumeSweep(whole, { noise: same })).complete).toBe(true);
  const error = await refusal(() => resumeSweep(whole, { noise: { ...same, [X]: { sd: 1, seed: 8 } } }));
  expect([error.code, error.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(/changed: noise jrc\/jrc_op\/X_ein/)]);
});

test("cli noise files: points with paths of their own are taken over into a larger grid only where their paths stay", async () => {
  const directory = join(folder, "grown");
  const options = over(6, noisy);
  await gridSearch({ ...options, store: { directory } });
  const more = { C: [68, 69, 70, 71, 72, 73, 300, 400] };
  const grown = await resumeSweep(directory, { paramGrid: more, extend: true });
  expect(grown.points).toBe(8);
  const whole = await gridSearch({ ...options, paramGrid: more });
  const stored = await (await openSweep(directory)).trace("JRC2_7", "V_pce");
  expect(bits(stored)).toEqual(bits(trace(whole.results, "JRC2_7", "V_pce")));
});

test("cli noise files: a spec says what a call says", async () => {
  const spec = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: {C: [68, 135], s: [1, 3]}
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, s: {vars: [sd], noise: [${u}]}}
simulationTime: 0.05
stepSize: 1e-3
outputs: {V_pce: jrc/jrc_op/V_e, V_pci: jrc/jrc_op/V_i}
solver: stochastic-heun
inputs: {${u}: {ornsteinUhlenbeck: {mean: 220, sd: 60, tau: 0.02, seed: 21}}}
noise:
  ${u}: {sd: 2, seed: 5, shared: false}
  ${X}: {sd: 0.1 * ${X}, seed: 8}
`;
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const massgrid = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  writeFileSync(join(folder, "spec.yaml"), spec);
  const { status, stderr } = massgrid("sweep", "spec.yaml", "--out", "noisy.arrow");
  expect([status, stderr]).toEqual([0, ""]);
  const back = tableFromIPC(readFileSync(join(folder, "noisy.arrow")));
  const paramMap = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, s: { vars: ["sd"], noise: [u] } } as const;
  const { results } = await gridSearch(small({ ...noisy, paramGrid: { C: [68, 135], s: [1, 3] }, paramMap }));
  for (const key of ["JRC2_0", "JRC2_1"]) expect(bits(trace(back, key, "V_pce"))).toEqual(bits(trace(results, key, "V_pce")));
  writeFileSync(join(folder, "wrong.yaml"), spec.replace("seed: 8", "sede: 8").replace("tau:", "tua:"));
  const wrong = massgrid("sweep", "wrong.yaml");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/wrong.yaml:11:\d+: E_UNKNOWN_OPTION: .*did you mean seed\?/);
  expect(wrong.stderr).toMatch(/wrong.yaml:8:\d+: E_UNKNOWN_OPTION: .*did you mean tau\?/);
});
