// --set: what it changes of a spec, and what it refuses.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { Problems } from "../../src/check.ts";
import { type Override, sweepWords, withOverrides } from "../../src/cli/overrides.ts";
import { readSource, readSpec } from "../../src/cli/spec.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("set");

const text = (grid: string) => `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: ${grid}
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, r: {vars: [jrc_op/r], nodes: [jrc]}, tau: {vars: [jrc_op/tau_e], nodes: [jrc]}}
simulationTime: 0.05
stepSize: 1e-3
inputs: {jrc/jrc_op/u: {uniformNoise: {low: 1, high: 2}}}
outputs: {V: jrc/jrc_op/V_e}
features: {V: [mean, std]}
solver: rk45
`;

/** The options of a spec with what is set, and what is wrong. */
async function read(
  sets: string[],
  grid = "{C: [68, 135, 270], r: [1, 2, 3]}",
): Promise<{ options: Record<string, unknown>; problems: Problems }> {
  const path = join(folder, "spec.yaml");
  writeFileSync(path, text(grid));
  const problems = new Problems();
  const { options } = await readSpec(problems, readSource(path), sets);
  return { options: { ...options }, problems };
}

/** The values of a made grid. */
function values(grid: unknown): Record<string, number[]> {
  return Object.fromEntries(Object.entries(Object(grid)).map(([key, column]) => [key, Array.from(column as ArrayLike<number>)]));
}

describe("cli overrides: --set", () => {
  test("a name that every object inherits is set like another", () => {
    const problems = new Problems();
    const { content } = withOverrides(
      problems,
      { outputs: { V: "a/b/V" } },
      ["outputs.toString=a/b/W", "features.constructor=[std]"],
      sweepWords,
    );
    expect(problems.list).toEqual([]);
    expect(content).toEqual({ outputs: { V: "a/b/V", toString: "a/b/W" }, features: { constructor: ["std"] } });
  });

  test("changes options by their paths, of the last that says so, and nothing else", async () => {
    const { options, problems } = await read([
      "simulationTime=2",
      "solver.rtol=1e-8",
      "inputs.jrc/jrc_op/u.uniformNoise.high=3",
      "features.V.0=max",
      "certify.points=4",
      "results=false",
      "simulationTime=3",
      "outputs.W=jrc/jrc_op/V_i",
      "figure={d: V - W}",
    ]);
    expect(problems.list).toEqual([]);
    expect(options).toMatchObject({
      simulationTime: 3,
      stepSize: 1e-3,
      solver: { name: "rk45", rtol: 1e-8 },
      inputs: { "jrc/jrc_op/u": { scale: 2 } },
      features: { V: ["max", "std"] },
      certify: { points: 4 },
      results: false,
      outputs: { V: "jrc/jrc_op/V_e", W: "jrc/jrc_op/V_i" },
    });
  });

  test("holds a grid key at one value at every point", async () => {
    expect(values((await read(["C=200"])).options.paramGrid)).toEqual({ C: [200, 200, 200], r: [1, 2, 3] });
    expect(values((await read(["paramGrid.C=200"])).options.paramGrid)).toEqual({ C: [200, 200, 200], r: [1, 2, 3] });
    expect(values((await read(["C=200", "r=5"])).options.paramGrid)).toEqual({ C: [200], r: [5] });
    expect(values((await read(["C=200"], "{C: [68, 135]}")).options.paramGrid)).toEqual({ C: [200] });
    expect(values((await read(["C=200", "permuteGrid=true"])).options.paramGrid)).toEqual({ C: [200], r: [1, 2, 3] });
    const ranges = "{C: {linspace: [1, 2, 3]}, r: {linspace: [1, 2, 3]}}";
    expect(values((await read(["C=200"], ranges)).options.paramGrid)).toEqual({ C: [200, 200, 200], r: [1, 1.5, 2] });
    const design = "{sobol: {ranges: {C: [60, 200], r: [1, 2]}, n: 4, seed: 1}}";
    const drawn = values((await read([], design)).options.paramGrid);
    expect(values((await read(["paramGrid.C=200"], design)).options.paramGrid)).toEqual({ ...drawn, C: [200, 200, 200, 200] });
    expect((await read(["C=200"], "[{C: 68, r: 1}, {C: 135, r: 2}]")).options.paramGrid).toEqual([
      { C: 200, r: 1 },
      { C: 200, r: 2 },
    ]);
  });

  test("adds a key of paramMap that the grid does not have, and takes other values for one that it has", async () => {
    expect(values((await read(["tau=0.02"])).options.paramGrid)).toEqual({ C: [68, 135, 270], r: [1, 2, 3], tau: [0.02, 0.02, 0.02] });
    expect(values((await read(["C=[1, 2, 3]"])).options.paramGrid)).toEqual({ C: [1, 2, 3], r: [1, 2, 3] });
    expect(values((await read(["C={linspace: [1, 2, 3]}"])).options.paramGrid)).toEqual({ C: [1, 1.5, 2], r: [1, 2, 3] });
  });

  test("changes nothing of what it is given", () => {
    const content = { solver: "rk4", features: { V: ["mean"] } };
    const before = structuredClone(content);
    const problems = new Problems();
    const { content: changed, overrides } = withOverrides(problems, content, ["features.V.0=std", "solver.name=rk5"], sweepWords);
    expect([content, changed]).toEqual([before, { solver: { name: "rk5" }, features: { V: ["std"] } }]);
    expect(overrides.map(({ path }: Override) => path.join("."))).toEqual(["features.V.0", "solver.name"]);
  });

  const wrong: [string[], RegExp][] = [
    [["CC=200"], /^--set CC=200: E_UNKNOWN_OPTION: unknown option or grid key CC; did you mean C\?\nnothing was computed$/],
    [["simulationTme=2"], /unknown option or grid key simulationTme; did you mean simulationTime\?/],
    [["solver.rtoll=1e-8"], /^--set solver.rtoll=1e-8: E_UNKNOWN_OPTION: unknown option solver.rtoll; did you mean rtol\?/],
    [["inputs.jrc/jrc_op/u.uniformNoise.hihg=2"], /^--set inputs.*: E_UNKNOWN_OPTION: .*did you mean high\?/],
    [["stepSize=fast"], /^--set stepSize=fast: E_TYPE: stepSize must be a number/],
    [["stepSize.x=1"], /^--set stepSize.x=1: E_TYPE: .*stepSize is 0.001, which has nothing in it/],
    [["features.V.7=max"], /^--set features.V.7=max: E_UNKNOWN_OPTION: .*features.V is a list of 2, whose entries are 0 to 1/],
    [["outputs.V=jrc/jrc_op/V_ee"], /^--set outputs.V=jrc\/jrc_op\/V_ee: E_UNKNOWN_OUTPUT: .*did you mean/],
    [["C"], /--set C: write path=value, such as C=200 or solver.rtol=1e-8/],
    [["C=[1, 2"], /^--set C=\[1, 2: /],
  ];
  test.each(wrong)("refuses %s with what it is about and the nearest right name", (sets, message) => {
    writeFileSync(join(folder, "good.yaml"), text("{C: [68, 135, 270]}"));
    const { status, stderr, stdout } = spawnSync(process.execPath, [cli, "sweep", "good.yaml", ...sets.flatMap((set) => ["--set", set])], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stderr.trim()).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test("gives the numbers of a spec that says so itself, in files too", () => {
    const run = (name: string, content: string, ...sets: string[]) => {
      writeFileSync(join(folder, `${name}.yaml`), content);
      const { status } = spawnSync(process.execPath, [cli, "sweep", `${name}.yaml`, ...sets, "--out", `${name}.arrow`], { cwd: folder });
      expect(status).toBe(0);
      return tableFromIPC(readFileSync(join(folder, `${name}.map.arrow`))).toString();
    };
    const grid = "{C: [68, 135, 270]}";
    const own = text("{C: [200]}").replace("solver: rk45", "solver: {name: rk45, rtol: 1e-8}");
    expect(run("set", text(grid), "--set", "C=200", "--set", "solver.rtol=1e-8")).toBe(run("own", own));
  });
});
