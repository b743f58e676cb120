#!/usr/bin/env bash
# Node 22.23.3, 24.21.0 and 26.10.0 beside 20.20.2: the first message of a process loads undici, which has nothing to do with messages.
#
# What a MessagePort receives is wrapped in a MessageEvent, and since version 22 that class is undici's: the first message that any port of
# a process gets, the one of a worker thread among them, loads the whole of fetch and the web crypto that it needs, about 30 ms of one core,
# where Node 20 takes 1.5 ms. A library that lets the event loop turn by a MessageChannel, as pages do because timers are slow there, pays
# it in its first call.
# What helps: setImmediate does the same in Node and loads nothing.
#
# Seen 2026-11-29 (whether undici is loaded: before anything, after setImmediate, after one message):
#   20.20.2 false false false
#   22.23.3 false false true
#   24.21.0 false false true
#   26.10.0 false false true
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > program.mjs <<'PROGRAM'
const isLoaded = () => process.moduleLoadList.includes("NativeModule internal/deps/undici/undici");
const loaded = [isLoaded()];
await new Promise((resolve) => setImmediate(resolve));
loaded.push(isLoaded());
const start = performance.now();
await new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
});
loaded.push(isLoaded());
console.error(`${process.versions.node}: the first message took ${(performance.now() - start).toFixed(1)} ms`);
console.log(process.versions.node, ...loaded);
PROGRAM
for version in 20.20.2 22.23.3 24.21.0 26.10.0; do
  mkdir "$version"
  (cd "$version" && npm init -y > npm.log && npm install --no-audit --no-fund "node@$version" >> npm.log)
  "$version/node_modules/node/bin/node" program.mjs
done | tee found
sed -n 's/^#   \(2[0-9]\.\)/\1/p' "$here/$(basename "$0")" | diff - found
