// Runs the driver of a consumer over a folder of files.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Consumer } from "../list.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const patience = 280_000;

/** Question → answer. */
export type Answers = Record<string, unknown>;

export interface Found {
  version: string;
  /** Form of the files, "arrow" or "parquet" → table → answers. */
  answers: Record<string, Record<string, Answers>>;
}

/** Why a consumer cannot be asked here, and whether that may be where tests must be whole; undefined where it can. */
export function missing({ by, needs }: Consumer): { why: string; isAllowed: boolean } | undefined {
  // Go is no package: it is taken where there is one that compiles the driver.
  if (by === "go")
    return runs("go", ["version"]) && runs("go", ["build", "-o", devNull, "."])
      ? undefined
      : { why: "there is no Go of the last two years", isAllowed: true };
  const isThere = { node: existsSync(join(here, "node_modules")), python: existsSync(pythonPath) }[by];
  if (!isThere) return { why: `npm run test:consumers installs its package, or says why it cannot`, isAllowed: false };
  if (needs !== undefined && !runs(needs, ["-version"])) return { why: `there is no ${needs}`, isAllowed: false };
  return undefined;
}

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { cwd: join(here, "go"), env }).status === 0;
}

/** Go's own version is taken, and none is downloaded. */
const env = { ...process.env, GOTOOLCHAIN: "local" };

export const pythonPath = join(here, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");

/** The command of a driver. Go's is compiled as it is run. */
function commandOf({ by, driver }: Consumer): [command: string, args: string[], cwd: string] {
  if (by === "go") return ["go", ["run", "."], join(here, driver)];
  return by === "node" ? [process.execPath, [driver], here] : [pythonPath, [driver], here];
}

/** What a consumer answers. Throws with what its driver said where that fails. */
export function ask(consumer: Consumer, folder: string): Found {
  const [command, args, cwd] = commandOf(consumer);
  const { status, stdout, stderr, error } = spawnSync(command, [...args, folder], {
    cwd,
    env,
    encoding: "utf8",
    timeout: patience,
    maxBuffer: 1e8,
  });
  const [last] = stdout?.trim().split("\n").slice(-1) ?? [];
  if (status !== 0 || !last) throw new Error(`${consumer.driver}: ${error ?? `exit status ${status}`}\n${stderr?.slice(-2000)}`);
  return JSON.parse(last);
}
