// npm run test:browsers: the explorer in Firefox and WebKitGTK, which are taken where they are installed; what is missing is said in one line, and
// its tests are skipped. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

install();
const { build, isBuilt } = await import("./build.mjs");
process.chdir(at(""));
if (!isBuilt()) await build();
process.env.MASSGRID_TESTS = "browsers";
const { status } = spawnSync(
  process.execPath,
  [at("node_modules/vitest/vitest.mjs"), "run", "--passWithNoTests", ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
