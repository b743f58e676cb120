// The explorer in Chromium with a figure of 10 000 points: tasks of its thread that take over 50 ms, from the first point to the last.
import { serveExplorer } from "../../build/lib/cli/explore.js";
import { linkOf } from "../../build/lib/page/link.js";
import { published } from "../../build/lib/page/state.js";
import { fromTests } from "../support/run.mjs";

const axis = (path, key, from, to) => ({ path, key, scale: "linear", from, to, count: 100, values: [] });
const state = {
  ...published,
  axes: [axis("jrc/jrc_op/c", "C", 68, 300), axis("jrc/jrc_op/h_e", "h_e", 0.002, 0.005)],
  ...{ simulationTime: 1, stepSize: 1e-3, cutoff: 0.2, pins: [], noise: {} },
};

/** How long each long task took, in ms; undefined where there is no Chromium. */
export async function longTasks() {
  const { chromiumPath, launch } = await fromTests("support/chromium.ts");
  if (chromiumPath === undefined) return undefined;
  const browser = await launch();
  const server = await serveExplorer(0, undefined);
  try {
    const page = await browser.newPage();
    const { port } = server.address();
    await page.goto(`http://127.0.0.1:${port}/`);
    const over = () => performance.getEntriesByName("massgrid map finished").length > 0;
    await page.waitForFunction(over, undefined, { timeout: 60_000 });
    await page.evaluate(() => {
      globalThis.tasks = [];
      performance.clearMarks();
      new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: "longtask",
      });
    });
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      await linkOf(state),
    );
    await page.waitForFunction(over, undefined, { timeout: 300_000 });
    return await page.evaluate("tasks");
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
