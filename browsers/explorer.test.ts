// The explorer in Firefox ESR and WebKitGTK, driven by WebDriver from the keyboard alone: Node's numbers, from a model to a download,
// steps back and forth, damaged links, texts that are wrong, themes, axe-core's rules, and a screen 360 pixels wide.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Table, tableFromIPC } from "apache-arrow";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gridSearch } from "../src/index.ts";
import { firefox, webKitGtk } from "../test/support/browsers.ts";
import { openingSweep, openingValues } from "../test/support/opening-sweep.ts";
import type { Browser } from "./support/browser.ts";
import { startFirefox } from "./support/firefox.ts";
import { serveWatched } from "./support/served.ts";
import { Visit } from "./support/visit.ts";
import { startWebKit } from "./support/webkit.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browsers = [
  { name: "Firefox", start: startFirefox, isThere: firefox.program !== undefined, lack: firefox.lack },
  {
    name: "WebKitGTK",
    start: startWebKit,
    isThere: [webKitGtk.program, webKitGtk.driver, webKitGtk.display].every((path) => path !== undefined),
    lack: webKitGtk.lack,
  },
];
const isWhole = process.env.MASSGRID_NEEDS_BROWSERS !== undefined;
for (const { name, isThere, lack } of browsers) if (!isThere) console.log(`the explorer is not tried in ${name}: ${lack}`);

/** The bits of a column of numbers, as texts. */
function bitsOf(table: Table, name: string): string[] {
  return [...new BigInt64Array(Float64Array.from(table.getChild(name) ?? [], Number).buffer)].map(String);
}

describe.each(browsers.filter(({ isThere }) => isThere || isWhole))("browsers: the explorer in $name", ({ start }) => {
  let browser: Browser;
  let visit: Visit;
  let served: Awaited<ReturnType<typeof serveWatched>>;

  beforeAll(async () => {
    served = await serveWatched();
  });
  afterAll(() => served?.close());
  // A browser each: where its window has had other things than the page, a list of downloads, keys need not find the page again.
  beforeEach(async () => {
    browser = await start();
    visit = new Visit(browser, served.address);
  });
  afterEach(async () => {
    try {
      expect(await visit.wrong()).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test("opens with the published sweep, and saves Node's bits as Arrow and CSV, and its figure as SVG", async () => {
    await visit.open();
    const { resultsMap } = await gridSearch({ ...openingSweep, paramGrid: { C: openingValues }, features: { signal: ["std"] } });
    await visit.tabTo(/^Download and share$/);
    await visit.press("Enter");
    await visit.tabTo(/^map as arrow$/);
    await visit.press("Enter");
    const map = tableFromIPC(await visit.saved("map.arrow"));
    expect(map.numRows).toBe(openingValues.length);
    for (const column of ["C", "signal_std"]) expect(bitsOf(map, column)).toEqual(bitsOf(resultsMap, column));
    await visit.tabTo(/^map as csv$/);
    await visit.press("Enter");
    const [head, ...lines] = (await visit.saved("map.csv")).toString().trim().split("\n");
    const at = head.split(",").findIndex((name) => name.startsWith("signal_std"));
    expect(lines.map((line) => line.split(",")[at])).toEqual(Array.from(resultsMap.getChild("signal_std") ?? [], String));
    await visit.tabTo(/^Figure of the sweep as svg$/);
    await visit.press("Enter");
    expect((await visit.saved("sweep.svg")).toString()).toMatch(/^<svg[^>]*><title>std of V_e − V_i, JRC2<\/title>/);
    expect(await visit.texts(".trace-title")).toEqual(openingValues.map((value) => `C = ${value}`));
    expect(await visit.isDrawn(".sweep canvas")).toBe(true);
  });

  test("goes from the choice of a model to a map over two axes, a pin and a download by keys", async () => {
    await visit.open();
    await visit.tabTo(/^Search$/);
    await visit.type("fitzhugh");
    await visit.changed(() => visit.press("Enter"));
    expect(await visit.valueOf("Model")).toMatch(/\.fhn$/);
    await visit.tabTo(/^Values$/);
    await visit.press("Control", "a");
    await visit.changed(() => visit.type("9"));
    await visit.shows(".sweep", /\b9 points/);
    await visit.tabTo(/ along y$/);
    await visit.tabTo(/ along y$/);
    await visit.changed(() => visit.press("Enter"));
    await visit.shows(".sweep", /\b360 points/);
    expect(await visit.isDrawn(".sweep canvas")).toBe(true);
    await visit.tabTo(/^Point along /, true);
    await visit.press("End");
    await visit.tabTo(/^Pin /);
    await visit.press("Enter");
    await visit.shows(".trace-title", /=/);
    await visit.tabTo(/^Download and share$/);
    await visit.press("Enter");
    await visit.tabTo(/^map as csv$/);
    await visit.press("Enter");
    expect((await visit.saved("map.csv")).toString().trim().split("\n")).toHaveLength(361);
    await visit.press("Control", "z");
    await visit.gone(".trace-title");
  });

  test("goes back and forth with the browser, and opens nothing of a link that is damaged", async () => {
    await visit.open();
    const time = () => visit.valueOf("Time");
    await visit.tabTo(/^Time$/);
    await visit.press("Control", "a");
    const before = await visit.run("return location.href");
    await visit.changed(() => visit.type("2"));
    const link = await visit.otherAddress(before);
    expect(await time()).toBe("2");
    await visit.changed(() => browser.step(-1));
    expect(await time()).toBe("10");
    await visit.changed(() => browser.step(1));
    expect(await time()).toBe("2");
    await visit.tabTo(/^Undo$/, true);
    await visit.changed(() => visit.press("Enter"));
    expect(await time()).toBe("10");
    await visit.leave();
    await visit.open(link);
    expect(await time()).toBe("2");
    await visit.leave();
    await browser.open(link.slice(0, -20));
    await visit.shows(".trouble", /^This link is damaged: .*Nothing has been opened/);
    expect(await visit.texts(".sweep")).toEqual([]);
  });

  test("tells a fault of one's own model at its line, the caret below the name", async () => {
    await visit.open();
    await visit.tabTo(/^Template \(YAML\)/);
    await visit.press("Enter");
    await visit.tabTo(/^The model's template in YAML/);
    // The cursor is put into the middle of the text, where a name is typed.
    const at = await visit.run(
      `const text = document.activeElement; const at = text.value.indexOf("V_i' = X_i") + 10; text.setSelectionRange(at, at); return at`,
    );
    expect(Number(at)).toBeGreaterThan(100);
    await visit.type("j");
    await visit.shows("pre.frame", /V_i' = X_ij/);
    const [frame] = await visit.texts("pre.frame");
    const [line, caret] = frame.split("\n");
    expect(/^\w+/.exec(line.slice(caret.indexOf("^")))?.[0]).toBe("X_ij");
    await visit.shows(".editor .told", /unknown variable X_ij in an equation of jrc_op; did you mean X_i\?/);
  });

  test("has nothing that axe finds, in light and dark, and fits into 360 pixels", async () => {
    await visit.open();
    const paper = () => visit.run('return getComputedStyle(document.querySelector(".panel")).backgroundColor');
    const light = await paper();
    const violations = () =>
      visit.run(
        `${axe}; const { violations } = await axe.run(document, { resultTypes: ["violations"] }); return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary))`,
      );
    expect(await violations()).toEqual([]);
    await visit.tabTo(/^Colours of the page$/);
    await visit.press("End");
    await visit.press("Enter");
    expect(await visit.run("return document.documentElement.dataset.theme")).toBe("dark");
    expect(await paper()).not.toBe(light);
    await visit.run('for (const each of document.querySelectorAll("details")) each.open = true');
    expect(await violations()).toEqual([]);
    await visit.open("/narrow.html", "document.querySelector('iframe').contentWindow");
    const widths = await visit.run(
      'const { document: page } = document.querySelector("iframe").contentWindow; for (const each of page.querySelectorAll("details")) each.open = true; await new Promise(requestAnimationFrame); const { scrollWidth, clientWidth } = page.documentElement; return [scrollWidth, clientWidth]',
    );
    expect(widths).toEqual([expect.any(Number), Array.isArray(widths) && widths[0]]);
  });
});
