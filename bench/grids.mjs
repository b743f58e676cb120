// Grids that no process holds: a plan of 1e9 points, a worker on 1e8, and the map of 1e7 points by two processes beside one.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { row } from "./support/measure.mjs";
import { peakSource } from "./support/peak.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const node = ["--input-type=module", "-e"];

/** A sweep of one state over side x side points, 40 steps of rk4 each, of which two features are kept. */
const sweep = `
import { finishSweep, linspace, plan, runShards, templatesFromYaml } from "massgrid";
const { net } = templatesFromYaml(\`
op: {base: OperatorTemplate, equations: ["x' = (k*tanh(x) - x)/tau"], variables: {x: output(0.1), k: 1.0, tau: 1.0}}
pop: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {a: pop}}
\`);
const of = (name) => ({ vars: ["op/" + name], nodes: ["a"] });
const [directory, side, shards] = [process.argv[1], Number(process.argv[2]), process.argv[3]];
const options = {
  circuitTemplate: net,
  paramGrid: { k: linspace(0, 3, side), tau: linspace(1, 2, side) }, permuteGrid: true, paramMap: { k: of("k"), tau: of("tau") },
  simulationTime: 4, stepSize: 0.1, solver: "rk4", outputs: { x: "a/op/x" }, features: { x: ["mean", "last"] }, results: false, workers: 0,
  store: { directory },
};
${peakSource}
const start = performance.now();
`;
/** The same of a design of 1e8 points, of which a worker makes the values of its own shards. */
const designed = sweep
  .replace("import { finishSweep, linspace", "import { finishSweep, sobol, linspace")
  .replace(/paramGrid: .*permuteGrid: true,/, "paramGrid: sobol({ k: [0, 3], tau: [1, 2] }, side * side, { seed: 1 }),");
const told = "console.log(JSON.stringify({ ms: performance.now() - start, peak: peak(), cpu: process.cpuUsage() }));";
const planned = `${sweep} await plan(options); ${told}`;
const computed = `${sweep} await runShards(options, { shards: shards.startsWith("[") ? JSON.parse(shards) : shards }); ${told}`;
const computedOfDesign = `${designed} await runShards(options, { shards: JSON.parse(shards) }); ${told}`;
const finished = `${sweep} await finishSweep(directory); ${told}`;

function run(program, ...args) {
  const { stdout, stderr } = spawnSync(process.execPath, [...node, program, ...args.map(String)], { cwd, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

async function together(programs) {
  const children = programs.map(([program, ...args]) => {
    const child = spawn(process.execPath, [...node, program, ...args.map(String)], { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
    });
    return new Promise((resolve, reject) =>
      child.on("close", (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(text)))),
    );
  });
  return await Promise.all(children);
}

/** How often a store is finished: the least time counts, as what else the machine does is a larger part of so short a one. */
const FINISHES = 3;

/** The shortest of some runs that finish copies of a store, the last of which is the store itself. */
function finish(directory, side) {
  const runs = Array.from({ length: FINISHES }, (_, i) => {
    const copy = i < FINISHES - 1 ? `${directory}-${i}` : directory;
    // Files that are written anew take the place of links; none is changed.
    if (copy !== directory) spawnSync("cp", ["-al", directory, copy]);
    const done = run(finished, copy, side);
    if (copy !== directory) rmSync(copy, { recursive: true });
    return done;
  });
  const least = runs.reduce((best, each) => (each.ms < best.ms ? each : best));
  return { ...least, peak: Math.max(...runs.map(({ peak }) => peak)) };
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** A disk that is waited for at every shard hides what processes take. */
const inMemory = tmpdir().startsWith("/dev/shm") ? ", its stores in memory" : "";

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-grids-"));
  const rows = [];
  try {
    const plan = run(planned, join(folder, "never"), 31_623);
    rows.push(row("a plan of 1e9 points", `${plan.ms.toFixed(0)} ms, ${mb(plan.peak)} peak`, "< 1 s", plan.ms / 1000, 1));
    const vast = join(folder, "vast");
    run(computed, vast, 10_000, "[0]");
    const worker = run(computed, vast, 10_000, "[4711]");
    rows.push(row("a worker on 1e8 points, peak", mb(worker.peak), "≤ 150 MB", worker.peak / 150e6, 1));
    rows.push(row("the same, until its first shard is there", `${worker.ms.toFixed(0)} ms`, "≤ 1 s", worker.ms / 1000, 1));
    const apart = join(folder, "design");
    run(computedOfDesign, apart, 10_000, "[0]");
    const sampled = run(computedOfDesign, apart, 10_000, "[4711]");
    rows.push(row("a worker on a Sobol design of 1e8 points, peak", mb(sampled.peak), "≤ 150 MB", sampled.peak / 150e6, 1));
    rows.push(row("the same, until its first shard is there", `${sampled.ms.toFixed(0)} ms`, "≤ 1 s", sampled.ms / 1000, 1));
    const side = 3162;
    const [alone, both] = [join(folder, "alone"), join(folder, "both")];
    const one = run(computed, alone, side, "0/1");
    const end = finish(alone, side);
    const two = await together([
      [computed, both, side, "0/2"],
      [computed, both, side, "1/2"],
    ]);
    const last = finish(both, side);
    const [all, parted] = [one.ms + end.ms, Math.max(...two.map(({ ms }) => ms)) + last.ms];
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
    const cpu = ({ cpu: { user, system } }) => (user + system) / 1e6;
    const work = cpu(one) + cpu(end);
    const shared = two.reduce((sum, each) => sum + cpu(each), 0) + cpu(last);
    rows.push(
      row(
        `a map of 1e7 points by two processes beside half of one's time, finishing included${inMemory}`,
        `${seconds(parted)} beside ${seconds(all)}`,
        "≤ 1.05",
        (2 * parted) / all,
        1.05,
      ),
      row(
        "processor time of all that, by two over by one",
        `${shared.toFixed(1)} s over ${work.toFixed(1)} s`,
        "≤ 1.05",
        shared / work,
        1.05,
      ),
      row("of the time of two, finishing", `${seconds(last.ms)}, ${cpu(last).toFixed(1)} s of a processor`, ""),
    );
    const most = Math.max(...two.map(({ peak }) => peak), last.peak);
    rows.push(row("peak of its workers and of who finishes it", mb(most), "≤ 400 MB", most / 400e6, 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
