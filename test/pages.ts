// What the installed package is made to do in Node and in pages.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The published sweep, a noise sweep, a Runge-Kutta sweep and one of several blocks; their bits in hex words, to be hashed. */
export const program = `import { gridSearch, normalNoise, trace, uniformNoise } from "massgrid";

export async function sweeps(workers) {
  const published = {
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 10, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 1,
    inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
    outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i", m: "jrc/jrc_op/m" },
  };
  const independent = { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) };
  const calls = [published, { ...published, simulationTime: 2, inputs: independent }, { ...published, simulationTime: 2, stepSize: 1e-3, solver: "rk4" },
    { ...published, simulationTime: 2, paramGrid: { C: Array.from({ length: 40 }, (_, i) => 60 + 10 * i) } }];
  const parts = [];
  for (const call of calls) {
    const { results, resultsMap } = await gridSearch({ ...call, workers });
    for (const key of resultsMap.getChild("key")) for (const output of ["V_pce", "V_pci", "m"]) parts.push(trace(results, key, output));
  }
  return parts;
}
`;

/** The hash of arrays of bytes, one after the other. */
export function hashOf(words: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const bytes of words) hash.update(bytes);
  return hash.digest("hex");
}

const nothing = "script-src 'self'";
const strict = `${nothing} 'wasm-unsafe-eval'`;

/** A page's script: it runs the sweeps with two workers and keeps what they found. */
export const script = `import { sweeps } from "./sweeps.js";
sweeps(2).then((parts) => { globalThis.parts = parts; document.title = "done"; }, (error) => { globalThis.failure = error.message; document.title = "failed"; });
`;

/** Where the modules are that the package of a project imports, for a page without a bundler. */
export function importMap(project: string): string {
  const dist = join(project, "node_modules/massgrid/dist");
  const files = readdirSync(dist).filter((file) => file === "index.js" || /^massgrid-[\w-]+\.js$/.test(file));
  const text = files.map((file) => readFileSync(join(dist, file), "utf8")).join("\n");
  const names = [...text.matchAll(/^import .* from "([^".][^"]*)"/gm)].map((match) => match[1]);
  const arrow = names.filter((name) => name.startsWith("apache-arrow/")).map((name) => [name, `./node_modules/${name}.mjs`]);
  const imports = {
    ...Object.fromEntries(arrow),
    massgrid: "./node_modules/massgrid/dist/index.js",
    "@assemblyscript/loader": "./node_modules/@assemblyscript/loader/index.js",
    tslib: "./node_modules/tslib/tslib.es6.mjs",
    flatbuffers: "./node_modules/flatbuffers/mjs/flatbuffers.js",
    "json-with-bigint": "./node_modules/json-with-bigint/json-with-bigint.js",
  };
  return JSON.stringify({ imports });
}

/** Content-Security-Policies by name; that of a page without a bundler allows its import map. */
export function policies(map: string): Record<string, string> {
  const allowed = `'sha256-${createHash("sha256").update(map).digest("base64")}'`;
  return { nothing, strict, "no-workers": `${strict}; worker-src 'none'`, plain: `${strict} ${allowed}` };
}
