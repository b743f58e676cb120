// What each consumer of the package is made to do: sweeps of every kind, by workers or without; the hash of all that each returns.
import { tableToIPC } from "apache-arrow";
import { connect, gridSearch, normalNoise, tableToParquet, templatesFromYaml, uniformNoise } from "massgrid";

const u = "jrc/jrc_op/u";
const X = "jrc/jrc_op/X_ein";

const published = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 10,
  stepSize: 1e-4,
  samplingStepSize: 1e-3,
  cutoff: 1,
  inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i", m: "jrc/jrc_op/m" },
};

/** Of several blocks, so that both of two workers have work. */
const blocks = {
  ...published,
  paramGrid: { C: Array.from({ length: 40 }, (_, i) => 60 + 10 * i) },
  simulationTime: 1,
  stepSize: 1e-3,
  cutoff: 0,
};
const noisy = { ...blocks, inputs: {} };

const delayed = `rate_op:
  base: OperatorTemplate
  equations: "r' = (tanh(m_in + u - 2.0*past(r, lag)) - r)/tau"
  variables: { r: output(0.1), tau: 0.01, lag: 0.004, m_in: input, u: input(0.5) }
rate_pop: { base: NodeTemplate, operators: [rate_op] }
pair:
  base: CircuitTemplate
  nodes: { a: rate_pop, b: rate_pop }
  edges:
    - [a/rate_op/r, b/rate_op/m_in, null, { weight: 2.0, delay: 0.007 }]
    - [b/rate_op/r, a/rate_op/m_in, null, { weight: -2.0, delay: 0.01, spread: 0.003 }]
`;

const columns = 90;
const ring = (value) =>
  Array.from({ length: columns }, (_, i) => Array.from({ length: columns }, (_, j) => value((j - i + columns) % columns)));
const network = connect("model_templates.neural_mass_models.jansenrit.JRC2", {
  ...{ source: "jrc_op/m", target: "jrc_op/m_in" },
  weights: ring((distance) => (distance > 0 && distance < 4 ? 0.5 / distance : 0)),
  delays: ring((distance) => 0.002 * distance),
});

const calls = {
  published,
  "noise at each point": { ...blocks, stepSize: 1e-4, inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) } },
  features: { ...blocks, features: { V_pce: ["mean", "std", "peakFrequency"] } },
  rk4: { ...blocks, solver: "rk4" },
  float32: { ...blocks, solver: "rk4", precision: "float32", traceType: "float32" },
  rk45: { ...blocks, solver: "rk45" },
  dop853: { ...blocks, solver: { name: "dop853", rtol: 1e-9, atol: 1e-12 } },
  rodas4: { ...blocks, simulationTime: 0.2, solver: "rodas4" },
  "euler-maruyama": { ...noisy, solver: "euler-maruyama", noise: { [u]: { sd: 2, seed: 4, shared: false } } },
  "delayed YAML": {
    circuitTemplate: templatesFromYaml(delayed).pair,
    paramGrid: { w: Array.from({ length: 20 }, (_, i) => 0.2 * i) },
    paramMap: { w: { vars: ["weight"], edges: [["a/rate_op/r", "b/rate_op/m_in"]] } },
    ...{ simulationTime: 1, stepSize: 1e-3, solver: "rk4", outputs: { r: "all/rate_op/r" } },
  },
  "network of 90 nodes": {
    circuitTemplate: network,
    paramGrid: { u: [120, 220] },
    paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc_0"] } },
    ...{ simulationTime: 0.2, stepSize: 1e-3, outputs: { V: "all/jrc_op/V_e" } },
  },
  milstein: { ...noisy, solver: "milstein", noise: { [X]: { sd: `0.05 * ${X}`, seed: 5, shared: false } } },
};

/** What engines alone take that fuse multiply-adds: all of these alike. */
const fused = { ...blocks, solver: "heun", fastMath: true };

/** Those that stand for all: what each is → its call. The battery runs them wherever there is an engine. */
export const seven = {
  published,
  noise: calls["noise at each point"],
  adaptive: calls.rk45,
  stochastic: calls["euler-maruyama"],
  stiff: calls.rodas4,
  delayed: calls["delayed YAML"],
  network: calls["network of 90 nodes"],
};

/** The hash of each of the seven, by workers. */
export async function sevenSweeps(workers) {
  const hashes = {};
  for (const [name, call] of Object.entries(seven)) hashes[name] = await hashOfSweep(await gridSearch({ ...call, workers }));
  return hashes;
}

/** The SHA-256 of all that a sweep returns. */
export const hashOfSweep = (found) => hashOf(columnsOf(found));

/** The SHA-256 of arrays, one after the other. */
async function hashOf(parts) {
  const bytes = parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  const all = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of bytes) {
    all.set(part, end);
    end += part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Every column of the results, and the map as a text. */
function columnsOf({ results, resultsMap }) {
  const columns = results.schema.fields.flatMap(({ name }) => results.getChild(name).data.map(({ values }) => values));
  return [...columns, new TextEncoder().encode(JSON.stringify(resultsMap.toArray().map((row) => row.toJSON())))];
}

/** The hash of a sweep in fast math; the code of its refusal where the engine does not fuse. */
export async function fusedSweep(workers) {
  try {
    return await hashOfSweep(await gridSearch({ ...fused, workers }));
  } catch ({ code }) {
    return code;
  }
}

export async function sweeps(workers) {
  const hashes = {};
  for (const [name, call] of Object.entries(calls)) hashes[name] = await hashOfSweep(await gridSearch({ ...call, workers }));
  const { results, resultsMap } = await gridSearch({ ...calls.features, workers });
  hashes["files of Arrow"] = await hashOf([tableToIPC(results, "file"), tableToIPC(resultsMap, "file")]);
  hashes["files of Parquet"] = await hashOf([await tableToParquet(results), await tableToParquet(resultsMap)]);
  return hashes;
}
