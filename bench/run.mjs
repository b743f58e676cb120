// npm run bench: runs every bench, prints its rows and replaces its section of bench/results.md. Names of benches may be given, and
// options of theirs: npm run bench -- kernel, npm run bench -- peers --quick. A run with options prints and writes nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build, isBuilt } from "../scripts/build.mjs";
import { install } from "../scripts/install.mjs";
import { machine } from "./support/machine.mjs";
import { sectionOf, withSection } from "./support/results.mjs";

const all = [
  "sweep",
  "kernel",
  "arithmetics",
  "peers",
  "models",
  "compile",
  "network",
  "features",
  "regimes",
  "continuation",
  "stochastic",
  "adaptive",
  "seam",
  "work-precision",
  "cores",
  "workers",
  "stalls",
  "pyrates",
  "scale",
  "stream",
  "write",
  "start",
  "chromium",
  "bundle",
  "store",
  "grids",
  "shards",
  "kills",
  "explorer",
  "opening",
];
const options = { quick: { type: "boolean" }, against: { type: "string" }, only: { type: "string" } };
const { positionals: chosen, values } = parseArgs({ options, allowPositionals: true });
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`unknown bench ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}

install("bench/rivals");
if (!isBuilt()) await build();
const results = new URL("results.md", import.meta.url);
for (const name of chosen.length > 0 ? chosen : all) {
  const { bench, details } = await import(`./${name}.mjs`);
  const rows = await bench({ ...values });
  const measured = { date: new Date().toISOString().slice(0, 10), machine: machine() };
  const section = sectionOf(rows, details?.() ?? [], measured);
  console.log(["", `## ${name}`, ...section].join("\n"));
  if (Object.keys(values).length === 0) writeFileSync(results, withSection(readFileSync(results, "utf8"), name, section, all));
}
