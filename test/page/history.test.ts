// Nothing is lost by a click: steps back and forth, axes that keep their lists and pins, damaged links, files, numbers that are typed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { readNumber, readNumbers } from "../../src/page/element.ts";
import { History } from "../../src/page/history.ts";
import { linkOf } from "../../src/page/link.ts";
import { SliderScale, STEPS } from "../../src/page/slider-scale.ts";
import { pinsFor, published } from "../../src/page/state.ts";
import { chromiumPath } from "../support/chromium.ts";
import { changed, finished, numbersOf, useExplorer } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";

const time = (page: Page) => page.getByLabel("Time", { exact: true });

/** Types a time, and waits until it is a step of the history. */
async function typed(page: Page, value: string): Promise<void> {
  const before = page.url();
  await changed(page, () => time(page).fill(value));
  await page.waitForURL((url) => url.href !== before);
}

describe("page history: states", () => {
  test("history goes back and forth between plain values; a new one forgets what was undone, and an equal one is none", () => {
    const steps = new History(published);
    const [a, b] = [1, 2].map((simulationTime) => ({ ...published, simulationTime }));
    expect(steps.push({ ...published })).toBe(false);
    expect([steps.push(a), steps.push(b), steps.at]).toEqual([true, true, 2]);
    expect([steps.go(0), steps.canUndo, steps.canRedo]).toEqual([published, false, true]);
    expect([steps.push(b), steps.at, steps.canRedo, steps.go(2), steps.go(-1)]).toEqual([true, 1, false, undefined, undefined]);
    expect(steps.state).toEqual(b);
  });

  test("history of pins: a new axis puts them at the value that its variable had, and one that goes joins those that fall together", () => {
    const [c] = published.axes;
    const u = { ...c, path: "jrc/jrc_op/u", key: "u" };
    const variables = [{ path: u.path, name: "u", kind: "input", value: 220, unit: "1/s" } as const];
    const description = { name: "", description: "", elsewhere: [], timeUnit: "s", operators: [], edges: [], variables };
    const both = pinsFor(published, [c, u], description);
    expect(both).toEqual([68, 128, 135, 270, 675, 1350].map((value) => [value, 220]));
    expect(pinsFor({ ...published, axes: [c, u], pins: both }, [u], description)).toEqual([[220]]);
    expect(pinsFor({ ...published, values: { [u.path]: 5 } }, [u, c], description)[0]).toEqual([5, 68]);
    expect(pinsFor(published, [], description)).toEqual([]);
  });

  test("history of sliders: every default lies on its slider, and so do the ends", () => {
    for (const [low, high, usual] of [
      [0, 0.03, 0.01],
      [-1, 1, 0],
      [0.1, 0.7, 0.1 + 0.2],
      [5, 6, 7],
      [1e-9, 3e-9, 2.000000001e-9],
    ]) {
      const scale = new SliderScale(low, high, usual);
      expect(scale.valueAt(scale.placeOf(usual))).toBe(usual);
      const [first, last] = [scale.valueAt(0), scale.valueAt(STEPS)];
      expect([first, last]).toEqual([Math.min(low, usual), Math.max(high, usual)]);
      for (let place = 1; place <= STEPS; place++) expect(scale.valueAt(place)).toBeGreaterThan(scale.valueAt(place - 1));
      expect(scale.with(high + 10).valueAt(STEPS)).toBe(high + 10);
    }
  });

  test("history of numbers: a decimal comma is one, and lists say with what they are separated", () => {
    expect(["0,5", "−3", "1e-3", "1,5e2", " 7 "].map(readNumber)).toEqual([0.5, -3, 1e-3, 150, 7]);
    expect(["", "1,2,3", "1.000,5", "x", "Infinity"].map(readNumber)).toEqual(Array(5).fill(undefined));
    const lists = ["68, 128, 135", "68,128", "0,5; 0,7", "0,5 0,7", "1 2 3", "0.5,0.7", "1, 2 3"];
    expect(lists.map(readNumbers)).toEqual([
      [68, 128, 135],
      [68, 128],
      [0.5, 0.7],
      [0.5, 0.7],
      [1, 2, 3],
      [0.5, 0.7],
      [1, 2, 3],
    ]);
    expect(readNumbers("1, zwei")).toEqual({ wrong: "zwei" });
  });
});

describe.skipIf(chromiumPath === undefined)("page history: the explorer", () => {
  const served = useExplorer();
  const folder = folderFor("history");

  test("history is the browser's: Undo, Redo, Back and Forward", async () => {
    const page = await served.open();
    const undo = page.getByRole("button", { name: "Undo", exact: true });
    const redo = page.getByRole("button", { name: "Redo", exact: true });
    expect([await undo.isDisabled(), await redo.isDisabled()]).toEqual([true, true]);
    await typed(page, "3");
    const three = await numbersOf(page);
    await typed(page, "2");
    await changed(page, () => undo.click());
    expect([await time(page).inputValue(), await numbersOf(page)]).toEqual(["3", three]);
    await changed(page, () => page.goBack());
    expect([await time(page).inputValue(), await undo.isDisabled()]).toEqual(["10", true]);
    await changed(page, () => page.goForward());
    await changed(page, () => redo.click());
    expect([await time(page).inputValue(), await redo.isDisabled()]).toEqual(["2", true]);
  });

  test("history has Reset too, which Ctrl+Z undoes", async () => {
    const page = await served.open();
    await typed(page, "2");
    await changed(page, () => page.getByRole("button", { name: "Reset" }).click());
    expect(await time(page).inputValue()).toBe("10");
    await page.locator("h2").first().click();
    await changed(page, () => page.keyboard.press("Control+z"));
    expect(await time(page).inputValue()).toBe("2");
  });

  test("history keeps lists and pins while axes are chosen", async () => {
    const page = await served.open();
    await changed(page, () => page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click());
    await page.getByText("240 points", { exact: true }).waitFor();
    expect(await page.locator(".trace-title").allTextContents()).toContain("C = 675, u = 220 1/s");
    await changed(page, () => page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click());
    await page.getByText("6 points", { exact: true }).waitFor();
    expect(await page.getByLabel("Values separated").first().inputValue()).toBe("68, 128, 135, 270, 675, 1350");
    await expect.poll(() => page.locator(".trace-title").allTextContents()).toEqual([68, 128, 135, 270, 675, 1350].map((c) => `C = ${c}`));
  });

  test("history of a damaged link: it is told, nothing else is opened, and the published sweep is a click away", async () => {
    const good = await served.open();
    await typed(good, "3");
    const link = good.url();
    const page = await good.context().newPage();
    await page.goto(link.slice(0, -20));
    await page
      .getByRole("alert")
      .getByText(/^This link is damaged: .*Nothing has been opened/)
      .waitFor();
    expect(await page.locator(".sweep").count()).toBe(0);
    await page.goto(link.replace("#1.", "#9."));
    await page.getByText("it is of version 9, which this page does not know").waitFor();
    await page.goto(link);
    await finished(page);
    expect(await time(page).inputValue()).toBe("3");
    await page.goto(link.replace("#1.", "#9."));
    await page.reload();
    await page.getByRole("link", { name: "Open the published sweep instead" }).click();
    await page.getByText("6 points", { exact: true }).waitFor();
  });

  test.each(["DOMContentLoaded", "massgrid map drawn"])(
    "history of a link that is put into the address at %s, before the page stands: it is opened",
    async (moment) => {
      const first = await served.open();
      const page = await first.context().newPage();
      const link = await linkOf({ ...published, simulationTime: 3, pins: [[68], [270]] });
      await page.addInitScript(
        ([when, hash]) => {
          if (location.hash !== "") return;
          const go = () => {
            if (location.hash === "") location.hash = hash;
          };
          if (when === "DOMContentLoaded") addEventListener(when, go);
          else new PerformanceObserver((list) => list.getEntriesByName(when).length > 0 && go()).observe({ type: "mark" });
        },
        [moment, link],
      );
      await page.goto(first.url());
      await expect.poll(() => time(page).inputValue(), { timeout: 30_000 }).toBe("3");
      await expect.poll(() => page.locator(".trace-title").allTextContents(), { timeout: 30_000 }).toEqual(["C = 68", "C = 270"]);
    },
  );

  test("history in a file: what is on the page is saved, and opened again", async () => {
    const page = await served.open();
    await typed(page, "3");
    const numbers = await numbersOf(page);
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const saved = join(folder, "explorer.json");
    await (await waiting).saveAs(saved);
    const other = await served.open();
    const chooser = other.waitForEvent("filechooser");
    await other.getByRole("button", { name: "Open a file…" }).click();
    await changed(other, async () => (await chooser).setFiles(saved));
    expect([await time(other).inputValue(), await numbersOf(other)]).toEqual(["3", numbers]);
    const damaged = join(folder, "damaged.json");
    writeFileSync(damaged, JSON.stringify({ "massgrid explorer": 1, state: { solver: "huen" } }));
    const again = other.waitForEvent("filechooser");
    await other.getByRole("button", { name: "Open a file…" }).click();
    await (await again).setFiles(damaged);
    await other.getByText(/^damaged\.json is damaged: .*Nothing has been opened\.$/).waitFor();
    expect(await numbersOf(other)).toEqual(numbers);
  });

  test("history of a wrong number: it says what is wrong, to a screen reader too, and the field shows what is in use when it is left", async () => {
    const page = await served.open();
    await changed(page, () => time(page).fill("2,5"));
    await time(page).fill("2x");
    const told = page.locator(`#${await time(page).getAttribute("aria-describedby")}`);
    expect([await told.textContent(), await told.getAttribute("role"), await time(page).getAttribute("aria-invalid")]).toEqual([
      "Time must be a time above 0; “2x” is no number.",
      "alert",
      "true",
    ]);
    await time(page).blur();
    expect([await time(page).inputValue(), await time(page).getAttribute("aria-invalid")]).toEqual(["2.5", null]);
    expect(await told.textContent()).toContain("The figure keeps 2.5.");
  });
});
