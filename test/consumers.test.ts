// Pages of the package as npm packs it: built by Vite, by nothing (by webpack: consumers/package.test.ts); under policies; driven in Chromium, on loopback alone.
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { byVite } from "./support/bundled-pages.ts";
import { chromiumPath, launch } from "./support/chromium.ts";
import { emptyProject, installInto } from "./support/installed.ts";
import { policies, writePages } from "./support/pages.ts";
import { addressOf, serve } from "./support/serve.ts";

type Hashes = Record<string, string>;

/** What came of a page. */
interface Found {
  failure: unknown;
  /** The sweeps' hashes, without workers and with two. */
  alone: Hashes | undefined;
  two: Hashes | undefined;
  /** Workers that there are at the end. */
  workers: number;
  /** Requests to any place but the page's server. */
  elsewhere: string[];
}

describe.skipIf(chromiumPath === undefined)("consumers: a page", () => {
  const project = emptyProject();
  const servers: { close: () => unknown }[] = [];
  const at: Record<string, string> = {};
  let browser: Browser;
  let inNode: Hashes = {};

  async function keep(name: string, folder: string): Promise<void> {
    const server: Server = await serve(folder, policies);
    servers.push(server);
    at[name] = addressOf(server);
  }

  beforeAll(async () => {
    installInto(project);
    writePages(project);
    const built = { vite: await byVite(project), plain: project };
    for (const [name, folder] of Object.entries(built)) await keep(name, folder);
    const { sweeps }: { sweeps: (workers: number) => Promise<Hashes> } = await import(pathToFileURL(join(project, "sweeps.mjs")).href);
    inNode = await sweeps(0);
    expect(await sweeps(2)).toEqual(inNode);
    browser = await launch();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
    rmSync(project, { recursive: true, force: true });
  });

  async function open(url: string, prepare = ""): Promise<Found> {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.context().on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) elsewhere.push(request.url());
    });
    await page.addInitScript(prepare);
    await page.goto(url);
    await page.waitForFunction(() => document.title !== "", undefined, { timeout: 60_000 });
    const found: Pick<Found, "failure" | "alone" | "two"> = await page.evaluate("found");
    const workers = page.workers().length;
    await page.close();
    return { ...found, workers, elsewhere };
  }

  /** A page with Node's bits, and so many workers. */
  const right = (workers: number): Found => ({ failure: undefined, alone: inNode, two: inNode, workers, elsewhere: [] });

  test("of ours does sweeps of every kind", () => {
    expect(Object.keys(inNode)).toEqual(
      expect.arrayContaining(["published", "noise at each point", "rk45", "dop853", "rodas4", "milstein"]),
    );
    expect(new Set(Object.values(inNode)).size).toBe(Object.keys(inNode).length);
  });

  test.each([
    ["built by Vite", "vite", "free/"],
    ["built by Vite, under a strict policy", "vite", "strict/"],
    ["built by Vite, under a strict policy, isolated", "vite", "isolated/"],
    ["without a bundler, under a strict policy", "plain", "plain/plain.html"],
  ])("%s has Node's bits, with workers and without, and asks nobody else", async (_, where, path) => {
    expect(await open(`${at[where]}/${path}`)).toEqual(right(2));
  });

  test("of Vite's development server has too", async () => {
    const { createServer } = await import("vite");
    const server = await createServer({ root: project, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
    servers.push(server);
    await server.listen();
    expect(await open(`${addressOf(server.httpServer)}/`)).toEqual(right(2));
  });

  test.each([
    ["the policy forbids workers", "no-workers/", ""],
    ["they cannot be made", "strict/", 'globalThis.Worker = class { constructor() { throw new DOMException("no", "SecurityError"); } };'],
    ["there are none", "strict/", "delete globalThis.Worker;"],
  ])("does the work in its own thread where %s", async (_, path, prepare) => {
    expect(await open(`${at.vite}/${path}`, prepare)).toEqual(right(0));
  });

  test("misses a worker that vanishes without a word, and runs its blocks again", async () => {
    // The page's seconds are a hundredth as long here, and its first worker is ended as soon as it has been loaded.
    const prepare = `
      const every = globalThis.setInterval;
      globalThis.setInterval = (work, ms) => every(work, ms / 100);
      let started = 0;
      globalThis.Worker = class extends Worker {
        constructor(...args) {
          super(...args);
          if (started++ === 0) this.addEventListener("message", () => this.terminate(), { once: true });
        }
      };`;
    expect(await open(`${at.vite}/strict/`, prepare)).toEqual(right(2));
  });

  const lacking =
    "E_CSP_WASM: the Content-Security-Policy of this page, or of its worker's file, does not allow WebAssembly; " +
    "add 'wasm-unsafe-eval' to script-src";
  test.each([
    ["built by Vite", "vite", "nothing/"],
    ["whose workers' file alone has such a policy", "vite", "worker-lacks/"],
  ])("%s is told the directive that a policy lacks", async (_, where, path) => {
    expect(await open(`${at[where]}/${path}`)).toMatchObject({ failure: lacking, elsewhere: [] });
  });
});
