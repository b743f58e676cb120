// npm run docs: builds the documentation's site, static files in out/docs/, from docs/, examples/ and the sources; it installs what that needs.
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

install();
install("site");
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { build, isBuilt } = await import("./build.mjs");
if (!isBuilt()) await build();
const { buildSite } = await import("../site/build.mjs");
await buildSite();
