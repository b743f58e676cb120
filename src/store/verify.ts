import { MassgridError, type Problem, sanitize } from "../errors.ts";
import { append } from "../lists.ts";
import { nodeHost } from "../platform/node-host.ts";
import { Disk, isDraft } from "./disk/disk.ts";
import { JOURNAL } from "./disk/journal.ts";
import { LOCK } from "./disk/lock.ts";
import { copyFault, readManifest } from "./disk/manifest-file.ts";
import { corrupt } from "./errors.ts";
import { EXTENDING } from "./extend.ts";
import { COPY, GRID, MANIFEST, MAP, type Manifest, mapFile, TRACES } from "./format/manifest.ts";
import { claimedEntries, faultOf } from "./integrity.ts";

/** What was found in the directory of a stored sweep. */
export interface Verification {
  /** Whether all points are there and nothing is wrong. */
  ok: boolean;
  complete: boolean;
  /** Files that were checked. */
  files: number;
  problems: readonly Problem[];
}

/** Checks every file of a stored sweep against its checksum. Nothing is changed; what is wrong is told, and not thrown. */
export async function verifySweep(directory: string): Promise<Verification> {
  const disk = new Disk(directory, nodeHost());
  try {
    const manifest = await readManifest(disk);
    if (manifest) return await check(disk, manifest);
    const message = `there is no stored sweep in ${sanitize(disk.directory)}: it has no ${MANIFEST}`;
    return { ok: false, complete: false, files: 0, problems: [{ code: "E_MANIFEST_MISSING", path: [], message }] };
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    return { ok: false, complete: false, files: 0, problems: error.problems };
  }
}

async function check(disk: Disk, manifest: Manifest): Promise<Verification> {
  const { complete, grid, map } = manifest;
  const entries = [...(await claimedEntries(disk, manifest)).values()];
  const files = [grid.file, ...(map ? [map] : []), ...entries.flatMap((entry) => [...(entry.traces ? [entry.traces] : []), entry.map])];
  const problems: Problem[] = [];
  for (const file of files) {
    const fault = await faultOf(disk, file);
    if (fault) problems.push(corrupt(disk.directory, file.file, fault));
  }
  const copy = await copyFault(disk);
  if (copy) problems.push(corrupt(disk.directory, COPY, copy));
  append(problems, await strangers(disk, manifest, new Set(files.map(({ file }) => file))));
  if (!complete) {
    const message = `${sanitize(disk.directory)} is not complete: ${entries.length} shards are finished; resumeSweep() goes on`;
    problems.push({ code: "E_STORE_INCOMPLETE", path: [], message });
  }
  return { ok: problems.length === 0, complete, files: files.length + 2, problems };
}

/** Files that no store would have there: whoever reads all files of a folder would read them too. */
async function strangers(disk: Disk, { complete, format }: Manifest, known: ReadonlySet<string>): Promise<Problem[]> {
  const own = [MANIFEST, COPY, GRID, TRACES, MAP, LOCK, EXTENDING, ...(complete ? [] : [JOURNAL]), ...known];
  const found: string[] = [];
  for (const folder of ["", `${TRACES}/`, `${MAP}/`]) {
    const names = await disk.names(folder === "" ? "." : folder);
    for (const name of names) if (!isDraft(name)) found.push(folder + name);
  }
  const strange = found.filter((name) => !own.includes(name) && (complete || !isShardOf(name, format)));
  return strange.map((name) => {
    const message = `${sanitize(name)} in ${sanitize(disk.directory)} is no file of this sweep; whoever reads all files there reads it too: move it away`;
    return { code: "E_SHARD_UNKNOWN", path: [name], message };
  });
}

/** Whether a name is that of a shard that was written, and not yet noted, when its writer died; a resumed sweep writes it again. */
function isShardOf(name: string, format: Manifest["format"]): boolean {
  return /^(traces|map)\/\d{6}\.\w+$/.test(name) || name === mapFile(format);
}
