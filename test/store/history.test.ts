// A stored sweep of a model with delays goes on from the same past, and from no other.
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, openSweep, resumeSweep, templatesFromYaml } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("history");
const { net } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = -k*m_in"], variables: {x: output(1.0), k: 1.0, m_in: input(0.0)}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {p: node}, edges: [[p/op/x, p/op/m_in, null, {weight: 1.0, delay: 0.53}]]}
`);

const sweep = (points: number, changes: Partial<GridSearchOptions> = {}): GridSearchOptions => ({
  circuitTemplate: net,
  paramGrid: { k: Array.from({ length: points }, (_, i) => 0.5 + 0.1 * i) },
  paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
  simulationTime: 3,
  stepSize: 0.1,
  solver: "heun",
  outputs: { x: "p/op/x" },
  history: { "p/op/x": [3, 2, 1, 1, 2, 3, 4] },
  ...changes,
});

test("store: the same history resumes and extends, another is refused by name", async () => {
  const [extended, fresh] = ["extended", "fresh"].map((name) => join(folder, name));
  await gridSearch({ ...sweep(3), store: { directory: extended, shardPoints: 2 } });
  await gridSearch({ ...sweep(5), store: { directory: fresh, shardPoints: 2 } });
  const { circuitTemplate, paramGrid } = sweep(5);
  await resumeSweep(extended, { circuitTemplate, paramGrid, extend: true });
  expect(contents(extended)).toEqual(contents(fresh));
  // Written out, a history is the same.
  await resumeSweep(extended, { circuitTemplate, history: { "p/op/x": { data: Float64Array.of(3, 2, 1, 1, 2, 3, 4), step: 0.1 } } });
  const error = await refusal(() => resumeSweep(extended, { circuitTemplate, history: { "p/op/x": 3 } }));
  expect([error.code, error.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(/history p\/op\/x/)]);
  expect((await openSweep(extended)).complete).toBe(true);
});

test("store: a certificate's run at half the step has the same history", async () => {
  const { certificate } = await gridSearch({
    ...sweep(3, { stepSize: 0.01, history: { "p/op/x": { data: [3, 1, 4], step: 0.3 } } }),
    certify: true,
  });
  expect(certificate?.largest).toBeLessThan(1e-3);
});
