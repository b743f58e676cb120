// What the peers run on, installed on demand into out/peers: Nodes, a Python environment and compiled C programs.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
export const folder = fileURLToPath(new URL("../../out/peers", import.meta.url));
mkdirSync(folder, { recursive: true });

/** The Nodes that the package runs on, by the npm package `node`. */
export const nodes = ["20.20.2", "22.23.3", "24.21.0", "26.10.0"];

/** Packages of Python; where a version is not to be had for the Python that there is, the newest that is. */
export const packages = {
  numpy: "2.3.5",
  scipy: "1.17.1",
  numba: "0.68.0",
  jax: "0.10.2",
  diffrax: "0.7.2",
  tvboptim: "0.4.0",
  "tvb-library": "2.10.0",
  pyrates: "1.2.3",
  pydiffsol: "0.6.2",
};

const succeeds = (...command) =>
  run(...command).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/** Path of a Node of this version, or undefined: this one if it is of it. */
export async function nodeOf(version, { install }) {
  if (version === process.versions.node) return process.execPath;
  const prefix = join(folder, `node-${version}`);
  const path = join(prefix, "node_modules/node/bin/node");
  if (!existsSync(path) && install) {
    mkdirSync(prefix, { recursive: true });
    await succeeds("npm", ["install", "--prefix", prefix, "--no-audit", "--no-fund", `node@${version}`]);
  }
  return (await succeeds(path, ["--version"])) === `v${version}` ? path : undefined;
}

export const python = join(folder, "python/bin/python");

/** Versions of the packages that are there, by name. */
export async function pythonPackages({ install }) {
  if (!existsSync(python)) {
    if (!install || (await succeeds("python3", ["-m", "venv", join(folder, "python")])) === undefined) return {};
  }
  const list = async () => {
    const found = JSON.parse((await succeeds(python, ["-m", "pip", "list", "--format", "json"])) ?? "[]");
    return Object.fromEntries(found.map(({ name, version }) => [name, version]));
  };
  const there = await list();
  const missing = Object.entries(packages).filter(([name]) => there[name] === undefined);
  if (!install || missing.length === 0) return there;
  const pip = (...what) => succeeds(python, ["-m", "pip", "install", "--quiet", ...what]);
  for (const [name, version] of missing) (await pip(`${name}==${version}`)) ?? (await pip(name));
  return await list();
}

/** The four programs of C, by compiler and kind of arithmetic; undefined where the compiler is not there. */
export async function compiledC(compiler, fast) {
  const program = join(folder, `jrc2-${compiler}${fast ? "-fast" : ""}`);
  const how = ["-O3", "-march=native", "-o", program, join(here, "jrc2.c"), "-lm"];
  // gcc takes glibc's vector exp by itself; clang has to be told, and old ones cannot.
  const flags = { gcc: [["-ffast-math"]], clang: [["-ffast-math", "-fveclib=libmvec"], ["-ffast-math"]] };
  for (const more of fast ? flags[compiler] : [[]]) {
    if ((await succeeds(compiler, [...more, ...how])) !== undefined) return { program, flags: more };
  }
  return undefined;
}
