// What massgrid is asked for in each kind of case: the whole call of the package's user, tables included.
import { readFileSync } from "node:fs";

const circuitTemplate = "model_templates.neural_mass_models.jansenrit.JRC2";

function noiseOf(path) {
  const file = readFileSync(path);
  return new Float64Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

/** Traces of each point's outputs, one after another, as the bytes that the other peers write. */
function bytesOf(results, trace, points, names) {
  const all = Array.from({ length: points }, (_, i) => names.map((name) => Float64Array.from(trace(results, `JRC2_${i}`, name))));
  return Buffer.concat(all.flat().map(({ buffer }) => new Uint8Array(buffer)));
}

function sweepOptions(given) {
  const { C, T, h, every, solver, noise, u, rtol, atol } = given;
  return {
    circuitTemplate,
    paramGrid: { C },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    ...{ simulationTime: T, stepSize: h, samplingStepSize: h * every, workers: 0 },
    inputs: { "jrc/jrc_op/u": noise === undefined ? u : noiseOf(noise) },
    outputs: { V_e: "jrc/jrc_op/V_e", V_i: "jrc/jrc_op/V_i" },
    solver: solver === "adaptive" ? { name: "rk45", rtol, atol } : solver,
  };
}

function networkOptions({ weights, delays, u, h, steps }, connect) {
  const ends = { source: "jrc_op/m", target: "jrc_op/m_in" };
  return {
    circuitTemplate: connect(circuitTemplate, { ...ends, weights, delays: delays.map((row) => row.map((each) => each * h)) }),
    paramGrid: { u },
    paramMap: { u: { vars: ["jrc_op/u"], nodes: ["all"] } },
    ...{ simulationTime: h * steps, stepSize: h, workers: 0 },
    outputs: { V: "all/jrc_op/V_e" },
  };
}

/** The call of a case, whose result gives its traces when they are asked for. What is done here counts for the first call. */
export async function prepare(given) {
  const { gridSearch, trace, connect } = await import(given.massgrid ?? "massgrid");
  const isNetwork = given.weights !== undefined;
  const options = { ...(isNetwork ? networkOptions(given, connect) : sweepOptions(given)), ...given.options };
  const names = isNetwork ? given.weights.map((_, k) => `V/jrc_${k}`) : Object.keys(options.outputs);
  return async () => {
    const { results } = await gridSearch(options);
    return () => bytesOf(results, trace, (given.C ?? given.u).length, names);
  };
}
