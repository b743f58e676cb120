// The package as npm packs it, installed in an empty project.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

export function run(command: string, args: string[], cwd: string) {
  return spawnSync(command, args, { cwd, encoding: "utf8", timeout: 240_000, shell: process.platform === "win32" });
}

export interface Packed {
  filename: string;
  files: { path: string }[];
}

/** A folder of its own for a project. */
export function emptyProject(): string {
  return mkdtempSync(join(tmpdir(), "massgrid-package-"));
}

/** Packs the package, and installs it in a project that has a module of sweeps. */
export function installInto(project: string): Packed {
  const pack = run(npm, ["pack", "--ignore-scripts", "--json", "--pack-destination", project], root);
  const listing: unknown = JSON.parse(pack.stdout);
  const [packed] = Array.isArray(listing) ? listing : Object.values(listing ?? {});
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  copyFileSync(join(root, "test/consumer/sweeps.mjs"), join(project, "sweeps.mjs"));
  const installed = run(npm, ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${packed.filename}`], project);
  if (installed.status !== 0) throw new Error(installed.stderr);
  return packed;
}

/** What a command of a shell says where it fails; "" where it does not. */
export async function faultOf(command: string, cwd: string): Promise<string> {
  const { status, stderr, stdout } = spawnSync(command, { cwd, encoding: "utf8", shell: true, timeout: 120_000 });
  return status === 0 ? "" : `exit status ${status}\n${stdout}${stderr}`;
}

/** The same for one that serves a page: it is asked for it, and ended. */
export async function faultOfServer(command: string, cwd: string): Promise<string> {
  const child = spawn(command, { cwd, shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  try {
    const address = await new Promise<string>((resolve, reject) => {
      const hear = (text: Buffer) => {
        said += text;
        const [found] = /http:\S+/.exec(said) ?? [];
        if (found) resolve(found);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("exit", () => reject(new Error("it ended")));
    });
    const { status } = await fetch(address);
    return status === 200 ? "" : `${address} answers ${status}`;
  } catch (error) {
    return `${error}\n${said}`;
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  }
}
