// Other models and other axes in the explorer: the bundled ones, files, lists, even factors, and none.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { changed, numbersOf, useExplorer } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";

const folder = folderFor("explorer-models");

describe.skipIf(chromiumPath === undefined)("models and axes in the explorer", () => {
  const served = useExplorer();

  test("every bundled model can be chosen and swept", async () => {
    const page = await served.open();
    const list = page.getByLabel("Model", { exact: true });
    const models = await list.locator("option").evaluateAll((options) => options.map((option) => option.getAttribute("value") ?? ""));
    const chosen = models.filter((path) => /(?:JRC|qif\.qif|qif_sd|kmo_theta|WC|kmo_mf|vdp|sl|ik_theta|net16)$/.test(path));
    expect(chosen.length).toBeGreaterThan(8);
    for (const path of chosen) {
      await changed(page, () => list.selectOption(path));
      expect([path, await page.locator(".trouble").textContent()]).toEqual([path, ""]);
      expect((await numbersOf(page)).length, path).toBe(41);
      expect(await page.locator(".equation math").count(), path).toBeGreaterThan(1);
    }
  });

  test("the list has families, circuits for tests last, and a search that finds by name and family", async () => {
    const page = await served.open();
    const list = page.getByLabel("Model", { exact: true });
    const search = page.getByLabel("Search", { exact: true });
    const groups = await list.locator("optgroup").evaluateAll((all) => all.map((each) => each.getAttribute("label") ?? ""));
    expect(groups).toContain("Wilson-Cowan populations");
    const first = groups.findIndex((label) => label.startsWith("For tests: "));
    expect(groups.slice(first).every((label) => label.startsWith("For tests: "))).toBe(true);
    expect(first).toBeGreaterThan(4);
    const names = () => list.locator("optgroup option").evaluateAll((all) => all.map((each) => each.getAttribute("value") ?? ""));
    const before = await names();
    await search.fill("wilson plasticity");
    // The model that is explored stays in the list.
    expect((await names()).filter((path) => !path.endsWith(".JRC2"))).toEqual(["model_templates.neural_mass_models.wilsoncowan.WC_stp"]);
    expect(await page.getByText(`1 of ${before.length} models`).count()).toBe(1);
    await changed(page, () => search.press("Enter"));
    expect(await list.inputValue()).toBe("model_templates.neural_mass_models.wilsoncowan.WC_stp");
    expect(await names()).toEqual(before);
    const paper = page.getByRole("link", { name: "doi:10.1016/S0006-3495(72)86068-5", exact: true }).first();
    expect(await paper.getAttribute("href")).toBe("https://doi.org/10.1016/S0006-3495(72)86068-5");
    expect(await paper.getAttribute("rel")).toBe("noopener noreferrer");
    await search.fill("nosuchmodel");
    expect(await page.getByText(`0 of ${before.length} models`).count()).toBe(1);
    expect(await list.inputValue()).toBe("model_templates.neural_mass_models.wilsoncowan.WC_stp");
  });

  test("a template is opened from a file, or dropped on the page; its program runs", async () => {
    const own =
      'op:\n  base: OperatorTemplate\n  equations: "x\' = (a - x)/tau"\n  variables: { x: output(0.5), a: 2.0, tau: 10.0 }\nnode: { base: NodeTemplate, operators: [op] }\nfirst: { base: CircuitTemplate, nodes: { p: node } }\nsecond: { base: CircuitTemplate, nodes: { q: node } }\n';
    const page = await served.open();
    await page.locator("input[type=file]").setInputFiles({ name: "own.yaml", mimeType: "text/yaml", buffer: Buffer.from(own) });
    await page.getByRole("heading", { name: "range of x over a" }).waitFor();
    await changed(page, () => page.getByLabel("Circuit").selectOption("second"));
    expect(await page.getByText("op on q").count()).toBe(1);
    const program = (await page.locator("pre.code").textContent()) ?? "";
    writeFileSync(join(folder, "model.yaml"), own);
    writeFileSync(
      join(folder, "program.mjs"),
      program.replace('"massgrid"', JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)),
    );
    const { stdout, stderr } = spawnSync(process.execPath, ["program.mjs"], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    const numbers = await numbersOf(page);
    expect([...stdout.matchAll(/"x_range": ([^}]+)}/g)].map(([, value]) => value)).toEqual(numbers.map(([, value]) => value));
    // A text that is dropped replaces it; one that is no template leaves it and says so.
    const drop = (text: string) =>
      page.evaluate((dropped) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([dropped], "dropped.yaml"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      }, text);
    await drop(own.replaceAll("x", "y"));
    await page.getByRole("heading", { name: "range of y over a" }).waitFor();
    await drop("nothing: [");
    await page.getByRole("button", { name: /^Line \d/ }).waitFor();
    expect(await page.getByRole("heading", { name: "range of y over a" }).count()).toBe(1);
  });

  test("axes are lists and logarithmic too", async () => {
    const page = await served.open();
    await changed(page, () => page.getByLabel("Step", { exact: true }).fill("0.001"));
    await changed(page, () => page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click());
    await changed(page, () => page.getByLabel("Spacing").first().selectOption("log"));
    await changed(page, () => page.getByLabel("From", { exact: true }).first().fill("100"));
    await changed(page, () => page.getByLabel("Values", { exact: true }).first().fill("40"));
    await changed(page, () => page.getByLabel("Spacing").nth(1).selectOption("list"));
    await changed(page, () =>
      page
        .getByLabel(/^Values separated/)
        .nth(1)
        .fill("100, 150, 300"),
    );
    const values = (await numbersOf(page)).map((row) => row.slice(0, 2).map(Number));
    expect(values).toHaveLength(120);
    expect(values[0]).toEqual([100, 100]);
    expect(Math.abs(values[39][0] - 1350)).toBeLessThan(1e-9);
    expect(values[1][0] / values[0][0]).toBeCloseTo(values[39][0] / values[38][0], 10);
    expect(values[80]).toEqual([100, 300]);
    // What is typed and is none is told at its field, and changes nothing.
    await page.getByLabel("From", { exact: true }).first().fill("-5");
    expect(await page.getByLabel("From", { exact: true }).first().getAttribute("aria-invalid")).toBe("true");
    expect((await numbersOf(page)).map((row) => row.slice(0, 2).map(Number))).toEqual(values);
  });

  test("a model without an axis shows its run", async () => {
    const page = await served.open();
    await page.getByRole("button", { name: "Remove" }).first().click();
    await page.getByText("the run", { exact: true }).waitFor();
    expect(await page.locator(".sweep").isVisible()).toBe(false);
    expect(await page.locator(".trace-title").allTextContents()).toEqual(["the run"]);
    await changed(page, () => page.getByRole("button", { name: "tau_e of jrc/jrc_op along x" }).click());
    expect((await numbersOf(page)).length).toBe(41);
  });
});
