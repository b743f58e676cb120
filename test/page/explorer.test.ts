// The explorer as a user meets it: opened, clicked, typed into, taken away from, and linked to.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Table, tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { gridSearch } from "../../src/index.ts";
import { chromiumPath } from "../support/chromium.ts";
import { asMap, changed, download, numbersOf, useExplorer } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";
import { openingValues as C, openingSweep } from "../support/opening-sweep.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A column of numbers. */
function column(table: Table, name: string): number[] {
  return Array.from(table.getChild(name) ?? [], Number);
}

describe.skipIf(chromiumPath === undefined)("the explorer", () => {
  const served = useExplorer();
  const folder = folderFor("explorer");

  test("opens with the published sweep, already run: Node's bits, six traces, spectra and orbits", async () => {
    const page = await served.open();
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
      "std of V_e − V_i over C",
      "Traces of V_e − V_i",
      "Spectrum",
      "Phase plane",
    ]);
    const { resultsMap } = await gridSearch({ ...openingSweep, paramGrid: { C }, features: { signal: ["std"] } });
    const wanted = column(resultsMap, "signal_std");
    expect(await numbersOf(page)).toEqual(C.map((value, i) => [String(value), String(wanted[i]), "ok"]));
    expect(await page.locator(".trace-title").allTextContents()).toEqual(C.map((value) => `C = ${value}`));
    expect(await page.getByRole("img", { name: /^V_e − V_i against time, C = 128: between .* mV$/ }).count()).toBe(1);
    expect(await page.getByRole("img", { name: /^Power spectra: highest at/ }).count()).toBe(1);
  });

  test("a map over two axes fills in, its cells are clicked, and what is looked at is shown", async () => {
    const page = await served.open();
    await asMap(page);
    const cells = page.locator(".sweep .u-over");
    const box = await cells.boundingBox();
    const at = { x: (box?.width ?? 0) * 0.31, y: (box?.height ?? 0) * 0.4 };
    await cells.hover({ position: at });
    await page.getByText(/^looked at: C = /).waitFor();
    const where = await page.locator(".point-text").textContent();
    await cells.click({ position: at });
    const titles = () => page.locator(".trace-title").allTextContents();
    // The pins of before are still there, at the value that u had; a point that is pinned is not looked at as well.
    await expect.poll(titles).toHaveLength(7);
    expect((await titles()).slice(0, 2)).toEqual(["C = 68, u = 220 1/s", "C = 128, u = 220 1/s"]);
    expect(where?.startsWith((await titles())[6])).toBe(true);
    // The keyboard does the same: sliders choose the point, and a button pins it.
    await page.getByRole("slider", { name: "Point along C" }).focus();
    await page.keyboard.press("End");
    await page.getByRole("button", { name: /^Pin C = 1350/ }).press("Enter");
    await page.locator(".trace-title").nth(7).waitFor();
    await page.getByText(/^8 points are pinned/).waitFor();
    await page
      .getByRole("button", { name: /^Unpin C = 1350/ })
      .first()
      .click();
  });

  test("a wrong equation is told at its line as one types, and a right one is what is computed", async () => {
    const page = await served.open();
    const before = await numbersOf(page);
    await page.getByText("Template (YAML)").click();
    const editor = page.getByLabel("The model's template in YAML");
    const text = await editor.inputValue();
    const line = text.split("\n").findIndex((each) => each.includes("V_i' = X_i")) + 1;
    await editor.fill(text.replace("V_i' = X_i", "V_i' = X_j"));
    await page.getByRole("button", { name: `Line ${line}` }).waitFor();
    expect(await page.locator(".editor .told").textContent()).toMatch(
      /unknown variable X_j in an equation of jrc_op; did you mean X_[ei]\?/,
    );
    expect(await editor.getAttribute("aria-invalid")).toBe("true");
    // What is on the screen is still the model that was right.
    expect(await numbersOf(page)).toEqual(before);
    await changed(page, () => editor.fill(text.replace("m = m_max*sigmoid", "m = 0.5*m_max*sigmoid")));
    expect(await page.locator(".editor .told").textContent()).toBe("");
    await page.waitForFunction((old) => document.querySelector(".numbers tbody tr td:nth-child(2)")?.textContent !== old, before[0][1]);
    expect((await numbersOf(page)).map(([value]) => value)).toEqual(C.map(String));
    // The edited model, taken with its spec, gives the command line the same numbers.
    writeFileSync(join(folder, "model.yaml"), await download(page, "Model (YAML)"));
    writeFileSync(join(folder, "sweep.yaml"), await download(page, "Spec (YAML)"));
    const { status, stderr } = spawnSync(process.execPath, [cli, "sweep", "sweep.yaml", "--out", "edited.arrow"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const { readFileSync } = await import("node:fs");
    const map = tableFromIPC(readFileSync(join(folder, "edited.map.arrow")));
    expect(column(map, "signal_std").map(String)).toEqual((await numbersOf(page)).map(([, value]) => value));
  });

  test("a link holds it all: opened elsewhere it shows the same numbers, of an edited model too", async () => {
    const page = await served.open();
    await page.getByText("Template (YAML)").click();
    const editor = page.getByLabel("The model's template in YAML");
    const text = await editor.inputValue();
    await changed(page, () => editor.fill(text.replace("h_e: 3.25e-3", "h_e: 3.3e-3")));
    await changed(page, () => page.getByRole("textbox", { name: "Seed" }).fill("7"));
    await changed(page, () => page.getByLabel("Feature").selectOption("peakFrequency"));
    await changed(page, () => page.getByLabel("tau_e of jrc/jrc_op, as a number").fill("0.0101"));
    await page.waitForFunction(() => location.hash.startsWith("#1."));
    await page.waitForTimeout(400);
    const other = await served.open(page.url());
    expect(await numbersOf(other)).toEqual(await numbersOf(page));
    const [mine, theirs] = [await download(page, "traces as arrow"), await download(other, "traces as arrow")];
    expect(theirs.equals(mine)).toBe(true);
    expect(other.url()).toBe(page.url());
  });

  test("a damaged link that is put into the address is told, and what was on the page stays", async () => {
    const page = await served.open();
    await page.evaluate(() => {
      location.hash = "#1.notalink";
    });
    await page.getByText(/^This link is damaged: .*Nothing has been opened\.$/).waitFor();
    expect(await numbersOf(page)).toHaveLength(6);
  });

  test("what cannot be run is told, and a sweep can be stopped", async () => {
    const page = await served.open();
    await page.getByLabel("Step", { exact: true }).fill("0.0003");
    await page.locator(".trouble").waitFor();
    expect(await page.locator(".trouble").textContent()).toContain("samplingStepSize");
    await changed(page, () => page.getByLabel("Step", { exact: true }).fill("0.0001"));
    expect(await page.locator(".trouble").isVisible()).toBe(false);
    await asMap(page);
    await page.getByLabel("Time", { exact: true }).fill("60");
    const stop = page.getByRole("button", { name: "Stop" });
    await page.getByText(/ of 1,600 points/).waitFor();
    await stop.click();
    const stopped = page.getByText(/^stopped at/);
    await stopped.waitFor();
    const done = Number(/stopped at ([\d,]+)/.exec((await stopped.textContent()) ?? "")?.[1].replace(",", ""));
    expect(done).toBeLessThan(1600);
    const before = await numbersOf(page);
    const known = before.filter(([, , , status]) => status === "ok");
    await page.getByLabel("Time", { exact: true }).fill("2");
    await page.getByText("1,600 points", { exact: true }).waitFor();
    expect(known.length).toBeLessThanOrEqual(done);
  });

  test("a sweep that goes on has the numbers of one that was not stopped", async () => {
    const page = await served.open();
    await asMap(page);
    await page.getByLabel("Time", { exact: true }).fill("6");
    await page.getByText(/ of 1,600 points/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText(/^stopped at/).waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("1,600 points", { exact: true }).waitFor();
    const numbers = await numbersOf(page);
    const other = await served.open((await page.evaluate(() => location.hash)) || page.url());
    await other.getByText("1,600 points", { exact: true }).waitFor();
    expect(await numbersOf(other)).toEqual(numbers);
  });
});
