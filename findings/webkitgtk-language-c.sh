#!/usr/bin/env bash
# WebKitGTK 2.50.6: in the locale C.UTF-8, which containers have, navigator.language is "C", which its own Intl refuses; in C it is "en-US".
#
# One would guess that navigator.language is a language tag, as HTML has it, and that `new Intl.NumberFormat(navigator.language)` works in every
# browser: uPlot 1.6.32 does that as it is loaded. In this locale it throws "RangeError: invalid language tag: C", and so a page that imports
# uPlot stays empty. Firefox ESR 153.8 and Chromium 156 tell "en-US" there.
# What helps: name a language, or ask for that of `new Intl.NumberFormat().resolvedOptions().locale`; test pages with LANG=C.UTF-8.
#
# Seen 2026-11-30 (locale, navigator.language, what Intl makes of it):
#   C.UTF-8 C RangeError: invalid language tag: C
#   C en-US 1
# Exits 0 while that is so, 1 when it has changed. It needs Node, xvfb-run and Debian's webkit2gtk-driver; it says so and exits 0 without them.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
for program in node xvfb-run WebKitWebDriver; do
  command -v "$program" > /dev/null || { echo "no $program: nothing to look at"; exit 0; }
done
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > ask.mjs <<'PROGRAM'
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
const lib = "/usr/lib/x86_64-linux-gnu";
const binary = `${lib}/${readdirSync(lib).find((name) => /^webkit2gtk-4/.test(name))}/MiniBrowser`;
const [locale, port] = process.argv.slice(2);
const env = { ...process.env, HOME: process.cwd(), LANG: locale, LC_ALL: locale, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
const driver = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`], { env, detached: true, stdio: "ignore" });
const call = async (path, body) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: JSON.stringify(body) });
  return (await answer.json()).value;
};
const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } } };
let session;
for (let tries = 0; session?.sessionId === undefined && tries < 100; tries++) {
  await new Promise((resolve) => setTimeout(resolve, 300));
  session = await call("/session", { capabilities }).catch(() => undefined);
}
const script = "try { return navigator.language + ' ' + new Intl.NumberFormat(navigator.language).format(1) } catch (error) { return navigator.language + ' ' + error }";
console.log(locale, await call(`/session/${session.sessionId}/execute/sync`, { script, args: [] }));
process.kill(-driver.pid, "SIGKILL");
PROGRAM
{
  node ask.mjs C.UTF-8 45871
  node ask.mjs C 45872
} | tee found
sed -nE 's/^#   (C)/\1/p' "$here/$(basename "$0")" | diff - found
