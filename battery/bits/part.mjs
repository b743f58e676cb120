// The bits of seven sweeps in every engine that can be had.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstLine } from "../../bench/support/machine.mjs";
import { install, installWheels } from "../../scripts/install.mjs";
import { fromTests, root, run, tailOf } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";
import { inBrowsers } from "./browsers.mjs";
import { engines } from "./engines.mjs";

export const title =
  "One hash for each of seven sweeps (the published one, noise of each point, adaptive, stochastic, stiff, delayed YAML, a network of 90 nodes), of every bit of their tables: a try is one sweep in one engine with one number of workers, in blocks of one size, or in one order.";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const python = join(root, process.platform === "win32" ? "battery/.venv/Scripts/python.exe" : "battery/.venv/bin/python");

export async function tryAll({ sample }) {
  install("consumers/runtimes");
  installWheels("battery");
  const project = mkdtempSync(join(tmpdir(), "massgrid-battery-"));
  try {
    const { installInto } = await fromTests("support/installed.ts");
    installInto(project);
    copyFileSync(here("engine.mjs"), join(project, "engine.mjs"));
    const workers = sample ? [0, 2] : [0, 1, 2, 3];
    const wanted = await hashes({ program: process.execPath, args: [], project, workers: [0] });
    if (wanted.failure !== undefined) throw new Error(wanted.failure);
    const context = { project, workers, wanted: wanted[0], sample };
    const [inPrograms, inPages, inBlocks, elsewhere] = [
      await tryPrograms(context),
      await tryBrowsers(context),
      await tryBlocks(context),
      await tryWasmtime(context),
    ];
    const all = [inPrograms, inPages, inBlocks, elsewhere];
    return { rows: all.flatMap(({ rows }) => rows), missing: all.flatMap(({ missing = [] }) => missing) };
  } finally {
    rmSync(project, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Hashes of the seven in an engine, by workers; or why there are none. */
async function hashes({ program, args, project, workers }) {
  const ended = await run(program, [...args, "engine.mjs", ...workers.map(String)], { cwd: project });
  return ended.status === 0 ? JSON.parse(ended.stdout) : { failure: tailOf(ended) };
}

/** A row of an engine: each sweep with each number of workers. */
function rowOf(name, found, { workers, wanted }) {
  const tally = new Tally(name);
  for (const count of workers) {
    for (const sweep of Object.keys(wanted)) {
      const hash = found[count]?.[sweep];
      tally.note(hash === wanted[sweep] ? undefined : (found.failure ?? `${sweep} with ${count} workers has another hash`));
    }
  }
  return tally.row(`workers ${workers.join(", ")}`);
}

async function tryPrograms(context) {
  const rows = [];
  const missing = [];
  for (const { name, program, args } of engines()) {
    if (context.sample && !/^(?:Node 26$|Bun|Deno|Node 20, Liftoff)/.test(name)) continue;
    if (program === undefined) missing.push(`${name} (npm could not install it)`);
    else {
      const version = firstLine(program, ["--version"])?.replace(/^v|^deno | \(.*/g, "");
      rows.push(rowOf(`${name} (${version})`, await hashes({ ...context, program, args }), context));
    }
  }
  return { rows, missing };
}

async function tryBrowsers(context) {
  const rows = [];
  const missing = await inBrowsers(context.project, context.workers, (name, found) => rows.push(rowOf(name, found, context)));
  return { rows, missing };
}

async function tryBlocks({ sample }) {
  const sizes = sample ? [3, 64] : [1, 2, 3, 5, 8, 13, 64, 256];
  const ended = await run(process.execPath, [here("blocks.mjs"), sample ? "1" : "4", ...sizes.map(String)], { cwd: root });
  const kinds = {
    blocks: `blocks of at most ${sizes.join(", ")} points`,
    order: "points reversed, and mixed: each point's traces, of the five whose noise is not of the point",
    shards: "shards computed in mixed orders by runs of their own, in Parquet: the bytes of every file",
  };
  const found = ended.status === 0 ? JSON.parse(ended.stdout) : {};
  const rows = Object.entries(kinds).map(([kind, what]) => {
    const tally = new Tally(what);
    for (const fault of found[kind] ?? [tailOf(ended)]) tally.note(fault === "" ? undefined : fault);
    return tally.row();
  });
  return { rows };
}

/** wasmtime has no JavaScript: it is given the very modules, and the memory as kernels had it before their calls. */
async function tryWasmtime({ sample }) {
  if (firstLine(python, ["-c", "import wasmtime"]) === undefined) return { rows: [], missing: ["wasmtime (pip could not install it)"] };
  const folder = mkdtempSync(join(tmpdir(), "massgrid-recorded-"));
  try {
    const written = await run(process.execPath, [here("record.mjs"), folder, sample ? "6" : "40"], { cwd: root });
    if (written.status !== 0) throw new Error(tailOf(written));
    const ended = await run(python, [here("replay.py"), folder]);
    if (ended.status !== 0) throw new Error(tailOf(ended));
    const { version, sweeps } = JSON.parse(ended.stdout);
    const tally = new Tally(`wasmtime (${version})`);
    for (const [sweep, { tried, differ }] of Object.entries(sweeps)) {
      tally.note(undefined, tried - differ.length);
      for (const name of differ) tally.note(`${sweep}: ${name} leaves another memory`);
    }
    return { rows: [tally.row("the modules of the seven: calls of kernels on the memory that they had, all bytes of it afterwards")] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
