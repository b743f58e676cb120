// What happens to processes that store a sweep: they are killed, two of them write at once, SIGTERM comes twice, the clock goes back, and
// who reads what they print leaves.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contents } from "../support/folder.mjs";
import { randomOf } from "../support/random.mjs";
import { cli, run, tailOf } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";

const program = fileURLToPath(new URL("sweep.mjs", import.meta.url));
const clock = new URL("clock-back.mjs", import.meta.url).href;
const sweep = (directory, format, time = "1") => [program, directory, format, time];

/** Lets a process run for so many ms and kills it; tells how it ended. */
function killedAfter(ms, args, signals = ["SIGKILL"]) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const timers = signals.map((signal, i) => setTimeout(() => child.kill(signal), ms + 30 * i));
  const hung = setTimeout(() => child.kill("SIGKILL"), 120_000);
  return new Promise((resolve) =>
    child.on("close", (status, signal) => {
      for (const timer of [...timers, hung]) clearTimeout(timer);
      resolve({ status, signal, stderr, stdout: "" });
    }),
  );
}

/** A store that nothing disturbed, in each format: what is in it, and how many ms it took. */
export async function undisturbed(folder) {
  const found = {};
  for (const format of ["arrow", "parquet"]) {
    const directory = join(folder, `undisturbed-${format}`);
    const start = performance.now();
    const ended = await run(process.execPath, sweep(directory, format));
    if (ended.status !== 0) throw new Error(`an undisturbed sweep fails: ${tailOf(ended)}`);
    found[format] = { text: contents(directory), ms: performance.now() - start };
  }
  return found;
}

export async function tryKills(folder, good, kills) {
  const rows = [];
  for (const format of ["arrow", "parquet"]) {
    const tally = new Tally(`SIGKILL at random times, ${format}: the sweep goes on, and ends with the bytes of an undisturbed one`);
    const random = randomOf(format.length);
    for (let killed = 0, n = 0; killed < kills / 2; n++) {
      const directory = join(folder, `killed-${format}-${n}`);
      let before = killed;
      for (;;) {
        const ended = await killedAfter(80 + random(Math.ceil(1.1 * good[format].ms)), sweep(directory, format));
        if (ended.signal === null) {
          const fault = ended.status !== 0 ? tailOf(ended) : contents(directory) === good[format].text ? undefined : "other bytes";
          for (; before < killed; before++) tally.note(fault);
          break;
        }
        killed++;
      }
      rmSync(directory, { recursive: true, force: true });
    }
    rows.push(tally.row());
  }
  return rows;
}

export async function tryTwoWriters(folder, good, tries) {
  const tally = new Tally("two processes begin one store at once: one is refused by E_STORE_LOCKED, and what the other writes is whole");
  for (let i = 0; i < tries; i++) {
    const format = i % 2 === 0 ? "arrow" : "parquet";
    const directory = join(folder, `two-${i}`);
    const both = await Promise.all([0, 1].map(() => run(process.execPath, sweep(directory, format))));
    const refused = both.filter(({ status, stderr }) => status === 3 && /^E_STORE_LOCKED .*process \d+|^E_STORE_EXISTS /.test(stderr));
    // One may have been over before the other began, or before it looked for a store: then both end well, or there is one.
    const isOk = both.every((ended) => ended.status === 0 || refused.includes(ended)) && refused.length < 2;
    tally.note(isOk && contents(directory) === good[format].text ? undefined : both.map(tailOf).join("; "));
    rmSync(directory, { recursive: true, force: true });
  }
  return tally.row();
}

export async function tryClock(folder, good, tries) {
  const tally = new Tally("the clock goes back by an hour, again and again, while a sweep is stored: the bytes are the same, and it ends");
  for (let i = 0; i < tries; i++) {
    const format = i % 2 === 0 ? "arrow" : "parquet";
    const directory = join(folder, `clock-${i}`);
    const ended = await run(process.execPath, ["--import", clock, ...sweep(directory, format)], { ms: 120_000 });
    tally.note(ended.status === 0 && contents(directory) === good[format].text ? undefined : tailOf(ended));
    rmSync(directory, { recursive: true, force: true });
  }
  return tally.row();
}

const spec = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: { C: { linspace: [68, 967, 900] } }
paramMap: { C: { vars: [jrc_op/c], nodes: [jrc] } }
simulationTime: 2
stepSize: 1e-3
outputs: { V: jrc/jrc_op/V_e }
`;

export async function trySigterm(folder, tries) {
  const tally = new Tally(
    "SIGTERM twice, at random times, to massgrid shard: it ends within 5 s, and the same call goes on to a whole store",
  );
  const file = join(folder, "sweep.yaml");
  writeFileSync(file, spec);
  const random = randomOf(15);
  const shard = (directory) => [cli, "shard", file, "--shard", "0/1", "--store", directory, "--grace", "0"];
  for (let i = 0; i < tries; i++) {
    const directory = join(folder, `term-${i}`);
    const ms = 300 + random(2500);
    const start = performance.now();
    const ended = await killedAfter(ms, shard(directory), ["SIGTERM", "SIGTERM"]);
    const late = performance.now() - start - ms;
    const again = await run(process.execPath, shard(directory));
    const finished = await run(process.execPath, [cli, "finish", directory]);
    const verified = await run(process.execPath, [cli, "verify", directory]);
    const wrong = [again, finished, verified].find(({ status }) => status !== 0);
    if (late > 5000 && ended.signal !== null) tally.note(`it ended ${Math.round(late)} ms after the first SIGTERM`);
    else if (/\n\s+at /.test(ended.stderr)) tally.note(tailOf(ended));
    else tally.note(wrong && tailOf(wrong));
    rmSync(directory, { recursive: true, force: true });
  }
  return tally.row();
}

/** Commands that print, from a folder that has sweep.yaml, a file and a store; a shell reads `lines` lines of each, or none. */
const printing = [
  "models",
  "show model_templates.neural_mass_models.jansenrit.JRC2",
  "--help",
  "help sweep",
  "sweep sweep.yaml --json",
  "sweep sweep.yaml --out -",
  "inspect out.arrow",
  "inspect stored",
  "verify stored",
  "status stored",
  "plot out.arrow --out -",
  "script slurm sweep.yaml --shards 20",
];

export async function tryClosedOutput(folder, sample) {
  const tally = new Tally(
    "who reads what a command prints leaves (| true, | head -n 1), or stdout is full: no stack, no second line, and an end within 20 s",
  );
  const at = join(folder, "printing");
  mkdirSync(at);
  writeFileSync(join(at, "sweep.yaml"), spec.replace("900", "40"));
  const massgrid = `"${process.execPath}" "${cli}"`;
  await run("sh", ["-c", `${massgrid} sweep sweep.yaml --out out.arrow && ${massgrid} sweep sweep.yaml --store stored`], { cwd: at });
  for (const command of sample ? printing.slice(0, 5) : printing) {
    for (const reader of ["| true", "| head -n 1 > /dev/null", "> /dev/full"]) {
      const ended = await run("sh", ["-c", `${massgrid} ${command} ${reader}`], { cwd: at, ms: 60_000 });
      const lines = ended.stderr
        .trim()
        .split("\n")
        .filter((line) => line !== "");
      const isOk = ended.signal === null && lines.length <= 1 && !/^\s+at |node:internal/m.test(ended.stderr);
      tally.note(isOk ? undefined : `massgrid ${command} ${reader}: ${ended.stderr.slice(0, 200)}`);
    }
  }
  return tally.row();
}
