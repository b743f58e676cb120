// npm run test:consumers: installs what those need who read massgrid's files (consumers/), and runs their tests. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

install();
install("consumers");
const root = fileURLToPath(new URL("..", import.meta.url));
const { build, isBuilt } = await import("./build.mjs");
if (!isBuilt()) await build();
process.env.MASSGRID_TESTS = "consumers";
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
