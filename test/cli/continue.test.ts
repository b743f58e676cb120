// massgrid continue: what it prints and writes of a spec, and what it refuses.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { continueEquilibrium } from "../../src/index.ts";
import { Drawing } from "../support/drawing.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("continue");

const template = "model_templates.oscillators.fitzhughnagumo.fhn";
const nerve = `circuitTemplate: ${template}
paramMap: { z: { vars: [fhn_op/z], nodes: [p] }, a: { vars: [fhn_op/a], nodes: [p] } }
parameter: z
range: [-2, 0.5]
`;

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function massgrid(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Runs the command on a spec. */
function run(spec: string, ...args: string[]): ReturnType<typeof massgrid> {
  return massgrid("continue", spec, ...args);
}

describe("cli continue: what it finds", () => {
  const ofSpec = () => written("nerve.yaml", `${nerve}cycles: true\nparameters: [z, a]\nranges: [[-2, 0.5], [0.5, 0.9]]\n`);

  test("is printed as special points with the digits that are sure, and written as the tables of the API", async () => {
    const { status, stdout, stderr } = run(ofSpec(), "--out", "nerve.arrow", "--plot", "nerve.svg");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^equilibria of fhn in z: 1 branch, \d+ points\n {2}label +z +period\n/);
    expect(stdout).toMatch(/\n {2}HB +-1\.40352203678 +6\.519 {2}Hopf point, subcritical\n/);
    expect(stdout).toMatch(/\n {2}LPC +-1\.413147806\d* +16\.63 {2}fold of cycles\n/);
    expect(stdout).toMatch(/\ncurves of fhn in z and a: 2 curves, \d+ points\n/);
    expect(stdout).toMatch(/ s; wrote nerve\.arrow, nerve\.cycles\.arrow, nerve\.curves\.arrow, nerve\.svg\n$/);
    const tables = ["nerve.arrow", "nerve.cycles.arrow", "nerve.curves.arrow"].map((name) =>
      tableFromIPC(readFileSync(join(folder, name))),
    );
    const own = await continueEquilibrium({
      circuitTemplate: template,
      paramMap: { z: { vars: ["fhn_op/z"], nodes: ["p"] } },
      ...{ parameter: "z", range: [-2, 0.5] },
    });
    expect(tables[0].toArray().map((row) => row.toJSON())).toEqual(own.toArray().map((row) => row.toJSON()));
    expect(tables[1].schema.fields.map(({ name }) => name)).toContain("p/fhn_op/x_max");
    expect(tables[2].schema.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(["curve", "z", "a"]));
    const drawing = new Drawing(readFileSync(join(folder, "nerve.svg"), "utf8"));
    const again = massgrid("plot", "nerve.arrow", "--out", "again.svg");
    expect(again).toMatchObject({ status: 0, stdout: "wrote again.svg\n" });
    expect(readFileSync(join(folder, "again.svg"), "utf8")).toBe(readFileSync(join(folder, "nerve.svg"), "utf8"));
    expect(massgrid("plot", "nerve.cycles.arrow", "--x", "z").stderr).toMatch(/the file holds branches.*leave out --x/);
    expect(massgrid("inspect", "nerve.cycles.arrow").stdout).toMatch(/^nerve\.cycles\.arrow: branches of cycles, \d+ rows/);
    expect(drawing.texts).toEqual(expect.arrayContaining(["HB", "LPC", "stable equilibria", "unstable cycles", "subcritical Hopf points"]));
  });

  test("is printed as JSON, of what --set changes, in each format of tables", () => {
    const spec = ofSpec();
    const { status, stdout } = run(
      spec,
      "--json",
      "--set",
      "cycles=false",
      "--set",
      "a=0.75",
      "--set",
      "userValues=[-1]",
      "--out",
      "set.csv",
    );
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      model: "fhn",
      equilibria: { parameters: { z: { unit: "" } }, branches: 1 },
      written: ["set.csv", "set.curves.csv"],
    });
    expect(report.cycles).toBeUndefined();
    const special: { label: string; at: { z: number } }[] = report.equilibria.special;
    expect(special.map(({ label }) => label)).toEqual(["EP", "HB", "UZ", "HB", "EP"]);
    // x at a Hopf point has 1 - x² = b / c², and z = (a - x)/b... + x³/3 - x by the nullclines
    const x = Math.sqrt(1 - 0.8 / 9);
    const hopf = (at: number) => at ** 3 / 3 - at - (0.75 - at) / 0.8;
    const ends = [hopf(x), hopf(-x)].sort((p, q) => p - q);
    expect(special.filter(({ label }) => label === "HB").map(({ at }) => at.z)).toEqual(ends.map((z) => expect.closeTo(z, 10)));
    for (const name of ["set.csv", "set.curves.csv"]) expect(readFileSync(join(folder, name), "utf8")).toMatch(/^branch,index,/);
    expect(run(spec, "--set", "cycles=false", "--out", "set.parquet", "--compression", "snappy").status).toBe(0);
    expect(readFileSync(join(folder, "set.parquet")).subarray(0, 4).toString()).toBe("PAR1");
  });

  test("of JSON, and of cycles that begin with a simulation, without a Hopf point in the range", () => {
    const simulated = written(
      "nerve.json",
      JSON.stringify({
        ...{ circuitTemplate: template, parameter: "p/fhn_op/z", range: [-1.2, -0.5], params: { "p/fhn_op/z": -0.8 } },
        cycles: { from: "simulation", maxPoints: 8 },
      }),
    );
    const { status, stdout } = run(simulated);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\ncycles of fhn in p\/fhn_op\/z: 2 branches, \d+ points\n/);
    const none = run(simulated, "--set", "cycles=true");
    expect(none.status).toBe(0);
    expect(none.stdout).toMatch(/the branches have no Hopf point, and so there are no cycles to follow/);
  });
});

test("cli continue: docs/continuation.md shows what it prints and draws of the example", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const [, shown = ""] = readFileSync(join(root, "docs/continuation.md"), "utf8").match(/is printed -->\n```\n([^`]*)```/) ?? [];
  const { stdout } = run(join(root, "examples/jansen-rit-diagram.yaml"), "--plot", "example.svg");
  expect(stdout.replace(/\n\n[^\n]+; wrote example\.svg\n$/, "\n")).toBe(shown);
  const [drawn, kept] = [join(folder, "example.svg"), join(root, "docs/jansen-rit-diagram.svg")].map((file) => readFileSync(file, "utf8"));
  expect(new Drawing(drawn).texts).toEqual(new Drawing(kept).texts);
});

test("cli continue: noise is left out, which it says; names that Parquet's readers do not tell apart are refused", () => {
  const noisy = written("noisy.yaml", `${nerve}inputs: { p/fhn_op/x_in: { normalNoise: { mean: 0, sd: 1, seed: 1 } } }\n`);
  expect(run(noisy).stdout).toMatch(/\nthe equations are taken without the noise of p\/fhn_op\/x_in\n/);
  expect(JSON.parse(run(noisy, "--json").stdout).noiseIgnored).toEqual(["p/fhn_op/x_in"]);
  const cased = run(noisy, "--set", "outputs={Z: p/fhn_op/x}", "--out", "cased.parquet");
  expect(cased).toMatchObject({ status: 2, stderr: expect.stringMatching(/^E_CASE_NAME: equilibria: /) });
  expect(existsSync(join(folder, "cased.parquet"))).toBe(false);
});

test("cli continue: its curves are drawn over a heat map of the same two parameters", () => {
  const both = "paramMap: { z: { vars: [fhn_op/z], nodes: [p] }, a: { vars: [fhn_op/a], nodes: [p] } }";
  const grid = "paramGrid: { z: {linspace: [-1.8, 0.3, 12]}, a: {linspace: [0.5, 0.9, 9]} }\npermuteGrid: true";
  const times = "simulationTime: 2\nstepSize: 0.01\noutputs: { x: p/fhn_op/x }\nfeatures: { x: [range] }\nresults: false";
  const plane = written("plane.yaml", [`circuitTemplate: ${template}`, both, grid, times].join("\n"));
  expect(massgrid("sweep", plane, "--out", "plane.arrow").status).toBe(0);
  const curves = written(
    "curves.yaml",
    [`circuitTemplate: ${template}`, both, "parameters: [z, a]", "ranges: [[-2, 0.5], [0.5, 0.9]]"].join("\n"),
  );
  expect(run(curves, "--out", "curves.parquet").stdout).toMatch(/wrote curves\.parquet\n$/);
  expect(massgrid("plot", "plane.map.arrow", "--curves", "curves.parquet", "--out", "over.svg").status).toBe(0);
  expect(new Drawing(readFileSync(join(folder, "over.svg"), "utf8")).texts).toContain("subcritical Hopf points");
  const wrong = massgrid("plot", "plane.map.arrow", "--curves", "plane.map.arrow", "--out", "over.svg");
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringMatching(/it holds no curves/) });
});

test("cli continue: curves of folds of cycles are printed and drawn, alone and over a heat map", () => {
  // r' = r (b + a r² - r⁴): cycles fold at b = -a²/4, up to the generalised Hopf point at a = b = 0.
  const own = "(b + a*(x*x + y*y) - (x*x + y*y)*(x*x + y*y))";
  written(
    "circle.yaml",
    `op:
  base: OperatorTemplate
  equations: ["x' = x*${own} - y", "y' = y*${own} + x"]
  variables: { x: output(0.9), y: variable(0.0), a: 1.0, b: -0.3 }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`,
  );
  const of = "circuitTemplate: circle.yaml/net\nparamMap: { b: { vars: [op/b], nodes: [n] }, a: { vars: [op/a], nodes: [n] } }";
  const spec = written("folds.yaml", `${of}\nparameters: [b, a]\nranges: [[-0.6, 0.5], [-0.2, 1.2]]\ncurves: [HB, LPC]\n`);
  const { stdout, stderr } = run(spec, "--out", "folds.arrow", "--plot", "folds.svg");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/curves of net in b and a: 2 curves, \d+ points\n/);
  expect(stdout).toMatch(/EP +LPC +-0\.36 +1\.2 +6\.283 +end point\n/);
  expect(stdout).toMatch(/GH +LPC .* generalised Hopf point\n/);
  expect(stdout).toMatch(/wrote folds\.arrow, folds\.svg\n$/);
  const drawn = (file: string) => new Drawing(readFileSync(join(folder, file), "utf8"));
  expect(drawn("folds.svg").texts).toEqual(expect.arrayContaining(["folds of cycles", "supercritical Hopf points", "GH", "b", "a"]));
  const { curves } = JSON.parse(run(spec, "--json").stdout);
  const ends = curves.special.filter(({ curve }: { curve: string }) => curve === "LPC");
  expect(ends.map(({ label }: { label: string }) => label).sort()).toEqual(["EP", "GH"]);
  expect(massgrid("plot", "folds.arrow", "--out", "again.svg").status).toBe(0);
  expect(drawn("again.svg").texts).toEqual(drawn("folds.svg").texts);
  const grid = "paramGrid: { b: {linspace: [-0.6, 0.5, 12]}, a: {linspace: [-0.2, 1.2, 9]} }\npermuteGrid: true";
  const times =
    "simulationTime: 20\nstepSize: 0.02\ncutoff: 10\nsolver: rk4\noutputs: { x: n/op/x }\nfeatures: { x: [range] }\nresults: false";
  const plane = written("circles.yaml", [of, grid, times].join("\n"));
  expect(massgrid("sweep", plane, "--out", "circles.arrow").stderr).toBe("");
  expect(massgrid("plot", "circles.map.arrow", "--curves", "folds.arrow", "--out", "over-circles.svg")).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(drawn("over-circles.svg").texts).toEqual(expect.arrayContaining(["folds of cycles", "GH"]));
});

describe("cli continue: what it refuses", () => {
  test("names, with the line of the file and the nearest right one, before anything is computed", () => {
    const spec = written("names.yaml", `${nerve}userValuse: [1]\ncycles: { stopAtPeriode: 5 }\n`);
    const { status, stderr } = run(spec, "--out", "names.arrow");
    expect(status).toBe(2);
    expect(stderr).toMatch(/names\.yaml:5:1: E_UNKNOWN_OPTION: unknown option userValuse; did you mean userValues\?/);
    expect(stderr).toMatch(/names\.yaml:6:11: E_UNKNOWN_OPTION: unknown option cycles\.stopAtPeriode; did you mean stopAtPeriod\?/);
    expect(stderr).toMatch(/nothing was computed\n$/);
    expect(existsSync(join(folder, "names.arrow"))).toBe(false);
  });

  test.each([
    ["a range that descends", "range=[1, 0]", /E_RANGE/],
    ["an unknown parameter", "parameter=zz", /did you mean z\?/],
    ["steps of cycles that descend", "cycles={stepSize: 0.5, maxStepSize: 0.1}", /--set cycles=.*E_STEP/],
    ["cycles that are no options", "cycles=5", /E_TYPE: cycles must be true or an object/],
    ["a curve of what there is none of", "curves=[TR]", /E_TYPE.*curves/],
    ["an unknown name", "bb=1", /E_UNKNOWN_OPTION: unknown option or parameter bb/],
  ])("%s", (_, set, message) => {
    const spec = written("one.yaml", nerve);
    const { status, stderr } = run(spec, "--set", set);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test("a file of another kind, and a spec without a model", () => {
    const spec = written("none.yaml", "parameter: z\n");
    expect(run(spec, "--out", "x.txt")).toMatchObject({ status: 2, stderr: expect.stringMatching(/--out x\.txt: the name must end in/) });
    const { status, stderr } = run(spec);
    expect(status).toBe(2);
    expect(stderr.match(/E_MISSING_OPTION/g)).toHaveLength(2);
  });

  test("a start that is no equilibrium: the run fails, and says why", () => {
    const spec = written("start.yaml", `${nerve}from: { p/fhn_op/x: 1e6 }\n`);
    expect(run(spec)).toMatchObject({ status: 1, stderr: expect.stringMatching(/^massgrid: equilibria: E_NO_EQUILIBRIUM: /) });
  });
});
