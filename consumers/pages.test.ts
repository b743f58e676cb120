// docs/python.md and docs/r.md: their blocks in order, what is shown below each, and the numbers behind it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Table } from "apache-arrow";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gridSearch, linspace, trace } from "../src/index.ts";
import { pythonPath } from "./support/run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "massgrid-pages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  language: string;
  code: string;
  /** What the page shows below it; undefined where it shows nothing. */
  shown: string | undefined;
}

function blocksOf(page: string): Block[] {
  const all = [...readFileSync(join(root, page), "utf8").matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return all.flatMap(([, language, code], i) => {
    if (language === "") return [];
    return [{ language, code, shown: all[i + 1]?.[1] === "" ? all[i + 1][2] : undefined }];
  });
}

const ofPython = blocksOf("docs/python.md");
const ofR = blocksOf("docs/r.md");

function run(command: string, args: string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8", input, maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}

/** What the blocks of one session print, one after the other: `print` is how a line is printed between them. */
function printed(blocks: readonly Block[], { command, args, print }: { command: string; args: string[]; print: string }): string[] {
  const program = blocks.map(({ code }) => `${code}\n${print}\n`).join("");
  return run(command, args, program).split("-- end of block\n").slice(0, -1);
}

const trimmed = (text: string | undefined) => (text ?? "").replaceAll(/ +$/gm, "").trim();
const python = { command: pythonPath, args: ["-"], print: 'print("-- end of block")' };

let traces: Table;
let map: Table;

beforeAll(async () => {
  for (const { language, code } of ofPython) {
    const file = /^# (\S+\.yaml)\n/.exec(code)?.[1];
    if (language === "yaml" && file !== undefined) writeFileSync(join(folder, file), code);
    for (const [, args] of code.matchAll(/^npx massgrid (.*)$/gm)) run(process.execPath, [join(root, "dist/cli.js"), ...args.split(" ")]);
  }
  ({ results: traces, resultsMap: map } = await gridSearch({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: [68, 135, 270], u: linspace(120, 320, 5) },
    permuteGrid: true,
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
    simulationTime: 4,
    stepSize: 5e-4,
    samplingStepSize: 1e-3,
    cutoff: 1,
    solver: "rk4",
    outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i" },
    features: { V_pce: ["mean", "std", "peakFrequency"] },
  }));
});

/** A file of doubles that a program of the tests wrote. */
function doubles(file: string): Float64Array {
  const bytes = readFileSync(join(folder, file));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** The keys of points, as the map has them, and their grid's values. */
const points = () => map.toArray().map(({ key, C, u }) => ({ key: String(key), C: Number(C), u: Number(u) }));

/** Says in one line why a page is not run, or fails where tests must be whole; `isElsewhere`: Debian does not have what it needs. */
function needs(found: boolean, message: string, isElsewhere = false): void {
  if (!found && !isElsewhere && process.env.MASSGRID_NEEDS_CONSUMERS) throw new Error(message);
  if (!found) console.log(message);
  beforeEach((context) => context.skip(!found));
}

describe("pages: docs/python.md", () => {
  const blocks = ofPython.filter(({ language }) => language === "python");
  needs(existsSync(pythonPath), "docs/python.md is not run: npm run test:consumers installs Python's packages, or says why it cannot");

  test("its blocks print what it shows", () => {
    const shown = blocks.map((block) => trimmed(block.shown));
    expect(shown.filter((text) => text !== "").length).toBeGreaterThan(6);
    expect(printed(blocks, python).map(trimmed)).toEqual(shown);
  });

  test("its frames and its Dataset have massgrid's numbers, bit for bit", () => {
    const dump = `
results.to_numpy().T.copy().tofile("frame.f64")
sweep.V_pce.transpose("C", "u", "time").values.tofile("dataset.f64")
results_map.V_pce_mean.to_numpy().tofile("mean.f64")
traces.filter(pl.col("key") == "JRC2_7").collect()["V_pci"].to_numpy().tofile("polars.f64")
print([list(level) for level in results.columns[[0, 16]]], list(results_map.index) == list(results["V_pce"].columns.get_level_values(0)))
`;
    const last = printed([...blocks, { language: "python", code: dump, shown: "" }], python).at(-1);
    expect(last?.trim()).toBe("[['V_pce', 'JRC2_0', 'jrc', 'jrc_op/V_e'], ['V_pci', 'JRC2_1', 'jrc', 'jrc_op/V_i']] True");
    const columns = ["V_pce", "V_pci"].flatMap((output) => points().flatMap(({ key }) => [...trace(traces, key, output)]));
    expect(doubles("frame.f64")).toEqual(Float64Array.from(columns));
    const byGrid = points().sort((a, b) => a.C - b.C || a.u - b.u);
    expect(doubles("dataset.f64")).toEqual(Float64Array.from(byGrid.flatMap(({ key }) => [...trace(traces, key, "V_pce")])));
    expect([...doubles("mean.f64")]).toEqual([...(map.getChild("V_pce_mean") ?? [])]);
    expect(doubles("polars.f64")).toEqual(trace(traces, "JRC2_7", "V_pci"));
  });
});

/** Whether R has some packages. */
function hasR(...packages: string[]): boolean {
  const wanted = `quit(status = !all(c(${packages.map((name) => `"${name}"`).join(", ")}) %in% rownames(installed.packages())))`;
  return spawnSync("Rscript", ["-e", wanted]).status === 0;
}

const R = { command: "Rscript", args: ["-"], print: 'cat("-- end of block\\n")' };
/** The blocks of the page's two sessions, one after the other. */
const inR = ofR.filter(({ language }) => language === "r");
const second = inR.findIndex(({ code }) => code.includes("library(reticulate)"));

describe("pages: docs/r.md, by reticulate", () => {
  const found = existsSync(pythonPath) && hasR("reticulate");
  needs(found, "docs/r.md is not run by reticulate: apt-get install r-cran-reticulate, and npm run test:consumers, install what it needs");

  test("its blocks print what it shows, and its frame has massgrid's numbers", () => {
    process.env.RETICULATE_PYTHON = pythonPath;
    const blocks = inR.slice(second);
    const dump = 'writeBin(traces$V_pce, "r.f64"); writeBin(points$V_pce_std, "r-std.f64")';
    const all = printed([...blocks, { language: "r", code: dump, shown: "" }], R).slice(0, -1);
    expect(all.map(trimmed)).toEqual(blocks.map(({ shown }) => trimmed(shown)));
    expect(doubles("r.f64")).toEqual(Float64Array.from(points().flatMap(({ key }) => [...trace(traces, key, "V_pce")])));
    expect([...doubles("r-std.f64")]).toEqual([...(map.getChild("V_pce_std") ?? [])]);
  });
});

describe("pages: docs/r.md, by arrow", () => {
  needs(
    hasR("arrow", "dplyr"),
    'docs/r.md is not run by R\'s arrow, which Debian does not have: install.packages(c("arrow", "dplyr")) in R',
    true,
  );

  test("its blocks print what it shows", () => {
    const blocks = inR.slice(0, second);
    expect(printed(blocks, R).map(trimmed)).toEqual(blocks.map(({ shown }) => trimmed(shown)));
  });
});
