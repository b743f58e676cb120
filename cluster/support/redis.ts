// A Redis of a test's own: a free port of loopback, a password, and its log of commands on disk (AOF).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

export interface RedisServer {
  /** Its address, with the password. */
  url: string;
  /** Ends it by a signal; resolves when it is gone. */
  end: (signal: "SIGKILL" | "SIGTERM") => Promise<void>;
  /** Begins it again, with what it has on disk. */
  begin: () => Promise<void>;
  /** What a command answers. */
  ask: (...command: string[]) => string;
}

/** Why there can be none here; undefined where there can. */
export function missingRedis(): string | undefined {
  return spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "redis-server not found: apt-get install redis-server";
}

export async function startRedis(folder: string, password: string): Promise<RedisServer> {
  mkdirSync(folder, { recursive: true });
  const port = String(await freePort());
  const log = join(folder, "redis.log");
  const options = { port, bind: "127.0.0.1", dir: folder, logfile: log, requirepass: password, save: "", appendonly: "yes" };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const ask = (...command: string[]) =>
    spawnSync("redis-cli", ["-p", port, "-a", password, "--no-auth-warning", ...command], { encoding: "utf8" }).stdout;
  let child: ChildProcess | undefined;
  const begin = async () => {
    child = spawn("redis-server", args, { stdio: "ignore" });
    for (let i = 0; ask("PING") !== "PONG\n"; i++) {
      if (i === 100) throw new Error(`redis-server does not answer:\n${readFileSync(log, "utf8")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child.kill(signal);
    await gone;
  };
  await begin();
  return { url: `redis://:${password}@127.0.0.1:${port}`, end, begin, ask };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port could be had");
  return address.port;
}
