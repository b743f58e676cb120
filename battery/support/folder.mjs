// What a folder holds.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every file of a folder with a hash of its bytes, as a text: two folders hold the same if this is. */
export function contents(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, name)).isFile());
  const hash = (name) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  return JSON.stringify(names.sort().map((name) => [name, hash(name)]));
}
