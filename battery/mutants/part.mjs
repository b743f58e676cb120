// Templates, specs, options and links of the explorer, damaged by chance.

import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { run } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";

export const title =
  "Templates, specs, options and links of the explorer are damaged by chance, and read, planned and, where they are small, run. Each ends with a result or a refusal that has a code, within 2 s of processor time. What fails is made smaller, and told with the number of its mutant.";

const SEED = 21;
/** Mutants that one process tries. */
const TURN = 5000;
const program = fileURLToPath(new URL("run.mjs", import.meta.url));
const counts = { templates: 400_000, specs: 200_000, options: 200_000, links: 200_000 };

export async function tryAll({ sample, share, say }) {
  const turns = Object.entries(counts).flatMap(([name, count]) => {
    const all = sample ? count / 200 : Math.round(count * share);
    const size = Math.min(TURN, all);
    return Array.from({ length: Math.ceil(all / size) }, (_, i) => [name, SEED, i * size, Math.min(all, (i + 1) * size)]);
  });
  const found = Object.fromEntries(Object.keys(counts).map((name) => [name, { tally: new Tally(name), refused: 0, slowest: 0 }]));
  const work = async () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) await tryTurn(turn, found[turn[0]], say);
  };
  await Promise.all(Array.from({ length: cpus().length }, work));
  const rows = Object.values(found).map(({ tally, refused, slowest }) =>
    tally.row(`${Math.round((100 * refused) / tally.tried)} % refused; the slowest ${(slowest / 1000).toFixed(2)} s`),
  );
  return { rows };
}

async function tryTurn(turn, found, say) {
  const ended = await run(process.execPath, [program, ...turn.map(String)], { ms: 3_600_000 });
  const { tally } = found;
  const told = ended.status === 0 ? JSON.parse(ended.stdout) : undefined;
  if (told === undefined) return tally.note(`the process of ${turn.join(" ")} ended: ${ended.signal ?? ended.stderr.slice(-300)}`);
  for (const { n, fault, least } of told.failed) {
    say(`${turn[0]} ${n}: ${fault}\n    ${least}`);
    tally.note(`mutant ${n}: ${fault.split("\n").slice(0, 2).join(" ")}: ${least}`);
  }
  tally.note(undefined, told.tried - told.failed.length);
  found.refused += told.refused;
  found.slowest = Math.max(found.slowest, told.slowest);
}
