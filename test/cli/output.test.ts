// What the command line prints of large sweeps and as JSON, streams to stdout, and how it ends where the output cannot be written.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("output");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000, maxBuffer: 2 ** 28 });
}

/** A line of a shell, in which $massgrid is the command. */
function shell(line: string) {
  return spawnSync("bash", ["-c", line], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, massgrid: `${process.execPath} ${cli}` },
  });
}

const template = `op: { base: OperatorTemplate, equations: ["x' = a*x^2 - x"], variables: { x: output(1.0), a: 1.0 } }
pop: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: pop } }
`;

/** Points from 0 to 2, of which those above 1 diverge. */
const spec = (points: number, more = "results: false\nfeatures: {x: [mean, last, regime]}\n") => `circuitTemplate: square/net
paramMap: {a: {vars: [op/a], nodes: [p]}}
paramGrid: {a: {linspace: [0, 2, ${points}]}}
simulationTime: 20
stepSize: 0.01
outputs: {x: p/op/x}
solver: rk4
${more}`;

beforeAll(() => {
  writeFileSync(join(folder, "square.yaml"), template);
  writeFileSync(join(folder, "large.yaml"), spec(101));
  writeFileSync(join(folder, "traces.yaml"), spec(101, ""));
  writeFileSync(join(folder, "small.yaml"), spec(5, ""));
  writeFileSync(join(folder, "failing.yaml"), spec(3).replace("[0, 2, 3]", "[2, 3, 3]"));
  writeFileSync(join(folder, "huge.yaml"), spec(200_000).replace("simulationTime: 20", "simulationTime: 1"));
});

describe("cli output: a large map", () => {
  test("prints counts, extremes, failures and the best points instead of rows", () => {
    const { status, stdout, stderr } = massgrid("sweep", "large.yaml");
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines.length).toBeLessThan(35);
    expect(lines[0]).toMatch(/^101 points: 51 ok, 50 diverged$/);
    expect(stdout).toMatch(/^ {2}a from 0 to 2 \(101 values\)$/m);
    expect(stdout).toMatch(/^x_last +51 +\S+ +net_0 \(a = 0\) +1 +net_50 \(a = 1\)$/m);
    expect(stdout).toMatch(/^x_regime: 51 fixed point$/m);
    expect(stdout).toMatch(/^largest x_mean:\n {2}point .*\n {2}net_50 +1 /m);
    expect(stdout).toMatch(/^failed:\n {2}point .*\n {2}net_51 .*diverged at /m);
    expect(stdout).toContain("… and 45 more; they are all in the map");
    expect(stdout).toContain("50 of 101 points failed: 50 diverged");
  });

  test("of traces alone shows the first points, and of replicates their means", () => {
    const { stdout } = massgrid("sweep", "traces.yaml");
    expect(stdout).toMatch(/^the first points:\n {2}point +a +mean x +sd x +peak/m);
    expect(stdout).toMatch(/^ {2}net_4 /m);
    expect(stdout).not.toMatch(/^ {2}net_5 /m);
    const repeated = massgrid("sweep", "large.yaml", "--set", "replicates=3").stdout;
    expect(repeated).toMatch(/^303 points: 153 ok, 150 diverged$/m);
    expect(repeated).toContain("of replicates, their means:");
    expect(repeated).toMatch(/^largest x_mean:\n {2}point .*\n {2}net_50 /m);
  });
});

describe("cli output: --json", () => {
  test("is one object with counts, extremes, best points, failures and files", () => {
    const { status, stdout, stderr } = massgrid("sweep", "large.yaml", "--json", "--out", "json.arrow");
    expect([status, stderr]).toEqual([0, ""]);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      points: 101,
      statuses: { ok: 51, diverged: 50 },
      steps: 202_000,
      written: ["json.map.arrow"],
      grid: { a: { least: 0, most: 2, values: 101 } },
      features: { x_last: { count: 51, most: { key: "net_50", grid: { a: 1 }, value: 1 } }, x_regime: { labels: { "fixed point": 51 } } },
      best: { feature: "x_mean", points: [{ key: "net_50" }, {}, {}, {}, {}] },
    });
    expect(found.failures).toHaveLength(50);
    expect(found.failures[0]).toMatchObject({ key: "net_51", status: "diverged", failedAt: expect.any(Number) });
    const stored = massgrid("sweep", "large.yaml", "--json", "--store", "json");
    expect(JSON.parse(stored.stdout)).toMatchObject({ points: 101, store: "json" });
    expect(JSON.parse(massgrid("sweep", "small.yaml", "--json", "--certify").stdout).certificate).toMatchObject({ tolerance: 0.01 });
  });

  test("and an exit code of 1 where every point failed", () => {
    const { status, stdout, stderr } = massgrid("sweep", "failing.yaml", "--json");
    expect([status, stderr]).toEqual([1, "massgrid: 3 of 3 points failed: 3 diverged\n"]);
    expect(JSON.parse(stdout).statuses).toEqual({ diverged: 3 });
  });
});

describe("cli output: --out -", () => {
  const bytes = (...args: string[]) =>
    spawnSync(process.execPath, [cli, "sweep", ...args, "--out", "-"], { cwd: folder, maxBuffer: 2 ** 28 });

  test("streams the rows of the files, with the same bytes for any number of workers, and tells on stderr", () => {
    const { status, stdout, stderr } = bytes("large.yaml");
    expect(status).toBe(0);
    expect(String(stderr)).toMatch(/^massgrid: 101 points in [\d.]+ s; 50 of 101 points failed: 50 diverged\n$/);
    expect(massgrid("sweep", "large.yaml", "--out", "file.arrow").status).toBe(0);
    const file = tableFromIPC(readFileSync(join(folder, "file.map.arrow")));
    const names = file.schema.fields.map(({ name }) => name);
    expect(tableFromIPC(stdout).select(names).toString()).toBe(file.toString());
    for (const workers of ["0", "1", "3"]) expect(bytes("large.yaml", "--workers", workers).stdout.equals(stdout)).toBe(true);
    const traces = tableFromIPC(bytes("traces.yaml").stdout);
    expect([traces.numRows, ...traces.schema.fields.map(({ name }) => name)]).toEqual([101 * 2000, "key", "a", "time", "x"]);
  });

  test("leaves with 1 where every point failed, with 2 and no byte where the call is wrong", () => {
    const { status, stdout } = bytes("failing.yaml");
    expect([status, tableFromIPC(stdout).numRows]).toEqual([1, 3]);
    const wrong: [string[], RegExp][] = [
      [["large.yaml", "--set", "results=true"], /large.yaml:9:1: E_STREAM_OPTION: features makes columns of the map/],
      [["large.yaml", "--set", "layout=wide", "--set", "results=true"], /--set layout=wide: E_STREAM_OPTION: /],
      [["large.yaml", "--set", "store.directory=x"], /--set store.directory=x: E_STREAM_OPTION: a stream is not stored/],
      [["large.yaml", "--plot", "x.svg", "--json"], /--out - streams rows to stdout and keeps none; leave out --plot, --json/],
      [["large.yaml", "--set", "stepSize=-1"], /--set stepSize=-1: E_STEP/],
    ];
    for (const [args, message] of wrong) {
      const found = bytes(...args);
      expect(String(found.stderr)).toMatch(message);
      expect([found.status, found.stdout.length]).toEqual([2, 0]);
    }
    expect(readdirSync(folder)).not.toContain("x");
  });

  test("holds up the sweep where the reader stops, and an interrupt says that the stream is cut short", async () => {
    const child = spawn(process.execPath, [cli, "sweep", "huge.yaml", "--out", "-"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += text));
    await new Promise((resolve) => child.stdout.once("readable", () => resolve(undefined)));
    child.kill("SIGINT");
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([1, "massgrid: stopped; the stream is cut short\n"]);
  });
});

describe("cli output: where it cannot be written", () => {
  test("a reader that leaves ends it quietly, with the exit code of SIGPIPE", () => {
    const { stdout, stderr } = shell(`$massgrid sweep huge.yaml --out - | head -c 100 | wc -c; echo "\${PIPESTATUS[@]}"`);
    expect([stdout.split("\n").map((line) => line.trim()), stderr]).toEqual([["100", "141 0 0", ""], ""]);
    const summary = shell(`$massgrid sweep large.yaml | true; echo "\${PIPESTATUS[0]}"`);
    expect([["141\n", "0\n"].includes(summary.stdout), summary.stderr]).toEqual([true, ""]);
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk behind stdout is one line and exit code 1", () => {
    const line = "massgrid: stdout cannot be written: ENOSPC: no space left on device, write\n";
    for (const args of ["large.yaml", "large.yaml --json", "large.yaml --out -"]) {
      const { status, stderr } = shell(`$massgrid sweep ${args} > /dev/full`);
      expect([status, stderr]).toEqual([1, line]);
    }
  });

  test("a file that cannot be written is named with the system's code; files before it are whole, and no half one is left", () => {
    const { status, stderr } = shell(
      'trap "" XFSZ; ulimit -f 60; exec $massgrid sweep traces.yaml --set samplingStepSize=1 --out whole.arrow --plot huge.png',
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^massgrid: (?:huge.png cannot be written: EFBIG: file too large, write; whole.arrow, whole.map.arrow are whole|whole.arrow cannot be written: EFBIG: file too large, write)\n$/,
    );
    const first = shell('trap "" XFSZ; ulimit -f 60; exec $massgrid sweep traces.yaml --out cut.arrow');
    expect([first.status, first.stderr]).toEqual([1, "massgrid: cut.arrow cannot be written: EFBIG: file too large, write\n"]);
    expect(readdirSync(folder).filter((name) => name.includes("cut") || name.includes("huge.png"))).toEqual([]);
    if (readdirSync(folder).includes("whole.arrow")) expect(tableFromIPC(readFileSync(join(folder, "whole.arrow"))).numRows).toBe(20);
  });

  test("a refusal leaves no half-begun store", () => {
    const wrong = [
      ["--set", "stepSize=-1"],
      ["--set", "outputs.x=p/op/y", "--resume"],
      ["--set", "simulationTime=1e9", "--set", "results=true", "--set", "features={}"],
    ];
    for (const args of wrong) {
      const { status, stderr } = massgrid("sweep", "large.yaml", "--store", "deep/half", ...args);
      expect([status === 0, stderr === ""]).toEqual([false, false]);
      expect(readdirSync(folder)).not.toContain("deep");
    }
  });
});
