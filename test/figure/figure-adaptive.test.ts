// Figures of sweeps with adaptive step size: what points cost is no grid key, wherever the map comes from.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Table, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { openSource } from "../../src/cli/plot.ts";
import { summary } from "../../src/cli/summary.ts";
import { figure } from "../../src/cli/write-figure.ts";
import { type FigureSource, sourceOf } from "../../src/figure/source.ts";
import { acrossReplicates, type GridSearchOptions, gridSearch } from "../../src/index.ts";
import { costNames } from "../../src/sweep/columns.ts";
import { Drawing } from "../support/drawing.ts";
import { folderFor } from "../support/folder.ts";
import { refusal, small } from "../support/sweep.ts";

const folder = folderFor("figure-adaptive");
const options = (more: Partial<GridSearchOptions> = {}): GridSearchOptions =>
  small({ solver: "rk45", features: { V_pce: ["mean", "std"] }, ...more });
const mapOf = async (more: Partial<GridSearchOptions> = {}): Promise<Table> => (await gridSearch(options(more))).resultsMap;

/** What a file of a table is drawn as. */
async function inFile(name: string, table: Table): Promise<FigureSource> {
  const file = join(folder, `${name}.arrow`);
  writeFileSync(file, tableToIPC(table));
  return await openSource(file);
}

const sources: Record<string, () => Promise<FigureSource>> = {
  "a map": async () => sourceOf(await mapOf(), undefined),
  "a map in a file": async () => await inFile("map", await mapOf()),
  "a map of replicates": async () => sourceOf(await mapOf({ replicates: 2 }), undefined),
  "a table of acrossReplicates": async () => await inFile("across", acrossReplicates(await mapOf({ replicates: 2 }))),
  "a map whose grid was such a map": async () => sourceOf(await mapOf({ paramGrid: await mapOf() }), undefined),
};
for (const format of ["arrow", "parquet"] as const) {
  sources[`a store of ${format}`] = async () => {
    const directory = join(folder, `store-${format}`);
    await gridSearch({ ...options(), store: { directory, format } });
    return { ...(await openSource(directory)), first: "features" };
  };
}

test.each(Object.entries(sources))("a figure of %s is over the grid's key alone", async (_, open) => {
  const source = await open();
  const drawing = new Drawing(await figure(source, { features: ["V_pce_mean", "V_pce_std"] }));
  expect(drawing.texts[0]).toBe("JRC2: V_pce_mean, V_pce_std against C");
  for (const x of costNames) expect((await refusal(() => figure(source, { x }))).code).toBe("E_UNKNOWN_KEY");
});

test("figure adaptive: the summary lists the grid's keys, and not what points cost", async () => {
  const [titles] = summary(undefined, await mapOf(), []).split("\n");
  for (const name of costNames) expect(titles).not.toContain(name);
});
