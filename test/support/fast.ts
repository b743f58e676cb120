// Which tests are quick, for `npm run test:fast`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder, importsOf, packagesOf } from "./imports.ts";

/** What a quick test does not use: processes, browsers, servers; threads are started by the tests of these folders. */
const slowPackages = /^(?:node:child_process|node:http|playwright-core$|vite$)/;
const slowFolders = ["test/workers/", "test/run/"];
/** Files that hold a law by many cases, and take seconds. */
const many = [
  "test/continuation/auto.test.ts",
  "test/continuation/delays.test.ts",
  "test/kernel/accuracy.test.ts",
  "test/kernel/adaptive.test.ts",
  "test/kernel/stochastic.test.ts",
  "test/kernel/twin.test.ts",
  "test/certify/random-sweeps.test.ts",
  "test/kernel/hopf.test.ts",
  "test/kernel/noise-floor.test.ts",
  "test/model/compile/jacobian-random.test.ts",
  "test/model/compile/source.test.ts",
  "test/model/networks.test.ts",
  "test/model/random-models.test.ts",
  "test/model/template/mutations.test.ts",
  "test/reduce/regime-noise.test.ts",
  "test/store/adaptive.test.ts",
  "test/store/damage.test.ts",
  "test/store/faults.test.ts",
  "test/store/resume-defaults.test.ts",
];

/** Whether a file, or one of tests that it imports, uses what is slow. */
function isSlow(root: string, file: string): boolean {
  if (!file.startsWith("test/")) return false;
  if (packagesOf(root, file).some((name) => slowPackages.test(name))) return true;
  return /\bcpuUsage|\bstopwatch|\bprocessorTime/.test(readFileSync(join(root, file), "utf8"))
    ? true
    : importsOf(root, file).some(({ to }) => isSlow(root, to));
}

/** All files of tests, in those that are quick and those that are not. */
export function testsBySpeed(root: string): { quick: string[]; slow: string[] } {
  const quick: string[] = [];
  const slow: string[] = [];
  for (const file of filesUnder(root, "test", [".test.ts"])) {
    const isLeft = many.includes(file) || slowFolders.some((folder) => file.startsWith(folder)) || isSlow(root, file);
    (isLeft ? slow : quick).push(file);
  }
  return { quick, slow };
}
