// Firefox by WebDriver BiDi, which it speaks itself: no driver stands between.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import { firefox } from "../../test/support/browsers.ts";
import { asJson, type Browser, Started, until } from "./browser.ts";

/** Of `about:blank` the address bar has the focus: keys go to the page, but Enter presses nothing there. */
const EMPTY = "data:text/html,empty";

const preferences = (downloads: string) => ({
  "browser.download.folderList": 2,
  "browser.download.dir": downloads,
  "browser.download.useDownloadDir": true,
  // The list of downloads would take the focus.
  "browser.download.alwaysOpenPanel": false,
  "browser.download.always_ask_before_handling_new_types": false,
  "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream,text/csv,image/svg+xml,text/plain,application/json",
  // A window without a screen is never the active one; it is taken for that.
  "focusmanager.testmode": true,
  "browser.shell.checkDefaultBrowser": false,
  "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
});

/** Calls of WebDriver BiDi over its socket. */
class Calls {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const answer = JSON.parse(String(data));
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async connect(url: string): Promise<Calls> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Calls(socket);
  }

  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the protocol says of its method
  async call(method: string, params: object): Promise<any> {
    const id = ++this.#last;
    const answered = new Promise<Record<string, unknown>>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.type === "error") throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result;
  }

  close(): void {
    this.#socket.close();
  }
}

export async function startFirefox(): Promise<Browser> {
  const started = new Started();
  const profile = join(started.home, "profile");
  mkdirSync(profile);
  const lines = Object.entries(preferences(started.downloads)).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  started.start(String(firefox.program), [...firefox.args(profile), "--remote-debugging-port=0", EMPTY]);
  const told = join(profile, "WebDriverBiDiServer.json");
  try {
    const { ws_host, ws_port } = JSON.parse(
      await until(`Firefox to listen (${started.said})`, async () => existsSync(told) && readFileSync(told, "utf8")),
    );
    const calls = await Calls.connect(`ws://${ws_host}:${ws_port}/session`);
    const { capabilities } = await calls.call("session.new", { capabilities: {} });
    const { contexts } = await calls.call("browsingContext.getTree", {});
    const [{ context }] = contexts;
    await calls.call("browsingContext.setViewport", { context, viewport: { width: 1400, height: 1000 } });
    return browserOf(`Firefox ${capabilities.browserVersion}`, calls, context, started);
  } catch (error) {
    await started.end();
    throw error;
  }
}

function browserOf(name: string, calls: Calls, context: string, started: Started): Browser {
  return {
    name,
    downloads: started.downloads,
    open: async (url) => {
      await calls.call("browsingContext.navigate", { context, url, wait: "complete" });
    },
    run: async (body, ...args) => {
      const target = { context };
      const found = await calls.call("script.evaluate", {
        expression: asJson(body, args),
        target,
        awaitPromise: true,
        userActivation: true,
      });
      if (found.type === "exception") throw new Error(found.exceptionDetails.text);
      return JSON.parse(found.result.value);
    },
    keyboard: async (actions) => {
      await calls.call("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] });
    },
    step: async (by) => {
      await calls.call("browsingContext.traverseHistory", { context, delta: by });
    },
    close: async () => {
      calls.close();
      await started.end();
    },
  };
}
