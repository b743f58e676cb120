// AUTO-07p as its package has it: our input files are compiled and linked with its objects, and its program runs in a folder of its own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const objects = "/usr/lib/auto-07p/lib";
const own = (file) => readFileSync(new URL(file, import.meta.url), "utf8");

/** What points of AUTO are called by their number in fort.7. */
const labels = { 2: "LP", 3: "HB", 5: "LP" };

/** Why AUTO cannot be asked; undefined where it can. */
export function missing() {
  if (!existsSync(objects)) return "AUTO-07p is not installed (Debian's package auto-07p)";
  return spawnSync("gfortran", ["--version"]).status === 0 ? undefined : "gfortran is not installed";
}

export class Auto {
  #folder = mkdtempSync(join(tmpdir(), "massgrid-auto-"));

  /** `states` is the equilibrium that the branch begins at; a model of cycles has a start of its own. */
  constructor(states, model = "jansen-rit.f90") {
    const start = `(/ ${states.map((value) => value.toExponential(16).replace("e", "D")).join(", &\n    ")} /)`;
    writeFileSync(join(this.#folder, "model.f90"), `${own(model).replace("START_STATES", start)}\n${own("empty.f90")}`);
  }

  /** Compiles the model and links it, as AUTO's own scripts do. */
  build() {
    const parts = readdirSync(objects).filter((name) => name.endsWith(".o"));
    const args = ["-O", "-fopenmp", "model.f90", ...parts.map((name) => join(objects, name)), "-o", "model.exe"];
    const { status, stderr } = spawnSync("gfortran", args, { cwd: this.#folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`gfortran: ${stderr}`);
  }

  /** Runs a file of constants, with some of them changed; the points that it labels, and how many rows it has. */
  run(constants, changes = {}) {
    let text = own(constants);
    for (const [name, value] of Object.entries(changes)) text = text.replace(new RegExp(`\\b${name}=[^,\\n]+`), `${name}=${value}`);
    writeFileSync(join(this.#folder, "fort.2"), text);
    const env = { ...process.env, OMP_NUM_THREADS: "1" };
    const { status, stdout, stderr } = spawnSync("./model.exe", [], { cwd: this.#folder, encoding: "utf8", env });
    if (status !== 0) throw new Error(`AUTO: ${stdout.slice(-500)} ${stderr}`);
    return rowsOf(readFileSync(join(this.#folder, "fort.7"), "utf8"));
  }

  /** What its user types, from nothing: its own command with a script, which compiles the model, links it and runs it. */
  command(constants) {
    // It removes what other runs have left: it has a folder of its own.
    const cwd = join(this.#folder, "command");
    rmSync(cwd, { recursive: true, force: true });
    mkdirSync(cwd);
    writeFileSync(join(cwd, "model.f90"), readFileSync(join(this.#folder, "model.f90")));
    writeFileSync(join(cwd, "c.model"), own(constants));
    writeFileSync(join(cwd, "model.auto"), "run('model')\n");
    const { status, stdout, stderr } = spawnSync("auto-07p", ["model.auto"], { cwd, encoding: "utf8" });
    if (status !== 0 || !stdout.includes("HB")) throw new Error(`auto-07p: ${stdout.slice(-500)} ${stderr}`);
  }

  /** Takes the solutions of the last run as those that others restart from. */
  keep() {
    writeFileSync(join(this.#folder, "fort.3"), readFileSync(join(this.#folder, "fort.8")));
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Rows of fort.7, with the points that are labelled and those at values that were asked for: branch, point, type, label, parameter, norm, states. */
function rowsOf(text) {
  const rows = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([branch]) => branch !== 0 && !Number.isNaN(branch));
  const points = rows
    .filter(([, , type]) => labels[type % 10])
    .map(([, , type, label, at]) => ({ label: labels[type % 10], number: label, at }));
  // Behind the parameter and the norm come states, and of cycles the period.
  const values = rows.filter(([, , type]) => type === -4).map((row) => ({ at: row[4], last: row[row.length - 1] }));
  return { rows: rows.length, points, values };
}
