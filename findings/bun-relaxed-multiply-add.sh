#!/usr/bin/env bash
# Bun 1.4.5 beside Node 22.23.3 to 26.10.0 and Deno 2.9.6: relaxed SIMD's multiply-add rounds twice in Bun, and once in V8, on one processor.
#
# WebAssembly leaves it to an engine whether f64x2.relaxed_madd rounds a product and a sum together; what it picks may follow the processor. On
# x86-64 with FMA, V8 picks one rounding and JavaScriptCore, in Bun, two. So that an engine validates relaxed SIMD says nothing of what it makes
# of it, nor does the processor: a program that is to have the same bits everywhere must try the instruction, on numbers that tell.
# What helps: a probe before anything is computed.
# (1 + e)(1 - e) - 1 with e = 2^-30 is -e^2 where it is rounded once, and 0 where twice.
#
# Seen 2026-11-29 (whether relaxed SIMD is valid, and (1 + e)(1 - e) - 1):
#   node 22.23.3 true -8.673617379884035e-19
#   node 24.21.0 true -8.673617379884035e-19
#   node 26.10.0 true -8.673617379884035e-19
#   deno 2.9.6 true -8.673617379884035e-19
#   bun 1.4.5 true 0
# Exits 0 while that is so, 1 when it has changed. It is of processors with FMA; it says so and exits 0 on others.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
if ! grep -qwE 'fma|asimd' /proc/cpuinfo 2> /dev/null; then
  echo "no fused multiply-add here: nothing to see"
  exit 0
fi
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > program.mjs <<'PROGRAM'
const splat = (local) => [0x20, local, 0xfd, 20];
const code = [0, ...splat(0), ...splat(1), ...splat(2), 0xfd, 0x87, 2, 0xfd, 33, 0, 0x0b];
const section = (id, bytes) => [id, bytes.length, ...bytes];
const type = section(1, [1, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c]);
const rest = [...section(3, [1, 0]), ...section(7, [1, 1, 102, 0, 0]), ...section(10, [1, code.length, ...code])];
const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...type, ...rest]);
const e = 2 ** -30;
const isValid = WebAssembly.validate(bytes);
console.log(isValid, isValid ? new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f(1 + e, 1 - e, -1) : "");
PROGRAM
install() {
  mkdir "$1"
  (cd "$1" && npm init -y > npm.log && npm install --no-audit --no-fund "$2" >> npm.log 2>&1)
}
{
  for version in 22.23.3 24.21.0 26.10.0; do
    install "$version" "node@$version"
    echo "node $version $("$version/node_modules/node/bin/node" program.mjs)"
  done
  install deno deno@2.9.6
  echo "deno 2.9.6 $(deno/node_modules/.bin/deno run program.mjs)"
  install bun bun@1.4.5
  echo "bun 1.4.5 $(bun/node_modules/.bin/bun program.mjs)"
} | tee found
sed -nE 's/^#   ((node|deno|bun) )/\1/p' "$here/$(basename "$0")" | diff - found
