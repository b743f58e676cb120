// States in spec files: bounds and pulses as they stand, and a start that is read from the file of another sweep.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { gridSearch, resumeSweep } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents } from "../support/stores.ts";
import { refusal, small } from "../support/sweep.ts";

const folder = folderFor("states");
const massgrid = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** Runs the sweep of a spec, which stands in the folder. */
function sweep(name: string, lines: string): ReturnType<typeof spawnSync> {
  const common = [
    "circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2",
    "paramGrid: { C: [68, 128, 135] }",
    "paramMap: { C: { vars: [jrc_op/c], nodes: [jrc] } }",
    "simulationTime: 0.05",
    "stepSize: 0.001",
    "outputs: { V: jrc/jrc_op/V_e }",
    "finalState: true",
  ];
  writeFileSync(join(folder, `${name}.yaml`), `${common.join("\n")}\n${lines}\n`);
  const args = [massgrid, "sweep", join(folder, `${name}.yaml`), "--out", join(folder, `${name}.arrow`)];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

const moves = {
  bounds: { "all/jrc_op/V_e": [0, null] as const },
  pulses: { "jrc/jrc_op/V_e": { at: [0.01, 0.02], by: 0.001 } },
};

test("cli states: a spec goes on from the file of another, within bounds and with pulses", async () => {
  expect(sweep("first", "").stderr).toBe("");
  const more = "bounds: { all/jrc_op/V_e: [0, null] }\npulses: { jrc/jrc_op/V_e: { at: [0.01, 0.02], by: 0.001 } }";
  expect(sweep("second", `initialState: { file: first.map.arrow }\n${more}`).stderr).toBe("");
  const call = small({ paramGrid: { C: [68, 128, 135] }, outputs: { V: "jrc/jrc_op/V_e" }, finalState: true });
  const first = await gridSearch(call);
  const second = await gridSearch({ ...call, ...moves, initialState: first.resultsMap });
  const read = (name: string) => tableFromIPC(readFileSync(join(folder, name)));
  for (const [name, { results, resultsMap }] of [["first", first] as const, ["second", second] as const]) {
    expect(read(`${name}.arrow`).toArray().map(String)).toEqual(results.toArray().map(String));
    expect(read(`${name}.map.arrow`).toArray().map(String)).toEqual(resultsMap.toArray().map(String));
  }
  const missing = sweep("third", "initialState: { file: nowhere.arrow }");
  expect([missing.status, String(missing.stderr)]).toEqual([
    2,
    expect.stringMatching(/third\.yaml:\d+:\d+: E_INITIAL_STATE: nowhere\.arrow cannot be read/),
  ]);
});

test("cli states: a stored sweep has them in its manifest, and goes on by it alone", async () => {
  const starts = { initialState: { "jrc/jrc_op/V_e": [-0, 0.001, 0.002] } };
  const call = small({ paramGrid: { C: [68, 128, 135] }, ...moves, ...starts, finalState: true });
  const directory = join(folder, "stored");
  await gridSearch({ ...call, store: { directory, shardPoints: 2 } });
  const { spec } = JSON.parse(readFileSync(join(directory, "_massgrid/manifest.json"), "utf8"));
  expect(spec).toMatchObject({ ...moves, initialState: { "jrc/jrc_op/V_e": ["-0", 0.001, 0.002] }, finalState: true });
  const before = contents(directory);
  expect((await resumeSweep(directory)).complete).toBe(true);
  expect((await resumeSweep(directory, { ...moves, ...starts })).complete).toBe(true);
  expect(contents(directory)).toEqual(before);
  const changed = async (changes: object) => (await refusal(() => resumeSweep(directory, changes))).message;
  expect(await changed({ bounds: { "all/jrc_op/V_e": [0.001, null] } })).toMatch(/E_RESUME_CHANGED.*bounds all\/jrc_op\/V_e/);
  expect(await changed({ pulses: {} })).toMatch(/E_RESUME_CHANGED.*pulses jrc\/jrc_op\/V_e/);
  expect(await changed({ initialState: { "jrc/jrc_op/V_e": 0 } })).toMatch(/E_RESUME_CHANGED.*initialState jrc\/jrc_op\/V_e/);
  expect(await changed({ finalState: false })).toMatch(/E_RESUME_CHANGED.*finalState/);
});
