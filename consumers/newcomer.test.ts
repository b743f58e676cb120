// What a newcomer does first, by what the documents say and nothing else, in an empty folder that has the packed package; each says how
// many actions it takes: a file that is written, or a command, is one.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installInto, root, run } from "../test/support/installed.ts";
import { pythonPath } from "./support/run.ts";

const project = mkdtempSync(join(tmpdir(), "massgrid-newcomer-"));
beforeAll(() => {
  installInto(project);
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

const page = (name: string) => readFileSync(join(root, `docs/${name}.md`), "utf8");

/** What a newcomer has done: every action is counted. */
class Newcomer {
  readonly folder: string;
  actions = 0;

  constructor(name: string) {
    this.folder = join(project, name);
    mkdirSync(this.folder);
  }

  /** Saves what a page shows as a file. */
  write(name: string, text: string): void {
    this.actions++;
    writeFileSync(join(this.folder, name), text);
  }

  /** Enters a command that a page shows. */
  enter(command: string, pages: readonly string[]): string {
    this.actions++;
    expect(
      pages.some((name) => page(name).includes(command)),
      `no page has ${command}`,
    ).toBe(true);
    const [program, ...args] = command.split(" ");
    const { status, stdout, stderr } = run(program === "python3" ? pythonPath : program, args, this.folder);
    expect(status, stderr).toBe(0);
    return stdout;
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }
}

/** The first block of a language on a page that has a text in it. */
function block(name: string, language: string, part: string): string {
  const blocks = [...page(name).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text);
  const found = blocks.find((text) => text.includes(part));
  if (found === undefined) throw new Error(`docs/${name}.md has no block of ${language} with ${part}`);
  return found;
}

describe("newcomer", () => {
  test("sweeps a model of one's own: 2 actions", () => {
    const newcomer = new Newcomer("own");
    newcomer.write("own.mjs", block("own-model", "js", "fhn_op"));
    newcomer.actions++;
    const { stdout, stderr } = run(process.execPath, ["own.mjs"], newcomer.folder);
    expect(stderr).toBe("");
    expect(stdout).toContain("0.5 3.82 oscillation");
    expect(newcomer.actions).toBe(2);
  });

  test("is told what is wrong with it, with the line: 2 actions", () => {
    const newcomer = new Newcomer("wrong");
    newcomer.write("wrong.mjs", block("own-model", "js", "fhn_op").replace("b*w)/tau", "b*w)/tua"));
    newcomer.actions++;
    const { status, stderr } = run(process.execPath, ["wrong.mjs"], newcomer.folder);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/E_UNKNOWN_VARIABLE.*tua.*tau/s);
    expect(newcomer.actions).toBe(2);
  });

  test("draws a map of 60 × 60 points: 2 actions", () => {
    const newcomer = new Newcomer("map");
    newcomer.write("c-u.yaml", block("first-sweep", "yaml", "# c-u.yaml"));
    expect(newcomer.enter("npx massgrid sweep c-u.yaml --out c-u.arrow --plot c-u.svg", ["first-sweep"])).toContain("3600 points");
    expect(readFileSync(join(newcomer.folder, "c-u.svg"), "utf8")).toContain("<svg");
    expect(newcomer.actions).toBe(2);
  });

  test("compares three points by their traces: 2 actions", () => {
    const newcomer = new Newcomer("compare");
    newcomer.write("spec.yaml", readFileSync(join(root, "examples/jansen-rit.yaml"), "utf8"));
    newcomer.actions++;
    const points = ["JRC2_0", "JRC2_2", "JRC2_4"];
    const sweep = run("npx", ["massgrid", "sweep", "spec.yaml", "--out", "x.arrow"], newcomer.folder);
    const plot = run("npx", ["massgrid", "plot", "x.arrow", "--points", ...points], newcomer.folder);
    expect([sweep.status, plot.status], sweep.stderr + plot.stderr).toEqual([0, 0]);
    expect(readFileSync(join(newcomer.folder, "x.svg"), "utf8")).toContain("C = 675");
    expect(newcomer.actions).toBe(2);
  });

  test("certifies a sweep: 2 actions", () => {
    const newcomer = new Newcomer("certify");
    newcomer.write("line.yaml", block("first-sweep", "yaml", "# line.yaml"));
    expect(newcomer.enter("npx massgrid sweep line.yaml --certify", ["first-sweep"])).toMatch(/certified at 16 of 121 points/);
    expect(newcomer.actions).toBe(2);
  });

  test("has noise, with bands over replicates: 2 actions", () => {
    const newcomer = new Newcomer("noise");
    newcomer.write("noise.mjs", block("noise", "js", "replicates: 16"));
    newcomer.actions++;
    const { stdout } = run(process.execPath, ["noise.mjs"], newcomer.folder);
    expect(stdout).toMatch(/sd 4: V has a deviation of 0\.863 mV \(0\.793 to 0\.933\)/);
    expect(newcomer.actions).toBe(2);
  });

  test.runIf(existsSync(pythonPath))("reads a sweep in pandas: 4 actions", () => {
    const newcomer = new Newcomer("pandas");
    newcomer.write("sweep.yaml", block("python", "yaml", "# sweep.yaml"));
    newcomer.enter("npx massgrid sweep sweep.yaml --out sweep.arrow", ["python"]);
    newcomer.write("read.py", block("python", "python", "def grid_search"));
    newcomer.actions++;
    const { stdout, stderr } = run(pythonPath, ["read.py"], newcomer.folder);
    expect(stdout, stderr).toContain("(3000, 30)");
    expect(newcomer.actions).toBe(4);
  });

  test("embeds a sweep in a page of Vite: 2 actions", () => {
    const newcomer = new Newcomer("vite");
    newcomer.write("index.html", block("install", "html", "gridSearch"));
    newcomer.actions++;
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const { status, stderr } = run(process.execPath, [vite, "build", "--logLevel", "warn"], newcomer.folder);
    expect(status, stderr).toBe(0);
    expect(newcomer.has("dist/index.html")).toBe(true);
    expect(newcomer.actions).toBe(2);
  });

  test("shares a sweep as a folder that another reads: 3 actions", () => {
    const newcomer = new Newcomer("share");
    newcomer.write("c-u.yaml", block("first-sweep", "yaml", "# c-u.yaml"));
    newcomer.enter("npx massgrid sweep c-u.yaml --store out/map --format parquet", ["first-sweep"]);
    cpSync(join(newcomer.folder, "out/map"), join(newcomer.folder, "theirs/map"), { recursive: true });
    newcomer.actions++;
    expect(run("npx", ["massgrid", "inspect", "theirs/map"], newcomer.folder).stdout).toContain("V_regime");
    expect(newcomer.actions).toBe(3);
  });
});
