// The packed package's declarations in the hands of compilers that users have: what must compile by the checkout's own compiles by each.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type typescript from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyProject, installInto, root } from "../test/support/installed.ts";
import { callsInMarkdown } from "../test/support/markdown-calls.ts";
import { check, resolutions } from "../test/support/type-check.ts";

const project = emptyProject();
const packages = fileURLToPath(new URL("compilers/node_modules", import.meta.url));
const folder = join(root, "test/types");
const programs = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

/** The lines behind comments that say what is wrong with them. */
const mistakes = programs["wrong.mts"].split("\n").flatMap((line, i) => (line.startsWith("// tells: ") ? [i + 2] : []));

beforeAll(() => {
  installInto(project);
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

const versions = ["5.7", "5.8", "5.9"];
/** The oldest one by either way to find modules, the others by one: each reads all declarations, which takes ten seconds. */
const [oldest] = versions;
const cases = versions.flatMap((version) =>
  resolutions.filter((resolution) => version === oldest || resolution === "nodenext").map((resolution) => [version, resolution] as const),
);

/** The compiler of a version; undefined where npm could not install it. */
function compiler(version: string): typeof typescript | undefined {
  const place = join(packages, `typescript${version.replace(".", "")}`);
  return existsSync(place) ? createRequire(import.meta.url)(place) : undefined;
}

describe("types: TypeScript", () => {
  test.each(cases)("%s by %s compiles what is right, and tells each mistake", (version, resolution, context) => {
    const ts = compiler(version);
    if (!ts) {
      const message = `TypeScript ${version} is not tested: npm could not install it`;
      if (process.env.MASSGRID_NEEDS_CONSUMERS) throw new Error(message);
      console.log(message);
      context.skip();
      return;
    }
    expect(ts.version.startsWith(`${version}.`)).toBe(true);
    const told = check(ts, { resolution, programs, project });
    expect(told.filter(({ file }) => file !== "wrong.mts")).toEqual([]);
    expect(mistakes.length).toBeGreaterThan(40);
    expect(told.map(({ line }) => line)).toEqual(mistakes);
  });

  test.each([oldest])("%s compiles every block of the documents that calls the package", (version, context) => {
    const ts = compiler(version);
    if (!ts) return context.skip();
    const blocks = Object.fromEntries(callsInMarkdown(root).map(({ name, text }) => [`${name}.mjs`, text]));
    expect(Object.keys(blocks).length).toBeGreaterThan(30);
    expect(check(ts, { resolution: "nodenext", programs: blocks, project, untyped: true })).toEqual([]);
  });
});
