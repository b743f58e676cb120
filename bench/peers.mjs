// Who is faster on one core? massgrid on four Nodes beside numba, JAX, diffrax, tvboptim, TVB, PyRates, pydiffsol, SciPy and C: the same
// sweeps with the same noise, each peer in a process of its own, calls in turns. What is missing is installed into out/peers first.
//   --quick          6 and 64 points, few rounds, and only what is installed already
//   --against PATH   another built checkout of massgrid beside this one
import { gridSearch, trace } from "massgrid";
import { casesOf } from "./peers/cases.mjs";
import { folder } from "./peers/install.mjs";
import { peersOf } from "./peers/list.mjs";
import { measure } from "./peers/measure.mjs";
import { core } from "./peers/process.mjs";
import { judged, tableOf } from "./peers/tables.mjs";

/** Traces that adaptive ones are measured by: those of dop853 at a tolerance that is none. */
async function exact({ C, T, h, every, u }) {
  const { results } = await gridSearch({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    ...{ simulationTime: T, stepSize: h, samplingStepSize: h * every },
    inputs: { "jrc/jrc_op/u": u },
    outputs: { V_e: "jrc/jrc_op/V_e", V_i: "jrc/jrc_op/V_i" },
    solver: { name: "dop853", rtol: 1e-12, atol: 1e-15 },
  });
  return Float64Array.from(C.flatMap((_, i) => ["V_e", "V_i"].flatMap((name) => [...trace(results, `JRC2_${i}`, name)])));
}

const written = [];

function head(missing) {
  const where = core === undefined ? "wherever the system puts them" : "on one core";
  const method = [
    `JRC2 for a second at a step of 0.1 ms, C swept, V_e and V_i each ms; networks at 1 ms. Processes ${where}, one thread each, calls in turns.`,
    "Figures are processor time of the whole call, minima of at least nine (three where a call takes seconds); `process` is the time",
    "of a process from its start to its first result. Memory is the peak by then. `Node N over it` is massgrid's warm call on that Node over the peer's:",
    "below 1 massgrid is faster. Differences are the largest of a trace from massgrid's on this Node; errors those from dop853 at rtol 1e-12.",
  ];
  return missing.length > 0 ? [...method, "", `Not there: ${missing.join(", ")}.`] : method;
}

export async function bench({ quick = false, against, only } = {}) {
  const { peers, missing } = await peersOf({ install: !quick, against });
  const how = quick ? { starts: 1, rounds: 3, seconds: 2 } : { starts: 2, rounds: 9, seconds: 15 };
  written.push(...head(missing));
  const found = [];
  for (const each of casesOf({ quick, folder }).filter(({ question }) => only === undefined || question.includes(only))) {
    const reference = each.kind === "adaptive" ? await exact(each.given) : undefined;
    const measured = await measure(each, peers, { ...how, folder, reference });
    found.push([each, measured]);
    const table = tableOf(each, measured);
    console.log(`${table.join("\n")}\n`);
    written.push("", ...table);
  }
  return judged(found);
}

export const details = () => written;
