// Browsers that run the seven sweeps in a page of the installed package: each opens the page, which sends back what it found.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { firstLine } from "../../bench/support/machine.mjs";
import { fromTests } from "../support/run.mjs";

const script = `import { sevenSweeps } from "./sweeps.mjs";
const found = {};
const numbers = new URLSearchParams(location.search).get("workers").split(",").map(Number);
async function all() {
  for (const workers of numbers) found[workers] = await sevenSweeps(workers);
}
all().catch((error) => { found.failure = String(error?.stack ?? error); }).finally(() => fetch("/found", { method: "POST", body: JSON.stringify(found) }));
`;

const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Serves the project on loopback; gives where, and what the next page sends. */
async function serve(project) {
  let take = () => {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/found") {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        response.end();
        take(JSON.parse(body));
      });
      return;
    }
    const file = join(project, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "" }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const next = () =>
    new Promise((resolve) => {
      take = resolve;
    });
  return { address: `http://127.0.0.1:${server.address().port}`, next, close: () => server.close() };
}

async function browsers() {
  const { chromiumPath, launchOptions } = await fromTests("support/chromium.ts");
  const { firefox, webKitGtk } = await fromTests("support/browsers.ts");
  const { program: mini, display: xvfb } = webKitGtk;
  return [
    {
      name: "Chromium",
      program: chromiumPath,
      lack: "install Chromium, or set CHROME_BIN",
      version: chromiumPath && firstLine(chromiumPath, ["--version"]),
      args: (profile, url) => ["--headless", ...launchOptions.args, `--user-data-dir=${profile}`, url],
    },
    {
      name: "Firefox",
      program: firefox.program,
      lack: firefox.lack,
      version: firefox.program && firstLine(firefox.program, ["--version"]),
      args: (profile, url) => [...firefox.args(profile), url],
    },
    {
      name: "WebKitGTK",
      program: mini && xvfb,
      lack: webKitGtk.lack,
      // It tells its version where it has a display.
      version: mini && xvfb && firstLine(xvfb, ["-a", mini, "--version"]),
      args: (_, url) => ["-a", mini, "--private", url],
      env: webKitGtk.env,
    },
  ];
}

/** What pages find, by browser: hashes by number of workers, or a failure; and which browsers there are not. */
export async function inBrowsers(project, workers, each) {
  const { importMap } = await fromTests("support/pages.ts");
  writeFileSync(join(project, "battery.js"), script);
  const page = `<!doctype html><script type="importmap">${importMap}</script><script type="module" src="./battery.js"></script>`;
  writeFileSync(join(project, "battery.html"), page);
  const served = await serve(project);
  const missing = [];
  for (const { name, program, lack, version, args, env: own } of await browsers()) {
    if (!program) {
      missing.push(`${name} (${lack})`);
      continue;
    }
    const profile = mkdtempSync(join(tmpdir(), "massgrid-profile-"));
    const url = `${served.address}/battery.html?workers=${workers.join(",")}`;
    const home = join(profile, "home");
    mkdirSync(home);
    const env = { ...process.env, HOME: home, ...own };
    const child = spawn(program, args(profile, url), { stdio: "ignore", detached: true, env });
    const late = new Promise((resolve) => setTimeout(() => resolve({ failure: "no answer in 5 minutes" }), 300_000).unref());
    const over = new Promise((resolve) => child.on("error", (error) => resolve({ failure: String(error) })));
    const found = await Promise.race([served.next(), late, over]);
    each(version ?? name, found);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  served.close();
  return missing;
}
