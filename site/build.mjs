// Builds the site: lays pages out, lets VitePress make HTML of them, and makes it independent of the path that it is served under.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { writeConfig } from "./config.mjs";
import { built, root, staged, stagePages } from "./pages.mjs";
import { PLACE, relocate } from "./relocate.mjs";

export async function buildSite() {
  stagePages();
  writeConfig(PLACE);
  const { build } = await import("vitepress");
  await build(staged, { outDir: built });
  await relocate(built);
  cpSync(join(root, "dist/explorer"), join(built, "explorer"), { recursive: true });
  console.log(`the site is in ${built}: any server of files serves it, under any path`);
}
