// npm run battery: tries what massgrid promises where it is most likely to break, part by part, and writes what came of it into
// docs/reliability.md. Names of parts may be given; --sample makes a few tries of each and writes nothing, --share 0.1 makes a tenth of what is
// tried at random and of the faults of a disk. Where MASSGRID_NEEDS_BATTERY is set, what cannot be installed is a failure.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { firstLine, machine } from "../bench/support/machine.mjs";
import { build, isBuilt } from "../scripts/build.mjs";
import { install } from "../scripts/install.mjs";
import { parts } from "./parts.mjs";
import { pageWith, sectionOf } from "./support/page.mjs";

const options = { sample: { type: "boolean", default: false }, share: { type: "string", default: "1" } };
const { positionals, values } = parseArgs({ options, allowPositionals: true });
const unknown = positionals.filter((name) => !parts.includes(name));
const { sample } = values;
const share = Number(values.share);
if (unknown.length > 0) fail(`unknown part ${unknown.join(", ")}; there are: ${parts.join(", ")}`);
if (!(share > 0 && share <= 1)) fail(`--share ${values.share}: it is a number above 0, at most 1`);

function fail(text) {
  console.error(text);
  process.exit(2);
}

/** massgrid's version, and the commit it was built of, where Git tells that. */
function subject() {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const commit = firstLine("git", ["rev-parse", "--short=8", "HEAD"]);
  return `massgrid ${version}${commit ? ` (${commit})` : ""}`;
}

install();
if (!isBuilt()) await build();
const page = new URL("../docs/reliability.md", import.meta.url);
const sums = { tried: 0, failed: 0 };
const found = { passed: 0, failed: 0 };
for (const name of positionals.length > 0 ? positionals : parts) {
  const start = performance.now();
  const { title, tryAll } = await import(`./${name}/part.mjs`);
  const { rows, missing = [], denied = [] } = await tryAll({ sample, share, say: (text) => console.log(`  ${text}`) });
  const seconds = (performance.now() - start) / 1000;
  const made = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${subject()}, ${machine()}`,
    command: `npm run battery -- ${name}${sample ? " --sample" : ""}${share === 1 ? "" : ` --share ${share}`}`,
    seconds,
  };
  const section = sectionOf({ rows, missing: [...missing, ...denied], title }, made);
  console.log(["", `## ${name}`, ...section].join("\n"));
  for (const key of ["tried", "failed"]) sums[key] += rows.reduce((sum, row) => sum + row[key], 0);
  found.failed += rows.filter(({ failed }) => failed > 0).length;
  found.passed += rows.filter(({ failed }) => failed === 0).length;
  if (process.env.MASSGRID_NEEDS_BATTERY && missing.length > 0) {
    console.error(`${name} lacks ${missing.join(", ")}`);
    found.failed += missing.length;
  }
  if (!sample) writeFileSync(page, pageWith(existsSync(page) ? readFileSync(page, "utf8") : "", name, section, parts));
}
console.log(`\nbattery: ${sums.tried} tried, ${sums.failed} failed`);
console.log(`battery, rows: ${found.passed} passed, ${found.failed} failed`);
process.exit(found.failed === 0 ? 0 : 1);
