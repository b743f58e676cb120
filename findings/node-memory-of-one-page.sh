#!/usr/bin/env bash
# Node 20.20.2 and 22.23.3 on 64-bit Linux: a WebAssembly.Memory of one page, 64 kB, needs about 10 GB of address space.
#
# V8 does not check the bounds of each access: it keeps all addresses that an access could reach without access rights, and takes the fault for the
# check. That costs no memory, so that nothing shows it, and each memory costs it again, whatever its size and maximum. A scheduler that limits
# address space (ulimit -v; h_vmem of Grid Engine, vmem of PBS) refuses the smallest memory with a RangeError that speaks of allocation, where
# ulimit -v allows gigabytes more than the program uses, and a program with a memory in each worker thread runs on 8 cores of one machine and not on those of another.
# Node 24.21.0 and 26.10.0 do without under the same limit, so that what is tried on a new Node fails on an older one.
# What helps: --disable-wasm-trap-handler, which NODE_OPTIONS takes too, makes V8 check each access; its memories then keep addresses up to their maximum alone.
#
# Seen 2026-11-30 (one page under ulimit -v of 6 GB, as it comes and with --disable-wasm-trap-handler):
#   20.20.2 RangeError ok
#   22.23.3 RangeError ok
#   24.21.0 ok ok
#   26.10.0 ok ok
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > program.mjs <<'PROGRAM'
try {
  new WebAssembly.Memory({ initial: 1, maximum: 1 });
  console.log("ok");
} catch (error) {
  console.log(error.name);
}
PROGRAM
for version in 20.20.2 22.23.3 24.21.0 26.10.0; do
  mkdir "$version"
  (cd "$version" && npm init -y > npm.log && npm install --no-audit --no-fund "node@$version" >> npm.log 2>&1)
  node="$version/node_modules/node/bin/node"
  plain="$(ulimit -v 6000000; "$node" program.mjs)"
  checked="$(ulimit -v 6000000; "$node" --disable-wasm-trap-handler program.mjs)"
  echo "$version $plain $checked"
done | tee found
sed -n 's/^#   \(2[0-9]\.\)/\1/p' "$here/$(basename "$0")" | diff - found
