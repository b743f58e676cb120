// Figures that do not lie: dots and lines, points that failed, titles, scales, and what a click on a figure keeps.
import { describe, expect, test } from "vitest";
import { chosenScale, evenTicks, isFine, logTicks } from "../../src/figure/scale.ts";
import { linkOf } from "../../src/page/link.ts";
import { MapData } from "../../src/page/map-data.ts";
import { readModel } from "../../src/page/models.ts";
import { bending } from "../../src/page/refine.ts";
import { defaultState, published, type State } from "../../src/page/state.ts";
import { sweep } from "../../src/page/sweep.ts";
import { chromiumPath } from "../support/chromium.ts";
import { Drawing } from "../support/drawing.ts";
import { changed, download, numbersOf, useExplorer } from "../support/explorer-page.ts";

const never = new AbortController().signal;

/** A state's figures, computed to their end. */
async function computed(state: State): Promise<MapData> {
  const map = new MapData(state);
  await sweep({ state, model: readModel(state.model) }, { part: (part) => map.add(part), progress: () => {} }, never);
  return map;
}

const short: State = {
  ...published,
  simulationTime: 2,
  axes: [{ ...published.axes[0], scale: "linear", from: 68, to: 1350, count: 21 }],
  pins: [],
};

describe("page figures: lines", () => {
  test("figures have further points where a line bends, none twice, and none of a list", async () => {
    const map = await computed(short);
    expect(map.done).toBe(21);
    expect(map.between.size).toBeGreaterThan(3);
    expect(map.between.size).toBeLessThanOrEqual(21);
    const grid = new Set(map.grid.x);
    for (const x of map.between.keys()) expect([x > 68 && x < 1350, grid.has(x)]).toEqual([true, false]);
    // The jump of the standard deviation is between two points of the grid, and most of the others are near to it.
    const jump = map.values.findIndex((value, i) => i > 0 && Math.abs(value - map.values[i - 1]) > 0.02);
    expect([...map.between.keys()].some((x) => x > map.grid.x[jump - 1] && x < map.grid.x[jump])).toBe(true);
    expect((await computed({ ...published, simulationTime: 2 })).between.size).toBe(0);
  });

  test("figures of a straight line are not refined, of a corner next to it alone, and of what has no value at its edge", () => {
    const line = (y: (x: number) => number) => Array.from({ length: 11 }, (_, x) => ({ x, y: [y(x)] }));
    const places = (y: (x: number) => number) => [...bending(line(y), { isLog: false, most: 10, narrowest: 1e-3 })];
    expect(places((x) => 3 * x)).toEqual([]);
    expect(places(() => 7)).toEqual([]);
    expect(places((x) => Math.abs(x - 5))).toEqual([4.5, 5.5]);
    expect(places((x) => (x < 4 ? x : Number.NaN))).toEqual([2.5, 3.5, 4.5]);
    expect([
      ...bending(
        line((x) => Math.abs(x - 5)),
        { isLog: false, most: 1, narrowest: 1e-3 },
      ),
    ]).toHaveLength(1);
  });

  test("figures have ticks, at least two, whatever their range", () => {
    for (const range of [
      [10.2, 10.8],
      [0.91, 1.89],
      [-12.4, -11.6],
      [1e-9, 1.4e-9],
    ] as const) {
      expect(evenTicks(range, 2).length).toBeGreaterThanOrEqual(2);
      if (range[0] > 0) expect(logTicks(range, 200).length).toBeGreaterThanOrEqual(2);
    }
    // A power of ten is left out for want of room alone.
    expect(logTicks([0.08, 40], 185)).toEqual([0.1, 1, 10]);
    expect(logTicks([1e-9, 1e9], 185)).toEqual([1e-5, 1, 1e5]);
  });

  test("figures have the scale that was chosen, and ends that were typed", () => {
    const values = [1, 2, 3, 4, 100];
    const auto = { scale: "auto", low: null, high: null } as const;
    expect(chosenScale(values, auto)).toEqual({ range: [1, 100], log: false, allIntegers: true });
    expect(chosenScale(values, { ...auto, scale: "log" })).toMatchObject({ range: [1, 100], log: true });
    expect(chosenScale(values, { scale: "linear", low: -5, high: 50 })).toMatchObject({ range: [-5, 50], log: false });
    expect(chosenScale([-1, 0, 10], { ...auto, scale: "log" })).toMatchObject({ range: [10, 10], log: true });
    expect(chosenScale([-1, -2], { ...auto, scale: "log" })).toMatchObject({ range: [-2, -1], log: false });
    expect([isFine([1, 2, 4, 8, 16, 32, 64, 128, 256], true), isFine([1, 2, 4, 8, 16, 32, 64, 128, 256], false)]).toEqual([true, false]);
  });
});

describe.skipIf(chromiumPath === undefined)("page figures: the explorer", () => {
  const served = useExplorer();

  test("figures keep the title of what is drawn, greyed, until other numbers are there", async () => {
    const page = await served.open();
    const title = page.getByRole("heading", { level: 2 }).first();
    await page.getByLabel("Feature").first().selectOption("mean");
    const [text, stale] = await page.evaluate(() => [
      document.querySelector(".sweep h2")?.textContent,
      document.querySelector(".sweep")?.classList.contains("stale"),
    ]);
    expect([text?.startsWith("std"), stale].every((one) => one === true) || text?.startsWith("mean")).toBe(true);
    await page.getByText("mean of V_e − V_i over C").waitFor();
    expect(await title.textContent()).toBe("mean of V_e − V_i over C");
    await page.waitForFunction(() => !document.querySelector(".sweep")?.classList.contains("stale"));
  });

  test("figures say which points failed, when and why, and a button does what would help", async () => {
    const page = await served.open();
    const told = page.locator(".failures");
    expect(await told.isVisible()).toBe(false);
    await changed(page, () => page.getByLabel("tau_e of jrc/jrc_op, as a number").fill("0.00004"));
    await told.getByText(/^All 6 points failed, since it grew beyond all bounds: C = 68 \(at [\d.]+ ms\);.* and 1 more$/).waitFor();
    await changed(page, () => told.getByRole("button", { name: "Smaller step: 25 µs" }).click());
    await told.waitFor({ state: "hidden" });
    expect(await page.getByLabel("Step", { exact: true }).inputValue()).toBe("0.000025");
    expect((await numbersOf(page)).map((row) => row[2])).toEqual(Array(6).fill("ok"));
  });

  test("figures of what has no value have no axes: traces, spectra and orbits of points that failed say what happened", async () => {
    const page = await served.open();
    const charts = page.locator(".points .chart:visible");
    await expect.poll(() => charts.count()).toBe(8);
    await changed(page, () => page.getByLabel("tau_e of jrc/jrc_op, as a number").fill("0.00004"));
    await expect.poll(() => charts.count()).toBe(0);
    const notes = await page.locator(".trace-head .note").allTextContents();
    expect(notes.map((note) => note.replace(/[\d.]+ ms/, "… ms"))).toEqual(Array(6).fill("failed at … ms: it grew beyond all bounds"));
    await page.getByText(/^A spectrum is of a trace of a point/).waitFor();
    await page.getByText(/^An orbit is of the trace of a point/).waitFor();
  });

  test("figures of a signal that rests have no axes without ticks, and it is said why there is no frequency", async () => {
    const text = `op: { base: OperatorTemplate, equations: "x' = 0*a*x", variables: { x: output(0.5), a: 1.0 } }
n: { base: NodeTemplate, operators: [op] }
rest: { base: CircuitTemplate, nodes: { p: n } }`;
    const model = { text, circuit: "rest" };
    const state = { ...defaultState(model, readModel(model).description), feature: "peakFrequency" as const, pins: [[1.5]] };
    const page = await served.open(await linkOf(state));
    await page.getByText("All 41 points have no peakFrequency of x: a signal that rests, or only rises or falls, has no rhythm").waitFor();
    await page.getByText(/^A spectrum is of a trace .* varies\.$/).waitFor();
    expect(await page.getByRole("button", { name: "try it" }).count()).toBe(0);
  });

  test("figures of traces have a scale each, or one for all, on the page and in the file", async () => {
    const page = await served.open();
    const first = page.locator(".trace canvas").first();
    const picture = () => first.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const own = await picture();
    const ticks = async () => {
      const drawing = new Drawing((await download(page, "Figure of the traces as svg")).toString());
      return drawing.labels.length + drawing.texts.filter((text) => text === "−100").length;
    };
    const before = await ticks();
    await page.getByLabel("Scale of the traces").selectOption("one");
    await expect.poll(picture).not.toBe(own);
    // All six have the tick of the largest, the only one that has it on a scale of its own.
    expect((await ticks()) - before).toBe(5);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect.poll(picture).toBe(own);
    expect(await page.getByLabel("Scale of the traces").inputValue()).toBe("own");
  });

  test("figures have every pin in its colour in a legend of each panel, and the scale and colours that are chosen", async () => {
    const page = await served.open();
    const legends = await page.$$eval(".legend.pins", (found) => found.map((each) => each.textContent));
    expect(legends).toEqual(Array(3).fill("C = 68C = 128C = 135C = 270C = 675C = 1350"));
    const picture = () => page.$eval(".sweep canvas", (canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await picture();
    await page.getByText("Scale and colours of the figure").click();
    await page.getByLabel("Scale", { exact: true }).selectOption("linear");
    await expect.poll(picture).not.toBe(before);
    const linear = await picture();
    await page.getByLabel(/^Up to/).fill("0,1");
    await expect.poll(picture).not.toBe(linear);
    // A range that is emptied is that of the values again.
    await page.getByLabel(/^Up to/).fill("");
    await expect.poll(picture).toBe(linear);
  });
});
