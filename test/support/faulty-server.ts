// A server on loopback whose answers are lost, late, cut or refused: what stands before an object store, in memory or another process.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  /** Path and query, as they were sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  /** With names in small letters. */
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/**
 * What happens to a request: "reset": the connection breaks, and nothing of it is done; "lost": all of it is done, and the connection breaks;
 * "cut": half of the answer comes, then the connection breaks; "short": half of the answer comes as if it were all; "late": it comes late;
 * a number: nothing is done, and it is the status of the answer.
 */
export type Fault = "reset" | "lost" | "cut" | "short" | "late" | number;

export interface FaultyServer {
  url: string;
  /** What was asked for, in order, as "PUT /bucket/name", and the faults that it met. */
  asked: string[];
  faults: Fault[];
  close(): Promise<void>;
}

/** Serves answers at a free port of loopback. */
export async function faultyServer(
  answerOf: (asked: Asked) => Answer | Promise<Answer>,
  faultOf: (asked: Asked) => Fault | undefined = () => undefined,
  { late = 300 }: { late?: number } = {},
): Promise<FaultyServer> {
  const asked: string[] = [];
  const faults: Fault[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const now: Asked = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces) };
    asked.push(`${now.method} ${now.url}`);
    const fault = faultOf(now);
    if (fault !== undefined) faults.push(fault);
    if (fault === "reset") return request.socket.destroy();
    if (typeof fault === "number") return response.writeHead(fault).end();
    const { status, headers = {}, body = "" } = await answerOf(now);
    if (fault === "lost") return request.socket.destroy();
    if (fault === "late") await new Promise((resolve) => setTimeout(resolve, late));
    const bytes = Buffer.from(body);
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    const isBare = now.method === "HEAD" || status === 204;
    if (fault === "short" && !isBare) return response.writeHead(status, { ...headers, "content-length": half.length }).end(half);
    response.writeHead(status, isBare ? headers : { ...headers, "content-length": bytes.length });
    if (fault !== "cut" || isBare) return response.end(isBare ? undefined : bytes);
    response.write(half, () => request.socket.destroy());
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
