#!/usr/bin/env bash
# V8 of Node 24.21.0 and 26.10.0 beside that of 20.20.2 and 22.23.3: a vector constant that WebAssembly names in a loop is made anew in each turn.
#
# A loop uses twelve numbers eight times each, as pairs of lanes. Where each use is a `v128.const`, optimised code of V8 before version 13
# makes each number once, before the loop; from 13 on it makes one at each use, in every turn, by a move to a general register and two more
# instructions, and a polynomial with constant coefficients takes twice its time. Where locals hold the same `v128.const`s, each is made once
# in all versions. Compilers that name a constant at each use, as asc -O3 of AssemblyScript 0.28.20 does, lose that on newer engines.
# What helps: set each constant once, in a local, at the head of the function.
#
# Seen 2026-11-29 (instructions that bring general registers to vectors, with v128.const at each use and in locals):
#   20.20.2 23 23
#   22.23.3 23 23
#   24.21.0 184 23
#   26.10.0 184 23
# Exits 0 while that is so, 1 when it has changed. Counts are of x86-64 with AVX; it says so and exits 0 on other processors.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
if [ "$(uname -m)" != x86_64 ] || ! grep -qw avx /proc/cpuinfo 2> /dev/null; then
  echo "not x86-64 with AVX: nothing to count"
  exit 0
fi
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > program.mjs <<'PROGRAM'
const [COUNT, USES] = [12, 8];
const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const [constant, sum] = [2, 2 + COUNT];
const make = (i) => [0xfd, 12, ...new Uint8Array(new Float64Array([1 / (i + 3), 1 / (i + 3)]).buffer)];
const use = process.argv[2] === "locals" ? (i) => [0x20, constant + i] : make;
// f(address, turns): sums that do not wait for each other, of products with the constants.
const code = [0x20, 0, 0xfd, 0, 4, 0, 0x21, sum];
for (let i = 0; i < COUNT; i++) code.push(...make(i), 0x21, constant + i);
code.push(0x03, 0x40);
for (let j = 0; j < USES; j++) code.push(0x20, sum, 0x21, sum + 1 + j);
for (let i = 0; i < COUNT; i += 2) {
  for (let j = 0; j < USES; j++) {
    code.push(0x20, sum + 1 + j, ...use(i), 0xfd, ...leb(242), ...use(i + 1), 0xfd, ...leb(240), 0x21, sum + 1 + j);
  }
}
for (let j = 0; j < USES; j++) code.push(0x20, sum + 1 + j);
for (let j = 1; j < USES; j++) code.push(0xfd, ...leb(240));
code.push(0x21, sum, 0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x0d, 0, 0x0b, 0x20, 0, 0x20, sum, 0xfd, 11, 4, 0, 0x0b);
const body = [1, COUNT + 1 + USES, 0x7b, ...code];
const env = [3, 101, 110, 118, 6, ...new TextEncoder().encode("memory"), 2, 0, 1];
const parts = [section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]), section(2, [1, ...env]), section(3, [1, 0]), section(7, [1, 1, 102, 0, 0])];
const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...parts.flat(), ...section(10, [1, ...leb(body.length), ...body])]);
const memory = new WebAssembly.Memory({ initial: 1 });
new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.f(1024, 1000);
PROGRAM
for version in 20.20.2 22.23.3 24.21.0 26.10.0; do
  mkdir "$version"
  (cd "$version" && npm init -y > npm.log && npm install --no-audit --no-fund "node@$version" >> npm.log 2>&1)
  counts="$version"
  for way in uses locals; do
    "$version/node_modules/node/bin/node" --no-liftoff --print-wasm-code program.mjs "$way" > code
    counts="$counts $(grep -cE 'vmovq|vpunpcklqdq|vmovddup' code || true)"
  done
  echo "$counts"
done | tee found
sed -n 's/^#   \(2[0-9]\.\)/\1/p' "$here/$(basename "$0")" | diff - found
