// The package in the hands of those who judge and bundle it, beside publint and Vite, which npm test has: attw, and webpack.
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launch } from "../test/support/chromium.ts";
import { emptyProject, installInto, type Packed, run } from "../test/support/installed.ts";
import { policies, writePages } from "../test/support/pages.ts";
import { addressOf, serve } from "../test/support/serve.ts";
import { byWebpack } from "./support/webpack.ts";

const project = emptyProject();
let packed: Packed;

beforeAll(() => {
  packed = installInto(project);
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("package: attw finds nothing", () => {
  const attw = createRequire(import.meta.url)
    .resolve("@arethetypeswrong/cli/package.json")
    .replace("package.json", "dist/index.js");
  const { status, stdout } = run(process.execPath, [attw, packed.filename, "--profile", "esm-only"], project);
  expect([status, stdout]).toEqual([0, expect.not.stringMatching(/❌|💀/)]);
  expect(stdout).toContain("🟢 (ESM)");
});

describe.skipIf(chromiumPath === undefined)("package: a page built by webpack", () => {
  test("has Node's bits under a strict policy, with workers and without, and is told the directive that a policy lacks", async () => {
    writePages(project);
    const folder = await byWebpack(project);
    writeFileSync(join(folder, "index.html"), '<!doctype html><script src="./main.js" defer></script>');
    const { sweeps } = await import(pathToFileURL(join(project, "sweeps.mjs")).href);
    const server = await serve(folder, policies);
    const browser = await launch();
    try {
      const inNode = await sweeps(0);
      const page = await browser.newPage();
      const open = async (path: string) => {
        await page.goto(`${addressOf(server)}/${path}`);
        await page.waitForFunction(() => document.title !== "", undefined, { timeout: 60_000 });
        return page.evaluate("found");
      };
      expect(await open("strict/")).toEqual({ failure: undefined, alone: inNode, two: inNode });
      expect(page.workers().length).toBe(2);
      expect(await open("nothing/")).toMatchObject({ failure: expect.stringContaining("add 'wasm-unsafe-eval' to script-src") });
    } finally {
      await browser.close();
      server.close();
    }
  });
});
