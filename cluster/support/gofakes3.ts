// gofakes3, an S3 server in Go, on loopback: built of its module when it is first used.
import { spawn, spawnSync } from "node:child_process";
import { request as ask } from "node:http";
import { fileURLToPath } from "node:url";
import type { Answer, Asked } from "../../test/support/faulty-server.ts";

const source = fileURLToPath(new URL("../gofakes3", import.meta.url));

/** Why it cannot be run; undefined where it can. */
export function missingGo(): string | undefined {
  return spawnSync("go", ["version"]).status === 0 ? undefined : "gofakes3 needs Go: apt-get install golang";
}

export interface ObjectServer {
  /** Its host and port. */
  address: string;
  /** Asks it as it was asked. */
  answer: (asked: Asked) => Promise<Answer>;
  /** Bytes of all objects of a bucket below a prefix, by the rest of their names, asked for without massgrid. */
  objects: (bucket: string, prefix: string) => Promise<Map<string, Uint8Array>>;
  stop: () => void;
}

/** Builds it into a folder, and begins it. */
export async function startGofakes3(folder: string): Promise<ObjectServer> {
  const built = spawnSync("go", ["build", "-o", `${folder}/gofakes3`, "."], { cwd: source, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`go build: ${built.stderr}`);
  const server = spawn(`${folder}/gofakes3`, { stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout.once("data", (text) => resolve(String(text).trim()));
    server.once("exit", () => reject(new Error("gofakes3 has ended")));
  });
  const answer = ({ method, url, headers, body }: Asked) =>
    new Promise<Answer>((resolve, reject) => {
      const [host, port] = address.split(":");
      const request = ask({ host, port, path: url, method, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", reject);
        const told = Object.entries(response.headers).filter(([name]) => name !== "transfer-encoding" && name !== "connection");
        const own = Object.fromEntries(told.map(([name, value]) => [name, String(value)]));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: own, body: Buffer.concat(pieces) }));
      });
      request.on("error", reject);
      request.end(body);
    });
  const objects = async (bucket: string, prefix: string) => {
    const list = await (await fetch(`http://${address}/${bucket}?prefix=${encodeURIComponent(prefix)}&max-keys=1000`)).text();
    if (list.includes("<IsTruncated>true")) throw new Error("more than a page of objects");
    const found = new Map<string, Uint8Array>();
    for (const [, escaped] of list.matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const name = escaped.replaceAll("&#39;", "'");
      const path = name.split("/").map(encodeURIComponent).join("/");
      found.set(name.slice(prefix.length), new Uint8Array(await (await fetch(`http://${address}/${bucket}/${path}`)).arrayBuffer()));
    }
    return found;
  };
  return { address, answer, objects, stop: () => server.kill() };
}
