// The explorer in headless Chromium: from opening it to the finished published sweep, a large map beside Node, a slider, and what it loads.
import { existsSync } from "node:fs";
import { deflateRawSync, gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { build } from "vite";
import { gridSearch, linspace } from "../dist/index.js";
import { pageBuild } from "../scripts/build.mjs";
import { serve, tasksOf } from "./support/explorer.mjs";
import { published, row } from "./support/measure.mjs";

const SIDE = 100;
const OPENINGS = 6;
const MAPS = 5;
const MOVES = 40;

const clicked = "jrc/jrc_op/u";
const times = { stepSize: 1e-3, samplingStepSize: 1e-3, simulationTime: 2, cutoff: 0 };
const base = {
  model: { path: published.circuitTemplate },
  values: {},
  noise: {},
  solver: "heun",
  signal: "jrc/jrc_op/V_e - jrc/jrc_op/V_i",
  plane: "jrc/jrc_op/X_e",
  ...times,
};
const range = (path, key, from, to) => ({ path, key, scale: "linear", from, to, count: SIDE, values: [] });
const connectivity = published.paramGrid.C;
const map = { ...base, feature: "peakFrequency", pins: [], axes: [range("jrc/jrc_op/c", "C", 68, 1350), range(clicked, "u", 0, 660)] };
const six = {
  ...base,
  feature: "std",
  pins: connectivity.map((c) => [c]),
  axes: [{ ...range("jrc/jrc_op/c", "C", 68, 1350), scale: "list", values: connectivity }],
};

/** A link as the page makes it. */
function linkOf(state) {
  return `#1.${deflateRawSync(JSON.stringify(state)).toString("base64url")}`;
}

async function opened(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName("massgrid page ready").length > 0);
  return page;
}

/** Milliseconds from the beginning of the navigation to the finished sweep on the screen. */
async function opening(browser, address) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < OPENINGS; i++) {
    const page = await opened(browser, address);
    least = Math.min(least, await page.evaluate(() => performance.getEntriesByName("massgrid map finished")[0].startTime));
    await page.context().close();
  }
  return least;
}

/** A map from a change of a parameter on: first picture, end, and the longest task of the page's thread; the best of several. */
async function mapping(browser, address) {
  const page = await opened(browser, address + linkOf(map));
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => {
      globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask" });
  });
  const field = page.getByLabel("h_e of jrc/jrc_op, as a number");
  const turn = async (i) => {
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      performance.clearMarks();
      globalThis.tasks.length = 0;
    });
    const begun = await field.evaluate(
      (input, value) => {
        input.value = value;
        const now = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        return now;
      },
      String(3.25e-3 + 1e-6 * (i + 1)),
    );
    await page.waitForFunction(() => performance.getEntriesByName("massgrid map finished").length > 0);
    return await page.evaluate((start) => {
      const [first] = performance.getEntriesByName("massgrid map drawn");
      const [last] = performance.getEntriesByName("massgrid map finished");
      return { first: first.startTime - start, whole: last.startTime - start, longest: Math.max(0, ...globalThis.tasks) };
    }, begun);
  };
  const found = [];
  for (let i = 0; i < MAPS; i++) found.push(await turn(i));
  const busy = Math.max(0, ...(await tasksOf(page, () => turn(MAPS))));
  await page.context().close();
  const least = (name) => found.reduce((best, each) => Math.min(best, each[name]), Number.POSITIVE_INFINITY);
  const longest = found.map((each) => each.longest).sort((a, b) => a - b);
  return { first: least("first"), whole: least("whole"), longest: longest[Math.floor(MAPS / 2)], busy };
}

/** The same map in Node, as a user would call it. */
async function inNode() {
  let least = Number.POSITIVE_INFINITY;
  const axes = { C: linspace(68, 1350, SIDE), u: linspace(0, 660, SIDE) };
  for (let i = 0; i < MAPS; i++) {
    const start = performance.now();
    await gridSearch({
      circuitTemplate: published.circuitTemplate,
      paramGrid: axes,
      paramMap: { ...published.paramMap, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
      permuteGrid: true,
      ...times,
      solver: "heun",
      outputs: { V: base.signal },
      features: { V: ["peakFrequency"] },
      results: false,
    });
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** A slider that moves: until six traces are drawn, and until spectra, orbits and the feature are too. Least and median, in ms. */
async function sliding(browser, address) {
  const page = await opened(browser, address + linkOf(six));
  await page.waitForTimeout(500);
  const slider = page
    .getByRole("slider", { name: /^τ\s*e\s/ })
    .or(page.locator(".variable", { hasText: "default 0.01" }).locator("input[type=range]"))
    .first();
  const moves = [];
  for (let i = 0; i < MOVES; i++) {
    await page.waitForTimeout(60);
    moves.push(
      await slider.evaluate(
        async (input, place) => {
          performance.clearMarks();
          input.value = String(Number(input.min) + place * (Number(input.max) - Number(input.min)));
          const start = performance.now();
          input.dispatchEvent(new Event("input", { bubbles: true }));
          const at = async (name) => {
            while (performance.getEntriesByName(name).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
            return performance.getEntriesByName(name)[0].startTime - start;
          };
          const traces = await at("massgrid traces drawn");
          await at("massgrid point drawn");
          return { traces, all: await at("massgrid map finished") };
        },
        0.25 + 0.005 * i,
      ),
    );
  }
  await page.context().close();
  const sorted = (name) => moves.map((move) => move[name]).sort((a, b) => a - b);
  const [traces, all] = [sorted("traces"), sorted("all")];
  return { least: traces[0], median: traces[MOVES / 2], all: all[MOVES / 2] };
}

/** What an opened page loads, its worker too; everything else is loaded when it is used. */
const LOADED = ["index", "uplot", "opening", "controls", "engine", "rolldown-runtime"];

/** What the page loads when it is opened, without Arrow and the libraries that draw; and what it loads when it is used. */
async function weighing() {
  const external = [/^apache-arrow/, "uplot", "@observablehq/plot"];
  const { output } = await build(pageBuild({ external, write: false }));
  const files = output.filter(({ fileName }) => fileName.endsWith(".js"));
  const nameOf = ({ fileName }) => fileName.replace(/^assets\/|-[\w-]{8}\.js$/g, "");
  const gzipped = (file) => gzipSync(file.code ?? file.source).length;
  const loaded = files.filter((file) => LOADED.includes(nameOf(file)));
  const later = files.filter((file) => !loaded.includes(file));
  const bytes = loaded.reduce((sum, file) => sum + gzipped(file), 0);
  const listed = (some) => some.map((file) => `${nameOf(file)} ${kB(gzipped(file))}`).join(", ");
  const large = later.filter((file) => gzipped(file) > 5000);
  const rest = later.filter((file) => !large.includes(file)).reduce((sum, file) => sum + gzipped(file), 0);
  return { bytes, found: `${kB(bytes)}: ${listed(loaded)}; loaded when used: ${listed(large)}, and ${kB(rest)} in smaller files` };
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (value) => `${value.toFixed(0)} ms`;

export async function bench() {
  const { bytes, found } = await weighing();
  const weight = row("explorer: page code without Arrow and plots, gzipped", found, "≤ 130 kB", bytes / 130_000, 1);
  const executablePath = process.env.CHROME_BIN ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) return [weight];
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath, args });
  const { address, end } = await serve();
  try {
    const open = await opening(browser, address);
    const slide = await sliding(browser, address);
    const large = await mapping(browser, address);
    const node = await inNode();
    const rate = node / large.whole;
    return [
      weight,
      row("explorer: opened, to the published sweep on the screen", ms(open), "< 1.5 s", open / 1500, 1),
      row(`explorer: ${SIDE} × ${SIDE} map of Jansen-Rit, to its first picture`, ms(large.first), "< 1 s", large.first / 1000, 1),
      row(
        "explorer: the same, whole, over Node's time",
        `${ms(large.whole)} over ${ms(node)}: ${rate.toFixed(2)} of Node's rate`,
        "≤ 1/0.6",
        large.whole / node,
        1 / 0.6,
      ),
      row(
        "explorer: the same, longest task of the page's thread, median of the runs",
        `${large.longest === 0 ? "none over 50 ms" : ms(large.longest)}; of processor time ${ms(large.busy)}`,
        "≤ 50 ms",
        large.longest / 50,
        1,
      ),
      row(
        "explorer: a slider moves, to six traces of 2 s drawn",
        `median ${ms(slide.median)}, least ${ms(slide.least)}; spectra, orbits and the feature too: ${ms(slide.all)}`,
        "≤ 50 ms",
        slide.median / 50,
        1,
      ),
    ];
  } finally {
    await browser.close();
    end();
  }
}
