// npm test: installs what is missing, then lint, types, build, and all tests. Arguments go to vitest.
// npm run test:fast: the quick tests alone, on the build that is there.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

install();
const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

function run(title, bin, args) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(process.execPath, [join(root, "node_modules", bin), ...args], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`${title} failed`);
    process.exit(status ?? 1);
  }
}

if (process.argv[2] === "--fast") {
  process.env.MASSGRID_TESTS = "fast";
  run("quick tests", "vitest/vitest.mjs", ["run", "--project", "node", ...process.argv.slice(3)]);
  process.exit();
}

const { build, isBuilt } = await import("./build.mjs");
console.log("== build");
if (!isBuilt()) await build();
run("lint", "@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]);
run("types", "typescript/bin/tsc", ["-p", "tsconfig.json"]);
run("tests", "vitest/vitest.mjs", ["run", ...process.argv.slice(2)]);
