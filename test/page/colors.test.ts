// A pin, a trace and a regime have the same colour on the page, in what is saved of it, and in what the command line draws.
import { tableFromIPC } from "apache-arrow";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { figure } from "../../src/cli/write-figure.ts";
import { channelsOf, FAILED } from "../../src/figure/colors.ts";
import { sourceOf } from "../../src/figure/source.ts";
import { gridSearch } from "../../src/index.ts";
import { chromiumPath } from "../support/chromium.ts";
import { Drawing } from "../support/drawing.ts";
import { asAddress, asMap, changed, download, pixelsOf, useExplorer } from "../support/explorer-page.ts";
import { small } from "../support/sweep.ts";

/** `#rrggbb` as a browser tells it. */
const computed = (color: string) => `rgb(${channelsOf(color).join(", ")})`;
/** Colours of the marks of a kind, in their order. */
const strokes = (drawing: Drawing) => drawing.marks("line").map((parts) => strokeOf(parts[0]));
const strokeOf = (part: Element | undefined) => part?.getAttribute("stroke") ?? part?.parentElement?.getAttribute("stroke") ?? "";
const fills = (drawing: Drawing) =>
  drawing
    .marks("rect")
    .flat()
    .map((part) => part.getAttribute("fill") ?? "");

function swatches(page: Page, within: string): Promise<string[]> {
  return page.$$eval(`${within} .swatch`, (marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor));
}

describe.skipIf(chromiumPath === undefined)("page colors: colours", () => {
  const served = useExplorer();

  test.each(["light", "dark"] as const)(
    "of pins are the same on a %s page, in its SVG and PNG, and in a figure of the command line",
    async (colorScheme) => {
      const page = await served.open("", { colorScheme });
      const saved = strokes(new Drawing((await download(page, "Figure of the traces as svg")).toString()));
      expect(new Set(saved).size).toBe(6);
      expect(await swatches(page, ".trace-head")).toEqual(saved.map(computed));
      const shown = await page.$$eval(".trace canvas", (canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
      for (const [i, address] of shown.entries()) expect(await pixelsOf(page, address)).toContain(computed(saved[i]));
      expect(await pixelsOf(page, asAddress(await download(page, "Figure of the traces as png")))).toEqual(
        expect.arrayContaining(saved.map(computed)),
      );
      // Traces of one point, one a line, have the colours of pins in their order.
      const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [135] } }));
      expect(strokes(new Drawing(await figure(sourceOf(resultsMap, results), {})))).toEqual(saved.slice(0, 2));
    },
  );

  test("of regimes are the same on the page, in its SVG, and in a figure of the same map by the command line", async () => {
    const page = await served.open();
    await changed(page, () => page.getByLabel("Feature").first().selectOption("regime"));
    await asMap(page);
    const saved = fills(new Drawing((await download(page, "Figure of the sweep as svg")).toString()));
    const map = tableFromIPC(await download(page, "map as arrow"));
    const drawn = fills(new Drawing(await figure(sourceOf(map, undefined), { features: ["signal_regime"] })));
    expect(saved).toHaveLength(1600);
    expect(saved).toEqual(drawn);
    const colors = new Set(saved);
    expect(colors.size).toBeGreaterThan(1);
    expect(new Set(await swatches(page, ".legend:not(.pins)"))).toEqual(new Set([...colors].map(computed)));
    const canvas = await page.$eval(".sweep .uplot canvas", (found) => (found as HTMLCanvasElement).toDataURL());
    expect(await pixelsOf(page, canvas)).toEqual(expect.arrayContaining([...colors].map(computed)));
  });

  test.each([
    ["numbers", "0.011", 0],
    ["failed points", "0.00004", 1600],
  ] as const)("of %s are the same on the page, in its SVG, and in a figure of the same map by the command line", async (_, tau, failed) => {
    const page = await served.open();
    await changed(page, () => page.getByLabel("tau_e of jrc/jrc_op, as a number").fill(tau));
    await asMap(page);
    const saved = fills(new Drawing((await download(page, "Figure of the sweep as svg")).toString()));
    // A value beside the axes' is one of the map's keys too.
    const map = tableFromIPC(await download(page, "map as arrow"));
    expect(new Set(Array.from(map.getChild("tau_e") ?? [], Number))).toEqual(new Set([Number(tau)]));
    expect(saved).toEqual(fills(new Drawing(await figure(sourceOf(map, undefined), { features: ["signal_std"] }))));
    expect(saved.filter((fill) => fill === FAILED)).toHaveLength(failed);
    const canvas = await page.$eval(".sweep .uplot canvas", (found) => (found as HTMLCanvasElement).toDataURL());
    expect(await pixelsOf(page, canvas)).toEqual(expect.arrayContaining([...new Set(saved)].map(computed)));
  });
});
