// The published sweep in headless Chromium, the whole call: beside the same page with the package of an earlier commit, and beside Node.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { builtAt } from "./support/commit.mjs";
import { minima, published, row } from "./support/measure.mjs";

const COMMIT = "1a9cf86";
const ROUNDS = 30;
const WARMUP = 8;
const root = fileURLToPath(new URL("..", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** A page that has the package of its folder, by the import map that its documents give. */
function pageOf(folder) {
  const [, map] = /```json importmap\n([\s\S]*?)```/.exec(readFileSync(join(folder, "docs/browser.md"), "utf8")) ?? [];
  if (map === undefined) throw new Error(`docs/browser.md of ${folder} gives no import map`);
  return `<!doctype html><script type="importmap">${map.replace("./node_modules/massgrid/", "./")}</script><script type="module">
import { gridSearch, uniformNoise } from "massgrid";
const options = ${JSON.stringify(published)};
const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
globalThis.sweep = async () => {
  const start = performance.now();
  const { results } = await gridSearch({ ...options, inputs, workers: 0 });
  return { ms: performance.now() - start, rows: results.numRows };
};
document.title = "ready";
</script>`;
}

/** Serves folders by name. */
async function serve(folders) {
  const server = createServer((request, response) => {
    const [, name, ...rest] = new URL(request.url ?? "", "http://localhost").pathname.split("/");
    const folder = folders[name];
    const path = normalize(rest.join("/"));
    const file = folder && join(folder, path);
    if (folder && rest.join("") === "") return response.writeHead(200, { "content-type": "text/html" }).end(pageOf(folder));
    if (!file || path.startsWith("..") || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export async function bench() {
  const before = await builtAt(COMMIT);
  const folders = { now: root, ...(before ? { before } : {}) };
  const server = await serve(folders);
  const executablePath = process.env.CHROME_BIN ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  const best = {};
  try {
    const pages = {};
    for (const name of Object.keys(folders)) {
      pages[name] = await browser.newPage();
      pages[name].on("pageerror", (error) => console.error(`${name}: ${error.message}`));
      await pages[name].goto(`http://127.0.0.1:${server.address().port}/${name}/`);
      await pages[name].waitForFunction(() => document.title === "ready", undefined, { timeout: 60_000 });
    }
    for (let round = -WARMUP; round < ROUNDS; round++) {
      for (const [name, page] of Object.entries(pages)) {
        const { ms, rows } = await page.evaluate("sweep()");
        if (rows !== 9000) throw new Error(`${name}: ${rows} rows`);
        if (round >= 0) best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ms);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  const { gridSearch, uniformNoise } = await import("massgrid");
  const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
  const { node } = await minima({ node: () => gridSearch({ ...published, inputs, workers: 0 }) }, { rounds: ROUNDS, warmup: WARMUP });
  const ms = (value) => `${value.toFixed(2)} ms`;
  const [major] = process.versions.node.split(".");
  const version = browser.version().split(".")[0];
  const rows = [
    row(`published sweep, whole call, Chromium ${version} over Node ${major}`, `${ms(best.now)} over ${ms(node)}`, "", best.now / node),
  ];
  if (best.before === undefined) return rows;
  const question = `the same in Chromium ${version}, over that of commit ${COMMIT} in turns`;
  return [row(question, `${ms(best.now)} over ${ms(best.before)}`, "≤ 0.78", best.now / best.before, 0.78), ...rows];
}
