// From the choice of a model to a download by the keyboard alone: no mouse, and no focus that a test sets.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { changed, finished, useExplorer } from "../support/explorer-page.ts";

/** More controls than a page has. */
const MOST_STEPS = 400;

/** What the control that has the focus is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement;
    const labels = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])] : [];
    const [label] = labels;
    return (at?.getAttribute("aria-label") ?? label?.textContent ?? at?.textContent ?? "").trim();
  });
}

/** Presses Tab, or with Shift, until a control has the focus; tells how often. */
async function tabTo(page: Page, name: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<number> {
  for (let steps = 1; steps <= MOST_STEPS; steps++) {
    await page.keyboard.press(key);
    if (name.test(await focused(page))) return steps;
  }
  throw new Error(`no control that is reached by ${key} is called ${name}`);
}

describe.skipIf(chromiumPath === undefined)("page keyboard: the explorer", () => {
  const served = useExplorer();

  test("the keyboard alone chooses a model, sweeps it over two axes, pins a point and saves the map", { timeout: 120_000 }, async () => {
    const page = await served.open();
    await tabTo(page, /^Search$/);
    await page.keyboard.type("fitzhugh");
    await changed(page, () => page.keyboard.press("Enter"));
    expect(await page.getByLabel("Model", { exact: true }).inputValue()).toMatch(/\.fhn$/);
    // A coarser grid: the number of values is typed over.
    await tabTo(page, /^Values$/);
    await page.keyboard.press("Control+A");
    await changed(page, () => page.keyboard.type("9"));
    await page.getByText(/^9 points/).waitFor();
    const title = (await page.locator(".sweep h2").textContent()) ?? "";
    await tabTo(page, / along y$/);
    await tabTo(page, / along y$/);
    await changed(page, () => page.keyboard.press("Enter"));
    await page.getByText("360 points", { exact: true }).waitFor();
    expect(await page.locator(".sweep h2").textContent()).toMatch(new RegExp(`^${title} and \\S+`));
    await tabTo(page, /^Point along /, "Shift+Tab");
    await page.keyboard.press("End");
    await tabTo(page, /^Pin /);
    await page.keyboard.press("Enter");
    await page.locator(".trace-title").first().waitFor();
    await finished(page);
    await tabTo(page, /^Download and share$/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^map as csv$/);
    const saved = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const chunks: Buffer[] = [];
    for await (const chunk of await (await saved).createReadStream()) chunks.push(Buffer.from(chunk));
    const lines = Buffer.concat(chunks).toString().trim().split("\n");
    expect(lines).toHaveLength(361);
    // Ctrl+Z takes the pin away again.
    await page.keyboard.press("Control+z");
    await expect.poll(() => page.locator(".trace-title").count()).toBe(0);
  });
});
