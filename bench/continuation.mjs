// Equilibria, branches and cycles of Jansen-Rit: our times and digits beside AUTO-07p's, where it is installed (auto-07p and gfortran).
// AUTO reads our own input files (continuation/) with the constants of its demos, runs as its own program, and takes turns with ours.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { continueCycle, continueEquilibrium, equilibria, templatesFromYaml } from "massgrid";
import { Auto, missing } from "./continuation/auto.mjs";
import { minima, row } from "./support/measure.mjs";
import { executablePath, withPages } from "./support/package-page.mjs";

const equations = [
  ...["y0' = y3", "y1' = y4", "y2' = y5"],
  "y3' = 325*5/(1 + exp(0.56*(6 - y1 + y2))) - 200*y3 - 10000*y0",
  "y4' = 325*(p + 108*5/(1 + exp(0.56*(6 - 135*y0)))) - 200*y4 - 10000*y1",
  "y5' = 1100*33.75*5/(1 + exp(0.56*(6 - 33.75*y0))) - 100*y5 - 2500*y2",
];
const states = equations.map((_, i) => `y${i}: ${i === 0 ? "output" : "variable"}(0.0)`).join(", ");
const text = `
op: { base: OperatorTemplate, equations: ${JSON.stringify(equations)}, variables: { ${states}, p: -60.0 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`;
const p = "n/op/p";

/** What holds at C = 135, to 13 digits, by Newton's method on the defining systems with 30. */
const exact = { LP: [113.5862732127988, -41.30141048782859], HB: [-12.1474923484187, 89.829107969644, 315.696428068819] };

const circuit = () => templatesFromYaml(text).net;
const branchOf = (circuitTemplate) => continueEquilibrium({ circuitTemplate, parameter: p, range: [-60, 400], from: { [p]: -60 } });

/** How many of the exact points were found, and the digits of the one that has the least. */
function scoreOf(points) {
  let [count, least] = [0, 16];
  for (const [label, values] of Object.entries(exact)) {
    for (const value of values) {
      const off = Math.min(...points.filter((each) => each.label === label).map(({ at }) => Math.abs(at / value - 1)));
      if (!(off < 0.01)) continue;
      count++;
      least = Math.min(least, off === 0 ? 16 : -Math.log10(off));
    }
  }
  return { count, least: count === 0 ? 0 : Math.floor(least) };
}

const says = ({ count, least }) => `${count} of 5, ${least} digits`;
const ms = (value) => `${value.toFixed(1)} ms`;

/** A grid of equilibria: 10,000 points of the bundled model. */
function gridOf(side) {
  return equilibria({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: {
      C: Array.from({ length: side }, (_, i) => 60 + (200 * i) / side),
      u: Array.from({ length: side }, (_, i) => -60 + (340 * i) / side),
    },
    permuteGrid: true,
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
  });
}

/** The same branch by the command line, of a spec and a template in files: a process from its start to its end. */
class Command {
  #folder = mkdtempSync(join(tmpdir(), "massgrid-continue-"));
  #cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

  constructor() {
    writeFileSync(join(this.#folder, "model.yaml"), text);
    writeFileSync(join(this.#folder, "spec.yaml"), `circuitTemplate: model/net\nparameter: ${p}\nrange: [-60, 400]\nfrom: { ${p}: -60 }\n`);
  }

  run() {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#cli, "continue", "spec.yaml"], {
      cwd: this.#folder,
      encoding: "utf8",
    });
    if (status !== 0 || !stdout.includes("HB")) throw new Error(stdout + stderr);
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a page runs: the same model, branch and cycles as Node. */
const script = `
import { continueCycle, continueEquilibrium, templatesFromYaml } from "massgrid";
const net = templatesFromYaml(${JSON.stringify(text)}).net;
const p = ${JSON.stringify(p)};
const branch = () => continueEquilibrium({ circuitTemplate: net, parameter: p, range: [-60, 400], from: { [p]: -60 } });
const hopf = Array.from(await branch(), (row) => row.toJSON()).find(({ label }) => label === "HB");
const works = {
  branch: async () => (await branch()).numRows,
  cycles: async () => (await continueCycle({ circuitTemplate: net, parameter: p, range: [-61, 400], from: hopf, maxPoints: 50 })).table.numRows,
};
globalThis.timed = async (name) => {
  const start = performance.now();
  const rows = await works[name]();
  return { ms: performance.now() - start, rows };
};`;

/** The branch and the cycles in headless Chromium beside Node: both take turns, in one run. */
async function inChromium(ours, rows, { rounds, warmup }) {
  if (!existsSync(executablePath)) return [row("the same in Chromium", "Chromium is not installed")];
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { found, version } = await withPages({ now: root }, script, async ({ now }) => {
    const best = {};
    const take = (key, ms, round) => {
      if (round >= 0) best[key] = Math.min(best[key] ?? Number.POSITIVE_INFINITY, ms);
    };
    for (let round = -warmup; round < rounds; round++) {
      for (const name of Object.keys(rows)) {
        const there = await now.evaluate(`timed("${name}")`);
        if (there.rows !== rows[name]) throw new Error(`${name} has ${there.rows} rows in Chromium, ${rows[name]} in Node`);
        take(`${name} there`, there.ms, round);
        const start = performance.now();
        await ours[name]();
        take(`${name} here`, performance.now() - start, round);
      }
    }
    return best;
  });
  const [major] = process.versions.node.split(".");
  const names = { branch: "branch of equilibria", cycles: "cycles, 50 points of a mesh of 60 × 4" };
  return Object.entries(names).map(([name, what]) => {
    const [there, here] = [found[`${name} there`], found[`${name} here`]];
    return row(`${what}: Chromium ${version} over Node ${major}`, `${ms(there)} over ${ms(here)}`, "≤ 1.3", there / here, 1.3);
  });
}

export async function bench({ quick = false } = {}) {
  const rounds = quick ? 3 : 15;
  const net = circuit();
  const rows = (await branchOf(net)).toArray().map((each) => each.toJSON());
  const special = rows.filter(({ label }) => label !== null).map((each) => ({ label: each.label, at: each[p] }));
  const hopf = rows.find(({ label }) => label === "HB");
  const cyclesOf = (maxPoints) => continueCycle({ circuitTemplate: net, parameter: p, range: [-61, 400], from: hopf, maxPoints });
  const { table: cycles } = await cyclesOf(50);
  const labels = cycles.toArray().map(({ label }) => label);
  const toFold = labels.indexOf("LPC") + 1;
  const ours = { branch: () => branchOf(net), cycles: () => cyclesOf(50), grid: () => gridOf(100) };
  const chromium = await inChromium(ours, { branch: rows.length, cycles: cycles.numRows }, { rounds, warmup: 3 });
  const why = missing();
  if (why !== undefined) {
    const best = await minima(ours, { rounds, warmup: 3 });
    return [...alone(best), ...chromium, row("special points of the branch", says(scoreOf(special))), row("beside AUTO-07p", why)];
  }
  const command = new Command();
  const auto = new Auto(equations.map((_, i) => rows[0][`n/op/y${i}`]));
  try {
    auto.build();
    const found = auto.run("c.equilibria");
    auto.keep();
    const first = found.points.find(({ label }) => label === "HB");
    const orbits = auto.run("c.cycles", { IRS: first.number });
    const rivals = {
      ...ours,
      toFold: () => cyclesOf(toFold),
      command: () => command.run(),
      autoCommand: () => auto.command("c.equilibria"),
      auto: () => auto.run("c.equilibria"),
      autoStart: () => auto.run("c.equilibria", { NMX: 1 }),
      autoCompiled: () => {
        auto.build();
        auto.run("c.equilibria");
      },
      autoCycles: () => auto.run("c.cycles", { IRS: first.number }),
    };
    const best = await minima(rivals, { rounds, warmup: 3 });
    const [ourScore, score] = [scoreOf(special), scoreOf(found.points)];
    const branch = best.branch / (best.auto - best.autoStart);
    const whole = best.command / best.autoCommand;
    const bare = best.command / best.autoCompiled;
    const orbit = best.toFold / (best.autoCycles - best.autoStart);
    const over = (own, other) => `${ms(own)} over ${ms(other)}`;
    return [
      ...alone(best),
      ...chromium,
      row(
        `branch, ${rows.length} rows, over AUTO-07p's ${found.rows} without its start`,
        over(best.branch, best.auto - best.autoStart),
        "≤ 2",
        branch,
        2,
      ),
      row(
        "`massgrid continue spec.yaml`, over `auto-07p model.auto`, which compiles too",
        over(best.command, best.autoCommand),
        "≤ 1",
        whole,
        1,
      ),
      row("the same, over gfortran and AUTO-07p's program without its command", over(best.command, best.autoCompiled), "≤ 1", bare, 1),
      row(
        `cycles to their fold, ${toFold} points of a mesh of 60 × 4, over AUTO-07p's ${orbits.rows} without its start`,
        over(best.toFold, best.autoCycles - best.autoStart),
        "≤ 2",
        orbit,
        2,
      ),
      row(
        "special points of the branch, beside AUTO-07p's (EPSS 1e-5)",
        `${says(ourScore)}; ${says(score)}`,
        "as many",
        score.count / ourScore.count,
        1,
      ),
    ];
  } finally {
    auto.remove();
    command.remove();
  }
}

/** What has targets of its own. */
function alone({ branch, cycles, grid }) {
  return [
    row("branch of equilibria, p from -60 to 400, folds and Hopf points to the last digits, warm", ms(branch), "≤ 30 ms", branch / 30, 1),
    row("cycles from a Hopf point past their fold, 50 points of a mesh of 60 × 4", ms(cycles), "≤ 1 s", cycles / 1000, 1),
    row("equilibria of 10,000 points of C and p, with eigenvalues", ms(grid), "≤ 1 s", grid / 1000, 1),
  ];
}
