#!/usr/bin/env bash
# valibot 1.5.0 with zod 4.1.12 beside it, Node 20: a record schema takes every object, not plain ones alone.
#
# `v.record(v.string(), v.number())` reads the enumerable string keys of whatever object it is given and asks nothing about the object
# itself. A list of numbers becomes {"0":1,"1":2}, a Float64Array too; a Date, and a Map whose value is text, succeed as {}: what they
# hold is gone without an issue. zod's z.record refuses all four ("expected record").
# What helps: ask for a plain object first, in a pipe before the record.
#
# Seen 2026-11-28:
#   valibot list {"0":1,"1":2}
#   valibot Float64Array {"0":0,"1":0}
#   valibot Map {}
#   valibot Date {}
#   zod list refused
#   zod Float64Array refused
#   zod Map refused
#   zod Date refused
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > npm.log
npm install --no-audit --no-fund valibot@1.5.0 zod@4.1.12 >> npm.log
cat > program.mjs <<'PROGRAM'
import * as v from "valibot";
import { z } from "zod";

const values = { list: [1, 2], Float64Array: new Float64Array(2), Map: new Map([["a", "text"]]), Date: new Date(0) };
for (const [name, value] of Object.entries(values)) {
  const { success, output } = v.safeParse(v.record(v.string(), v.number()), value);
  console.log(`valibot ${name} ${success ? JSON.stringify(output) : "refused"}`);
}
for (const [name, value] of Object.entries(values)) {
  const { success, data } = z.record(z.string(), z.number()).safeParse(value);
  console.log(`zod ${name} ${success ? JSON.stringify(data) : "refused"}`);
}
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(valibot\|zod\)/\1/p' "$here/$(basename "$0")" | diff - found
