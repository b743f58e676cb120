import { spawnSync } from "node:child_process";
import { arch, cpus, platform, totalmem } from "node:os";

/** The first line that a command prints, or undefined where it does not run. */
export function firstLine(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0].trim() : undefined;
}

/** What the figures were measured on, in one line. */
export function machine() {
  const [{ model }] = cpus();
  const compiler = firstLine("gcc", ["--version"]) ?? "no C compiler";
  return `${cpus().length} cores ${model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${arch()}, Node ${process.version}, ${compiler}`;
}
