import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { chromiumPath, launchOptions, tellIfMissing } from "./test/support/chromium.ts";
import { testsBySpeed } from "./test/support/fast.ts";
import { portableTests } from "./test/support/portable.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
/** `npm run test:fast`: the quick tests alone. */
const isFast = process.env.MASSGRID_TESTS === "fast";
if (!isFast) tellIfMissing();

/** Stores wait for the disk at every file: tests of them take half the time in memory, where there is room and programs may be run. */
function hasRoomInMemory(): boolean {
  const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8") : "";
  const mount = mounts.split("\n").find((line) => line.split(" ")[1] === inMemory);
  if (mount === undefined || /\bnoexec\b/.test(mount)) return false;
  const { bavail, bsize } = statfsSync(inMemory);
  return bavail * bsize >= 4 * 2 ** 30;
}

const inMemory = "/dev/shm";
if (process.env.TMPDIR === undefined && hasRoomInMemory()) process.env.TMPDIR = inMemory;

function testsOfNode(): string[] {
  if (!isFast) return ["test/**/*.test.ts"];
  const { quick, slow } = testsBySpeed(root);
  console.log(`left out: ${slow.length} of ${quick.length + slow.length} files: processes, threads, browsers, clocks, laws by many cases`);
  return quick;
}

const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

/** Vitest leaves a core idle; of two that is half of the machine. */
const maxWorkers = availableParallelism();

/** Files share a process and its modules, which are loaded once: a file leaves nothing behind that another could see. */
const inNode: TestProjectInlineConfiguration = {
  test: { name: "node", include: testsOfNode(), setupFiles: ["test/support/relaxed.ts"], isolate: false, maxWorkers, ...patience },
};

/** `npm run test:consumers`: those who read what massgrid writes, with the packages of consumers/. */
const ofConsumers: TestProjectInlineConfiguration = {
  test: { name: "consumers", include: ["consumers/*.test.ts"], fileParallelism: false, ...patience, testTimeout: 300_000 },
};

/** `npm run test:cluster`: engines that run the parts of a sweep, as far as they are installed, with the packages of cluster/. */
const ofCluster: TestProjectInlineConfiguration = {
  test: {
    name: "cluster",
    include: ["cluster/*.test.ts"],
    fileParallelism: false,
    ...patience,
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
};

/** `npm run test:browsers`: the explorer in browsers beside Chromium, as far as they are installed. */
const ofBrowsers: TestProjectInlineConfiguration = {
  test: { name: "browsers", include: ["browsers/*.test.ts"], fileParallelism: false, ...patience, testTimeout: 120_000 },
};

/** The tests that mean the same in a page, in a page, of the package as it is built. */
const inChromium: TestProjectInlineConfiguration = {
  resolve: { alias: [{ find: /^massgrid$|^(\.\.\/)+src\/index\.ts$/, replacement: `${root}dist/index.js` }] },
  // All that pages import from node_modules: Vite would reload them where it found more.
  optimizeDeps: {
    entries: ["dist/index.js"],
    include: ["apache-arrow", "fast-check"],
  },
  test: {
    ...patience,
    name: "chromium",
    include: [...portableTests(root), "test/consumer/bits.page.ts"],
    globalSetup: "test/consumer/in-node.ts",
    sequence: { groupOrder: 1 },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions }),
      instances: [{ browser: "chromium" }],
    },
  },
};

function projects(): TestProjectInlineConfiguration[] {
  if (process.env.MASSGRID_TESTS === "consumers") return [ofConsumers];
  if (process.env.MASSGRID_TESTS === "cluster") return [ofCluster];
  if (process.env.MASSGRID_TESTS === "browsers") return [ofBrowsers];
  return isFast || chromiumPath === undefined ? [inNode] : [inNode, inChromium];
}

export default defineConfig({
  test: {
    projects: projects(),
    reporters: ["default"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.generated.ts"],
      reporter: ["json-summary"],
      reportsDirectory: "out/coverage",
      reportOnFailure: true,
    },
  },
});
