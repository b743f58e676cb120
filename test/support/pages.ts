// Pages that use the installed package: built by bundlers, or not at all.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./installed.ts";
import type { Policy } from "./serve.ts";

/** A page's script: it runs the sweeps without workers and with two, and keeps the hashes of what they return. */
const script = `import { sweeps } from "./sweeps.mjs";
globalThis.found = {};
async function all() {
  found.alone = await sweeps(0);
  found.two = await sweeps(2);
}
all().catch((error) => { found.failure = error.message; }).finally(() => { document.title = "over"; });
`;

/** The import map that docs/browser.md gives for a page beside node_modules. */
export const importMap: string = (() => {
  const map = /```json importmap\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/browser.md"), "utf8"))?.[1];
  if (map === undefined) throw new Error("docs/browser.md gives no import map");
  return map;
})();

/** Writes the sources of the pages into a project. */
export function writePages(project: string): void {
  writeFileSync(join(project, "page.js"), script);
  writeFileSync(join(project, "index.html"), '<!doctype html><script type="module" src="./page.js"></script>');
  const plain = `<!doctype html><script type="importmap">${importMap}</script><script type="module" src="./page.js"></script>`;
  writeFileSync(join(project, "plain.html"), plain);
}

const closed = "default-src 'none'; script-src 'self'";
const strict = `${closed} 'wasm-unsafe-eval'`;
const mapHash = `'sha256-${createHash("sha256").update(importMap).digest("base64")}'`;

/** Policies by name, of pages and of their workers' files. */
export const policies: Record<string, Policy> = {
  nothing: `${closed}; worker-src 'self'`,
  strict: `${strict}; worker-src 'self'`,
  "no-workers": `${strict}; worker-src 'none'`,
  plain: `${strict} ${mapHash}; worker-src 'self'`,
  "worker-lacks": (file) => ({ "content-security-policy": /worker/.test(file) ? closed : strict }),
  isolated: () => ({
    "content-security-policy": strict,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  }),
};
