// Does a stored sweep outlive 200 SIGKILLs and 3 000 kinds of damage, in memory that does not grow with its points?
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gridSearch, normalNoise, verifySweep } from "massgrid";
import { damage, randomFrom } from "./support/damage.mjs";
import { row } from "./support/measure.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const node = ["--input-type=module", "-e"];

/** A hash of every file of a directory, by name. */
function contents(directory) {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return files
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(directory, name)))
          .digest("hex")}`,
    )
    .join("\n");
}

const swept = `
import { normalNoise, resumeSweep } from "massgrid";
await resumeSweep(process.argv[1], {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: Array.from({ length: 2000 }, (_, i) => 68 + i) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 2, stepSize: 1e-3, cutoff: 1.9,
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) },
  outputs: { V: "jrc/jrc_op/V_e" },
  store: { shardPoints: 64, format: process.argv[2] },
});
`;

async function runFor(ms, directory, format) {
  const child = spawn(process.execPath, [...node, swept, directory, format], { cwd, stdio: ["ignore", "ignore", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  const [code, signal] = await new Promise((resolve) => child.on("close", (...ended) => resolve(ended)));
  clearTimeout(timer);
  if (signal === null && code !== 0) throw new Error(`the sweep left with ${code}`);
  return signal === null;
}

async function kills(folder, wanted) {
  const random = randomFrom(1995);
  const whole = {};
  for (const format of ["arrow", "parquet"]) {
    const start = performance.now();
    await runFor(120_000, join(folder, format), format);
    whole[format] = { contents: contents(join(folder, format)), ms: performance.now() - start };
  }
  let [done, sweeps, same] = [0, 0, 0];
  while (done < wanted) {
    const format = sweeps % 2 === 0 ? "arrow" : "parquet";
    const directory = join(folder, "killed");
    while (!(await runFor(80 + random(Math.floor(whole[format].ms)), directory, format))) done++;
    if (contents(directory) === whole[format].contents) same++;
    sweeps++;
    rmSync(directory, { recursive: true });
  }
  return row(
    `SIGKILLs at random moments, then resumes until the end`,
    `${done} kills of ${sweeps} sweeps: ${same} end with the same bytes`,
    `${sweeps} of ${sweeps}`,
    sweeps / same,
    1,
  );
}

function over(first) {
  return {
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: Array.from({ length: 500 }, (_, i) => first + i) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 0.05,
    stepSize: 1e-3,
    inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: first }) },
    outputs: { V: "jrc/jrc_op/V_e" },
  };
}

async function damages(folder, each) {
  let [found, all] = [0, 0];
  for (const format of ["arrow", "parquet"]) {
    const [directory, foreign] = [join(folder, `${format}-good`), join(folder, `${format}-foreign`)];
    for (const [at, first] of [
      [directory, 68],
      [foreign, 600],
    ])
      await gridSearch({ ...over(first), store: { directory: at, format, shardPoints: 64 } });
    const random = randomFrom(format === "arrow" ? 11 : 12);
    for (let i = 0; i < each; i++, all++) {
      const { files, undo } = damage(directory, foreign, random);
      const { ok, problems } = await verifySweep(directory);
      const told = problems.map(({ message }) => message).join("\n");
      if (!ok && files.every((file) => told.includes(file))) found++;
      undo();
    }
    const { ok } = await verifySweep(directory);
    if (!ok) throw new Error("a store that is whole again is called damaged");
  }
  return row(
    "files flipped, cut, emptied, exchanged, edited, removed",
    `${found} of ${all} found, by name; 0 false alarms`,
    `${all} of ${all}`,
    all / found,
    1,
  );
}

/** A process of its own: the published sweep of so many points, stored or in memory. */
const measured = `
import { gridSearch, uniformNoise } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
const [points, directory, format] = process.argv.slice(1);
const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
const start = performance.now();
const store = directory === "" ? undefined : { directory, format };
const { store: sweep } = await gridSearch({ ...withPoints(Number(points)), inputs, ...(store ? { store } : {}) });
console.log(JSON.stringify({ ms: performance.now() - start, peak: process.resourceUsage().maxRSS / 1024, bytes: sweep?.bytes ?? 0 }));
`;

function measure(points, directory, format = "arrow") {
  const { stdout, stderr } = spawnSync(process.execPath, [...node, measured, String(points), directory, format], { cwd, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  if (directory !== "") rmSync(directory, { recursive: true });
  return JSON.parse(stdout);
}

function memory(folder) {
  const found = [100, 1000, 10_000].map((points) => ({ points, ...measure(points, join(folder, "large")) }));
  const parts = found.map(({ points, peak, bytes }) => `${points} points, ${(bytes / 1e6).toFixed(0)} MB: ${peak.toFixed(0)} MiB`);
  const [, middle, last] = found;
  return [
    row("peak memory of a stored sweep", parts.join("; "), "≤ 400 MiB", last.peak / 400, 1),
    row(
      "peak memory of 10 000 points over 1 000",
      `${last.peak.toFixed(0)} over ${middle.peak.toFixed(0)} MiB`,
      "≤ 1.15",
      last.peak / middle.peak,
      1.15,
    ),
  ];
}

function rates(folder) {
  const kept = measure(1000, "");
  return ["arrow", "parquet"].map((format) => {
    const { ms, bytes } = measure(1000, join(folder, format === "arrow" ? "a" : "b"), format);
    const rate = `${(bytes / 1e6).toFixed(0)} MB, ${(324 / (ms / 1000)).toFixed(0)} MB of rows a second`;
    const found = `${(ms / 1000).toFixed(2)} s (${rate}) over ${(kept.ms / 1000).toFixed(2)} s in memory`;
    return row(`1 000 points stored as ${format}, over the same in memory`, found, "", ms / kept.ms);
  });
}

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-bench-"));
  try {
    return [await kills(folder, 200), await damages(folder, 1500), ...memory(folder), ...rates(folder)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
