// The project's page as bundlers build it.
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

/** webpack, with no settings but its mode, and where the page goes; warnings are errors, but for advice on the size of pages. */
export async function byWebpack(project: string): Promise<string> {
  const { default: webpack } = await import("webpack");
  const path = join(project, "by-webpack");
  await new Promise<void>((resolve, reject) => {
    webpack({ mode: "production", performance: false, context: project, entry: "./page.js", output: { path } }, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(stats.toString({ all: false, errors: true, warnings: true })));
      else resolve();
    });
  });
  return path;
}
