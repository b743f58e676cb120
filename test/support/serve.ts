import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

/** Where a server that listens on loopback is. */
export function addressOf(server: { address(): unknown } | null): string {
  const address = server?.address();
  if (typeof address !== "object" || address === null || !("port" in address)) throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

/** A Content-Security-Policy for every file, or the headers of each file. */
export type Policy = string | ((file: string) => Record<string, string>);

function headersOf(policy: Policy | undefined, file: string): Record<string, string> {
  if (typeof policy === "function") return policy(file);
  return policy ? { "content-security-policy": policy } : {};
}

/** Serves a folder on loopback; the first part of the path chooses the policy. */
export function serve(folder: string, policies: Record<string, Policy>): Promise<Server> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };
  const server = createServer((request, response) => {
    const [, name, ...rest] = (request.url ?? "").split("/");
    const file = rest.join("/") || "index.html";
    try {
      const body = readFileSync(join(folder, file));
      response.writeHead(200, { "content-type": types[extname(file)] ?? "", ...headersOf(policies[name], file) });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
