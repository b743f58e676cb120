// The project's page as Vite builds it; as webpack does: consumers/.
import { join } from "node:path";
import { root, run } from "./installed.ts";

/** Vite's command, with no settings but where the page goes. */
export async function byVite(project: string): Promise<string> {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const folder = "by-vite";
  const { status, stdout, stderr } = run(
    process.execPath,
    [vite, "build", "--base", "./", "--outDir", folder, "--logLevel", "warn"],
    project,
  );
  if (status !== 0) throw new Error(stderr + stdout);
  return join(project, folder);
}
