// Opening the explorer, beside a bare page of Observable Plot that draws as many points: built alike, from one server, in turns.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { gridSearch } from "../dist/index.js";
import { tasksOf } from "./support/explorer.mjs";
import { published, row } from "./support/measure.mjs";
import { median, openOnce, serveFolders } from "./support/opened.mjs";

const TURNS = 12;
const WARMUP = 2;
const TASKS = 10;

const root = fileURLToPath(new URL("..", import.meta.url));

/** A page that draws points by Observable Plot, and does nothing else. */
async function plotPage(points) {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-plot-"));
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8" /><link rel="icon" href="data:," /><title>Plot</title>
<script type="module" src="./main.js"></script></head><body></body></html>`;
  const script = `import { dot, plot } from "@observablehq/plot";
document.body.append(plot({ marks: [dot(${JSON.stringify(points)}, { x: "C", y: "std" })] }));
performance.mark("plot drawn");`;
  writeFileSync(join(folder, "index.html"), page);
  writeFileSync(join(folder, "main.js"), script);
  const plot = join(root, "node_modules/@observablehq/plot/src/index.js");
  await build({
    root: folder,
    base: "./",
    configFile: false,
    logLevel: "warn",
    resolve: { alias: { "@observablehq/plot": plot } },
    build: { outDir: join(folder, "built"), target: "es2022", modulePreload: { polyfill: false } },
  });
  return { folder, built: join(folder, "built") };
}

/** What the explorer opens with, as points. */
async function publishedPoints() {
  const { resultsMap } = await gridSearch({
    ...published,
    outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    features: { V: ["std"] },
    results: false,
  });
  const [C, std] = ["C", "V_std"].map((name) => Array.from(resultsMap.getChild(name), Number));
  return C.map((value, i) => ({ C: value, std: std[i] }));
}

/** Both pages in turns. */
async function compare(browser, address) {
  const marks = { explorer: ["massgrid map drawn", "massgrid map finished"], plot: ["plot drawn"] };
  const found = { explorer: [], plot: [] };
  for (let turn = -WARMUP; turn < TURNS; turn++) {
    for (const [name, names] of Object.entries(marks)) {
      const once = await openOnce(browser, `${address}/${name}/`, names);
      if (turn >= 0) found[name].push(once);
    }
  }
  return found;
}

/** The longest task of the page's thread from the beginning to all controls, in ms of processor time, of each of some openings. */
async function longestTasks(browser, address) {
  const found = [];
  for (let turn = 0; turn < TASKS; turn++) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    const tasks = await tasksOf(page, async () => {
      await page.goto(address);
      await page.waitForFunction(() => performance.getEntriesByName("massgrid page ready").length > 0);
    });
    found.push(tasks.reduce((a, b) => Math.max(a, b), 0));
    await page.close();
  }
  return found;
}

const least = (values) => values.reduce((a, b) => Math.min(a, b));
const ms = (values) => `${least(values).toFixed(0)} ms (median ${median(values).toFixed(0)})`;

export async function bench() {
  const executablePath = process.env.CHROME_BIN ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) return [];
  const { folder, built } = await plotPage(await publishedPoints());
  const { address, end } = await serveFolders({ explorer: join(root, "dist/explorer"), plot: built });
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const { explorer, plot } = await compare(browser, address);
    const [first, whole] = [0, 1].map((k) => explorer.map(({ shown }) => shown[k]));
    const bare = plot.map(({ shown }) => shown[0]);
    const [ours, theirs] = [explorer, plot].map((turns) => turns.map(({ busy }) => busy));
    const long = await longestTasks(browser, `${address}/explorer/`);
    return [
      row(
        "explorer: opened, to its first picture, beside a bare page of Observable Plot with as many points",
        `${ms(first)} over ${ms(bare)}; processor time ${ms(ours)} over ${ms(theirs)}`,
        "≤ 2.0",
        least(first) / least(bare),
        2,
      ),
      row("explorer: opened, to the whole published sweep, over its first picture", ms(whole), "≤ 1.2", least(whole) / least(first), 1.2),
      row(
        "explorer: opened, until all controls are there: longest task of the page's thread, of processor time, median of the openings",
        `${median(long).toFixed(0)} ms, at most ${Math.max(...long).toFixed(0)} ms`,
        "≤ 50 ms",
        median(long) / 50,
        1,
      ),
    ];
  } finally {
    await browser.close();
    end();
    rmSync(folder, { recursive: true });
  }
}
