// Another commit of this repository, built beside the present one: what a target is a ratio to.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The folder of a commit, built into out/commits on demand with the packages of the present one; undefined where it cannot be. */
export async function builtAt(commit) {
  const folder = join(root, "out/commits", commit);
  if (existsSync(join(folder, "build/stamp"))) return folder;
  mkdirSync(folder, { recursive: true });
  try {
    await run("sh", ["-c", 'git archive "$0" | tar -x -C "$1"', commit, folder], { cwd: root });
    if (!existsSync(join(folder, "node_modules"))) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    await run(process.execPath, ["scripts/build.mjs"], { cwd: folder });
    return folder;
  } catch (error) {
    console.error(`commit ${commit} is left out: ${error.stderr || error.message}`);
    return undefined;
  }
}
