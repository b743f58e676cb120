import { isRecord } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { Disk } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import { CLAIMS } from "./format/manifest-schema.ts";

/**
 * A token that stands in a store while it is computed, and nowhere else: who is told it elsewhere finds out whether a directory of the same
 * path, or of the same sweep, is the same store.
 */
const TOKEN = `${CLAIMS}/store-token`;

/** Letters of a token: it need not be secret, and whoever is told it keeps it many times. */
const LETTERS = 8;

/** The token of a store; undefined where it has none. */
export async function readToken(disk: Disk): Promise<string | undefined> {
  const bytes = await disk.read(TOKEN);
  try {
    const found: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(found) && typeof found.token === "string" ? found.token : undefined;
  } catch {
    return undefined;
  }
}

/** The same; one is made where there is none. */
export async function ensureToken(disk: Disk): Promise<string> {
  const found = await readToken(disk);
  if (found !== undefined) return found;
  await disk.create(TOKEN, JSON.stringify({ token: disk.host.unique().slice(0, LETTERS) }));
  const made = await readToken(disk);
  if (made === undefined) throw storeError("E_IO", `${TOKEN} cannot be read back from ${sanitize(disk.directory)}`);
  return made;
}
