#!/usr/bin/env bash
# Firefox ESR 153.8 beside Chromium 156: <link rel="modulepreload"> of a module that the page has imported already ends in an error event.
#
# One would guess that such a link has nothing left to do, and tells "load", as Chromium does, and as Firefox does where the module had been
# preloaded and not imported. In Firefox it tells "error", though nothing went wrong: the server is not asked again, and the module is there. Who
# takes the event for a file that could not be had (to try again, to load the page anew after a deployment, to report it) does so in Firefox alone,
# where the page's own script is among what is preloaded, as bundlers list it for a chunk that imports from the entry.
# What helps: preload only what no import has asked for; import(), and not the link's event, tells whether a module is there.
#
# Seen 2026-11-30 (browser, event of the page's own script, of one imported before, of a new one, of that again, of one that is not there):
#   firefox error error load load error
#   chromium load load load load error
# Exits 0 while that is so, 1 when it has changed. It needs Node, and Debian's firefox-esr and chromium; it says so and exits 0 without them.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
for program in node firefox-esr chromium; do
  command -v "$program" > /dev/null || { echo "no $program: nothing to look at"; exit 0; }
done
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > visit.mjs <<'PROGRAM'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
const [browser, program, ...flags] = process.argv.slice(2);
const script = `
const eventOf = (href) => new Promise((resolve) => {
  const link = Object.assign(document.createElement("link"), { rel: "modulepreload", crossOrigin: "", href });
  for (const type of ["load", "error"]) link.addEventListener(type, () => resolve(type));
  document.head.append(link);
});
const events = [await eventOf(import.meta.url)];
await import("/imported.js");
for (const href of ["/imported.js", "/new.js", "/new.js", "/missing.js"]) events.push(await eventOf(href));
await fetch("/told?" + events.join("+"));
`;
const files = { "/": '<!doctype html><script type="module" src="/page.js"></script>', "/page.js": script, "/imported.js": "export {}", "/new.js": "export {}" };
let tell;
const told = new Promise((resolve) => {
  tell = resolve;
});
const server = createServer(({ url }, answer) => {
  if (url.startsWith("/told?")) tell(url.slice(6).replaceAll("+", " "));
  const text = files[url];
  answer.writeHead(text === undefined ? 404 : 200, { "content-type": url === "/" ? "text/html" : "text/javascript" }).end(text);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const child = spawn(program, [...flags, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
console.log(browser, await told);
child.kill();
await once(child, "exit");
server.closeAllConnections();
server.close();
PROGRAM
mkdir firefox chromium
{
  node visit.mjs firefox firefox-esr --headless --no-remote --profile firefox
  node visit.mjs chromium chromium --headless=new --no-sandbox --user-data-dir=chromium
} | tee found
sed -nE 's/^#   (firefox|chromium)/\1/p' "$here/$(basename "$0")" | diff - found
