// Laws of the numbers, by the tests that state them: a try is a test, which says its bounds.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root, run, tailOf } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";

export const title =
  "Whether numbers are right: a try is one test of the project that compares with an exact solution, another program's numbers, or a law of statistics, and fails beyond the bound that it states.";

const groups = {
  "orders of all solvers, and accuracy beside exact solutions": [
    "test/kernel/solvers.test.ts",
    "test/kernel/accuracy.test.ts",
    "test/kernel/stiff.test.ts",
  ],
  "adaptive solvers beside SciPy's numbers": ["test/kernel/adaptive-references.test.ts"],
  "statistics of noise, and strong and weak orders of stochastic solvers": [
    "test/kernel/noise.test.ts",
    "test/kernel/stochastic.test.ts",
    "test/kernel/ornstein-uhlenbeck.test.ts",
    "test/engine/random.test.ts",
  ],
  "features beside their definitions, and spectra beside SciPy's": [
    "test/reduce/reduce.test.ts",
    "test/reduce/reduce-spectrum.test.ts",
    "test/reduce/features.test.ts",
  ],
  "delays beside the method of steps": ["test/kernel/delays.test.ts", "test/kernel/history.test.ts"],
  "certificates beside the truth": ["test/certify/certify.test.ts", "test/certify/random-sweeps.test.ts", "test/certify/sample.test.ts"],
  "published numbers of the models, and PyRates' runs": ["test/kernel/known-numbers.test.ts", "test/api/references.test.ts"],
};
const few = Object.keys(groups).slice(0, 1);

export async function tryAll({ sample }) {
  const chosen = Object.entries(groups).filter(([name]) => !sample || few.includes(name));
  const folder = mkdtempSync(join(tmpdir(), "massgrid-numbers-"));
  try {
    const report = join(folder, "report.json");
    const files = chosen.flatMap(([, all]) => all);
    const args = ["vitest", "run", "--project", "node", "--reporter=json", `--outputFile=${report}`, ...files];
    const ended = await run("npx", args, { cwd: root, ms: 3_600_000 });
    let suites = [];
    try {
      suites = JSON.parse(readFileSync(report, "utf8")).testResults;
    } catch {
      throw new Error(`the tests did not run: ${tailOf(ended)}`);
    }
    return { rows: chosen.map(([name, all]) => rowOf(name, all, suites)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(name, files, suites) {
  const tally = new Tally(name);
  for (const file of files) if (!existsSync(join(root, file))) tally.note(`there is no ${file}`);
  for (const { name: path, assertionResults } of suites) {
    if (!files.includes(relative(root, path).replaceAll("\\", "/"))) continue;
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status !== "pending" && status !== "skipped")
        tally.note(status === "passed" ? undefined : `${fullName}: ${failureMessages[0]?.split("\n")[0]}`);
  }
  return tally.row(files.map((file) => `\`${file}\``).join(", "));
}
