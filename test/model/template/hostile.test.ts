// Each hostile file is refused by its name, with file, line and column, in little time and memory; also from the command line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { sweep } from "../../../src/cli/sweep.ts";
import type { MassgridError } from "../../../src/errors.ts";
import { templatesFromYaml } from "../../../src/index.ts";
import { sourceOf } from "../../../src/model/build.ts";
import { folderFor } from "../../support/folder.ts";
import { hostile, one } from "../../support/hostile-cases.ts";
import { refusal } from "../../support/sweep.ts";

/** Milliseconds that an answer may take. */
const MOST_TIME = 200;

/** Reads all templates of a text, and compiles the last circuit. */
function build(text: string): void {
  const circuit = Object.values(templatesFromYaml(text, { name: "net.yaml", resolve: () => undefined })).at(-1);
  if (circuit) sourceOf(circuit);
}

/** The error of a text, and the processor's milliseconds that it took. */
async function attempt(text: string): Promise<{ error: MassgridError; taken: number }> {
  const before = process.cpuUsage();
  const error = await refusal(() => build(text));
  const { user, system } = process.cpuUsage(before);
  return { error, taken: (user + system) / 1000 };
}

describe("hostile files", () => {
  test.each(hostile)("$name", async ({ text, code, message }) => {
    const { error, taken } = await attempt(text);
    const [problem, ...others] = error.problems;
    expect([problem.code, others]).toEqual([code, []]);
    expect(problem.message).toMatch(/^net\.yaml:\d+:\d+: /);
    expect(problem.message).toMatch(message);
    expect(problem.source?.file).toBe("net.yaml");
    expect(error.explain()).toMatch(/\n {2}net\.yaml:\d+:\d+\n {2}\d+ \| .*\n +\| *\^/);
    for (const print of [error.message, error.explain()]) {
      expect(print).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(print.length).toBeLessThan(1000);
    }
    // What is compiled for the first time may take longer once.
    expect(Math.min(taken, taken < MOST_TIME ? taken : (await attempt(text)).taken)).toBeLessThan(MOST_TIME);
    expect([Object.hasOwn(Object.prototype, "polluted"), Object.keys(Object.prototype)]).toEqual([false, []]);
  });

  test("all of them together take less than 100 MB", () => {
    const index = new URL("../../../dist/index.js", import.meta.url).href;
    const program = `
      const { templatesFromYaml, simulate } = await import(${JSON.stringify(index)});
      const cases = JSON.parse(await new Response(process.stdin).text());
      const before = process.resourceUsage().maxRSS;
      const codes = [];
      for (const { text } of cases) {
        const run = async () => {
          const circuitTemplate = Object.values(templatesFromYaml(text, { resolve: () => undefined })).at(-1);
          return simulate({ circuitTemplate, simulationTime: 1, stepSize: 1, outputs: {} });
        };
        codes.push(await run().then(() => "none", (error) => error.code ?? String(error.stack)));
      }
      console.log(JSON.stringify({ codes, grown: process.resourceUsage().maxRSS - before }));`;
    const input = JSON.stringify(hostile.map(({ text }) => ({ text })));
    const flags = ["--max-old-space-size=100", "--input-type=module", "-e", program];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { input, encoding: "utf8" });
    expect(stderr).toBe("");
    const { codes, grown } = JSON.parse(stdout);
    expect(codes).toEqual(hostile.map(({ code }) => code));
    expect(grown).toBeLessThan(100_000);
  });
});

describe("hostile files from the command line", () => {
  const folder = folderFor("hostile");
  const spec = join(folder, "spec.yaml");
  const write = (text: string, entry: string) => {
    writeFileSync(join(folder, "net.yaml"), text);
    const options = {
      circuitTemplate: `net/${entry}`,
      paramGrid: { k: [1, 2] },
      paramMap: { k: { vars: ["op/x"], nodes: ["a"] } },
      simulationTime: 1,
      stepSize: 0.5,
      outputs: { x: "a/op/x" },
    };
    writeFileSync(spec, JSON.stringify(options));
  };
  // A name with half a pair, and half a pair itself, cannot be in a file.
  const inFiles = hostile.filter(({ name }) => name !== "a lone surrogate");

  test.each(inFiles)("$name", async ({ text, code, message, entry }) => {
    write(text, entry);
    const error = await sweep(spec, {}, new AbortController().signal).catch((fault: unknown) => fault);
    const told = error instanceof Error ? error.message : "";
    expect(told).toMatch(new RegExp(`^${code}: \\S*net\\.yaml:\\d+:\\d+: .*\\n {2}\\d+ \\| .*\\n +\\| *\\^`));
    expect(told.replaceAll(/\S*net\.yaml/g, "net.yaml")).toMatch(message);
    expect(told.split("\n").at(-1)).toBe("nothing was computed");
  });

  test.each(inFiles.filter((_, i) => i % 25 === 0))("as a process: $name", ({ text, code, entry }) => {
    write(text, entry);
    const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "sweep", spec], { encoding: "utf8" });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`${code}: \\S*net\\.yaml:\\d+:\\d+: `));
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

test("hostile: names and units of a file give a terminal no orders", () => {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const unit = 'description: "Units: x \\e[31mV"\n  equations';
  writeFileSync(join(folder, "net.yaml"), one("x' = -x").replace("equations", unit));
  const key = "k\u001b[31m";
  const spec = { circuitTemplate: "net/net", paramGrid: { [key]: [1] }, paramMap: { [key]: { vars: ["op/x"], nodes: ["a"] } } };
  const run = { simulationTime: 1, stepSize: 0.5, outputs: { "x\u001b[31m": "a/op/x" } };
  writeFileSync(join(folder, "spec.yaml"), JSON.stringify({ ...spec, ...run }));
  const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "sweep", join(folder, "spec.yaml")], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("\\u{1b}[31m");
  expect(stdout).not.toContain("\u001b");
});

describe("hostile: what is no fault", () => {
  test("names of JavaScript's objects are plain names", () => {
    const names = "x: variable\n    constructor: 1.0\n    toString: 2.0\n    hasOwnProperty: 3.0";
    build(one("x' = -x*constructor*toString - hasOwnProperty", names));
    build(
      one("x' = -x").replaceAll(
        /\b(op|node|net)\b/g,
        (name) => ({ op: "valueOf", node: "prototype", net: "__defineGetter__" })[name] ?? name,
      ),
    );
    build(one("x' = -x").replace("{ a: node }", "{ constructor: node, hasOwnProperty: node }"));
  });

  test("a byte order mark and CR LF", () => {
    build(`\ufeff${one("x' = -x").replaceAll("\n", "\r\n")}`);
  });

  test("a key that holds nothing, and templates that nobody refers to", () => {
    expect(templatesFromYaml("aliases: [1, two, null]\na: 1\nb: null\nc: { x: 1 }")).toEqual({});
  });
});
