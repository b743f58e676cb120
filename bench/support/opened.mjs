// Pages that are opened beside each other in headless Chromium, from one server: when what they show is on the screen, and what it costs.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** Serves folders by name: /name/file. */
export async function serveFolders(folders) {
  const server = createServer((request, response) => {
    const [, name, ...rest] = normalize(request.url.split(/[?#]/)[0]).split("/");
    const file = rest.join("/") || "index.html";
    try {
      const body = readFileSync(join(folders[name], file));
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, end };
}

/** Notes when what is drawn as a mark is set is on the screen: in the second frame after it. */
function watch(names) {
  globalThis.shown = {};
  const marked = performance.mark.bind(performance);
  performance.mark = (name, options) => {
    const isFirst = names.includes(name) && !(name in globalThis.shown);
    if (isFirst) {
      globalThis.shown[name] = Number.NaN;
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          globalThis.shown[name] = performance.now();
        }),
      );
    }
    return marked(name, options);
  };
}

/** Opens a page in a context of its own: ms from the beginning of the navigation to each mark on the screen, and of processor time until then. */
export async function openOnce(browser, address, names) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  try {
    const session = await browser.newBrowserCDPSession();
    const page = await context.newPage();
    await page.addInitScript(watch, names);
    const before = await processorTimes(session);
    await page.goto(address, { waitUntil: "commit" });
    await page.waitForFunction((all) => all.every((name) => globalThis.shown[name] > 0), names, { polling: 20 });
    const after = await processorTimes(session);
    const shown = await page.evaluate(() => globalThis.shown);
    const busy = [...after].reduce((sum, [id, seconds]) => sum + seconds - (before.get(id) ?? 0), 0);
    await session.detach();
    return { shown: names.map((name) => shown[name]), busy: 1000 * busy };
  } finally {
    await context.close();
  }
}

/** Seconds of processor time of each process that shows pages. */
async function processorTimes(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return new Map(processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
