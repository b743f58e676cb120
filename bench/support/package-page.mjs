// Pages of headless Chromium that have the package of a folder, by the import map that its documents give.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** A page that runs a script as a module, in which "massgrid" is the package of the folder; its title says when it is ready. */
function pageOf(folder, script) {
  const [, map] = /```json importmap\n([\s\S]*?)```/.exec(readFileSync(join(folder, "docs/browser.md"), "utf8")) ?? [];
  if (map === undefined) throw new Error(`docs/browser.md of ${folder} gives no import map`);
  return `<!doctype html><script type="importmap">${map.replace("./node_modules/massgrid/", "./")}</script><script type="module">
${script}
document.title = "ready";
</script>`;
}

/** Serves folders by name. */
async function serve(folders, script) {
  const server = createServer((request, response) => {
    const [, name, ...rest] = new URL(request.url ?? "", "http://localhost").pathname.split("/");
    const folder = folders[name];
    const path = normalize(rest.join("/"));
    const file = folder && join(folder, path);
    if (folder && rest.join("") === "") return response.writeHead(200, { "content-type": "text/html" }).end(pageOf(folder, script));
    if (!file || path.startsWith("..") || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Where Chromium is. */
export const executablePath = process.env.CHROME_BIN ?? "/usr/bin/chromium";

/** Does something with a page for each folder, by their names; what `work` resolves with, and Chromium's number. */
export async function withPages(folders, script, work) {
  const server = await serve(folders, script);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  try {
    const pages = {};
    for (const name of Object.keys(folders)) {
      pages[name] = await browser.newPage();
      pages[name].on("pageerror", (error) => console.error(`${name}: ${error.message}`));
      await pages[name].goto(`http://127.0.0.1:${server.address().port}/${name}/`);
      await pages[name].waitForFunction(() => document.title === "ready", undefined, { timeout: 60_000 });
    }
    return { found: await work(pages), version: browser.version().split(".")[0] };
  } finally {
    await browser.close();
    server.close();
  }
}
