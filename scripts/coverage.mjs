// npm run coverage: the tests in Node with V8's coverage of src, and a table of its folders as CONTRIBUTING.md has it.
// Workers, processes and pages run what is built in dist/, which is not counted. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const call = ["run", "--project", "node", "--coverage", ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [vitest, ...call], { cwd: root, stdio: "inherit" });

const { total, ...files } = JSON.parse(readFileSync(join(root, "out/coverage/coverage-summary.json"), "utf8"));
const folders = new Map();
for (const [file, { lines, branches }] of Object.entries(files)) {
  const [, folder] = relative(root, file).replaceAll("\\", "/").split("/");
  const name = folder.endsWith(".ts") ? "src" : `src/${folder}`;
  const sum = folders.get(name) ?? { lines: [0, 0], branches: [0, 0] };
  for (const [counts, { covered, total: all }] of [
    [sum.lines, lines],
    [sum.branches, branches],
  ]) {
    counts[0] += covered;
    counts[1] += all;
  }
  folders.set(name, sum);
}

const share = ([covered, all]) => `${all === 0 ? 100 : Math.floor((100 * covered) / all)} %`;
console.log(`\n${new Date().toISOString().slice(0, 10)}\n\n| folder | lines | branches |\n|---|---|---|`);
for (const [name, { lines, branches }] of [...folders].sort()) console.log(`| ${name} | ${share(lines)} | ${share(branches)} |`);
console.log(`| all | ${Math.floor(total.lines.pct)} % | ${Math.floor(total.branches.pct)} % |`);
process.exitCode = status ?? 1;
