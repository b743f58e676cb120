// The command line, as a user runs it: the built file in a process of its own.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import { gridSearch, normalNoise, tableToCSV, tableToParquet, trace, uniformNoise } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { bits, small } from "../support/sweep.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("cli");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const base = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, r: {vars: [jrc_op/r], nodes: [jrc]}}
simulationTime: 0.05
stepSize: 1e-3
outputs: {V_pce: jrc/jrc_op/V_e, V_pci: jrc/jrc_op/V_i}
`;

function spec(name: string, more = "paramGrid: {C: [68, 135]}\n"): string {
  return file(name, base + more);
}

/** The built files that some files import before they run, themselves among them. */
function loadedBy(...files: string[]): Set<string> {
  const found = new Set(files);
  for (const each of found) {
    const text = readFileSync(join(dirname(cli), each), "utf8");
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^;]*?["']\.\/([\w.-]+)["'];$/gm)) found.add(name);
  }
  return found;
}

test("cli: a sweep loads nothing that reads or writes Arrow files, draws, or adapts steps, and the bin loads nothing before Node keeps what it compiles", () => {
  const loaded = [...loadedBy("cli-main.js", "cli-sweep.js")];
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.filter((name) => /writer|serialization|progress|figure\.js|plot|adaptive|certify|resume/.test(name))).toEqual([]);
  expect([...loadedBy("cli.js")]).toEqual(["cli.js"]);
});

describe("cli: help", () => {
  test("says what there is, and leaves with 0", () => {
    const { status, stdout } = massgrid("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Usage: massgrid .*command/);
    expect(stdout).toContain("sweep");
    expect(stdout).toContain("Exit codes: 0");
    const sweep = massgrid("sweep", "--help");
    expect(sweep.status).toBe(0);
    for (const word of ["--out", "--plot", "linspace", "logspace", "uniformNoise", "normalNoise", "file: noise.f64", "Examples:"]) {
      expect(sweep.stdout).toContain(word);
    }
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(massgrid("--version").stdout.trim()).toBe(version);
  });
});

describe("cli: a wrong call leaves with 2, says why, and writes nothing", () => {
  const good = join(folder, "good.yaml");
  beforeAll(() => {
    spec("good.yaml");
    file("broken.yaml", "a: [1, 2\nb: 3\n");
    file("twice.yaml", "stepSize: 1\nstepSize: 2\n");
    file("list.yaml", "- 1\n");
    file("laughs.yaml", laughs());
    spec("text.yaml", "paramGrid: {C: [68]}\nstore: out/sweep\n");
    spec("range.yaml", 'paramGrid: {C: {linspace: [1, "2", 1e12]}}\n');
    file("latin.yaml", Buffer.from(`${base}paramGrid: {C: [68]} # \xe9\n`, "latin1"));
    file("utf16.yaml", Buffer.from(`\ufeff${base}`, "utf16le"));
  });
  const wrong: [string, string[], RegExp][] = [
    ["unknown command", ["swep", good], /unknown command 'swep'[\s\S]*Did you mean sweep\?/],
    ["unknown option", ["sweep", good, "--plt", "a.svg"], /unknown option '--plt'[\s\S]*Did you mean --plot\?/],
    ["no spec", ["sweep"], /missing required argument 'spec'/],
    ["no such file", ["sweep", "nowhere.yaml"], /nowhere.yaml cannot be read/],
    ["a folder", ["sweep", "."], /cannot be read/],
    ["extension of results", ["sweep", good, "--out", "a.tsv"], /--out a.tsv: the name must end in .arrow, .arrows, .parquet or .csv/],
    [
      "compression of what has none",
      ["sweep", good, "--out", "a.csv", "--compression", "zstd"],
      /--compression zstd is of \.arrow, \.arrows or \.parquet/,
    ],
    [
      "compression of another format",
      ["sweep", good, "--out", "a.arrow", "--compression", "snappy"],
      /--compression snappy is of \.parquet/,
    ],
    ["extension of figure", ["sweep", good, "--plot", "a.pdf"], /--plot a.pdf: the name must end in .svg or .png/],
    ["workers", ["sweep", good, "--workers", "two"], /--workers two: it is a whole number from 0 to 256/],
    ["no YAML", ["sweep", join(folder, "broken.yaml")], /broken.yaml:\d+:\d+: [\s\S]*\n.*\| /],
    ["a key twice", ["sweep", join(folder, "twice.yaml")], /twice.yaml:2:1: E_YAML_DUPLICATE: the key stepSize stands here twice/],
    [
      "a store that is a name",
      ["sweep", join(folder, "text.yaml")],
      /text.yaml:7:8: E_TYPE: store must be .* write store: \{directory: out\/sweep\}/,
    ],
    [
      "parts of a range",
      ["sweep", join(folder, "range.yaml")],
      /E_TYPE: linspace of C .* from 1 to 100000000, but \[1, the string "2", 1000000000000\] was/,
    ],
    ["no text in UTF-8", ["sweep", join(folder, "latin.yaml")], /latin.yaml: E_YAML_SYNTAX: the file is no text in UTF-8/],
    ["text in UTF-16", ["sweep", join(folder, "utf16.yaml")], /utf16.yaml: E_YAML_SYNTAX: the file is text in UTF-16, .* save it in UTF-8/],
    ["no map of options", ["sweep", join(folder, "list.yaml")], /a spec is a list of options/],
    ["aliases of aliases", ["sweep", join(folder, "laughs.yaml")], /laughs.yaml:\d+:\d+: .*alias/],
  ];
  test.each(wrong)("%s", (_, args, message) => {
    const before = readdirSync(folder);
    const { status, stderr, stdout } = massgrid(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect([status, stdout]).toEqual([2, ""]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("all that is wrong with a spec, each with its line and a caret", () => {
    const path = spec(
      "wrong.yaml",
      "paramGrid: {C: {linspase: [1, 2, 3]}}\ninputs: {jrc/jrc_op/uu: {file: no.f64}}\nsolver: huen\nsimulationTme: 3\n",
    );
    const { status, stderr } = massgrid("sweep", path);
    expect(status).toBe(2);
    expect(stderr).toContain(
      `${path}:6:13: E_UNKNOWN_OPTION: unknown way to write the values of C, linspase; did you mean linspace?\n  6 | paramGrid`,
    );
    expect(stderr).toMatch(/wrong.yaml:7:\d+: E_INPUT_FILE: no.f64 cannot be read/);
    expect(stderr).toMatch(/wrong.yaml:7:10: E_UNKNOWN_INPUT: .*did you mean jrc_op\/u\?/);
    expect(stderr).toMatch(
      /wrong.yaml:8:9: E_UNKNOWN_SOLVER: unknown solver huen; did you mean heun\?\n {2}8 \| solver: huen\n {4}\| {9}\^\n/,
    );
    expect(stderr).toMatch(/wrong.yaml:9:1: E_UNKNOWN_OPTION: .*did you mean simulationTime\?/);
    expect(stderr).toMatch(/nothing was computed\n$/);
  });

  test("a file of samples that is no file of doubles, or is too short", () => {
    file("odd.f64", new Uint8Array(13));
    file("short.f64", new Uint8Array(80));
    const odd = massgrid("sweep", spec("odd.yaml", "paramGrid: {C: [1]}\ninputs: {jrc/jrc_op/u: {file: odd.f64}}\n"));
    expect(odd.stderr).toMatch(/E_INPUT_FILE: odd.f64 has 13 bytes/);
    const short = massgrid("sweep", spec("short.yaml", "paramGrid: {C: [1]}\ninputs: {jrc/jrc_op/u: {file: short.f64}}\n"));
    expect(short.stderr).toMatch(/E_INPUT_LENGTH: .* has 10 samples, but the sweep takes 50 steps/);
    expect([odd.status, short.status]).toEqual([2, 2]);
  });
});

function laughs(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  return `${lines.join("\n")}\n`;
}

test("cli: --workers changes no byte of the files, nor does the spec's own number", () => {
  const points = "paramGrid: {C: {linspace: [60, 700, 100]}}\n";
  const path = spec("workers.yaml", points);
  const own = spec("own-workers.yaml", `${points}workers: 1\n`);
  const calls = [[path, "--workers", "0"], [path, "--workers", "3"], [path], [own]];
  const files = calls.map((args, i) => {
    expect(massgrid("sweep", ...args, "--out", `w${i}.arrow`).status).toBe(0);
    return readFileSync(join(folder, `w${i}.arrow`)).toString("base64");
  });
  expect(new Set(files).size).toBe(1);
});

describe("cli: a run that fails leaves with 1", () => {
  test("a folder that cannot be made, at once", () => {
    const { status, stderr } = massgrid("sweep", spec("run.yaml"), "--out", "/proc/nothing/a.arrow");
    expect([status, stderr.startsWith("massgrid: ")]).toEqual([1, true]);
  });

  test("an interrupt stops it and leaves no file", async () => {
    const path = spec("long.yaml", "paramGrid: {C: {linspace: [60, 700, 640]}}\n").replace("long.yaml", "long.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("simulationTime: 0.05", "simulationTime: 2000\ncutoff: 1999"));
    const child = spawn(process.execPath, [cli, "sweep", path, "--out", "long.arrow"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([1, "massgrid: stopped; nothing was written\n"]);
    expect(readdirSync(folder).filter((name) => name.includes("long.arrow"))).toEqual([]);
  });
});

describe("cli: a sweep", () => {
  test("prints a table of points and writes what was asked for", () => {
    const path = spec("all.yaml", "paramGrid: {C: [68, 135], r: [560, 560]}\nfigure: {V: V_pce - V_pci}\n");
    const { status, stdout, stderr } = massgrid("sweep", path, "--out", "deep/er/all.arrow", "--plot", "all.svg");
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^point +C +r +mean V \(mV\) +sd V \(mV\) +peak \(Hz\) +status$/);
    expect(lines[1]).toMatch(/^JRC2_0 +68 +560 .* ok$/);
    expect(stdout).toMatch(/2 points, 100 steps in [\d.]+ s: [\d.]+( million)? steps a second/);
    expect(stdout).toContain("wrote deep/er/all.arrow, deep/er/all.map.arrow, all.svg");
    const svg = readFileSync(join(folder, "all.svg"), "utf8");
    for (const text of ["C = 68<", "C = 135<", " · r = 560 1/V · ", "time (ms)", "V (mV)", "V_pce − V_pci"]) expect(svg).toContain(text);
    expect(readdirSync(join(folder, "deep/er")).sort()).toEqual(["all.arrow", "all.map.arrow"]);
  });

  test.each([".arrow", ".arrows"])("files of Arrow IPC have the bits of the call: %s", async (extension) => {
    expect(massgrid("sweep", spec("ipc.yaml"), "--out", `ipc${extension}`).status).toBe(0);
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [68, 135] } }));
    const bytes = readFileSync(join(folder, `ipc${extension}`));
    expect(bytes.subarray(0, 6).toString("latin1") === "ARROW1").toBe(extension === ".arrow");
    const back = tableFromIPC(bytes);
    for (const output of ["V_pce", "V_pci"]) expect(bits(trace(back, "JRC2_1", output))).toEqual(bits(trace(results, "JRC2_1", output)));
    expect(tableFromIPC(readFileSync(join(folder, `ipc.map${extension}`))).toString()).toBe(resultsMap.toString());
  });

  test("files of Parquet and CSV have the numbers of the call, in the layout of the spec", async () => {
    const more = "paramGrid: {C: [68, 135]}\nlayout: long\n";
    for (const extension of [".parquet", ".csv"])
      expect(massgrid("sweep", spec("sql.yaml", more), "--out", `sql${extension}`).stderr).toBe("");
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [68, 135] }, layout: "long" }));
    for (const [name, table] of [
      ["sql", results],
      ["sql.map", resultsMap],
    ] as const) {
      expect(readFileSync(join(folder, `${name}.parquet`)).equals(await tableToParquet(table))).toBe(true);
      expect(readFileSync(join(folder, `${name}.csv`), "utf8")).toBe(await tableToCSV(table));
    }
    const snappy = massgrid("sweep", spec("sql.yaml", more), "--out", "snappy.parquet", "--compression", "snappy");
    expect(snappy.status).toBe(0);
    expect(readFileSync(join(folder, "snappy.parquet")).equals(await tableToParquet(results, { compression: "snappy" }))).toBe(true);
  });

  test("names that differ by case alone are told, and refused for Parquet before anything runs; rename is the way out", () => {
    const cased = (more = "") => file("case.yaml", `${base.replace(", r: {", ", c: {")}paramGrid: {C: [68], c: [560]}\n${more}`);
    const warned = massgrid("sweep", cased(), "--out", "case.csv");
    expect([warned.status, warned.stderr]).toEqual([0, expect.stringMatching(/^massgrid: the columns C and c differ by their case alone/)]);
    const refused = massgrid("sweep", cased(), "--out", "case.parquet");
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^E_CASE_NAME: the columns C and c .*\nnothing was computed\n$/),
    ]);
    const named = massgrid("sweep", cased("rename: {c: slope}\nfigure: {V: V_pce - V_pci}\n"), "--out", "case.parquet");
    expect([named.status, named.stderr]).toEqual([0, ""]);
    const output = massgrid("sweep", spec("renamed.yaml", "paramGrid: {C: [68]}\nrename: {V_pce: e}\nfigure: {V: V_pce - V_pci}\n"));
    expect([output.status, output.stdout]).toEqual([0, expect.stringMatching(/mean V/)]);
  });

  const features = "features: {V_pce: [mean, regime, {crossings: {level: 0.01}}]}\n";

  test("features stand in the summary and in the map; without traces, the map alone is written", () => {
    const grid = `paramGrid: {C: [68, 135]}\n${features}`;
    const kept = massgrid("sweep", spec("kept.yaml", grid), "--out", "kept.arrow", "--plot", "kept.svg");
    expect([kept.status, kept.stderr]).toEqual([0, ""]);
    expect(kept.stdout).toMatch(/^point +C +mean V_pce .* V_pce_mean \(V\) +V_pce_regime +V_pce_crossings +status$/m);
    expect(readFileSync(join(folder, "kept.svg"), "utf8")).toMatch(/>C = 68</);
    const map = massgrid("sweep", spec("map.yaml", `${grid}results: false\n`), "--out", "map.arrow");
    expect([map.status, map.stderr]).toEqual([0, ""]);
    expect(map.stdout).toMatch(/^point +C +V_pce_mean \(V\) +V_pce_regime +V_pce_crossings +status$/m);
    expect(map.stdout).toMatch(/wrote map.map.arrow$/m);
    expect(readdirSync(folder).filter((name) => name.startsWith("map."))).toEqual(["map.map.arrow", "map.yaml"]);
    expect(readFileSync(join(folder, "map.map.arrow"))).toEqual(readFileSync(join(folder, "kept.map.arrow")));
    const plot = massgrid("sweep", spec("map.yaml", `${grid}results: false\n`), "--plot", "features.svg");
    expect([plot.status, plot.stderr]).toEqual([0, ""]);
    expect(readFileSync(join(folder, "features.svg"), "utf8")).toContain(">JRC2: V_pce_mean, V_pce_regime, V_pce_crossings against C<");
    const wrong = massgrid("sweep", spec("typo.yaml", `paramGrid: {C: [68]}\nfeatures:\n  V_pce:\n    - maen\n`));
    expect(wrong.stderr).toMatch(/typo.yaml:9:7: E_UNKNOWN_FEATURE: unknown feature maen; did you mean mean\?\n {2}9 \| {5}- maen\n/);
  });

  test("a PNG is a PNG of twice the figure's size", () => {
    expect(massgrid("sweep", spec("png.yaml"), "--plot", "a.png").status).toBe(0);
    const png = readFileSync(join(folder, "a.png"));
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1820, 1502]);
  });

  test("an output that matches several nodes stands for each of them, in the summary and in the figure", () => {
    const model = "circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC\nparamMap: {t: {vars: [rpo_e_in/tau], nodes: [pc]}}\n";
    const times = "simulationTime: 0.05\nstepSize: 1e-3\nparamGrid: {t: [0.01, 0.02]}\n";
    const path = file("nodes.yaml", `${model}${times}outputs: {m: all/pro/m, n: all/pro/m}\nfigure: {d: m - n}\n`);
    const { status, stdout, stderr } = massgrid("sweep", path, "--plot", "nodes.svg");
    expect([status, stderr]).toEqual([0, ""]);
    for (const node of ["pc", "ein", "iin"]) expect(stdout).toMatch(new RegExp(`mean d/${node} \\(1/s\\) `));
    const svg = readFileSync(join(folder, "nodes.svg"), "utf8");
    for (const text of ["d/pc = m − n (pc)", "d/pc, d/ein, d/iin (1/s)", "t = 10 ms"]) expect(svg).toContain(text);
  });

  /** The first output's traces of a spec. */
  async function traces(more: string): Promise<bigint[][]> {
    const result = massgrid("sweep", spec("grid.yaml", more), "--out", "grid.arrow");
    expect(result.stderr).toBe("");
    const map = tableFromIPC(readFileSync(join(folder, "grid.map.arrow")));
    const results = tableFromIPC(readFileSync(join(folder, "grid.arrow")));
    return Array.from(map.getChild("key") ?? [], (key) => [...bits(trace(results, String(key), "V_pce"))]);
  }

  async function called(changes: Parameters<typeof small>[0]): Promise<bigint[][]> {
    const { results, resultsMap } = await gridSearch(small(changes));
    return Array.from(resultsMap.getChild("key") ?? [], (key) => [...bits(trace(results, String(key), "V_pce"))]);
  }

  test("grids may be ranges", async () => {
    expect(await traces("paramGrid: {C: {linspace: [100, 200, 5]}}\n")).toEqual(
      await called({ paramGrid: { C: [100, 125, 150, 175, 200] } }),
    );
    expect(await traces("paramGrid: {C: {logspace: [1, 3, 3]}}\n")).toEqual(await called({ paramGrid: { C: [10, 100, 1000] } }));
    const map = { paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } } };
    expect(await traces("paramGrid: {C: [68, 135], r: [500, 560, 600]}\npermuteGrid: true\n")).toEqual(
      await called({ ...map, paramGrid: { C: [68, 135], r: [500, 560, 600] }, permuteGrid: true }),
    );
  });

  test("inputs may be noise, numbers, lists and files", async () => {
    const u = "jrc/jrc_op/u";
    const samples = Float64Array.from({ length: 50 }, (_, i) => 200 + i);
    const columns = Float64Array.from({ length: 100 }, (_, i) => 200 + i);
    file("u.f64", new Uint8Array(samples.buffer));
    file("columns.f64", new Uint8Array(columns.buffer));
    const grid = "paramGrid: {C: [68, 135]}\n";
    const paramGrid = { C: [68, 135] };
    const forms: [string, NonNullable<Parameters<typeof small>[0]>["inputs"]][] = [
      ["{uniformNoise: {low: 120, high: 320, seed: 5}}", { [u]: uniformNoise({ low: 120, high: 320, seed: 5 }) }],
      ["{normalNoise: {mean: 200, sd: 20, shared: false}}", { [u]: normalNoise({ mean: 200, sd: 20, shared: false }) }],
      ["170", { [u]: 170 }],
      [`[${samples.join(", ")}]`, { [u]: samples }],
      ["{file: u.f64}", { [u]: samples }],
      ["{file: columns.f64, columns: 2}", { [u]: { data: columns, columns: 2 } }],
    ];
    for (const [text, inputs] of forms) {
      expect(await traces(`${grid}inputs: {${u}: ${text}}\n`)).toEqual(await called({ paramGrid, ...(inputs ? { inputs } : {}) }));
    }
  });

  test("a point that diverges is told in the table, and the command is no failure", () => {
    const path = spec("diverged.yaml", "paramGrid: {t: [0.01, 1.0e-5]}\n");
    const text = readFileSync(path, "utf8").replace("paramMap: {", "paramMap: {t: {vars: [jrc_op/tau_e], nodes: [jrc]}, ");
    writeFileSync(path, text.replace("simulationTime: 0.05", "simulationTime: 1"));
    const { status, stdout } = massgrid("sweep", path, "--plot", "diverged.svg");
    expect(status).toBe(0);
    expect(stdout).toMatch(/JRC2_1 .* diverged at 0\.\d+ s/);
    expect(existsSync(join(folder, "diverged.svg"))).toBe(true);
  });
});

test("cli: npm start's files are those of the published sweep", async () => {
  const example = fileURLToPath(new URL("../../examples/jansen-rit.yaml", import.meta.url));
  expect(massgrid("sweep", example, "--out", "start.arrow", "--plot", "start.svg").status).toBe(0);
  const results = tableFromIPC(readFileSync(join(folder, "start.arrow")));
  expect([results.numRows, results.numCols]).toEqual([9000, 13]);
  const svg = readFileSync(join(folder, "start.svg"), "utf8");
  const titles = [...svg.matchAll(/>C = (\d+)</g)].map((match) => Number(match[1]));
  expect(titles).toEqual([68, 128, 135, 270, 675, 1350]);
  const sd = (key: string) => {
    const [e, i] = ["V_pce", "V_pci"].map((output) => trace(results, key, output));
    const V = e.map((value, k) => value - i[k]);
    const mean = V.reduce((sum, v) => sum + v, 0) / V.length;
    return Math.sqrt(V.reduce((sum, v) => sum + (v - mean) ** 2, 0) / V.length);
  };
  const deviations = [0, 1, 2, 3, 4, 5].map((point) => sd(`JRC2_${point}`));
  // 270 a slow rhythm and 675 sparse spikes; 68 and 1350 noise only; 128 and 135 a small alpha rhythm.
  expect(Math.min(deviations[3], deviations[4])).toBeGreaterThan(10 * Math.max(deviations[0], deviations[5]));
});
