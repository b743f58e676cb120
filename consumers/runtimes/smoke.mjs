// What a runtime does with the installed package: sweeps of every kind, in its own thread and by two workers, a stored one, and eigenvalues.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { continueEquilibrium, equilibria, gridSearch, openSweep, verifySweep } from "massgrid";
import { fusedSweep, sweeps } from "./sweeps.mjs";

const directory = mkdtempSync(join(tmpdir(), "massgrid-smoke-"));
const options = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  ...{ simulationTime: 0.1, stepSize: 1e-3 },
  outputs: { V: "jrc/jrc_op/V_e" },
};
await gridSearch({ ...options, store: { directory, format: "parquet" } });
const { ok, complete } = await verifySweep(directory);
const V = await (await openSweep(directory)).trace("JRC2_1", "V");
rmSync(directory, { recursive: true });

/** The hash of all rows of a table of equilibria, whose eigenvalues are among its columns. */
function hashOfRows(table) {
  const rows = table.toArray().map((row) => row.toJSON());
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}
const { circuitTemplate } = options;
const u = { vars: ["jrc_op/u"], nodes: ["jrc"] };
const found = await equilibria({ circuitTemplate, paramGrid: { u: [50, 100, 220] }, paramMap: { u } });
const branches = await continueEquilibrium({ circuitTemplate, parameter: "u", paramMap: { u }, range: [-60, 400], from: { u: -60 } });

console.log(
  JSON.stringify({
    alone: await sweeps(0),
    two: await sweeps(2),
    fused: await fusedSweep(2),
    eigenvalues: [hashOfRows(found), hashOfRows(branches)],
    stored: { ok, complete, last: V[V.length - 1] },
  }),
);
