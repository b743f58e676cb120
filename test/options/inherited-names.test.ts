import type { Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  acrossReplicates,
  continueEquilibrium,
  equilibria,
  type GridSearchOptions,
  gridSearch,
  openSweep,
  resumeSweep,
  simulate,
  tableToCSV,
  templatesFromYaml,
  uniformNoise,
} from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { refusal } from "../support/sweep.ts";

/** Names that every object of JavaScript answers to, though nobody gave it one. */
const inherited = ["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"];
const plain = ["first", "second", "third", "fourth", "fifth"];

/** A model of which everything has a name of the list: node, operator, two states, a parameter; an input is called otherwise. */
function circuit([node, op, x, y, a]: readonly string[]) {
  return templatesFromYaml(`
${op}:
  base: OperatorTemplate
  equations: ["${x}' = (${a} - ${x}) / 0.1 + u", "${y}' = (${x} - ${y}) / 0.05"]
  variables: { ${x}: output(0.0), ${y}: variable(0.5), ${a}: 2.0, u: input }
${node}:
  base: NodeTemplate
  operators: [${op}]
net:
  base: CircuitTemplate
  nodes: { ${node}: ${node} }
`).net;
}

function call(names: readonly string[], changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  const [node, op, x, y, a] = names;
  return {
    circuitTemplate: circuit(names),
    paramGrid: { [a]: [1, 2, 3] },
    paramMap: { [a]: { vars: [`${op}/${a}`], nodes: [node] } },
    outputs: { [x]: `${node}/${op}/${x}`, [y]: `${node}/${op}/${y}` },
    inputs: { [`${node}/${op}/u`]: uniformNoise({ low: -1, high: 1, seed: 3 }) },
    stepSize: 1e-3,
    simulationTime: 0.1,
    samplingStepSize: 1e-3,
    workers: 0,
    ...changes,
  };
}

/** A table as text, with the plain names in place of the others. */
async function asPlain(table: Table): Promise<string> {
  return inherited.reduce((text, name, i) => text.replaceAll(name, plain[i]), await tableToCSV(table));
}

/** What a call gives with either names: the same numbers. */
async function compare(run: (names: readonly string[]) => Promise<readonly Table[]>): Promise<void> {
  const [found, expected] = [await run(inherited), await run(plain)];
  expect(await Promise.all(found.map(asPlain))).toEqual(await Promise.all(expected.map((table) => tableToCSV(table))));
  expect(found.every((table) => table.numRows > 0)).toBe(true);
}

describe("options: names that objects inherit are names like others", () => {
  const sweeps: Record<string, (names: readonly string[]) => Partial<GridSearchOptions>> = {
    traces: () => ({}),
    "features of one output": ([, , x]) => ({ features: { [x]: ["mean", "peakFrequency"] } }),
    "a list of points": ([, , , , a]) => ({ paramGrid: [{ [a]: 1 }, { [a]: 4 }] }),
    "a list of outputs": ([node, op, x, y]) => ({ outputs: [`${node}/${op}/${x}`, `${node}/${op}/${y}`] }),
    replicates: ([, , x]) => ({ replicates: 3, features: { [x]: ["mean"] } }),
    "names exchanged": ([, , x, y, a]) => ({ rename: { [x]: y, [y]: x, [a]: "A" } }),
    "one direction": ([, , , , a]) => ({ follow: { key: a, direction: "both" }, features: {} }),
    bounds: ([node, op, x]) => ({ bounds: { [`${node}/${op}/${x}`]: [0, 1] } }),
    "final states": () => ({ finalState: true }),
    "initial states": ([node, op, x]) => ({ initialState: [1, 2, 3].map((value) => ({ [`${node}/${op}/${x}`]: value })) }),
  };
  test.each(Object.entries(sweeps))("%s", async (_, changes) => {
    await compare(async (names) => {
      const { results, resultsMap } = await gridSearch(call(names, changes(names)));
      return results ? [results, resultsMap] : [resultsMap];
    });
  });

  test.each(["heun", "rk45"] as const)("a certificate with %s, of outputs without features", async (solver) => {
    const certify = async (names: readonly string[]) => {
      const { certificate } = await gridSearch(call(names, { solver: solver === "heun" ? solver : { name: solver }, certify: true }));
      return certificate ? [certificate.table] : [];
    };
    await compare(certify);
  });

  test("quartiles across replicates", async () => {
    await compare(async (names) => {
      const { resultsMap } = await gridSearch(call(names, { replicates: 4, features: { [names[2]]: ["mean"] } }));
      return [acrossReplicates(resultsMap)];
    });
  });

  test("a run of one point, equilibria and a branch", async () => {
    await compare(async (names) => {
      const [node, op, x, , a] = names;
      const { circuitTemplate, paramGrid, paramMap } = call(names);
      const outputs = { [x]: `${node}/${op}/${x}` };
      const from = { circuitTemplate, paramMap, outputs };
      return [
        await simulate({ circuitTemplate, outputs, params: { [`${node}/${op}/${a}`]: 2 }, simulationTime: 0.1, stepSize: 1e-3 }),
        await equilibria({ ...from, paramGrid }),
        await continueEquilibrium({ ...from, params: { [a]: 2 }, parameter: a, range: [1, 3] }),
      ];
    });
  });

  test("a store is refused for other features by their output's name, and stays as it is", async () => {
    const folder = folderFor("inherited-names");
    const [, , x, y] = inherited;
    const store = { directory: folder };
    await gridSearch({ ...call(inherited, { features: { [x]: ["mean"] } }), store });
    const other = await refusal(() => resumeSweep(folder, call(inherited, { features: { [y]: ["mean"] } })));
    expect(other.message).toContain(`features ${x} (`);
    expect(other.message).not.toContain("native code");
    expect((await openSweep(folder)).map.numRows).toBe(3);
  });
});
