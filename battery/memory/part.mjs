// Memory and time: where address space is limited, and as plan() foretells them.
import { fileURLToPath } from "node:url";
import { run, tailOf } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";

export const title =
  "Address space as clusters limit it (`ulimit -v`), where a sweep runs with the bits that it has elsewhere, or is refused in one line that says what to do; and what `plan()` foretells beside what a sweep takes.";

const program = fileURLToPath(new URL("sweep.mjs", import.meta.url));
const FLAG = "--disable-wasm-trap-handler";

async function sweep(args, { gigabytes, options = "" } = {}) {
  const limit = gigabytes === undefined ? "" : `ulimit -v ${gigabytes * 1_000_000} && `;
  const command = `${limit}exec "${process.execPath}" "${program}" ${args.join(" ")}`;
  const ended = await run("sh", ["-c", command], { env: { ...process.env, NODE_OPTIONS: options } });
  return ended.status === 0 ? JSON.parse(ended.stdout) : { failure: tailOf(ended) };
}

async function tryLimits(sample) {
  const rows = [];
  const { last: wanted } = await sweep([300, 200, 0]);
  for (const gigabytes of sample ? [4, 16] : [4, 8, 16, 32]) {
    const tally = new Tally(`ulimit -v of ${gigabytes} GB: 0, 1, 2 and 3 workers, as Node comes and with ${FLAG}`);
    let ran = 0;
    for (const options of process.allowedNodeEnvironmentFlags.has(FLAG) ? ["", FLAG] : [""]) {
      for (const workers of sample ? [0, 2] : [0, 1, 2, 3]) {
        const found = await sweep([300, 200, workers], { gigabytes, options });
        if (found.isOk) ran++;
        const isRefused = found.code === "E_ADDRESS_SPACE" && !found.message.slice(0, -1).includes("\n");
        tally.note((found.isOk && found.last === wanted) || isRefused ? undefined : JSON.stringify(found).slice(0, 300));
      }
    }
    rows.push(tally.row(`${ran} ran, ${tally.tried - ran} were refused by E_ADDRESS_SPACE`));
  }
  return rows;
}

const within = (ratio, most) => ratio <= most && ratio >= 1 / most;

async function tryPlans(sample) {
  const memory = new Tally("peak memory beyond a small sweep's, at most 1.5 times of what plan() says, and at least 1/1.5");
  const time = new Tally("processor time of each thread, at most twice what plan() says (the median of seven calls), and at least half");
  const ratios = { memory: [], time: [] };
  const shapes = sample
    ? [[2000, 10_000]]
    : [
        [2000, 10_000],
        [20_000, 1000],
        [500, 100_000],
        [100_000, 500],
      ];
  for (const [points, steps] of shapes)
    for (const workers of sample ? [0] : [0, 2]) {
      const found = await sweep([points, steps, workers]);
      const about = `${points} points of ${steps} steps, ${workers} workers`;
      if (found.bytes === undefined) {
        memory.note(`${about}: ${JSON.stringify(found)}`);
        continue;
      }
      ratios.memory.push(found.peak / found.bytes);
      ratios.time.push(found.took / found.seconds);
      memory.note(within(found.peak / found.bytes, 1.5) ? undefined : `${about}: ${(found.peak / found.bytes).toFixed(2)} times`);
      time.note(within(found.took / found.seconds, 2) ? undefined : `${about}: ${(found.took / found.seconds).toFixed(2)} times`);
    }
  const between = (all) => (all.length > 0 ? `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} times` : "");
  return [memory.row(between(ratios.memory)), time.row(between(ratios.time))];
}

export async function tryAll({ sample }) {
  if (process.platform !== "linux") return { rows: [], denied: ["limits of address space, and peaks of memory: Linux alone tells them"] };
  return { rows: [...(await tryLimits(sample)), ...(await tryPlans(sample))] };
}
