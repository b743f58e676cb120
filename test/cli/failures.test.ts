// The command line of sweeps whose points fail: how many, why, and an exit code of 1 where none reached the end.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("failures");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

function spec(name: string, more: string): string {
  const template = `op: { base: OperatorTemplate, equations: ["x' = a*x^2 + 0*log(b)"], variables: { x: output(1.0), a: 1.0, b: 1.0 } }
pop: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: pop } }
`;
  writeFileSync(join(folder, "square.yaml"), template);
  const path = join(folder, name);
  writeFileSync(
    path,
    `circuitTemplate: square/net
paramMap: {a: {vars: [op/a], nodes: [p]}, b: {vars: [op/b], nodes: [p]}}
simulationTime: 2
stepSize: 0.01
outputs: {x: p/op/x}
solver: rk4
${more}`,
  );
  return path;
}

test("cli failures: all points diverge: how many, and exit code 1, with what was asked for written", () => {
  const path = spec("all.yaml", "paramGrid: {a: [1, 2, 3]}\n");
  const { status, stdout, stderr } = massgrid("sweep", path, "--out", "all.arrow");
  expect(status).toBe(1);
  expect(stdout).toContain("3 of 3 points failed: 3 diverged");
  expect(stdout).toContain("wrote all.arrow");
  expect(stderr).toContain("3 of 3 points failed");
  expect(massgrid("sweep", path, "--store", "all").status).toBe(1);
  expect(massgrid("--help").stdout).toContain("1 the run failed, or no point reached the end");
});

test("cli failures: some do, each for its own reason: counts by status, the variable and time, and exit code 0", () => {
  const path = spec("some.yaml", "paramGrid: {a: [1, -1, 2, 1], b: [1, 1, 1, -1]}\n");
  const { status, stdout } = massgrid("sweep", path);
  expect(status).toBe(0);
  expect(stdout).toContain("3 of 4 points failed: 2 diverged, 1 not_a_number");
  expect(stdout).toContain("not_a_number: slope of p/op/x at 0");
});

test("cli failures: a step of many time constants is told before it runs", () => {
  const path = join(folder, "units.yaml");
  writeFileSync(
    path,
    `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: {C: [68, 135]}
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
simulationTime: 1000
stepSize: 0.1
outputs: {V: jrc/jrc_op/V_e}
`,
  );
  expect(massgrid("sweep", path).stderr).toMatch(/^massgrid: stepSize 100 ms is 20 times the shortest time constant of JRC2_[01] /);
});
