import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { judged, tableOf } from "../bench/peers/tables.mjs";
import { sectionOf, withSection } from "../bench/support/results.mjs";
import { gridSearch, trace } from "../src/index.ts";
import { filesUnder } from "./support/imports.ts";

const root = join(import.meta.dirname, "..");
const texts = filesUnder(root, "bench", [".mjs"]).map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** Names that a source file exports. */
function exportsOf(file: string): string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      return statement.exportClause.elements.map(({ name }) => name.text);
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
    const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isNamed && statement.name ? [statement.name.text] : [];
  });
}

describe("benches follow the house, which no compiler checks for them", () => {
  const loads = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/const \{ ([\w, ]+) \} = await load\("([\w/-]+)"\)/g)].map(([, names, part]) => ({
      file,
      names: names.split(", "),
      part,
    })),
  );

  test("what they load of the built package is there, under its present names", () => {
    expect(loads.length).toBeGreaterThan(10);
    const missing = loads.flatMap(({ file, names, part }) => {
      const source = `src/${part}.ts`;
      if (!existsSync(join(root, source))) return [`${file}: ${source}`];
      const known = exportsOf(source);
      return names.filter((name) => !known.includes(name)).map((name) => `${file}: ${name} of ${source}`);
    });
    expect(missing).toEqual([]);
  });

  test("programs that they run in processes of their own import files that exist", () => {
    const paths = texts.flatMap(({ file, text }) =>
      [...text.matchAll(/from "\.\/(bench\/[\w./-]+)"/g)].map(([, path]) => ({ file, path })),
    );
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("results.md has a section for each bench", () => {
  const page = readFileSync(join(root, "bench/results.md"), "utf8");
  const named = [...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name);
  const section = sectionOf([{ question: "how fast", found: "very", ratio: "0.5", target: "", met: "" }], ["### Details"], {
    ...{ date: "2026-01-01", machine: "1 core" },
  });

  test("its headings are names of benches", () => {
    expect(named.filter((name) => !existsSync(join(root, `bench/${name}.mjs`)))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  test("a run of one bench replaces its own section alone", () => {
    const replaced = withSection(page, "network", section, named);
    const without = (text: string) => text.replace(/^## network\n[\s\S]*?(?=^## )/m, "");
    expect(replaced).toContain("## network\n\n2026-01-01, 1 core.\n\n| what | found");
    expect(replaced).toContain("| how fast | very | 0.5 |  |  |\n\n### Details\n\n## ");
    expect(without(replaced)).toBe(without(page));
    expect(withSection(replaced, "network", section, named)).toBe(replaced);
  });

  test("a bench that has no section yet gets one in the order of the benches", () => {
    const order = [named[0], "new", ...named.slice(1)];
    const headings = [...withSection(page, "new", section, order).matchAll(/^## (.*)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(order);
  });
});

describe("bench: its peers", () => {
  test("every program that takes part is there", () => {
    const programs = ["list", "install"].flatMap((file) => {
      const text = readFileSync(join(root, `bench/peers/${file}.mjs`), "utf8");
      return [...text.matchAll(/"(\w[\w-]*\.(?:py|c|mjs))"/g)].map(([, program]) => program);
    });
    expect(programs.length).toBeGreaterThan(10);
    expect(programs.filter((program) => !existsSync(join(root, "bench/peers", program)))).toEqual([]);
  });

  test("massgrid as a peer answers a line for each call, and writes the traces of gridSearch", async () => {
    const folder = mkdtempSync(join(tmpdir(), "massgrid-peer-"));
    try {
      const [noise, traces] = [join(folder, "noise"), join(folder, "traces")];
      const u = Float64Array.from({ length: 100 }, (_, i) => 120 + ((i * 77) % 200));
      writeFileSync(noise, u);
      const given = { T: 0.01, h: 1e-4, every: 10, solver: "heun", C: [68, 135], noise, options: {} };
      const input = [given, { traces: null }, { traces }].map((line) => `${JSON.stringify(line)}\n`).join("");
      const { stdout, stderr } = spawnSync(process.execPath, [join(root, "bench/peers/massgrid.mjs")], { input, encoding: "utf8" });
      expect(stderr).toBe("");
      const answers = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(answers.map((answer) => Object.keys(answer))).toEqual([["node"], ["ms", "cpu", "process"], ["ms", "cpu", "process"]]);
      const { results } = await gridSearch({
        circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
        paramGrid: { C: given.C },
        paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
        ...{ simulationTime: given.T, stepSize: given.h, samplingStepSize: 1e-3, solver: "heun" },
        inputs: { "jrc/jrc_op/u": u },
        outputs: { V_e: "jrc/jrc_op/V_e", V_i: "jrc/jrc_op/V_i" },
      });
      const expected = ["JRC2_0", "JRC2_1"].flatMap((key) => ["V_e", "V_i"].flatMap((name) => [...trace(results, key, name)]));
      const bytes = readFileSync(traces);
      expect([...new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))]).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("ratios are massgrid's time over the peer's, and the worst of all sizes is judged", () => {
    const found = (name: string, cpu: number, more = {}) => ({
      ...{ peer: { name, ...more }, cpu, first: 10 * cpu, whole: 20 * cpu, peak: 64, difference: 0 },
    });
    const ours = (cpu: number) => found("massgrid, Node 24.21.0", cpu, { node: "24.21.0", isPlain: true });
    const failed = ["a", "b"].map((name) => ({ peer: { name }, why: "unknown option; there are others" }));
    const sizes = [64, 1000].map((points) => {
      const asked = { question: `${points} points, Euler`, kind: "sweep euler", points };
      return [asked, { all: [ours(points), found("JAX, jit and lax.scan", points === 64 ? 128 : 800)], failed }] as const;
    });
    const table = tableOf(...sizes[0]);
    expect(table).toContain("| JAX, jit and lax.scan | 0.50 | 128 | 1280 | 2560 | 64 | same bits |");
    expect(table.at(-1)).toBe("- a; b: unknown option");
    const [row] = judged(sizes);
    expect(row).toMatchObject({ found: "64 points: 0.50; 1000 points: 1.25", ratio: "1.250", target: "≤ 1", met: "NO" });
  });
});
