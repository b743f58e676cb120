// What happens to stores: kills, faults of the file system, other writers, clocks and readers that leave.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryDisks, tryFaults } from "./faults.mjs";
import { tryClock, tryClosedOutput, tryKills, trySigterm, tryTwoWriters, undisturbed } from "./processes.mjs";

export const title =
  "Stored sweeps, while their process is killed and their file system fails. Nothing that was finished may be lost, nothing wrong may be read, and what goes on ends with the bytes of what nothing disturbed.";

export async function tryAll({ sample, share, say }) {
  const tries = (few, all) => (sample ? few : Math.max(few, Math.round(all * share)));
  const folder = mkdtempSync(join(tmpdir(), "massgrid-stores-"));
  try {
    const good = await undisturbed(folder);
    const rows = await tryKills(folder, good, tries(6, 200));
    say("kills are over");
    rows.push(await tryTwoWriters(folder, good, tries(2, 20)));
    rows.push(await tryClock(folder, good, tries(1, 10)));
    rows.push(await trySigterm(folder, tries(2, 20)));
    rows.push(await tryClosedOutput(folder, sample));
    say("processes are over");
    rows.push(...(await tryFaults(folder, { sample, share })));
    const disks = await tryDisks(folder, { sample, share });
    return { rows: [...rows, ...disks.rows], denied: disks.denied };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
