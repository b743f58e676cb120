// WebKitGTK's small browser by WebKitWebDriver, over HTTP.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { webKitGtk } from "../../test/support/browsers.ts";
import { asJson, type Browser, Started, until } from "./browser.ts";

/** A port that nobody has just now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export async function startWebKit(): Promise<Browser> {
  const started = new Started();
  mkdirSync(join(started.home, ".config"));
  writeFileSync(join(started.home, ".config/user-dirs.dirs"), 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n');
  const port = await freePort();
  const screen = ["-a", "-s", "-screen 0 1600x1200x24"];
  started.start(String(webKitGtk.display), [...screen, String(webKitGtk.driver), `--port=${port}`], webKitGtk.env);
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the protocol says of its command
  const call = async (method: string, path: string, body?: object): Promise<any> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  try {
    await until(`WebKitWebDriver to listen (${started.said})`, () => call("GET", "/status").catch(() => undefined));
    const options = { binary: webKitGtk.program, args: ["--automation"] };
    const alwaysMatch = { browserName: "MiniBrowser", "webkitgtk:browserOptions": options };
    const { sessionId, capabilities } = await call("POST", "/session", { capabilities: { alwaysMatch } });
    const at = `/session/${sessionId}`;
    await call("POST", `${at}/timeouts`, { script: 120_000, pageLoad: 120_000, implicit: 0 });
    await call("POST", `${at}/window/rect`, { width: 1400, height: 1000 });
    return browserOf(`WebKitGTK ${capabilities.browserVersion}`, (method, path, body) => call(method, at + path, body), started);
  } catch (error) {
    await started.end();
    throw error;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function browserOf(name: string, call: (method: string, path: string, body?: object) => Promise<any>, started: Started): Browser {
  return {
    name,
    downloads: started.downloads,
    open: async (url) => {
      await call("POST", "/url", { url });
    },
    run: async (body, ...args) => {
      const script = `const over = arguments[arguments.length - 1]; ${asJson(body, args)}.then(over, (error) => over(JSON.stringify({ thrown: String(error) })))`;
      const found = JSON.parse(await call("POST", "/execute/async", { script, args: [] }));
      if (found?.thrown !== undefined) throw new Error(found.thrown);
      return found;
    },
    keyboard: async (actions) => {
      await call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    step: async (by) => {
      await call("POST", by < 0 ? "/back" : "/forward", {});
    },
    close: async () => {
      await call("DELETE", "").catch(() => undefined);
      await started.end();
    },
  };
}
