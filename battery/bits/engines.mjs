// Engines that run the package: programs that npm installed (consumers/runtimes), and this Node with one of its compilers alone.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/run.mjs";

const packages = join(root, "consumers/runtimes/node_modules");
const first = (...places) => places.map((place) => join(packages, place)).find((place) => existsSync(place));

function deno() {
  const folder = join(packages, "@deno");
  const [platform] = existsSync(folder) ? readdirSync(folder) : [];
  return platform && first(`@deno/${platform}/deno`, `@deno/${platform}/deno.exe`);
}

const installed = (major) => first(`node${major}/bin/node`, `node${major}/bin/node.exe`);

/** V8's two compilers of WebAssembly, each alone. */
const compilers = {
  "Liftoff alone": ["--liftoff", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering"],
  "TurboFan alone": ["--no-liftoff", "--no-wasm-lazy-compilation"],
};

/** Name, program, and arguments before the script's. The program is undefined where it is not installed. */
export function engines() {
  const nodes = [20, 22, 24, 26].map((major) => ({ name: `Node ${major}`, program: installed(major), args: [] }));
  const alone = [20, 26].flatMap((major) =>
    Object.entries(compilers).map(([name, args]) => ({ name: `Node ${major}, ${name}`, program: installed(major), args })),
  );
  return [
    ...nodes,
    ...alone,
    { name: "Bun", program: first("bun/bin/bun.exe", "bun/bin/bun"), args: [] },
    { name: "Deno", program: deno(), args: ["run", "--allow-all"] },
  ];
}
