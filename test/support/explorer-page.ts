// The explorer in headless Chromium, as its tests and its bench open it.
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { serveExplorer } from "../../src/cli/explore.ts";
import { launch } from "./chromium.ts";

/** The explorer's server and pages of it; every page tells what went wrong in it. */
export class Served {
  readonly #browser: Browser;
  readonly address: string;
  readonly close: () => void;
  /** What pages have told on their consoles, thrown, or asked of other origins. */
  readonly wrong: string[] = [];

  private constructor(browser: Browser, address: string, close: () => void) {
    this.#browser = browser;
    this.address = address;
    this.close = close;
  }

  static async start(browser: Browser, model?: string): Promise<Served> {
    const server = await serveExplorer(0, model);
    const address = server.address();
    if (!isInfo(address)) throw new Error("the server has no port");
    return new Served(browser, `http://127.0.0.1:${address.port}/`, () => server.close());
  }

  /** A page of its own context, once it shows a finished figure, with its traces and all controls beside it. */
  async open(path = "", options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ acceptDownloads: true, viewport: { width: 1400, height: 1000 }, ...options });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.wrong.push(message.text());
    });
    page.on("pageerror", (error) => this.wrong.push(String(error.stack)));
    page.on("request", (request) => {
      if (!request.url().startsWith(this.address) && !/^(?:blob|data):/.test(request.url())) this.wrong.push(`asked for ${request.url()}`);
    });
    await page.goto(path.startsWith("http") ? path : this.address + path);
    await finished(page);
    await page.waitForFunction(() => performance.getEntriesByName("massgrid page ready").length > 0, undefined, { timeout: 50_000 });
    return page;
  }
}

/** Opens pages of an explorer that the tests of a `describe` share. After each of them, nothing may have gone wrong in any page. */
export function useExplorer(): Pick<Served, "open"> {
  let browser: Browser | undefined;
  let served: Served | undefined;
  beforeAll(async () => {
    browser = await launch();
    served = await Served.start(browser);
  });
  afterAll(async () => {
    await browser?.close();
    served?.close();
  });
  afterEach(() => {
    expect(served?.wrong.splice(0)).toEqual([]);
  });
  return {
    open: (path, options) => {
      if (!served) throw new Error("the explorer has not been started");
      return served.open(path, options);
    },
  };
}

function isInfo(address: unknown): address is AddressInfo {
  return typeof address === "object" && address !== null && "port" in address;
}

/** Waits until the page's sweep has been drawn to its end. */
export async function finished(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName("massgrid map finished").length > 0, undefined, { timeout: 50_000 });
}

/** Does something that changes the sweep, and waits until the new one has been drawn. */
export async function changed(page: Page, act: () => Promise<unknown>): Promise<void> {
  await page.evaluate(() => performance.clearMarks());
  await act();
  await finished(page);
}

/** Makes the published sweep, of 2 s, a map of 40 × 40 points over C and u. */
export async function asMap(page: Page): Promise<void> {
  await page.getByLabel("Time", { exact: true }).fill("2");
  await page.getByLabel("Spacing").first().selectOption("linear");
  await page.getByLabel("Values", { exact: true }).first().fill("40");
  await page.getByRole("button", { name: "u of jrc/jrc_op along y" }).click();
  await page.getByText("1,600 points", { exact: true }).waitFor({ timeout: 50_000 });
}

/** The figure's numbers, from its table: a row of texts for each point. */
export async function numbersOf(page: Page): Promise<string[][]> {
  const box = page.locator("details.numbers");
  if ((await box.getAttribute("open")) === null) await box.locator("summary").click();
  await page.waitForSelector(".numbers tbody tr");
  return await page.$$eval(".numbers tbody tr", (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

/** Clicks what starts a download, and returns its bytes. */
export async function download(page: Page, name: string | RegExp): Promise<Buffer> {
  const box = page.locator("details", { has: page.getByText("Download and share") });
  if ((await box.getAttribute("open")) === null) await page.getByText("Download and share").click();
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name, exact: typeof name === "string" }).click();
  const stream = await (await waiting).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** A PNG as the address of an image. */
export function asAddress(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** All colours of an image's pixels, as `rgb(r, g, b)`. */
export async function pixelsOf(page: Page, address: string): Promise<string[]> {
  return [...(await colorCounts(page, address)).keys()];
}

/** Colour → how many pixels of an image have it. */
export async function colorCounts(page: Page, address: string): Promise<Map<string, number>> {
  const counts = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data = new Uint8ClampedArray(0) } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    const found = new Map<string, number>();
    for (let i = 0; i < data.length; i += 4) {
      const color = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
      found.set(color, (found.get(color) ?? 0) + 1);
    }
    return [...found];
  }, address);
  return new Map(counts);
}
