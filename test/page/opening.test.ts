// What is loaded, and by whom it is computed, when the explorer is opened: without a clock, what its speed comes from.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { readModel } from "../../src/page/models.ts";
import { preparedTraces } from "../../src/page/prepared-run.ts";
import { published } from "../../src/page/state.ts";
import { tracesOf } from "../../src/page/traces.ts";
import { chromiumPath } from "../support/chromium.ts";
import { changed, useExplorer } from "../support/explorer-page.ts";

const assets = fileURLToPath(new URL("../../dist/explorer/assets/", import.meta.url));
const { signal } = new AbortController();

describe("opening of the page: its sweep", () => {
  test("has the traces of every other sweep, their spectra and units, to the bit", async () => {
    const wanted = await tracesOf(published, readModel(published.model), published.pins, signal);
    expect(await preparedTraces({ kind: "traces", state: published, points: published.pins })).toEqual(wanted);
  });

  test("answers for no other state and no other points", async () => {
    const state = { ...published, simulationTime: 5 };
    const found = [
      await preparedTraces({ kind: "traces", state, points: published.pins }),
      await preparedTraces({ kind: "traces", state: published, points: [[100]] }),
    ];
    expect(found).toEqual([undefined, undefined]);
  });
});

/** Scripts that a page has loaded, in its own thread and in workers, by the names that files of the build begin with. */
async function scriptsOf(page: Page): Promise<string[]> {
  const addresses = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const ofWorkers = page.workers().map(async (worker) => {
    return await worker.evaluate(() => [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]);
  });
  const all = [addresses, ...(await Promise.all(ofWorkers))].flat();
  return [...new Set(all.filter((name) => name.endsWith(".js")).map((name) => name.replace(/^.*\//, "")))];
}

function plain(file: string): string {
  return file.replace(/-[\w-]{8}\.js$/, "");
}

describe.skipIf(chromiumPath === undefined)("opening of the page: the explorer", () => {
  const served = useExplorer();

  test("loads six scripts, and at most 130 kB of them, gzipped, beside the library that draws", async () => {
    const page = await served.open();
    const scripts = await scriptsOf(page);
    expect(scripts.map(plain).sort()).toEqual(["controls", "engine", "index", "opening", "rolldown-runtime", "uplot"]);
    const sizes = scripts.filter((file) => plain(file) !== "uplot").map((file) => gzipSync(readFileSync(join(assets, file))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(130_000);
  });

  test("has all of the published sweep in its first picture, before its controls, and says that it was run by the build", async () => {
    const page = await served.open();
    const marks = await page.evaluate(() => performance.getEntriesByType("mark").map(({ name }) => name));
    const own = marks.filter((name) => name.startsWith("massgrid map") || name === "massgrid page ready");
    expect(own).toEqual(["massgrid map drawn", "massgrid map finished", "massgrid page ready"]);
    expect(await page.getByText("run when this page was built").isVisible()).toBe(true);
    await changed(page, () => page.getByLabel("Feature", { exact: true }).selectOption("range"));
    expect(await page.getByText("run when this page was built").isVisible()).toBe(false);
  });

  test("loads what reads models when someone turns to it, and not before", async () => {
    const page = await served.open();
    expect((await scriptsOf(page)).map(plain)).not.toContain("answers");
    await page.mouse.move(300, 300);
    await expect.poll(async () => (await scriptsOf(page)).map(plain)).toContain("answers");
  });
});
