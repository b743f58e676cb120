import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";

/** The first line that a command prints, or undefined where it does not run. */
export function firstLine(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0].trim() : undefined;
}

/** The processor, with what its name may not say: its family and model, and whether it has 512-bit vectors. Linux tells. */
function processor() {
  const [{ model }] = cpus();
  if (!existsSync("/proc/cpuinfo")) return model.trim();
  const text = readFileSync("/proc/cpuinfo", "utf8");
  const [family, number] = ["cpu family", "model"].map((name) => new RegExp(`^${name}\\s*: (\\d+)$`, "m").exec(text)?.[1]);
  const known = family === undefined ? [] : [`family ${family} model ${number}`];
  if (/^flags.*\bavx512f\b/m.test(text)) known.push("AVX-512");
  return known.length > 0 ? `${model.trim()} (${known.join(", ")})` : model.trim();
}

/** What the figures were measured on, in one line. */
export function machine() {
  const compiler = firstLine("gcc", ["--version"]) ?? "no C compiler";
  return `${cpus().length} cores ${processor()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${arch()}, Node ${process.version}, ${compiler}`;
}
