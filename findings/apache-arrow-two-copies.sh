#!/usr/bin/env bash
# apache-arrow 21.2.0, twice, Node 20: what one copy makes, another of the same version writes into bytes that nothing can read.
#
# A project has two copies where two of its packages are installed apart from each other, or one is bundled. tableToIPC and the writers of the
# second copy take a table of the first, write without a word, and the schema in what they write is damaged: both copies throw a TypeError
# as they read it, chDB and arrow-rs tell of a corrupt footer. Types are told apart by instanceof, which no type of another copy passes.
# What helps: write with the copy that made the table, which a library can export.
#
# Seen 2026-11-29:
#   stream of the same copy: 2 rows
#   stream of another copy: TypeError
#   file of the same copy: 2 rows
#   file of another copy: TypeError
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for copy in first second; do
  mkdir "$copy"
  (cd "$copy" && npm init -y > npm.log && npm install --no-audit --no-fund apache-arrow@21.2.0 >> npm.log)
done
cat > program.mjs <<'PROGRAM'
import { createRequire } from "node:module";

const [first, second] = ["first", "second"].map((copy) => createRequire(new URL(`${copy}/x.js`, import.meta.url))("apache-arrow"));
const table = first.tableFromArrays({ x: Float64Array.of(1, 2), name: ["one", "two"] });

function rowsOf(bytes) {
  try {
    return `${first.tableFromIPC(bytes).numRows} rows`;
  } catch (error) {
    return error.constructor.name;
  }
}

for (const form of ["stream", "file"]) {
  console.log(`${form} of the same copy: ${rowsOf(first.tableToIPC(table, form))}`);
  console.log(`${form} of another copy: ${rowsOf(second.tableToIPC(table, form))}`);
}
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(stream\|file\)/\1/p' "$here/$(basename "$0")" | diff - found
