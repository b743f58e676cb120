import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

/** Where a server that listens on loopback is. */
export function addressOf(server: { address(): unknown } | null): string {
  const address = server?.address();
  if (typeof address !== "object" || address === null || !("port" in address)) throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

/** Serves a folder on loopback; the first part of the path chooses the Content-Security-Policy. */
export function serve(folder: string, policies: Record<string, string>): Promise<Server> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };
  const server = createServer((request, response) => {
    const [, name, ...rest] = (request.url ?? "").split("/");
    const file = rest.join("/") || "index.html";
    try {
      const body = readFileSync(join(folder, file));
      const policy = policies[name];
      response.writeHead(200, { "content-type": types[extname(file)] ?? "", ...(policy ? { "content-security-policy": policy } : {}) });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
