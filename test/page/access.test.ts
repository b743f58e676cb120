// Who cannot see the explorer, or not well, or on a small screen: axe-core's rules, light and dark, from 360 pixels, and by keyboard.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { changed, numbersOf, useExplorer } from "../support/explorer-page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds against WCAG 2.2 AA and its own best practices: a line for each rule and element. */
async function violations(page: Page): Promise<string[]> {
  // The page's policy forbids scripts that are put into it; the debugger's are not.
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))",
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}

/** Makes a page show as much as it can: a map, pins, a wrong template, all groups open. */
async function everything(page: Page): Promise<void> {
  await changed(page, () => page.getByLabel("Step", { exact: true }).fill("0.001"));
  await changed(page, () => page.getByLabel("Time", { exact: true }).fill("2"));
  await changed(page, () => page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click());
  await changed(page, () => page.getByRole("button", { name: "Another figure beside it" }).click());
  await page.getByRole("slider", { name: "Point along C" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: /^Pin C = / }).press("Enter");
  await page.locator(".trace-title").first().waitFor();
  const folded = page.locator("details:not([open]) > summary");
  while ((await folded.count()) > 0) await folded.first().click();
  await numbersOf(page);
  const editor = page.getByLabel("The model's template in YAML");
  await editor.fill((await editor.inputValue()).replace("V_e' = X_e", "V_e' = X_f"));
  await page.getByRole("button", { name: /^Line \d+/ }).waitFor();
}

describe.skipIf(chromiumPath === undefined)("page access: the explorer for everybody", () => {
  const served = useExplorer();

  test.each([
    ["light", { width: 1300, height: 900 }],
    ["dark", { width: 1300, height: 900 }],
    ["light", { width: 360, height: 740 }],
  ] as const)("axe finds nothing in %s at %o", async (colorScheme, viewport) => {
    const page = await served.open("", { colorScheme, viewport });
    expect(await violations(page)).toEqual([]);
    await everything(page);
    expect(await violations(page)).toEqual([]);
  });

  test("at 360 pixels nothing is wider than the screen", async () => {
    const page = await served.open("", { viewport: { width: 360, height: 740 } });
    const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(await widths()).toEqual([360, 360]);
    await everything(page);
    expect(await widths()).toEqual([360, 360]);
  });

  test("dark is dark: the paper and the figures' lines follow the system while the page is open", async () => {
    const page = await served.open("", { colorScheme: "light" });
    const paper = () => page.evaluate(() => getComputedStyle(document.querySelector(".panel") ?? document.body).backgroundColor);
    const canvas = () => page.evaluate(() => document.querySelector<HTMLCanvasElement>(".trace canvas")?.toDataURL());
    const light = [await paper(), await canvas()];
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(paper).not.toBe(light[0]);
    await expect.poll(canvas).not.toBe(light[1]);
  });

  test("every control is reached by Tab, in the order of the page, and shows its focus", async () => {
    const page = await served.open();
    const seen: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const told = await page.evaluate(() => {
        const at = document.activeElement;
        return at === null || at === document.body ? "" : `${at.tagName} ${getComputedStyle(at).outlineStyle}`;
      });
      if (told === "") break;
      seen.push(told);
    }
    expect(seen.length).toBeGreaterThan(40);
    expect(seen.filter((told) => !/ (?:solid|auto)$/.test(told))).toEqual([]);
  });

  test("progress and results are said", async () => {
    const page = await served.open();
    expect(await page.locator(".sweep [role=status]").allTextContents()).toEqual(["", "Sweep finished: 6 points"]);
    const label = await page.locator(".sweep [role=img]").getAttribute("aria-label");
    expect(label).toMatch(/^std of V_e − V_i over C: from 92 µV at C = 1350 to 38\.\d+ mV at C = 675\. A table of the numbers follows\.$/);
  });
});
