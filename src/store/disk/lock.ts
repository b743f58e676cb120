import { isRecord } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import type { ProcessIdentity } from "../../platform/node-host.ts";
import { storeError } from "../errors.ts";
import { LOCK, TAKEOVER } from "../format/manifest-schema.ts";
import type { LocalFolder } from "./local-folder.ts";

/**
 * Makes this process the only writer of a directory. The lock of a dead process is taken over. Throws E_STORE_LOCKED if its
 * process lives, or may live because it runs on another machine.
 */
export async function lock(disk: LocalFolder): Promise<{ release: () => Promise<void> }> {
  const release = () => disk.remove(LOCK);
  if (!isIdentity(disk.host.self)) throw new Error("a process cannot say which it is");
  const own = new TextEncoder().encode(JSON.stringify(disk.host.self));
  if (await disk.create(LOCK, own)) return { release };
  const first = await holder(disk, LOCK);
  if (first && mayLive(disk, first)) throw locked(disk, first);
  const other = await holder(disk, TAKEOVER);
  if (other && !mayLive(disk, other)) await disk.remove(TAKEOVER);
  if (!(await disk.create(TAKEOVER, own))) throw locked(disk, (await holder(disk, TAKEOVER)) ?? disk.host.self, TAKEOVER);
  try {
    const now = await holder(disk, LOCK);
    if (now && mayLive(disk, now)) throw locked(disk, now);
    await disk.put(LOCK, own);
  } finally {
    await disk.remove(TAKEOVER);
  }
  return { release };
}

/** The process that holds a lock; undefined if there is no lock, or one that is only partly written. */
async function holder(disk: LocalFolder, file: string): Promise<ProcessIdentity | undefined> {
  const bytes = await disk.get(file);
  try {
    const found: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isIdentity(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return isRecord(value) && Number.isSafeInteger(value.pid) && typeof value.started === "string" && typeof value.host === "string";
}

function mayLive({ host }: LocalFolder, { pid, started, host: machine }: ProcessIdentity): boolean {
  if (machine !== host.self.host) return true;
  const found = host.startOf(pid);
  return found !== undefined && found === started;
}

function locked({ location, host }: LocalFolder, { pid, host: machine }: ProcessIdentity, file = LOCK): Error {
  const where = machine === host.self.host ? "" : ` of ${sanitize(machine)}; if that is dead, remove the file ${file} in it`;
  return storeError("E_STORE_LOCKED", `${sanitize(location)} is being written by process ${pid}${where}; two cannot write to one store`);
}
