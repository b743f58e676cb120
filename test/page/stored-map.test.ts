// Maps of stores and files in the explorer: opened, drawn as `massgrid plot` draws them, refreshed while their sweep runs, and refused.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gridSearch, linspace, runShards, tableToIPC, tableToParquet } from "../../src/index.ts";
import { chromiumPath, launch } from "../support/chromium.ts";
import { changed, Served } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";

const options = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: linspace(68, 1350, 8), u: linspace(120, 320, 8) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
  permuteGrid: true,
  outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
  features: { V: ["mean", "std"] },
  results: false as const,
  simulationTime: 0.2,
  stepSize: 1e-3,
};

describe.skipIf(chromiumPath === undefined)("page stored map", () => {
  const folder = folderFor("page-stored-map");
  const parts = join(folder, "parts");
  let browser: Browser;
  let served: Served;
  let elsewhere: Server;
  let address = "";
  /** Whether the server of the store lets other pages read it. */
  let isOpen = true;

  beforeAll(async () => {
    await runShards({ ...options, store: { directory: parts, shardPoints: 16 } }, { shards: [0, 2] });
    const { resultsMap } = await gridSearch(options);
    writeFileSync(join(folder, "whole.map.arrow"), await tableToIPC(resultsMap, "file"));
    writeFileSync(join(folder, "whole.parquet"), await tableToParquet(resultsMap));
    await gridSearch({ ...options, store: { directory: join(folder, "done"), shardPoints: 16 } });
    browser = await launch();
    served = await Served.start(browser);
    elsewhere = createServer(({ url = "" }, response) => {
      const file = join(folder, new URL(url, "http://localhost").pathname);
      const isThere = !file.endsWith("/") && existsSync(file);
      response.writeHead(isThere ? 200 : 404, isOpen ? { "access-control-allow-origin": "*" } : {});
      response.end(isThere ? readFileSync(file) : "");
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const found = elsewhere.address();
    address = typeof found === "object" && found !== null ? `http://127.0.0.1:${found.port}/` : "";
  });
  afterAll(async () => {
    await browser?.close();
    served?.close();
    elsewhere?.close();
  });

  const panel = (page: Page) => page.getByRole("region", { name: /^Stored map: / });
  const told = (page: Page) => page.locator("details", { hasText: "Open a stored map" }).getByRole("alert");

  type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

  /** Clicks what asks for a file or a folder, and chooses it. */
  async function choose(page: Page, name: string, chosen: Chosen): Promise<void> {
    const group = page.locator("details", { hasText: "Open a stored map" });
    if ((await group.getAttribute("open")) === null) await group.locator("summary").click();
    const asked = page.waitForEvent("filechooser");
    await group.getByRole("button", { name }).click();
    await (await asked).setFiles(chosen);
  }

  async function openFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
    await choose(page, "Map file…", { name, mimeType: "", buffer: Buffer.from(bytes) });
  }

  /** The rows of the map as the page lists them. */
  async function rowsOf(page: Page): Promise<string[][]> {
    const box = panel(page).locator("details");
    if ((await box.getAttribute("open")) === null) await box.locator("summary").click();
    await box.locator("tbody tr").first().waitFor();
    return await box.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  }

  async function saved(page: Page, name: string): Promise<Buffer> {
    const waiting = page.waitForEvent("download");
    await panel(page)
      .getByRole("button", { name: `stored map as ${name}` })
      .click();
    return readFileSync(await (await waiting).path());
  }

  test("a file of Arrow or Parquet is drawn with its keys, units and statuses, and saved with its bits", async () => {
    const page = await served.open();
    for (const name of ["whole.map.arrow", "whole.parquet"]) {
      await openFile(page, name, readFileSync(join(folder, name)));
      await page.getByRole("heading", { name: `Stored map: ${name}` }).waitFor();
      await panel(page).getByText("64 points", { exact: true }).waitFor();
      expect(await panel(page).getByRole("img").getAttribute("alt")).toBe("JRC2: V_mean over C and u. A table of the numbers follows.");
    }
    const wanted = tableFromIPC(readFileSync(join(folder, "whole.map.arrow")));
    expect((await rowsOf(page)).map((row) => row[row.length - 1])).toEqual(Array.from(wanted.getChild("V_std") ?? [], String));
    const map = tableFromIPC(await saved(page, "arrow"));
    expect([...map].map(String)).toEqual([...wanted].map(String));
    expect(map.schema.metadata).toEqual(wanted.schema.metadata);
    await panel(page).getByLabel("Drawn").selectOption("V_std");
    await panel(page).getByLabel("Along x").selectOption("u");
    await panel(page).getByRole("img", { name: "JRC2: V_std over u and C" }).waitFor();
    expect(String(await saved(page, "svg"))).toContain("<title>JRC2: V_std over u and C</title>");
    expect((await saved(page, "png")).subarray(1, 4).toString()).toBe("PNG");
    await panel(page).getByRole("button", { name: "Close" }).click();
    expect(await panel(page).count()).toBe(0);
    expect(served.wrong.splice(0)).toEqual([]);
  });

  test("a point of the page's own sweep is told of with what the stored map has of it", async () => {
    const { resultsMap } = await gridSearch({ ...options, paramGrid: { C: [68, 135] }, paramMap: { C: options.paramMap.C } });
    const page = await served.open();
    await openFile(page, "two.arrow", await tableToIPC(resultsMap, "file"));
    await panel(page).getByText("2 points", { exact: true }).waitFor();
    const text = page.locator(".sweep .point-text");
    await page.getByRole("slider", { name: "Point along C" }).focus();
    await page.keyboard.press("End");
    await expect.poll(async () => await text.textContent()).toMatch(/^C = 1350: [\d.]+ [mµ]V$/);
    await page.keyboard.press("Home");
    await expect
      .poll(async () => await text.textContent())
      .toMatch(/^C = 68: std of V_e − V_i: [\d.]+ [mµ]V; V_mean of the stored map: [\d.−-]+ [mµ]?V$/);
    expect(served.wrong.splice(0)).toEqual([]);
  });

  test("a point that is looked at in one of two maps is marked in both, in a pin's colour where it is pinned", async () => {
    const page = await served.open();
    await openFile(page, "whole.map.arrow", readFileSync(join(folder, "whole.map.arrow")));
    await panel(page).getByText("64 points", { exact: true }).waitFor();
    await changed(page, () =>
      page
        .getByLabel(/^Values separated/)
        .first()
        .fill("68; 1350"),
    );
    await page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click();
    await page.getByText("80 points", { exact: true }).waitFor();
    const marks = panel(page).locator(".stored-mark");
    const text = page.locator(".sweep .point-text");
    const stored = panel(page).locator(".point-text");
    /** Where the mark is, as parts of the figure. */
    const placeOfMark = async () => {
      const [mark, image] = [await marks.boundingBox(), await panel(page).getByRole("img").boundingBox()];
      if (!mark || !image) throw new Error("there is no mark");
      return [(mark.x + mark.width / 2 - image.x) / image.width, (mark.y + mark.height / 2 - image.y) / image.height];
    };
    expect(await marks.count()).toBe(0);
    await page.getByRole("slider", { name: "Point along C" }).focus();
    await page.keyboard.press("End");
    await marks.waitFor();
    expect(await stored.textContent()).toMatch(/^C = 1350, u = 120 1\/s: V_mean: −?[\d.]+ mV$/);
    const atEnd = await placeOfMark();
    // The other way: the pointer comes to the lower left cell of the stored map.
    const pointAt = async (across: number) => {
      await panel(page).getByRole("img").scrollIntoViewIfNeeded();
      const image = await panel(page).getByRole("img").boundingBox();
      if (image) await page.mouse.move(image.x + across * image.width, image.y + atEnd[1] * image.height);
    };
    await pointAt(0.12);
    await expect.poll(async () => await stored.textContent()).toMatch(/^C = 68, u = 120 1\/s: V_mean: /);
    await expect
      .poll(async () => await text.textContent())
      .toMatch(/^C = 68, u = 120 1\/s: std of V_e − V_i: .*; V_mean of the stored map: /);
    const [left, top] = await placeOfMark();
    expect([left < 0.2, Math.abs(top - atEnd[1]) < 1e-3, atEnd[0] > 0.7]).toEqual([true, true, true]);
    const colorOf = async () => await marks.evaluateAll((all) => all.map((mark) => getComputedStyle(mark).backgroundColor));
    const looked = await colorOf();
    await page.getByRole("button", { name: "Pin C = 68, u = 120 1/s" }).click();
    await expect.poll(colorOf).not.toEqual(looked);
    const swatches = page.locator(".sweep .legend.pins .swatch");
    expect(await colorOf()).toEqual([await swatches.last().evaluate((swatch) => getComputedStyle(swatch).backgroundColor)]);
    // A point that the page's own sweep has not is marked in the stored map alone.
    await pointAt(0.4);
    await expect.poll(async () => await marks.count()).toBe(2);
    expect(await text.textContent()).toMatch(/^C = 68, /);
    expect(served.wrong.splice(0)).toEqual([]);
  });

  test("the folder of a store is opened, finished or running", async () => {
    const page = await served.open();
    await choose(page, "Store's folder…", join(folder, "done"));
    await panel(page).getByText("64 points", { exact: true }).waitFor();
    await choose(page, "Store's folder…", parts);
    await panel(page).getByText("Not complete: 2 of 4 shards, 32 of 64 points").waitFor();
    // The points of the other shards are gaps, and no neighbours of each other.
    expect(String(await saved(page, "svg"))).toMatch(/64 points · 32 not computed/);
    expect(tableFromIPC(await saved(page, "arrow")).numRows).toBe(32);
    const names = Array.from({ length: 32 }, (_, i) => `JRC2_${i < 16 ? i : i + 16}`);
    expect((await rowsOf(page)).map(([key]) => key)).toEqual(names);
    expect(served.wrong.splice(0)).toEqual([]);
  });

  test("a URL of a running store is drawn, shared by the address, and refreshed as shards come", async () => {
    const page = await served.open();
    await page.getByText("Open a stored map").click();
    await page.getByLabel("Address of a map file").fill(`${address}parts`);
    await page.getByRole("button", { name: "Open the address" }).click();
    await panel(page).getByText("Not complete: 2 of 4 shards, 32 of 64 points").waitFor();
    // The state of the page changes beside it.
    await page.getByLabel("Feature").selectOption("mean");
    await page.waitForFunction(() => location.hash.startsWith("#1."));
    const other = await served.open(page.url());
    await panel(other).getByText("2 of 4 shards").waitFor();
    expect(await other.getByLabel("Feature").inputValue()).toBe("mean");
    await runShards({ ...options, store: { directory: parts, shardPoints: 16 } }, { shards: [1] });
    await panel(page).getByRole("button", { name: "Refresh" }).click();
    await panel(page).getByText("Not complete: 3 of 4 shards, 48 of 64 points").waitFor();
    expect((await rowsOf(page)).map(([key]) => key)).toEqual(Array.from({ length: 48 }, (_, i) => `JRC2_${i}`));
    const mine = (text: string) => !text.startsWith(`asked for ${address}`) && !/404/.test(text);
    expect(served.wrong.splice(0).filter(mine)).toEqual([]);
  });

  test("what is no map is told in a sentence, and what is open stays", async () => {
    const page = await served.open();
    const whole = readFileSync(join(folder, "whole.map.arrow"));
    await openFile(page, "whole.map.arrow", whole);
    await panel(page).getByText("64 points", { exact: true }).waitFor();
    const { results } = await gridSearch({ ...options, results: true, simulationTime: 0.05 });
    const grid = readFileSync(join(parts, "_massgrid/grid.arrow"));
    const files: [string, Uint8Array, RegExp][] = [
      ["half.arrow", whole.subarray(0, whole.length / 2), /^half\.arrow is no file of Arrow IPC or of Parquet/],
      ["text.arrow", Buffer.from("no map"), /^text\.arrow is no file of Arrow IPC or of Parquet/],
      ["grid.arrow", grid, /^grid\.arrow has the columns key, value; a sweep has the map/],
      ["x.arrow", await tableToIPC(results, "file"), /^x\.arrow holds traces and no map/],
    ];
    for (const [name, bytes, message] of files) {
      await openFile(page, name, bytes);
      await expect.poll(async () => await told(page).textContent()).toMatch(message);
    }
    const bad = join(folder, "bad");
    mkdirSync(join(bad, "_massgrid"), { recursive: true });
    copyFileSync(join(folder, "done/_massgrid/manifest.json"), join(bad, "_massgrid/manifest.json"));
    const bytes = readFileSync(join(folder, "done/map.arrow"));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(bad, "map.arrow"), bytes);
    await choose(page, "Store's folder…", bad);
    await expect.poll(async () => await told(page).textContent()).toBe("map.arrow in bad/ does not match its checksum");
    rmSync(join(bad, "map.arrow"));
    await choose(page, "Store's folder…", bad);
    await expect.poll(async () => await told(page).textContent()).toBe("map.arrow in bad/ is missing");
    const urls: [string, RegExp][] = [
      ["ftp://example.org/map.arrow", /^only addresses of http and https can be opened, and ".*" is of ftp$/],
      [`${address}gone.arrow`, /gone\.arrow cannot be opened: the server answers 404 Not Found$/],
      [`${address}nothing/`, /^there is no stored sweep in .*; the server answers 404 Not Found$/],
    ];
    for (const [url, message] of urls) {
      await page.getByLabel("Address of a map file").fill(url);
      await page.getByLabel("Address of a map file").press("Enter");
      await expect.poll(async () => await told(page).textContent()).toMatch(message);
    }
    isOpen = false;
    await page.getByRole("button", { name: "Open the address" }).click();
    await expect.poll(async () => await told(page).textContent()).toMatch(/cannot be fetched: its server does not answer, or does not let/);
    isOpen = true;
    expect(await page.getByRole("heading", { name: "Stored map: whole.map.arrow" }).count()).toBe(1);
    expect(page.url()).not.toContain("map=");
    served.wrong.splice(0);
  });
});
