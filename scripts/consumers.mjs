// npm run test:consumers: installs what those need who read massgrid's files or run its package (consumers/), and runs their tests.
// What cannot be installed is said in one line, and its tests are skipped. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Makes consumers/.venv of the Python there is, with the wheels of requirements.txt; tells why it cannot. */
function installWheels() {
  const wanted = at("consumers/requirements.txt");
  const mark = at("consumers/.venv/installed-from");
  const hash = createHash("sha256").update(readFileSync(wanted)).digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === hash) return;
  const isWindows = process.platform === "win32";
  const python = at(isWindows ? "consumers/.venv/Scripts/python.exe" : "consumers/.venv/bin/python");
  const steps = [
    [isWindows ? "python" : "python3", ["-m", "venv", at("consumers/.venv")]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status === 0) continue;
    const why = error?.message ?? stderr.trim().split("\n").at(-1);
    console.log(`consumers in Python are not tested: ${command} ${args.slice(0, 3).join(" ")} failed: ${why}`);
    return;
  }
  writeFileSync(mark, hash);
}

install();
install("consumers");
install("consumers/runtimes");
install("consumers/compilers");
installWheels();
const { build, isBuilt } = await import("./build.mjs");
process.chdir(at(""));
if (!isBuilt()) await build();
process.env.MASSGRID_TESTS = "consumers";
const { status } = spawnSync(process.execPath, [at("node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
