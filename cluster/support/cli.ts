// The command line beside the optional peers, which the checkout does not have together: those of cluster/, and the client of object stores.
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Lays it out in a folder; returns its path. */
export function commandLineIn(folder: string): string {
  const [dist, packages] = [join(folder, "dist"), join(folder, "node_modules")];
  for (const made of [dist, packages]) mkdirSync(made, { recursive: true });
  for (const name of readdirSync(join(root, "dist"))) if (name.endsWith(".js")) copyFileSync(join(root, "dist", name), join(dist, name));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const ofCluster = readdirSync(join(root, "cluster/node_modules")).filter((name) => !name.startsWith("."));
  for (const name of ofCluster) symlinkSync(join(root, "cluster/node_modules", name), join(packages, name), "junction");
  symlinkSync(join(root, "node_modules/aws4fetch"), join(packages, "aws4fetch"), "junction");
  return join(dist, "cli.js");
}
