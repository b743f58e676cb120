import { readFileSync } from "node:fs";

/** The package's version, from its package.json. */
export function version(): string {
  const { version: found }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return found;
}
