// What docs/security.md promises of links and files of strangers, in Chromium, with harmless markers: nothing runs, nothing leaves the origin.
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveExplorer } from "../../src/cli/explore.ts";
import { gridSearch, linspace, tableToIPC } from "../../src/index.ts";
import { linkOf } from "../../src/page/link.ts";
import { published, type State } from "../../src/page/state.ts";
import { chromiumPath, launch } from "../support/chromium.ts";

/** Texts that would leave a marker, if a page took them for markup, a program or an address. */
const payloads = [
  "<img src=x onerror=globalThis.marker=1>",
  '"><script>globalThis.marker=1</script>',
  "<svg onload=globalThis.marker=1>",
  "javascript:globalThis.marker=1",
  "constructor.constructor('globalThis.marker=1')()",
  "</title><style>*{background:url(http://127.0.0.1:9/x)}</style>",
  "http://127.0.0.1:9/x",
  "__proto__",
];

const template = (name: string, description: string) => `op:
  base: OperatorTemplate
  description: ${JSON.stringify(description)}
  equations: "x' = -k*x"
  variables: { x: output(1.0), k: 2.0 }
node: { base: NodeTemplate, operators: [op] }
${JSON.stringify(name)}: { base: CircuitTemplate, description: ${JSON.stringify(description)}, nodes: { a: node } }
`;

const small: State = {
  ...published,
  model: { text: template("net", "A decay."), circuit: "net" },
  ...{ noise: {}, axes: [{ path: "a/op/k", key: "k", scale: "linear", from: 1, to: 2, count: 3, values: [] }] },
  ...{ stepSize: 0.01, samplingStepSize: 0.01, simulationTime: 0.2, cutoff: 0, pins: [], signal: "a/op/x", plane: "a/op/x" },
};

/** A payload in each place of a state that takes a text. */
const places: ((payload: string) => State)[] = [
  (payload) => ({ ...small, model: { text: template(payload, payload), circuit: payload } }),
  (payload) => ({ ...small, model: { text: template("net", payload), circuit: "net" } }),
  (payload) => ({ ...small, model: { text: payload, circuit: payload } }),
  (payload) => ({ ...small, model: { path: payload } }),
  (payload) => ({ ...small, signal: payload }),
  (payload) => ({ ...small, plane: payload }),
  (payload) => ({ ...small, values: { [payload]: 1 } }),
  (payload) => ({ ...small, axes: [{ ...small.axes[0], key: payload }] }),
  (payload) => ({ ...small, axes: [{ ...small.axes[0], path: payload }] }),
  (payload) => ({ ...small, noise: { [payload]: { kind: "uniform", a: 0, b: 1, seed: 1 } } }),
];

describe.skipIf(chromiumPath === undefined)("page security", () => {
  let browser: Browser;
  let server: Server;
  let stranger: Server;
  let address = "";
  let elsewhere = "";
  /** What other origins were asked for. */
  const asked: { url: string; headers: IncomingHttpHeaders }[] = [];

  const portOf = (of: Server) => {
    const found = of.address();
    return typeof found === "object" && found !== null ? found.port : 0;
  };

  beforeAll(async () => {
    browser = await launch();
    server = await serveExplorer(0, undefined);
    address = `http://127.0.0.1:${portOf(server)}/`;
    stranger = createServer((request, response) => {
      asked.push({ url: request.url ?? "", headers: request.headers });
      response.writeHead(200, { "access-control-allow-origin": "*", "set-cookie": "marker=1" }).end("no map");
    });
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    elsewhere = `http://127.0.0.1:${portOf(stranger)}/`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    stranger?.close();
  });

  /** A page of its own, with what it asked of any other origin. */
  async function newPage(): Promise<{ page: Page; outside: string[] }> {
    const page = await (await browser.newContext()).newPage();
    const outside: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(address) && !/^(?:blob|data):/.test(request.url())) outside.push(request.url());
    });
    return { page, outside };
  }

  /** Opens an address of the page, and waits until it shows its panels, or says what is wrong. */
  async function open(page: Page, hash: string): Promise<void> {
    await page.goto("about:blank");
    await page.goto(address + hash);
    await page.waitForFunction(() => document.querySelector(".loading") === null, undefined, { timeout: 50_000 });
  }

  /** Whether anything ran, and elements that the page itself never makes. */
  const traces = (page: Page) =>
    page.evaluate(() => ({
      marker: Reflect.get(globalThis, "marker") ?? null,
      polluted: Reflect.get({}, "seed") ?? null,
      elements: document.querySelectorAll("script:not([src]), iframe, object, embed, img[onerror], svg[onload], a[href^='javascript']")
        .length,
    }));
  const nothing = { marker: null, polluted: null, elements: 0 };

  test("links with a text of a stranger in any place run nothing, and ask nobody", { timeout: 240_000 }, async () => {
    const { page, outside } = await newPage();
    const states = places.flatMap((place, i) => payloads.filter((_, j) => (i + j) % 5 === 0).map(place));
    for (const state of states) {
      await open(page, await linkOf(state));
      expect([await traces(page), outside]).toEqual([nothing, []]);
    }
    await page.context().close();
  });

  test("links that were damaged run nothing, and ask nobody", { timeout: 240_000 }, async () => {
    const { page, outside } = await newPage();
    const link = await linkOf(small);
    const damage = fc.record({
      at: fc.nat(link.length - 1),
      cut: fc.nat(6),
      put: fc.constantFrom("A", "_", "&", "#", "=", "%00", "&map=", "é"),
    });
    const damaged = fc.sample(damage, { seed: 21, numRuns: 8 });
    for (const { at, cut, put } of damaged) {
      await open(page, link.slice(0, at) + put + link.slice(at + cut));
      expect([await traces(page), outside.filter((url) => !url.startsWith("http"))]).toEqual([nothing, []]);
    }
    await page.context().close();
  });

  test("an address of a map in a link is asked for alone, without cookies and referrer, and only by http", {
    timeout: 120_000,
  }, async () => {
    const { page, outside } = await newPage();
    const map = `${elsewhere}a.map.arrow`;
    for (let i = 0; i < 2; i++) {
      await open(page, `#map=${encodeURIComponent(map)}`);
      await expect.poll(() => asked.length, { timeout: 30_000 }).toBeGreaterThan(i);
    }
    // What a page has asked for, it asks for no more when it is left.
    await page.goto("about:blank");
    expect(new Set(outside)).toEqual(new Set([map]));
    expect(asked.length).toBeGreaterThan(0);
    for (const { url, headers } of asked.splice(0))
      expect([url, headers.cookie, headers.referer]).toEqual(["/a.map.arrow", undefined, undefined]);
    outside.length = 0;
    for (const scheme of [
      "javascript:globalThis.marker=1",
      "data:text/html,<script>globalThis.marker=1</script>",
      "file:///etc/passwd",
      "blob:x",
    ]) {
      await open(page, `#map=${encodeURIComponent(scheme)}`);
      expect([scheme, await traces(page), outside]).toEqual([scheme, nothing, []]);
    }
    await page.context().close();
  });

  test("maps with names of a stranger, and files that are none, run nothing", { timeout: 120_000 }, async () => {
    const { page, outside } = await newPage();
    await open(page, await linkOf(small));
    const files: { name: string; buffer: Buffer }[] = [];
    for (const payload of payloads.filter((name) => !/^__proto__$|\//.test(name))) {
      const { resultsMap } = await gridSearch({
        circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
        paramGrid: { C: linspace(68, 1350, 4) },
        paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
        ...{ simulationTime: 0.05, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, features: { V: ["mean"] } },
        ...{ results: false, rename: { C: payload } },
      });
      files.push({ name: `${payload.replaceAll("/", "")}.arrow`, buffer: Buffer.from(await tableToIPC(resultsMap, "file")) });
    }
    files.push({ name: "page.arrow", buffer: Buffer.from("<script>globalThis.marker=1</script>") });
    const group = page.locator("details", { hasText: "Open a stored map" });
    if ((await group.getAttribute("open")) === null) await group.locator("summary").click();
    for (const { name, buffer } of files) {
      const chooser = page.waitForEvent("filechooser");
      await group.getByRole("button", { name: "Map file…" }).click();
      await (await chooser).setFiles({ name, mimeType: "", buffer });
      // It is drawn, or refused.
      await page.waitForFunction((wanted) => document.body.textContent?.includes(wanted), name, { timeout: 20_000 });
      expect([name, await traces(page), outside]).toEqual([name, nothing, []]);
    }
    await page.context().close();
  });
});
