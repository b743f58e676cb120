// What is told while branches are followed, and branches through further equilibria of the start.
import type { Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type BranchProgress, continueCurve, continueCycle, continueEquilibrium, templatesFromYaml } from "../../src/index.ts";

const column = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramMap: { p: { vars: ["jrc_op/u"], nodes: ["jrc"] }, C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
};

/** What was told, step by step, with the table of the step in the middle. */
function listener() {
  const told: { branches: number; points: number }[] = [];
  const tables: Table[] = [];
  const onProgress = ({ branches, points, table }: BranchProgress) => {
    told.push({ branches, points });
    if (told.length % 7 === 0) tables.push(table());
  };
  return { told, tables, onProgress };
}

const texts = (table: Table, name: string) => Array.from(table.getChild(name) ?? [], String);

/** Rows of a growing table are of the result, but for where they stand in their branch and the notes of ends. */
function expectGrowth({ told, tables }: ReturnType<typeof listener>, result: Table, key: string) {
  expect(told.length).toBeGreaterThan(7);
  expect(tables.length).toBeGreaterThan(0);
  const known = new Set(texts(result, key));
  for (const table of tables) {
    expect(table.schema.fields.map(({ name }) => name)).toEqual(result.schema.fields.map(({ name }) => name));
    expect(texts(table, key).filter((value) => !known.has(value))).toEqual([]);
  }
  for (const [i, { points }] of told.entries()) if (i > 0) expect(points).toBeGreaterThanOrEqual(told[i - 1].points);
  // The last step reaches the end of a branch, which is not told of: it is in the result.
  expect(result.numRows - (told.at(-1)?.points ?? 0)).toBeLessThan(6);
}

describe("progress of continuation", () => {
  test("equilibria grow in both directions from their start, and are those of the result", async () => {
    const heard = listener();
    const table = await continueEquilibrium({
      ...column,
      parameter: "p",
      range: [-60, 400],
      params: { C: 135 },
      onProgress: heard.onProgress,
    });
    expectGrowth(heard, table, "jrc/jrc_op/V_e");
  });

  test("cycles grow branch by branch", async () => {
    const equilibria = await continueEquilibrium({ ...column, parameter: "p", range: [50, 400] });
    const heard = listener();
    const found = await continueCycle({
      ...column,
      parameter: "p",
      range: [50, 400],
      from: equilibria,
      maxPoints: 12,
      onProgress: heard.onProgress,
    });
    expectGrowth(heard, found.table, "period");
    expect(heard.told.at(-1)?.branches).toBe(found.branches.length);
    expect(texts(heard.tables[0], "note").filter((note) => note.includes("stopped"))).toEqual([]);
  });

  test("curves grow in both directions", async () => {
    const heard = listener();
    const options = {
      ...column,
      parameters: ["p", "C"],
      ranges: [
        [-60, 400],
        [60, 300],
      ],
      from: { p: -60, C: 135 },
    } as const;
    const table = await continueCurve({ ...options, onProgress: heard.onProgress });
    expectGrowth(heard, table, "C");
  });

  test("an error that is thrown there ends the call", async () => {
    const stop = new Error("enough");
    const onProgress = ({ points }: BranchProgress) => {
      if (points > 5) throw stop;
    };
    const call = continueEquilibrium({ ...column, parameter: "p", range: [-60, 400], onProgress });
    await expect(call).rejects.toBe(stop);
  });
});

describe("continuation: starts of continueEquilibrium", () => {
  const { net } = templatesFromYaml(`
op:
  base: OperatorTemplate
  equations: ["x' = -(x - 3 - 0.1*p)*(x + 3 - 0.1*p)*(x - 0.1*p)"]
  variables: { x: output(3.5), p: 1.0 }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`);
  const options = { circuitTemplate: net, parameter: "n/op/p", range: [-5, 5] } as const;
  const ends = (table: Table) =>
    Array.from(table).flatMap((row) => (row.label === "EP" && row["n/op/p"] === 5 ? [Number(row["n/op/x"].toFixed(12))] : []));

  test("the branch of the start alone, or those through all equilibria there, each once", async () => {
    expect(ends(await continueEquilibrium(options))).toEqual([3.5]);
    expect(ends(await continueEquilibrium({ ...options, starts: 32 })).sort((a, b) => a - b)).toEqual([-2.5, 0.5, 3.5]);
    // Two branches, each with one of the equilibria, are no branch more.
    expect(ends(await continueEquilibrium({ ...options, starts: 32, maxBranches: 2 }))).toHaveLength(2);
  });

  test("three equilibria of Jansen and Rit's column lie on one branch", async () => {
    const table = await continueEquilibrium({ ...column, parameter: "p", range: [-60, 400], from: { p: 50 }, starts: 32 });
    expect(new Set(texts(table, "branch"))).toEqual(new Set(["0"]));
  });
});
