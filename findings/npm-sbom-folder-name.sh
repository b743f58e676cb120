#!/usr/bin/env bash
# npm 11.19.1: the bill of materials of `npm sbom` calls a package by the folder that it lies in, and differs from run to run.
#
# One would guess that metadata.component.name is the name in package.json, as the bom-ref and the purl beside it have it. It is the basename of the
# folder: of a checkout under another name, and of a build machine's "workspace" or "src", the bill is of a package that nobody knows. A timestamp and a
# random serialNumber make two bills of one package-lock.json differ, so that a package with its bill in it is not packed to the same bytes twice.
# What helps: set the name, and drop serialNumber and metadata.timestamp, before the bill is written.
#
# Seen 2026-11-29, of a package "some-library" in a folder "src":
#   name: src
#   bom-ref: some-library@1.2.3
#   purl: pkg:npm/some-library@1.2.3
#   twice the same bytes: no
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > npm.log
npm install --no-audit --no-fund npm@11.19.1 >> npm.log 2>&1
mkdir src
cd src
echo '{ "name": "some-library", "version": "1.2.3", "license": "MIT" }' > package.json
echo '{ "name": "some-library", "version": "1.2.3", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "some-library", "version": "1.2.3" } } }' > package-lock.json
sbom() { node ../node_modules/npm/bin/npm-cli.js sbom --package-lock-only --sbom-format cyclonedx; }
sbom > first.json
sbom > second.json
cat > program.mjs <<'PROGRAM'
import { readFileSync } from "node:fs";

const [first, second] = ["first.json", "second.json"].map((file) => readFileSync(file, "utf8"));
const { component } = JSON.parse(first).metadata;
for (const key of ["name", "bom-ref", "purl"]) console.log(`${key}: ${component[key]}`);
console.log(`twice the same bytes: ${first === second ? "yes" : "no"}`);
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(name\|bom-ref\|purl\|twice\)/\1/p' "$here/$(basename "$0")" | diff - found
