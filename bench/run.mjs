// npm run bench: runs every bench, prints a table and writes bench/results.md. Names of benches may be given: npm run bench -- kernel
import { writeFileSync } from "node:fs";
import { build, isBuilt } from "../scripts/build.mjs";
import { machine } from "./support/machine.mjs";

const all = [
  "sweep",
  "kernel",
  "models",
  "compile",
  "network",
  "features",
  "regimes",
  "stochastic",
  "adaptive",
  "work-precision",
  "cores",
  "workers",
  "stalls",
  "pyrates",
  "scale",
  "start",
  "bundle",
  "store",
  "explorer",
];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`unknown bench ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}

if (!isBuilt()) await build();
const lines = ["| what | found | ratio | target | met |", "|---|---|---|---|---|"];
const tables = [];
for (const name of chosen.length > 0 ? chosen : all) {
  const { bench, details } = await import(`./${name}.mjs`);
  for (const { question, found, ratio, target, met } of await bench()) {
    const line = `| ${question} | ${found} | ${ratio} | ${target} | ${met} |`;
    console.log(line);
    lines.push(line);
  }
  const table = details?.() ?? [];
  if (table.length > 0) tables.push("", ...table);
}
console.log(tables.join("\n"));

if (chosen.length === 0) {
  const head = [
    "# Measured",
    "",
    `${new Date().toISOString().slice(0, 10)}, ${machine()}.`,
    "",
    "Minima of many turns, rivals taking turns in one run; `npm run bench` measures again and rewrites this page.",
    "Ratios are ours over the rival's: below 1 is faster.",
    "",
  ];
  writeFileSync(new URL("results.md", import.meta.url), `${[...head, ...lines, ...tables].join("\n")}\n`);
}
