import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { declarationsOf, structFiles } from "../../scripts/structs.mjs";
import * as table from "../../src/kernel/structs.generated.ts";
import { readField, writeField, writeStruct } from "../../src/kernel/structs.ts";
import * as coefficients from "../../src/model/compile/coefficients.generated.ts";
import { tableaus as tableauOf } from "../../src/model/compile/tableaus.ts";
import { fixedSolvers } from "../../src/sweep/solver.ts";
import { filesUnder } from "../support/imports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const generated = join(root, "src/kernel/structs.generated.ts");
const structs: [string, Struct][] = Object.entries(table).flatMap(([name, value]) => (typeof value === "number" ? [] : [[name, value]]));
const constants = Object.entries(table).filter(([, value]) => typeof value === "number");

interface Struct {
  size: number;
  fields: Record<string, { at: number; type: "i32" | "f64" }>;
}

const declared = structFiles.map((file) => declarationsOf(readFileSync(join(root, file), "utf8")));

/** Messages about the files of src/kernel where the generated table is this text. */
function faultsWith(text: string): string[] {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, target, ...rest) =>
    file === generated ? ts.createSourceFile(file, text, target) : getSourceFile(file, target, ...rest);
  const files = filesUnder(root, "src/kernel", [".ts"]).map((file) => join(root, file));
  const program = ts.createProgram(files, options, host);
  return files.flatMap((file) =>
    program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
  );
}

describe("structs shared with WebAssembly", () => {
  test("the table has every field and number that assembly declares, and no other", () => {
    const fields = declared.flatMap((file) => file.structs.map(({ name, fields }) => [name, fields.map((field) => field.name)]));
    expect(structs.map(([name, struct]) => [name, Object.keys(struct.fields)])).toEqual(fields);
    expect(new Map(constants)).toEqual(new Map(declared.flatMap((file) => file.constants.map(({ name, value }) => [name, value]))));
  });

  test.each(structs)("%s: fields lie within it, aligned, none over another", (_, { size, fields }) => {
    const taken = Object.values(fields).map(({ at, type }) => ({ at, end: at + (type === "f64" ? 8 : 4) }));
    expect(taken.filter(({ at, end }) => at % (end - at) !== 0 || end > size)).toEqual([]);
    expect(taken.filter(({ at, end }) => taken.filter((other) => other.at < end && at < other.end).length > 1)).toEqual([]);
  });

  test("a field that only one side has is a type error where TypeScript writes the struct", () => {
    const added = (struct: string) => struct.replace("  fields: {\n", '  fields: {\n    inAssemblyAlone: { at: 0, type: "i32" },\n');
    const removed = (struct: string) => struct.replace(/ {4}stride: .*\n/, "");
    const parts = readFileSync(generated, "utf8").split(/(?=export const)/);
    const faults = faultsWith(parts.map((part) => (part.startsWith("export const NoiseTerm") ? removed(part) : added(part))).join(""));
    const written = ["Block", "InputSource", "DelayedValue", "EdgeValue", "WienerNoise", "Bound", "NoiseSource", "Tree"];
    const adaptive = ["AdaptiveHeader", "Jump", "SampledInput", "RecordedRow"];
    expect(faults.filter((message) => message.includes("inAssemblyAlone"))).toHaveLength(written.length + adaptive.length);
    expect(faults.filter((message) => message.includes("not assignable to type 'never'"))).toHaveLength(1);
    expect(faults).toHaveLength(written.length + adaptive.length + 1);
  });

  test("what is written is read, and lies where the table says", () => {
    const view = new DataView(new ArrayBuffer(64 + table.Tree.size));
    const values = Object.fromEntries(Object.keys(table.Tree.fields).map((field, i) => [field, 1000 + i]));
    const { n, levels, next, source, scratch, groups, bridge, rows, normals, root, tau, mean, sd } = values;
    writeStruct(view, 64, table.Tree, { n, levels, next, source, scratch, groups, bridge, rows, normals, root, tau, mean, sd });
    expect(view.getInt32(64 + table.Tree.fields.rows.at, true)).toBe(rows);
    expect(view.getFloat64(64 + table.Tree.fields.tau.at, true)).toBe(tau);
    writeField(view, 64, table.Tree, "next", -1);
    expect(readField(view, 64, table.Tree, "next")).toBe(-1);
    expect(readField(view, 64, table.Tree, "sd")).toBe(sd);
  });

  test("no file of the kernel has an offset by hand: memory is written by structs, or as a whole row or table", () => {
    const byPosition = /\.set\(\s*\[|\b(?:words|i32|u32|f64)\[[^\]]*\/ [48] \+ \d|_BYTES = (?:20|24|32|48|64|72|112|288);/;
    const kernel = filesUnder(root, "src/kernel", [".ts"]).filter((file) => !file.endsWith(".generated.ts"));
    const wrong = kernel.filter((file) => byPosition.test(readFileSync(join(root, file), "utf8").replace("SCRATCH_BYTES = 64;", "")));
    expect(wrong).toEqual([]);
  });
});

describe("structs: coefficients of solvers with fixed steps", () => {
  const read = (file: string) => readFileSync(join(root, file), "utf8");

  test("have one home, which solvers and fused loops read", () => {
    const declared = [...read("assembly/coefficients.ts").matchAll(/^export const (\w+): f64 =/gm)].map(([, name]) => name);
    expect(declared.length).toBeGreaterThan(30);
    expect(Object.keys(coefficients).sort()).toEqual([...declared].sort());
    const files = [...Object.keys(fixedSolvers).map((name) => `assembly/solvers/${name}.ts`), "assembly/stepper.ts"];
    const solvers = files.map((file) => read(file).replace(/\/\/.*/g, ""));
    const tableaus = read("src/model/compile/tableaus.ts");
    for (const name of declared) {
      expect([name, solvers.some((text) => text.includes(name)), tableaus.includes(`k.${name}`)]).toEqual([name, true, true]);
    }
    // Times of whole steps aside.
    for (const text of solvers) expect(text.match(/\b(?!1\.0\b|0\.0\b)\d+\.\d+/g)).toBeNull();
    expect(tableaus.match(/\d\.\d|\d \/ \d/g)).toBeNull();
  });

  test("weights of a stage add up to its time, and those of the step to one", () => {
    for (const [name, { stages, end }] of Object.entries(tableauOf)) {
      const share = (scale: object) => ("times" in scale ? Number(scale.times) : "over" in scale ? 1 / Number(scale.over) : Number.NaN);
      const sum = ({ scale, weights }: { scale: object; weights: readonly number[] }) =>
        weights.reduce((all, weight) => all + weight, 0) * share(scale);
      for (const stage of stages) expect([name, sum(stage)]).toEqual([name, expect.closeTo(stage.c, 12)]);
      expect([name, sum(end)]).toEqual([name, expect.closeTo(1, 12)]);
    }
  });
});
