// How long until a user sees something: npm start after the build, import to first result, and a sweep of the command line.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { row } from "./support/measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const program = `const start = performance.now();
const { gridSearch, uniformNoise } = await import("massgrid");
await gridSearch({ circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2", paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } }, simulationTime: 10, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 1,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) }, outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i" } });
console.log(performance.now() - start);`;

export async function bench() {
  let started = Number.POSITIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  let swept = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 12; round++) {
    const begin = performance.now();
    const { status } = spawnSync("npm", ["start"], { cwd: root, stdio: "ignore" });
    if (status !== 0) throw new Error("npm start failed");
    started = Math.min(started, performance.now() - begin);
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: root, encoding: "utf8" });
    first = Math.min(first, Number(stdout));
    const called = performance.now();
    const { status: left } = spawnSync(process.execPath, ["dist/cli.js", "sweep", "examples/jansen-rit.yaml"], {
      cwd: root,
      stdio: "ignore",
    });
    if (left !== 0) throw new Error("massgrid sweep failed");
    swept = Math.min(swept, performance.now() - called);
  }
  return [
    row("npm start after the build, whole process", `${(started / 1000).toFixed(2)} s`, "< 1 s", started / 1000, 1),
    row("import to first result (published sweep)", `${first.toFixed(0)} ms`, "< 90 ms", first / 90, 1),
    row("massgrid sweep of the published sweep, whole process", `${swept.toFixed(0)} ms`, "< 250 ms", swept / 250, 1),
  ];
}
