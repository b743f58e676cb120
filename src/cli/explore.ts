import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { basename, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sanitize } from "../errors.ts";
import { UsageError } from "./usage.ts";

export interface ExploreOptions {
  port?: string;
}

/** What the page may load and run: its own files, and WebAssembly; no code from strings, and nothing from elsewhere but the stored maps that one opens. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Only this machine reaches the server. */
const HOST = "127.0.0.1";
const MOST_BYTES = 1e6;

/** Serves the explorer on loopback until it is interrupted. Prints its address. */
export async function explore(model: string | undefined, options: ExploreOptions, signal: AbortSignal): Promise<void> {
  const port = portOf(options.port);
  const server = await serveExplorer(port, model);
  const address = server.address();
  const at = typeof address === "object" && address !== null ? `http://${HOST}:${address.port}/` : "";
  console.log(`massgrid explorer: ${at}${model === undefined ? "" : `?model=${encodeURIComponent(basename(model))}`}`);
  console.log("Ctrl-C ends it.");
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  server.closeAllConnections();
  server.close();
}

/** A server of the explorer's files, and of a model's under its own name. Rejects with a UsageError where it cannot listen. */
export async function serveExplorer(port: number, model: string | undefined): Promise<Server> {
  const files = servedFiles(explorerFolder());
  if (model !== undefined) {
    checkModel(model);
    // Read anew each time: who edits the file loads the page again.
    files.set(`/${basename(model)}`, { read: () => readFileSync(model), type: "text/yaml; charset=utf-8" });
  }
  const server = createServer((request, response) => answer(files, request, response));
  return await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new UsageError(`--port ${port}: ${error.message}`, { cause: error })));
    server.listen(port, HOST, () => resolve(server));
  });
}

/** The built page: beside the command line's file; sources that are run as they are use the one that was built. */
function explorerFolder(): string {
  const here = import.meta.url;
  const folder = fileURLToPath(new URL(here.endsWith(".ts") ? "../../dist/explorer/" : "./explorer/", here));
  if (existsSync(folder)) return folder;
  throw new UsageError(`the explorer is not built: there is no ${folder}`);
}

/** Answers from the files alone: a path is looked up as it is, so that none leads anywhere else. */
function answer(files: ReadonlyMap<string, Served>, { method = "", url = "/", headers }: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(url);
  const found = path === undefined ? undefined : files.get(path);
  // A page elsewhere whose name leads to this machine must not read the model.
  const isOurs = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? "");
  const status = !isOurs ? 403 : method !== "GET" && method !== "HEAD" ? 405 : found === undefined ? 404 : 200;
  try {
    const body = status === 200 ? found?.read() : undefined;
    const type = found && status === 200 ? found.type : "text/plain; charset=utf-8";
    response.writeHead(status, {
      "content-type": type,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    });
    response.end(method === "HEAD" ? undefined : (body ?? `${status}\n`));
  } catch {
    // The model's file was taken away since.
    response.writeHead(404).end();
  }
}

/** The path that a request asks for, unescaped; undefined for what cannot be. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0]);
    return path === "/" ? "/index.html" : path;
  } catch {
    return undefined;
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new UsageError(`--port ${sanitize(text)}: it is a whole number from 0 to 65535; 0 takes any that is free`);
}

/** A template that the page can show: one file of YAML. What is wrong within it, the page tells at its line. */
function checkModel(model: string): void {
  const size = statSync(model, { throwIfNoEntry: false });
  if (!size?.isFile()) throw new UsageError(`there is no file ${sanitize(model)}; massgrid explore takes a file of templates, or nothing`);
  if (size.size > MOST_BYTES)
    throw new UsageError(`${sanitize(model)} has ${size.size} bytes; a file of templates has at most ${MOST_BYTES}`);
}

/** A file that a server gives out. */
export interface Served {
  read: () => Uint8Array;
  type: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
};

/** The files of a folder by the paths that they are asked for by: "/assets/a.js". Only these can be had. */
export function servedFiles(folder: string): Map<string, Served> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const type = types[extname(file)] ?? "application/octet-stream";
      return [`/${relative(folder, file).replaceAll("\\", "/")}`, { read: () => readFileSync(file), type }];
    }),
  );
}
