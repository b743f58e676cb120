// `massgrid explore`: a server of the page's files on loopback, and of nothing else.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { POLICY, serveExplorer } from "../../src/cli/explore.ts";
import { chromiumPath, launch } from "../support/chromium.ts";
import { numbersOf, Served } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";
import { addressOf } from "../support/serve.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("explore");

const model = join(folder, "my model.yaml");
const modelText = `osc_op:
  base: OperatorTemplate
  description: |
    Units: x V, w 1/s
  equations: ["x' = w*y", "y' = -w*x + u"]
  variables: { x: output(1.0), y: variable(0.0), w: 10.0, u: input(0.0) }
osc_pop: { base: NodeTemplate, operators: [osc_op] }
osc:
  base: CircuitTemplate
  description: |
    A spring.
    Time: s
  nodes: { a: osc_pop }
`;
beforeAll(() => writeFileSync(model, modelText));

/** What a server says to a request: status, headers and body. */
function ask(at: string, path: string, more: { method?: string; host?: string } = {}) {
  const { method = "GET", host } = more;
  const { hostname, port } = new URL(at);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, ...(host ? { headers: { host } } : {}) }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("massgrid explore", () => {
  test("prints its address, serves the page, and ends with the interrupt", async () => {
    const child = spawn(process.execPath, [cli, "explore", model], { stdio: ["ignore", "pipe", "pipe"] });
    const told = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text))));
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(told)?.[0] ?? "";
    expect(told).toContain(`${address}?model=my%20model.yaml`);
    const page = await ask(address, "/");
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body).toContain("<title>massgrid explorer</title>");
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });

  test("the policy allows the page's own files and WebAssembly, and no code from strings, in header and page", async () => {
    const server = await serveExplorer(0, undefined);
    const { headers, body } = await ask(addressOf(server), "/");
    expect(headers["content-security-policy"]).toBe(POLICY);
    expect(POLICY).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(POLICY).not.toMatch(/'unsafe-/);
    const own = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(body)?.[1] ?? "";
    // Frames can be forbidden by a header alone.
    expect(`${own}; frame-ancestors 'none'`).toBe(POLICY);
    server.close();
  });

  test("every path of the page is relative: the folder can stand anywhere on a server", async () => {
    const server = await serveExplorer(0, undefined);
    const { body } = await ask(addressOf(server), "/");
    const paths = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => !path.startsWith("./") && path !== "data:,")).toEqual([]);
    server.close();
  });

  test.each([
    "/../package.json",
    "/..%2f..%2fpackage.json",
    "/assets/../../../package.json",
    "/%2e%2e/%2e%2e/package.json",
    "/assets",
    "//etc/passwd",
    "/my%20model.yaml/..",
    "/%",
    "/%00",
    "/index.html%00.js",
  ])("%s leads nowhere", async (path) => {
    const server = await serveExplorer(0, model);
    expect((await ask(addressOf(server), path)).status).toBe(404);
    server.close();
  });

  test("answers reading alone, under its own name alone, on loopback alone", async () => {
    const server = await serveExplorer(0, model);
    const at = addressOf(server);
    expect((await ask(at, "/", { method: "POST" })).status).toBe(405);
    expect(await ask(at, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect((await ask(at, "/my%20model.yaml", { host: "evil.example" })).status).toBe(403);
    expect((await ask(at, "/my%20model.yaml")).body).toContain("A spring.");
    const address = server.address();
    expect(typeof address === "object" && address?.address).toBe("127.0.0.1");
    // A request that is no HTTP does not end the server.
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(at).port), "127.0.0.1", () => socket.end("nonsense\r\n\r\n"));
      socket.on("close", () => resolve());
      socket.resume();
    });
    expect((await ask(at, "/")).status).toBe(200);
    server.close();
  });

  test("says what is wrong with a call", async () => {
    await expect(serveExplorer(0, join(folder, "none.yaml"))).rejects.toThrow(/there is no file/);
    const { spawnSync } = await import("node:child_process");
    const wrong = spawnSync(process.execPath, [cli, "explore", "--port", "80a"], { encoding: "utf8" });
    expect([wrong.status, wrong.stderr]).toEqual([2, "--port 80a: it is a whole number from 0 to 65535; 0 takes any that is free\n"]);
    const server = await serveExplorer(0, undefined);
    const { port } = new URL(addressOf(server));
    await expect(serveExplorer(Number(port), undefined)).rejects.toThrow(/EADDRINUSE/);
    server.close();
  });

  test.skipIf(chromiumPath === undefined)("a model's file is what the page begins with", async () => {
    const browser = await launch();
    const served = await Served.start(browser, model);
    const page = await served.open("?model=my%20model.yaml");
    expect(await page.getByText("A spring.").count()).toBe(1);
    expect(await page.getByRole("heading", { level: 2 }).first().textContent()).toBe("range of x over w (1/s)");
    expect((await numbersOf(page)).length).toBe(41);
    await page.goto(`${served.address}?model=http://127.0.0.1:1/x.yaml`);
    await page.getByText("is of another origin").waitFor();
    expect(served.wrong).toEqual([]);
    await browser.close();
    served.close();
  });
});
