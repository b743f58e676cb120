// The software bill of materials of the package: what is installed with it, by npm, and what is built into files of dist/, by the
// licences that the build wrote beside them. It is of package-lock.json alone, so that the same sources have the same bytes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Files of dist/ that have other packages in them → where their licences stand. */
const licences = {
  "dist/index.js": "dist/licenses.md",
  "dist/worker.js": "dist/worker-licenses.md",
  "dist/cli.js": "dist/cli-licenses.md",
  "dist/explorer": "dist/explorer/licenses.md",
};
const FILE = "dist/sbom.cdx.json";

/** `name@version` of what is built in → the files that have it. */
function builtIn() {
  const found = new Map();
  for (const [file, page] of Object.entries(licences)) {
    for (const [, name, version] of readFileSync(join(root, page), "utf8").matchAll(/^## (\S+) - (\S+) \(/gm))
      found.set(`${name}@${version}`, [...(found.get(`${name}@${version}`) ?? []), file]);
  }
  return found;
}

/** What npm knows of the packages in package-lock.json, all but those that are `left out` ("dev"). */
function npmSbom(...omit) {
  const npm = process.env.npm_execpath;
  const args = [
    "sbom",
    "--package-lock-only",
    "--sbom-format",
    "cyclonedx",
    "--sbom-type",
    "library",
    ...omit.map((kind) => `--omit=${kind}`),
  ];
  const [command, first] = npm?.endsWith("js") ? [process.execPath, [npm]] : ["npm", []];
  return JSON.parse(execFileSync(command, [...first, ...args], { cwd: root, encoding: "utf8", maxBuffer: 1e8 }));
}

/** A component without what depends on the machine: addresses of a registry, paths. */
function plain({ properties: _, externalReferences = [], ...component }, files) {
  const references = externalReferences.filter(({ type }) => ["vcs", "website"].includes(type));
  return {
    ...component,
    ...(references.length > 0 ? { externalReferences: references } : {}),
    ...(files ? { properties: files.map((value) => ({ name: "massgrid:builtInto", value })) } : {}),
  };
}

/** The bill as an object. */
export function sbom() {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const within = builtIn();
  const installed = npmSbom("dev", "optional", "peer");
  const refs = new Set(installed.components.map((each) => each["bom-ref"]));
  const all = npmSbom().components.filter((each) => refs.has(each["bom-ref"]) || within.has(each["bom-ref"]));
  const own = `${name}@${version}`;
  const component = {
    "bom-ref": own,
    type: "library",
    name,
    version,
    description,
    purl: `pkg:npm/${own}`,
    licenses: [{ license: { id: license } }],
  };
  const byRef = (a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component },
    components: all.map((each) => plain(each, within.get(each["bom-ref"]))).sort(byRef),
    dependencies: installed.dependencies.filter(({ ref }) => ref === own || refs.has(ref)),
  };
}

/** Writes the bill beside what was built. */
export function writeSbom() {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("there is no dist/: build first");
  writeFileSync(join(root, FILE), `${JSON.stringify(sbom(), null, 1)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeSbom();
