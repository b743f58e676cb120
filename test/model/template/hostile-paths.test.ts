// Files that a model must not reach, and files that are none: nothing outside of the model's folder is opened.
import { execFileSync } from "node:child_process";
import fs, { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { simulate } from "../../../src/index.ts";
import { folderFor } from "../../support/folder.ts";
import { refusal } from "../../support/sweep.ts";

const cells = `op: { base: OperatorTemplate, equations: "v' = -v", variables: { v: variable(1.0) } }
pop: { base: NodeTemplate, operators: [op] }
`;
const folder = folderFor("hostile-paths");
const model = join(folder, "model");
beforeAll(() => {
  mkdirSync(join(model, "lib/folder.yaml"), { recursive: true });
  writeFileSync(join(folder, "secret.yaml"), cells);
  writeFileSync(join(model, "lib/cells.yaml"), cells);
  writeFileSync(join(model, "lib/utf16.yaml"), Buffer.from(`\ufeff${cells}`, "utf16le"));
  writeFileSync(join(model, "lib/bytes.yaml"), Buffer.from([0x61, 0x3a, 0xff]));
  writeFileSync(join(model, "lib/empty.yaml"), "");
  writeFileSync(join(model, "lib/huge.yaml"), Buffer.alloc(3e6, "a"));
  symlinkSync("../secret.yaml", join(model, "secret.yaml"));
  symlinkSync("..", join(model, "up"));
  symlinkSync("lib", join(model, "inside"));
  symlinkSync("loop.yaml", join(model, "loop.yaml"));
  symlinkSync("/dev/zero", join(model, "zero.yaml"));
  symlinkSync("/etc/passwd", join(model, "passwd.yaml"));
  if (process.platform !== "win32") execFileSync("mkfifo", [join(model, "pipe.yaml")]);
});

/** Runs a circuit whose node is what this refers to. */
function run(reference: string) {
  writeFileSync(join(model, "main.yaml"), `net:\n  base: CircuitTemplate\n  nodes:\n    a: ${JSON.stringify(reference)}\n`);
  return simulate({ circuitTemplate: `${model}/main/net`, simulationTime: 1, stepSize: 0.5, outputs: { v: "a/op/v" } });
}

/** Names of the files that were opened. */
function opened(): string[] {
  return vi.mocked(fs.openSync).mock.calls.map(([path]) => String(path));
}

afterEach(() => vi.restoreAllMocks());

describe("what a template may refer to", () => {
  test.each(["lib/cells/pop", "./lib/cells/pop", "lib//cells.yaml/pop", "lib.cells.pop", "inside/cells/pop", "up/model/lib/cells/pop"])(
    "%s",
    async (reference) => {
      vi.spyOn(fs, "openSync");
      expect((await run(reference)).getChild("v")?.get(1)).toBe(0.5);
      expect(opened()).toEqual([join(model, "main.yaml"), join(model, "lib/cells.yaml")]);
    },
  );
});

describe("hostile paths: what it must not", () => {
  test.each([
    "../secret/pop",
    "lib/../../secret/pop",
    "..secret.pop",
    "...secret.pop",
    ".secret.pop",
    "secret/pop",
    "up/secret/pop",
    "passwd/root",
    `${folder}/secret/pop`,
    "/etc/passwd/root",
    "/dev/zero/x",
    "%2e%2e/secret/pop",
    "..%2fsecret/pop",
    "..\\secret/pop",
    "..\\secret\\pop",
    "lib\\cells/pop",
    "C:/secret/pop",
    "//host/secret/pop",
    "lib/cells\0/pop",
    "model_templates/../../secret/pop",
  ])("%s leads outside", async (reference) => {
    vi.spyOn(fs, "openSync");
    const error = await refusal(() => run(reference));
    expect(error.code).toBe("E_PATH_OUTSIDE");
    expect(error.problems[0].source).toMatchObject({ line: 4, column: 9 });
    if (!reference.includes("\\")) expect(error.message).toContain(model);
    expect(opened()).toEqual([join(model, "main.yaml")]);
  });

  test.each([
    ["lib/none/pop", "E_UNKNOWN_TEMPLATE"],
    ["~/secret/pop", "E_UNKNOWN_TEMPLATE"],
    ["%252e%252e/secret/pop", "E_UNKNOWN_TEMPLATE"],
    ["lib/\u202ecells/pop", "E_UNKNOWN_TEMPLATE"],
    ["lib/folder/pop", "E_UNKNOWN_TEMPLATE"],
    ["lib/folder.yaml/pop", "E_UNKNOWN_TEMPLATE"],
    ["pipe/pop", "E_UNKNOWN_TEMPLATE"],
    ["zero/pop", "E_UNKNOWN_TEMPLATE"],
    ["loop/pop", "E_UNKNOWN_TEMPLATE"],
    ["x/".repeat(10_000).concat("pop"), "E_UNKNOWN_TEMPLATE"],
    ["lib/cells/toString", "E_UNKNOWN_TEMPLATE"],
    ["main/net", "E_TEMPLATE_CYCLE"],
    ["lib/empty/pop", "E_TEMPLATE_FILE"],
    ["lib/utf16/pop", "E_TEMPLATE_FILE"],
    ["lib/bytes/pop", "E_TEMPLATE_FILE"],
    ["lib/huge/pop", "E_MODEL_TOO_LARGE"],
  ])("%.30s is no file of templates", async (reference, code) => {
    const before = process.cpuUsage();
    const error = await refusal(() => run(reference));
    expect([error.code, error.problems.length]).toEqual([code, 1]);
    expect(error.message).toMatch(/\.yaml:\d+:\d+: /);
    expect(error.message.length).toBeLessThan(500);
    // Of the processor: a file without an end is not read.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe("hostile paths: what is asked for first", () => {
  const call = (circuitTemplate: string) => () => simulate({ circuitTemplate, simulationTime: 1, stepSize: 0.5, outputs: { v: "a/op/v" } });

  test("a path in the form of Windows", async () => {
    await run("lib/cells/pop");
    expect((await call(`${model}/main/net`.replaceAll("/", "\\"))()).numRows).toBe(2);
  });

  test.each([
    ["", "E_REFERENCE"],
    ["/", "E_REFERENCE"],
    ["model.yaml", "E_REFERENCE"],
    ["JRC2", "E_UNKNOWN_TEMPLATE"],
    ["__proto__", "E_UNKNOWN_TEMPLATE"],
    ["/dev/zero/x", "E_UNKNOWN_TEMPLATE"],
    ["a\0b/x", "E_UNKNOWN_TEMPLATE"],
    [`${"x".repeat(1e6)}/y`, "E_UNKNOWN_TEMPLATE"],
    ["http://example.com/x", "E_PATH_SCHEME"],
  ])("%.20s", async (path, code) => {
    const error = await refusal(call(path));
    expect([error.code, error.problems.length]).toEqual([code, 1]);
    expect(error.message.length).toBeLessThan(500);
  });
});
