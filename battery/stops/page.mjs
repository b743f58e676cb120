// The explorer in Chromium with a figure of 10 000 points: how long tasks of its thread take, from the first point to the last.
import { serve, tasksOf } from "../../bench/support/explorer.mjs";
import { linkOf } from "../../build/lib/page/link.js";
import { published } from "../../build/lib/page/state.js";
import { fromTests } from "../support/run.mjs";

const axis = (path, key, from, to) => ({ path, key, scale: "linear", from, to, count: 100, values: [] });
const state = {
  ...published,
  axes: [axis("jrc/jrc_op/c", "C", 68, 300), axis("jrc/jrc_op/h_e", "h_e", 0.002, 0.005)],
  ...{ simulationTime: 1, stepSize: 1e-3, cutoff: 0.2, pins: [], noise: {} },
};

/** The processor time of each task of the page, in ms; undefined where there is no Chromium. */
export async function pageTasks() {
  const { chromiumPath, launch } = await fromTests("support/chromium.ts");
  if (chromiumPath === undefined) return undefined;
  const browser = await launch();
  const { address, end } = await serve();
  try {
    const page = await browser.newPage();
    const over = () => performance.getEntriesByName("massgrid map finished").length > 0;
    await page.goto(address);
    await page.waitForFunction(over, undefined, { timeout: 60_000 });
    const isReady = () => performance.getEntriesByName("massgrid page ready").length > 0;
    await page.waitForFunction(isReady, undefined, { timeout: 60_000 });
    await page.evaluate(() => performance.clearMarks());
    const link = await linkOf(state);
    const tasks = await tasksOf(page, async () => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, link);
      await page.waitForFunction(over, undefined, { timeout: 300_000 });
    });
    return tasks;
  } finally {
    await browser.close();
    end();
  }
}
