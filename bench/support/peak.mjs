// Memory of a process of its own.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Source of what reads a process's peak of resident memory, in bytes: Linux counts the parent's, too, in what Node tells. */
export const peakSource = `
import { existsSync, readFileSync } from "node:fs";
const status = "/proc/self/status";
const peak = () => (existsSync(status) ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync(status, "utf8"))[1]) : process.resourceUsage().maxRSS) * 1024;
`;

/** What a program prints as JSON, run in a process of its own. */
export function measured(source) {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], { cwd, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}
