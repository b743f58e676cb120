// npm run battery: tries what massgrid promises where it is most likely to break, part by part, and writes what came of it into
// docs/reliability.md. Names of parts may be given; --sample makes a few tries of each and writes nothing, --share 0.1 tries a tenth of the mutants.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { machine } from "../bench/support/machine.mjs";
import { build, isBuilt } from "../scripts/build.mjs";
import { install } from "../scripts/install.mjs";
import { parts } from "./parts.mjs";
import { pageWith, sectionOf } from "./support/page.mjs";

const options = { sample: { type: "boolean", default: false }, share: { type: "string", default: "1" } };
const { positionals, values } = parseArgs({ options, allowPositionals: true });
const unknown = positionals.filter((name) => !parts.includes(name));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(", ")}; there are: ${parts.join(", ")}`);
  process.exit(2);
}

install();
if (!isBuilt()) await build();
const page = new URL("../docs/reliability.md", import.meta.url);
const { sample } = values;
const share = Number(values.share);
const sums = { tried: 0, failed: 0 };
for (const name of positionals.length > 0 ? positionals : parts) {
  const start = performance.now();
  const { title, tryAll } = await import(`./${name}/part.mjs`);
  const { rows, missing = [] } = await tryAll({ sample, share, say: (text) => console.log(`  ${text}`) });
  const seconds = (performance.now() - start) / 1000;
  const made = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    command: `npm run battery -- ${name}${sample ? " --sample" : share === 1 ? "" : ` --share ${share}`}`,
    seconds,
  };
  const section = sectionOf({ rows, missing, title }, made);
  console.log(["", `## ${name}`, ...section].join("\n"));
  for (const key of ["tried", "failed"]) sums[key] += rows.reduce((sum, row) => sum + row[key], 0);
  if (!sample) writeFileSync(page, pageWith(existsSync(page) ? readFileSync(page, "utf8") : "", name, section, parts));
}
console.log(`\nbattery: ${sums.tried} tried, ${sums.failed} failed`);
process.exit(sums.failed === 0 ? 0 : 1);
