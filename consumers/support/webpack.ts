import { join } from "node:path";
import webpack from "webpack";

/** A project's page by webpack, with no settings but its mode, and where the page goes; warnings are errors, but for advice on the size of pages. */
export async function byWebpack(project: string): Promise<string> {
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
