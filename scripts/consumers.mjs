// npm run test:consumers: installs what those need who read massgrid's files or run its package (consumers/), and runs their tests.
// What cannot be installed is said in one line, and its tests are skipped. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { install, installWheels } from "./install.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

install();
install("consumers");
install("consumers/runtimes");
install("consumers/compilers");
install("site");
installWheels("consumers");
const { build, isBuilt } = await import("./build.mjs");
process.chdir(at(""));
if (!isBuilt()) await build();
process.env.MASSGRID_TESTS = "consumers";
const { status } = spawnSync(process.execPath, [at("node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
