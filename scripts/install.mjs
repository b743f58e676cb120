// Installs what is missing: nothing happens where node_modules was made from the present package-lock.json. Folders with packages of
// their own (bench/rivals/, consumers/) are installed when they are first used.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`massgrid needs Node 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}

/** Installs the packages of the checkout, or of one of its folders. */
export function install(folder = "") {
  checkNode();
  const place = join(root, folder);
  const mark = join(place, "node_modules/.installed-from");
  const lock = createHash("sha256")
    .update(readFileSync(join(place, "package-lock.json")))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : [process.platform === "win32" ? "npm.cmd" : "npm", []];
  const { status } = spawnSync(command, [...args, "install", "--no-save", "--no-audit", "--no-fund"], { cwd: place, stdio: "inherit" });
  if (status !== 0) {
    console.error("npm install failed: see the lines above");
    process.exit(1);
  }
  writeFileSync(mark, lock);
}

/** Makes .venv in a folder, of the Python there is, with the wheels of its requirements.txt; tells why it cannot. */
export function installWheels(folder) {
  const at = (path) => join(root, folder, path);
  const wanted = at("requirements.txt");
  const mark = at(".venv/installed-from");
  const hash = createHash("sha256").update(readFileSync(wanted)).digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === hash) return;
  const isWindows = process.platform === "win32";
  const python = at(isWindows ? ".venv/Scripts/python.exe" : ".venv/bin/python");
  const steps = [
    [isWindows ? "python" : "python3", ["-m", "venv", at(".venv")]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status === 0) continue;
    const why = error?.message ?? stderr.trim().split("\n").at(-1);
    console.log(`what needs Python in ${folder}/ is not tested: ${command} ${args.slice(0, 3).join(" ")} failed: ${why}`);
    return;
  }
  writeFileSync(mark, hash);
}
