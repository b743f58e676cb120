// Noise, replicates, tolerances, arithmetics and further figures, chosen as a user does: the page's numbers are those of gridSearch.
import { tableFromIPC } from "apache-arrow";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { channelsOf, lineColor } from "../../src/figure/colors.ts";
import { acrossReplicates, type GridSearchOptions, gridSearch, ornsteinUhlenbeck, uniformNoise } from "../../src/index.ts";
import { chromiumPath } from "../support/chromium.ts";
import { Drawing } from "../support/drawing.ts";
import { asAddress, changed, colorCounts, download, numbersOf, useExplorer } from "../support/explorer-page.ts";
import { published } from "../support/sweep.ts";

/** The page's sweep of the published model, of 2 s, by the package. */
async function expected(changes: Partial<GridSearchOptions> = {}) {
  const { resultsMap } = await gridSearch(
    published({
      simulationTime: 2,
      inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
      outputs: { signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
      features: { signal: ["std"] },
      ...changes,
    }),
  );
  return resultsMap;
}

type Table = Awaited<ReturnType<typeof expected>>;
const column = (table: Table, name: string) => Array.from(table.getChild(name) ?? [], String);
const shown = async (page: Page, place: number) => (await numbersOf(page)).map((row) => row[place]);

describe.skipIf(chromiumPath === undefined)("page controls: the explorer", () => {
  const served = useExplorer();

  /** A page with the published sweep, of 2 s. */
  async function short(): Promise<Page> {
    const page = await served.open();
    await changed(page, () => page.getByLabel("Time", { exact: true }).fill("2"));
    return page;
  }

  test("controls of replicates give the mean and its confidence interval, as numbers, bars and a band", async () => {
    const page = await short();
    await changed(page, () => page.getByLabel("Replicates").fill("4"));
    const across = acrossReplicates(await expected({ replicates: 4 }));
    for (const [i, name] of ["signal_std", "signal_std_low", "signal_std_high"].entries()) {
      expect(await shown(page, 1 + i)).toEqual(column(across, name));
    }
    expect(await page.locator(".sweep thead th").allTextContents()).toEqual(["C", "std (V)", "low (V)", "high (V)", "status"]);
    // The band is the line's colour, thinned, on white; edges of lines and dots have a few such pixels too.
    const isBand = (color: string) => {
      const wanted = channelsOf(lineColor(0)).map((channel) => 255 + (0x38 / 255) * (channel - 255));
      return (color.match(/\d+/g) ?? []).every((channel, i) => Math.abs(Number(channel) - wanted[i]) <= 2);
    };
    const hasBand = async () => {
      const picture = asAddress(await page.locator(".sweep .uplot canvas").screenshot());
      const band = [...(await colorCounts(page, picture))].filter(([color]) => isBand(color));
      return band.reduce((sum, [, count]) => sum + count, 0) > 300;
    };
    expect(await hasBand()).toBe(false);
    await changed(page, () => page.getByLabel("Spacing").first().selectOption("linear"));
    await expect.poll(hasBand).toBe(true);
    await changed(page, () => page.getByLabel("Replicates").fill("1"));
    await expect.poll(hasBand).toBe(false);
    await page.getByLabel("Replicates").fill("1,5");
    await page.getByText("Replicates must be a whole number from 1 to 1000; 1,5 is not.").waitFor();
  });

  test("controls of noise: an Ornstein-Uhlenbeck process drives an input, and white noise a state, with stochastic solvers alone", async () => {
    const page = await short();
    const u = page.locator(".variable", { has: page.getByLabel("u of jrc/jrc_op, as a number") });
    await changed(page, () => u.getByLabel("Source").selectOption("ornsteinUhlenbeck"));
    await changed(page, () => u.getByLabel(/^Mean/).fill("200"));
    await changed(page, () => u.getByLabel(/^SD/).fill("30"));
    await changed(page, () => u.getByLabel(/^Time constant/).fill("0,02"));
    await changed(page, () => u.getByLabel("Seed", { exact: true }).fill("7"));
    const inputs = { "jrc/jrc_op/u": ornsteinUhlenbeck({ mean: 200, sd: 30, tau: 0.02, seed: 7 }) };
    expect(await shown(page, 1)).toEqual(column(await expected({ inputs }), "signal_std"));
    await page.getByText("Initial values", { exact: true }).click();
    const x = page.locator(".variable", { has: page.getByLabel("X_e of jrc/jrc_op, as a number") });
    expect(await x.getByLabel(/^White noise/).isVisible()).toBe(false);
    await changed(page, () => page.getByLabel("Solver", { exact: true }).selectOption("euler-maruyama"));
    await changed(page, () => x.getByLabel(/^White noise/).fill("0,5"));
    await changed(page, () => x.getByLabel("Seed of white noise").fill("3"));
    const white = { solver: "euler-maruyama", noise: { "jrc/jrc_op/X_e": { sd: 0.5, seed: 3 } } } as const;
    expect(await shown(page, 1)).toEqual(column(await expected({ inputs, ...white }), "signal_std"));
    // An empty field is no noise; a link has it all.
    await changed(page, () => x.getByLabel(/^White noise/).fill(""));
    expect(await shown(page, 1)).toEqual(column(await expected({ inputs, solver: "euler-maruyama" }), "signal_std"));
  });

  test("controls of tolerances are there for adaptive solvers, and of arithmetics for all", async () => {
    const page = await short();
    const relative = page.getByLabel("Relative tolerance");
    expect(await relative.isVisible()).toBe(false);
    for (const [choice, options] of [
      ["float32", { precision: "float32" }],
      ["fastMath", { fastMath: true }],
    ] as const) {
      await changed(page, () => page.getByLabel("Arithmetic").selectOption(choice));
      expect(await shown(page, 1)).toEqual(column(await expected(options), "signal_std"));
    }
    await changed(page, () => page.getByLabel("Arithmetic").selectOption("float64"));
    await changed(page, () => page.getByLabel("Solver", { exact: true }).selectOption("rk45"));
    await changed(page, () => relative.fill("0.001"));
    await changed(page, () => page.getByLabel("Absolute tolerance").fill("1e-5"));
    expect(await shown(page, 1)).toEqual(column(await expected({ solver: { name: "rk45", rtol: 1e-3, atol: 1e-5 } }), "signal_std"));
    await relative.fill("0");
    await page.getByText("Relative tolerance must be above 0; 0 is not.").waitFor();
  });

  test("controls of further figures put them side by side, of the same points; the files and a link have them all", async () => {
    const page = await short();
    await changed(page, () => page.getByRole("button", { name: "Another figure beside it" }).click());
    await changed(page, () => page.getByLabel("Feature of figure 2").selectOption("max"));
    const signal = page.getByLabel("Signal of figure 2");
    await signal.fill("jrc/jrc_op/V_e");
    await changed(page, () => signal.press("Enter"));
    await page.getByRole("heading", { name: "std of V_e − V_i, max of V_e over C" }).waitFor();
    expect(await page.locator(".sweep .figure h3").allTextContents()).toEqual(["std of V_e − V_i", "max of V_e"]);
    const outputs = { signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i", V_e: "jrc/jrc_op/V_e" };
    const map = await expected({ outputs, features: { signal: ["std"], V_e: ["max"] } });
    const both = [...column(map, "signal_std"), ...column(map, "V_e_max")];
    expect(await shown(page, 1)).toEqual(both);
    const saved = tableFromIPC(await download(page, "map as arrow"));
    expect([...column(saved, "signal_std"), ...column(saved, "V_e_max")]).toEqual(both);
    const [head] = (await download(page, "map as csv")).toString().split("\n");
    expect(head).toContain("signal_std");
    expect(head).toContain("V_e_max");
    const drawing = new Drawing((await download(page, "Figure of the sweep as svg")).toString());
    expect(drawing.count("dot").length).toBeGreaterThan(1);
    for (const name of ["std of V_e − V_i", "max of V_e"]) expect(drawing.texts).toContain(name);
    // One pointer: what is looked at is told of both.
    await page.getByRole("slider", { name: "Point along C" }).focus();
    await page.keyboard.press("End");
    expect(await page.locator(".point-text").textContent()).toMatch(
      /^C = 1350: std of V_e − V_i: [\d.]+ [mµ]V; max of V_e: [\d.−-]+ [mµ]?V$/,
    );
    const other = await served.open(page.url());
    expect(await shown(other, 1)).toEqual(both);
    await changed(page, () => page.getByRole("button", { name: "Remove figure 2" }).click());
    expect(await page.locator(".sweep .figure").count()).toBe(1);
    expect(await shown(page, 1)).toEqual(both.slice(0, 6));
  });
});
