// Builds the site: lays pages out, lets VitePress make HTML of them, and makes it independent of the path that it is served under.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeConfig } from "./config.mjs";
import { stageGallery } from "./gallery.mjs";
import { built, emptyStage, root, staged, stagePages } from "./pages.mjs";
import { PLACE, relocate } from "./relocate.mjs";
import { stageTypes } from "./types.mjs";

export async function buildSite() {
  emptyStage();
  stagePages(stageTypes());
  await stageGallery();
  writeConfig(PLACE);
  rmSync(built, { recursive: true, force: true });
  const { build } = await import("vitepress");
  await build(staged, { outDir: built });
  await relocate(built);
  cpSync(join(root, "dist/explorer"), join(built, "explorer"), { recursive: true });
  console.log(`the site is in ${built}: any server of files serves it, under any path`);
}
