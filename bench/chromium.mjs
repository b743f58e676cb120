// The published sweep in headless Chromium, the whole call: beside the same page with the package of an earlier commit, and beside Node.
import { fileURLToPath } from "node:url";
import { builtAt } from "./support/commit.mjs";
import { minima, published, row } from "./support/measure.mjs";
import { withPages } from "./support/package-page.mjs";

const COMMIT = "1a9cf86";
const ROUNDS = 30;
const WARMUP = 8;
const root = fileURLToPath(new URL("..", import.meta.url));

const script = `
import { gridSearch, uniformNoise } from "massgrid";
const options = ${JSON.stringify(published)};
const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
globalThis.sweep = async () => {
  const start = performance.now();
  const { results } = await gridSearch({ ...options, inputs, workers: 0 });
  return { ms: performance.now() - start, rows: results.numRows };
};`;

export async function bench() {
  const before = await builtAt(COMMIT);
  const folders = { now: root, ...(before ? { before } : {}) };
  const { found: best, version } = await withPages(folders, script, async (pages) => {
    const least = {};
    for (let round = -WARMUP; round < ROUNDS; round++) {
      for (const [name, page] of Object.entries(pages)) {
        const { ms, rows } = await page.evaluate("sweep()");
        if (rows !== 9000) throw new Error(`${name}: ${rows} rows`);
        if (round >= 0) least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, ms);
      }
    }
    return least;
  });
  const { gridSearch, uniformNoise } = await import("massgrid");
  const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
  const { node } = await minima({ node: () => gridSearch({ ...published, inputs, workers: 0 }) }, { rounds: ROUNDS, warmup: WARMUP });
  const ms = (value) => `${value.toFixed(2)} ms`;
  const [major] = process.versions.node.split(".");
  const rows = [
    row(`published sweep, whole call, Chromium ${version} over Node ${major}`, `${ms(best.now)} over ${ms(node)}`, "", best.now / node),
  ];
  if (best.before === undefined) return rows;
  const question = `the same in Chromium ${version}, over that of commit ${COMMIT} in turns`;
  return [row(question, `${ms(best.now)} over ${ms(best.before)}`, "≤ 0.78", best.now / best.before, 0.78), ...rows];
}
