// npm run test:cluster: installs what those need who run the parts of a sweep (cluster/), and runs their tests. Engines themselves (Slurm, Snakemake,
// Redis) are taken where they are installed; what is missing is said in one line, and its tests are skipped. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { install, installWheels } from "./install.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

install();
install("cluster");
installWheels("cluster");
const { build, isBuilt } = await import("./build.mjs");
process.chdir(at(""));
if (!isBuilt()) await build();
process.env.MASSGRID_TESTS = "cluster";
const { status } = spawnSync(process.execPath, [at("node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
