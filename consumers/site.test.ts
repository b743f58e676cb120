// The documentation's site as npm run docs builds it: every link and anchor leads somewhere, and pages render, under a path that it was not built for.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledModels } from "../src/index.ts";
import { chromiumPath, launch } from "../test/support/chromium.ts";
import { addressOf } from "../test/support/serve.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "out/docs");
const under = "/some/path/";
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const canBuild = existsSync(join(root, "site/node_modules/vitepress"));
if (!canBuild) console.log("the site is not tested: npm run test:consumers installs what builds it");

let server: Server;
let browser: Browser | undefined;
beforeAll(async () => {
  if (!canBuild) return;
  // What npm run docs has built is taken as it is, where .ci/run has just done so.
  if (!process.env.MASSGRID_SITE_IS_BUILT) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/docs.mjs")], { encoding: "utf8", maxBuffer: 1e8 });
    if (status !== 0) throw new Error(stdout + stderr);
  }
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    try {
      if (!pathname.startsWith(under)) throw new Error("outside");
      const file = join(site, decodeURIComponent(pathname.slice(under.length)) || "index.html");
      response.writeHead(200, { "content-type": types[extname(file)] ?? "" }).end(readFileSync(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  if (chromiumPath !== undefined) browser = await launch();
}, 900_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const pagesOf = () => readdirSync(site).filter((name) => name.endsWith(".html") && name !== "404.html");
/** Those that are rendered: of pages that are made by one pattern each, every fifth. */
const renderedOf = () => {
  const isMade = (page: string) => /^(?:api|model|type)-/.test(page);
  const pages = pagesOf();
  return [...pages.filter((page) => !isMade(page)), ...pages.filter(isMade).filter((_, i) => i % 5 === 0)];
};
const read = (page: string) => readFileSync(join(site, page), "utf8");

describe.skipIf(!canBuild)("site", () => {
  test("every link, picture and anchor of every page leads to what there is", () => {
    const pages = pagesOf();
    const anchors = new Map(pages.map((page) => [page, new Set(Array.from(read(page).matchAll(/\bid="([^"]*)"/g), ([, id]) => id))]));
    const wrong: string[] = [];
    for (const page of pages) {
      for (const [, address] of read(page).matchAll(/\b(?:href|src)="([^"]*)"/g)) {
        if (/^(?:https?:|data:|mailto:)/.test(address)) continue;
        const [path, anchor] = address.replaceAll("&amp;", "&").split("#");
        const target = path === "" || path === "./" ? (path === "" ? page : "index.html") : path.replace(/^\.\//, "").replace(/\?.*/, "");
        if (address.startsWith("/") || !existsSync(join(site, decodeURIComponent(target)))) wrong.push(`${page}: ${address}`);
        else if (anchor && anchors.has(target) && !anchors.get(target)?.has(decodeURIComponent(anchor))) wrong.push(`${page}: ${address}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(pages.length).toBeGreaterThan(150);
  });

  test("the gallery has every bundled model of the field, each with a figure, equations, a paper and a link into the explorer", () => {
    for (const { name, isTestResource } of bundledModels()) {
      if (isTestResource) continue;
      const text = read(`model-${name}.html`);
      for (const wanted of [/<img[^>]*gallery\//, /<math/, /(?:doi\.org|arxiv\.org|J\. Neurophysiol|Landau)/, /explorer\/index\.html#1\./])
        expect(text, `${name} ${wanted}`).toMatch(wanted);
    }
  });

  test("nothing of it is asked of another host", () => {
    const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:html|css)$/.test(name));
    const asked = files.flatMap((name) =>
      Array.from(
        readFileSync(join(site, name), "utf8").matchAll(/(?:<link[^>]*href=|<script[^>]*src=|<img[^>]*src=|url\()["']?https?:[^"')]*/g),
        ([found]) => found,
      ),
    );
    expect(asked).toEqual([]);
  });
});

describe.skipIf(!canBuild || chromiumPath === undefined)("site in Chromium", () => {
  const looks = [
    ["light", { width: 1300, height: 900 }],
    ["dark", { width: 360, height: 740 }],
  ] as const;

  test("pages render without errors, light on a wide screen and dark on a narrow one, and are no wider than either", async () => {
    const page = await (browser as Browser).newPage();
    const wrong: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => wrong.push(`${page.url()}: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(addressOf(server)) && !/^(?:blob|data):/.test(request.url())) wrong.push(`asked for ${request.url()}`);
    });
    for (const name of renderedOf()) {
      await page.goto(`${addressOf(server)}${under}${name}`);
      await page.waitForFunction(() => document.querySelector("#app .VPContent") !== null);
      for (const [colorScheme, viewport] of looks) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await page.waitForFunction((isDark) => document.documentElement.classList.contains("dark") === isDark, colorScheme === "dark");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) wrong.push(`${name} is ${wide} pixels too wide in ${colorScheme}`);
      }
    }
    await page.close();
    expect(wrong).toEqual([]);
  }, 600_000);

  test("search finds a page, and a click leads there", async () => {
    const page = await (browser as Browser).newPage();
    await page.goto(`${addressOf(server)}${under}index.html`);
    await page.locator(".VPNavBarSearch button").click();
    await page.locator("#localsearch-input, .search-input").first().fill("milstein");
    await page.locator(".result").first().click();
    await page.waitForFunction(() => /solvers|noise|api-/.test(location.pathname));
    expect(new URL(page.url()).pathname.startsWith(under)).toBe(true);
    await page.close();
  });

  test("the explorer runs in its page, and a link of the gallery opens the model's sweep", async () => {
    const page = await (browser as Browser).newPage();
    await page.goto(`${addressOf(server)}${under}explorer.html`);
    await page.locator("iframe.explorer").scrollIntoViewIfNeeded();
    await page.frameLocator("iframe.explorer").locator("canvas").first().waitFor();
    const [, link = ""] = /href="(\.\/explorer\/index\.html#[^"]*)"/.exec(read("model-mpr_gap.html")) ?? [];
    await page.goto(`${addressOf(server)}${under}${link.slice(2)}`);
    await page.locator("canvas").first().waitFor();
    expect(await page.locator("body").textContent()).toContain("mpr_gap");
    await page.close();
  });
});
