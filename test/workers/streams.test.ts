// A stream that nobody reads any more, as a process has it: nothing of it keeps the process alive, or is lost to others.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const program = `
  import { sweepBatches } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url))};
  const batches = sweepBatches({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: Float64Array.from({ length: 100000 }, (_, i) => 60 + i / 100) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 1,
    stepSize: 1e-3,
    outputs: { V: "jrc/jrc_op/V_e" },
    workers: Number(process.argv[1]),
  });
  const { value } = await batches.next();
  console.log(value.numRows > 0);
`;

test.each([0, 2])("workers: a stream that is read no further keeps no process alive, with %i workers", (workers) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program, String(workers)], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect([status, stdout, stderr]).toEqual([0, "true\n", ""]);
});
