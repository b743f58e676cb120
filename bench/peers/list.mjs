// Who takes part: how each peer is started for a case, and how many points it gets at most.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledC, nodeOf, nodes, packages, python, pythonPackages } from "./install.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** A kind of case and solver: PyRates' heun is of first order (findings/pyrates-heun.sh), and diffrax's cannot hold a step's sample. */
const sweeps = ["sweep euler", "sweep heun"];

/** Programs in Python: name, package, file, cases, most points, and what is added to the case. */
const programs = [
  ["numba, a loop over points", "numba", "numba_points.py", sweeps, 3000],
  ["numba, fastmath, lanes inside", "numba", "numba_lanes.py", sweeps, 3000],
  ["JAX, jit and lax.scan, float64", "jax", "jax_scan.py", sweeps, 3000],
  ["JAX, the same, two steps a turn", "jax", "jax_scan.py", sweeps, 3000, { unroll: 2 }],
  ["JAX, the same, float32 (its default)", "jax", "jax_scan.py", sweeps, 3000, { precision: "float32" }],
  ["diffrax", "diffrax", "diffrax_sweep.py", ["sweep euler", "adaptive"], 1000],
  ["tvboptim", "tvboptim", "tvboptim_sweep.py", sweeps, 1000],
  ["TVB", "tvb-library", "tvb_sweep.py", sweeps, 64],
  ["PyRates, grid_search", "pyrates", "pyrates_sweep.py", ["sweep euler"], 64],
  ["pydiffsol, tsit45", "pydiffsol", "diffsol_adaptive.py", ["adaptive"], 1000],
  ["SciPy, solve_ivp", "scipy", "scipy_adaptive.py", ["adaptive"], 64],
  ["numba, loops", "numba", "network_numba.py", ["network"], 64],
  ["tvboptim", "tvboptim", "network_tvboptim.py", ["network"], 64],
  ["TVB (its past and weights are float32)", "tvb-library", "network_tvb.py", ["network"], 1, { precision: "float32" }],
];

const variants = [
  ["", {}],
  [", fastMath", { fastMath: true }],
  [", float32", { precision: "float32" }],
  [", float32 and fastMath", { precision: "float32", fastMath: true }],
];

/** massgrid on one Node: the plain call first, then its opt-in variants. `more` is added to the case. */
function massgridOn(path, version, label, more) {
  const all = variants.map(([suffix, options]) => ({
    name: `massgrid${label}${suffix}, Node ${version}`,
    node: version,
    isPlain: label + suffix === "",
    isOther: label !== "",
    precision: options.precision,
    kinds: [...sweeps, "adaptive", "network"],
    most: 3000,
    command: () => [path, here("massgrid.mjs")],
    given: { ...more, options },
  }));
  return label === "" ? all : all.slice(0, 1);
}

async function massgrids(how) {
  const found = [];
  const missing = [];
  const own = process.versions.node;
  for (const version of [own, ...nodes.filter((each) => each !== own)]) {
    const path = await nodeOf(version, how);
    if (path === undefined) missing.push(`Node ${version}`);
    else {
      found.push(...massgridOn(path, version, "", {}));
      if (how.against) found.push(...massgridOn(path, version, ` in ${how.against}`, { massgrid: join(how.against, "dist/index.js") }));
    }
  }
  return { found, missing };
}

async function pythons(how) {
  const there = await pythonPackages(how);
  const missing = Object.keys(packages).filter((name) => there[name] === undefined);
  const differs = Object.entries(packages).filter(([name, version]) => there[name] !== undefined && there[name] !== version);
  const found = programs
    .filter(([, name]) => there[name] !== undefined)
    .map(([title, name, file, kinds, most, given]) => ({
      ...{ name: `${title}, ${there[name]}`, of: name, title, kinds, most, given, precision: given?.precision },
      command: () => [python, here(file)],
    }));
  return { found, missing: [...missing, ...differs.map(([name, version]) => `${name} ${version} (${there[name]} runs in its place)`)] };
}

async function inC() {
  const found = [];
  const missing = [];
  for (const compiler of ["gcc", "clang"]) {
    for (const fast of [false, true]) {
      const compiled = await compiledC(compiler, fast);
      if (compiled === undefined) missing.push(`${compiler}${fast ? " -ffast-math" : ""}`);
      else {
        const name = ["C,", compiler, "-O3 -march=native", ...compiled.flags].join(" ");
        const args = ({ points, given }, traces) => [String(points), given.solver, given.noise, traces];
        found.push({ name, kinds: sweeps, most: 3000, command: (each, traces) => [compiled.program, ...args(each, traces)] });
      }
    }
  }
  return { found, missing };
}

/** Peers in the order of their rows, and what there is none of. */
export async function peersOf(how) {
  const parts = [await massgrids(how), await pythons(how), await inC()];
  return { peers: parts.flatMap(({ found }) => found), missing: parts.flatMap(({ missing }) => missing) };
}
