// What do fastMath and float32 save in the kernel (JRC2, 64 lanes, one shared noise series), on each Node, beside the kernel before there were fused
// loops, and beside solver and model as two modules now? Each Node is a process of its own, on one core where that can be.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeOf, nodes } from "./peers/install.mjs";
import { builtAt } from "./support/commit.mjs";
import { firstLine } from "./support/machine.mjs";
import { row } from "./support/measure.mjs";

const run = promisify(execFile);
/** The last commit without fused loops. */
const BEFORE = "1a9cf86";
const LANES = 64;
/** Short runs, many of them: other work on the machine comes between long ones. */
const ROUNDS = 300;
/** Targets over that, by Node's major version. */
const targets = { fastMath: { 24: 0.38 }, float32: { 20: 0.3, 24: 0.25 } };

export async function bench({ quick = false } = {}) {
  const before = await builtAt(BEFORE);
  const rows = [];
  for (const version of nodes) {
    const path = await nodeOf(version, { install: !quick });
    if (path === undefined) continue;
    const pinned = firstLine("taskset", ["--version"]) === undefined ? [path] : ["taskset", "-c", "0", path];
    const program = fileURLToPath(new URL("support/arithmetics.mjs", import.meta.url));
    const [command, ...args] = [...pinned, program, String(LANES), String(quick ? 9 : ROUNDS), ...(before ? [before] : [])];
    const { stdout } = await run(command, args);
    for (const [solver, best] of Object.entries(JSON.parse(stdout))) rows.push(...rowsOf(version, solver, best));
  }
  return rows;
}

function rowsOf(version, solver, { before, seam, ...ways }) {
  return Object.entries(ways).flatMap(([way, ns]) => {
    const question = `Node ${version}, ${solver}, 64 lanes, a lane and step: ${way}`;
    const found = (other) => `${ns.toFixed(2)} ns over ${other.toFixed(2)} ns`;
    const target = targets[way]?.[version.split(".")[0]];
    const now = row(`${question}, over solver and model as two modules`, found(seam), "", ns / seam);
    if (before === undefined) return [now];
    const limit = target === undefined ? [""] : [`≤ ${target}`];
    return [row(`${question}, over the kernel of commit ${BEFORE}`, found(before), ...limit, ns / before, target), now];
  });
}
