// The package as npm packs it, in Node 20, 22, 24 and 26, in Bun and in Deno: the bits of the Node that runs this.
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyProject, installInto, run } from "../test/support/installed.ts";
import { fusingFlags } from "../test/support/relaxed.ts";

const packages = fileURLToPath(new URL("runtimes/node_modules", import.meta.url));
const project = emptyProject();

/** The first of some places of a program that is there. */
const first = (...places: string[]) => places.map((place) => join(packages, place)).find((place) => existsSync(place));

function deno(): string | undefined {
  const folder = join(packages, "@deno");
  const [platform] = existsSync(folder) ? readdirSync(folder) : [];
  return platform && first(`@deno/${platform}/deno`, `@deno/${platform}/deno.exe`);
}

/** Where multiply-adds do not fuse: Node 20 has relaxed SIMD behind a flag, and Bun's engine rounds twice. */
const withoutFusing = ["Node 20", "Bun"];

const node = (major: number) => [`Node ${major}`, () => first(`node${major}/bin/node`, `node${major}/bin/node.exe`), []] as const;
const runtimes: (readonly [name: string, program: () => string | undefined, args: readonly string[]])[] = [
  ...[20, 22, 24, 26].map(node),
  ["Bun", () => first("bun/bin/bun.exe", "bun/bin/bun"), []],
  ["Deno", deno, ["run", "--allow-all"]],
];

let wanted: string;

beforeAll(() => {
  installInto(project);
  copyFileSync(fileURLToPath(new URL("runtimes/smoke.mjs", import.meta.url)), join(project, "smoke.mjs"));
  const { stdout, stderr } = run(process.execPath, [...fusingFlags, "smoke.mjs"], project);
  expect(stderr).toBe("");
  wanted = stdout;
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("runtimes", () => {
  test.each(runtimes)("%s runs the packed package, with the same bits", (name, program, args, context) => {
    const path = program();
    if (path === undefined) {
      const message = `${name} is not tested: npm could not install it`;
      if (process.env.MASSGRID_NEEDS_CONSUMERS) throw new Error(message);
      console.log(message);
      context.skip();
      return;
    }
    const { status, stdout, stderr } = run(path, [...args, "smoke.mjs"], project);
    expect([status, stderr]).toEqual([0, ""]);
    const { fused, ...all } = JSON.parse(wanted);
    expect(JSON.parse(stdout)).toEqual({ ...all, fused: withoutFusing.includes(name) ? "E_FAST_MATH" : fused });
    expect(JSON.parse(stdout).stored).toMatchObject({ ok: true, complete: true });
  });
});
