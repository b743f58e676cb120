// npm start: installs what is missing, builds what has changed, runs the published sweep and says where its files are.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

install();
const root = fileURLToPath(new URL("..", import.meta.url));
const { build, isBuilt } = await import("./build.mjs");
if (!isBuilt()) {
  console.log("building (once) ...");
  await build();
}
process.chdir(root);
const call = ["sweep", "examples/jansen-rit.yaml", "--out", "out/jansen-rit.arrow", "--plot", "out/jansen-rit.svg"];
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
console.log(`$ massgrid ${call.join(" ")}\n`);
process.argv = [process.execPath, cli, ...call];
await import(new URL(`file://${cli}`).href);
if (process.exitCode === 0 || process.exitCode === undefined) console.log(`look at ${relative(process.cwd(), "out/jansen-rit.svg")}`);
if (process.exitCode === 0 || process.exitCode === undefined) console.log("explore it in a page: npx massgrid explore");
