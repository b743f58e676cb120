// Sweeps with replicates: figures and the summary show their means, and how sure those are.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Table, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { openSource } from "../../src/cli/plot.ts";
import { summary } from "../../src/cli/summary.ts";
import { figure } from "../../src/cli/write-figure.ts";
import { type FigureRequest, sourceOf } from "../../src/figure/source.ts";

import { acrossReplicates, type GridSearchOptions, gridSearch, linspace, normalNoise, sobol, templatesFromYaml } from "../../src/index.ts";
import { Drawing } from "../support/drawing.ts";
import { folderFor } from "../support/folder.ts";
import { small } from "../support/sweep.ts";

const folder = folderFor("replicates");

const map = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
const inputs = { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 5 }) };

/** The map of a sweep of some steps, with noise. */
async function swept(paramGrid: GridSearchOptions["paramGrid"], more: Partial<GridSearchOptions> = {}): Promise<Table> {
  const { resultsMap } = await gridSearch(
    small({ paramGrid, paramMap: map, inputs, replicates: 6, features: { V_pce: ["std"] }, ...more }),
  );
  return resultsMap;
}

async function drawn(resultsMap: Table, request: FigureRequest = {}): Promise<Drawing> {
  return new Drawing(await figure(sourceOf(resultsMap, undefined), request));
}

const C = [...linspace(60, 700, 10)];

describe("a figure of replicates", () => {
  test("against one axis is a line of means with a band that has the ends of the intervals", async () => {
    const resultsMap = await swept({ C }, { features: { V_pce: ["std", "regime"] } });
    const drawing = await drawn(resultsMap);
    expect(drawing.texts[1]).toMatch(
      /^10 points · mean \(of labels the most frequent\) of 6 replicates with its 95 % confidence interval · /,
    );
    expect([drawing.count("line"), drawing.count("area"), drawing.count("dot")]).toEqual([[1], [1], [10, 10]]);
    // Of the same scale as its axis: the band is as wide as the intervals are, beside the line's extent.
    const ys = (mark: string) => {
      const path = drawing.marks(mark)[0][0].getAttribute("d") ?? "";
      return [...path.matchAll(/[ML]?(-?[\d.]+),(-?[\d.]+)/g)].map(([, , y]) => Number(y));
    };
    const [line, area] = [ys("line"), ys("area")];
    expect(drawing.texts.join(" ")).toContain("median and quartiles dashed");
    expect(drawing.count("link")).toEqual([27]);
    const across = acrossReplicates(resultsMap);
    const column = (name: string) => Array.from(across.getChild(name) ?? [], Number);
    const [mean, low, high] = [column("V_pce_std"), column("V_pce_std_low"), column("V_pce_std_high")];
    const pixels = (line[9] - line[0]) / (mean[9] - mean[0]);
    for (const i of C.keys()) {
      expect(area[i] - area[19 - i]).toBeCloseTo((high[i] - low[i]) * pixels, 1);
      expect(line[i]).toBeCloseTo((area[i] + area[19 - i]) / 2, 1);
    }
  });

  test("over two axes has a cell for each mean, and bars where one axis is asked for", async () => {
    const resultsMap = await swept({ C, r: [...linspace(400, 700, 9)] }, { permuteGrid: true });
    const heat = await drawn(resultsMap);
    expect(heat.texts[1]).toMatch(/^90 points · mean of 6 replicates · /);
    expect(heat.marks("rect")[0]).toHaveLength(90);
    const design = await drawn(await swept(sobol({ C: [60, 700], r: [400, 700] }, 32)), { x: "C" });
    expect([design.count("line"), design.count("area"), design.count("dot")]).toEqual([[], [], [32]]);
    expect(design.svg.match(/aria-label="rule"/g)).toHaveLength(1);
  });

  test("of one point has its mean and error; of one replicate, what that has", async () => {
    const resultsMap = await swept({ C: [135] });
    expect((await drawn(resultsMap)).texts).toContainEqual(expect.stringMatching(/^[\d.]+ ± [\d.]+$/));
    for (const points of [["replicate=2"], ["JRC2_0_r2"]]) {
      const drawing = await drawn(resultsMap, { points });
      expect(drawing.texts[1]).toMatch(/^1 point /);
      expect(drawing.texts.join()).not.toContain("±");
    }
    expect((await drawn(resultsMap, { x: "replicate" })).count("dot")).toEqual([6]);
    expect((await drawn(resultsMap, { points: ["JRC2_0"] })).texts[1]).toMatch(/^1 point · mean of 6 replicates/);
  });

  test("counts replicates that ended well, and marks points where none did", async () => {
    const tau = { C: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } };
    const resultsMap = await swept({ C: [0.01, 0.02, 1e-5] }, { paramMap: tau, simulationTime: 1 });
    const drawing = await drawn(resultsMap);
    expect(drawing.texts[1]).toMatch(/^3 points · mean of 0 to 6 replicates .* · 1 diverged · /);
    expect(drawing.count("dot")).toEqual([2, 1]);
  });

  test("is drawn of a table of acrossReplicates in a file, with its own confidence", async () => {
    const across = acrossReplicates(await swept({ C }), { confidence: 0.9 });
    writeFileSync(join(folder, "across.arrow"), tableToIPC(across, "file"));
    const drawing = new Drawing(await figure(await openSource(join(folder, "across.arrow")), {}));
    expect(drawing.texts.slice(0, 2)).toEqual([
      "JRC2: V_pce_std against C",
      expect.stringMatching(/^10 points · mean of 6 replicates with its 90 % confidence interval · /),
    ]);
    expect([drawing.count("line"), drawing.count("area"), drawing.labels]).toEqual([[1], [1], ["V_pce_std (mV)", "C"]]);
    const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
    const call = spawnSync(process.execPath, [cli, "plot", "across.arrow", "--feature", "V_pce_std_low"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(call.stderr).toMatch(/E_UNKNOWN_FEATURE: .*did you mean V_pce_std\?/);
  });
});

test("figure replicates: a table of means and intervals alone, as those made before there were medians, is drawn", async () => {
  const across = acrossReplicates(await swept({ C }));
  const old = across.select(["key", "C", "n", "V_pce_std", "V_pce_std_low", "V_pce_std_high"]);
  writeFileSync(join(folder, "old.arrow"), tableToIPC(old, "file"));
  const drawing = new Drawing(await figure(await openSource(join(folder, "old.arrow")), {}));
  expect([drawing.count("line"), drawing.count("area"), drawing.count("link")]).toEqual([[1], [1], []]);
});

test("figure replicates: values on an axis that would be printed over one another are left out", async () => {
  const drawing = await drawn(await swept({ C: [68, 128, 135, 270, 675, 1350] }));
  expect(drawing.ticks("x")).toEqual(["68", "128", "270", "675", "1350"]);
});

describe("figure replicates: the summary", () => {
  const options = small({ paramGrid: { C }, inputs, replicates: 6, features: { V_pce: ["std", "regime"] } });

  test("has a row for each point, with means across replicates and their errors, where there are many", async () => {
    const { results, resultsMap } = await gridSearch(options);
    const [first, head, ...lines] = summary(results, resultsMap, []).split("\n");
    expect(first).toBe("6 replicates of each point: mean ± half of its 95 % confidence interval");
    expect(head).toMatch(/^point +C +V_pce_std \(V\) +V_pce_regime +status$/);
    expect(lines).toHaveLength(10);
    const across = acrossReplicates(resultsMap);
    const mean = Number(across.getChild("V_pce_std")?.get(3));
    const half = Number(across.getChild("V_pce_std_high")?.get(3)) - mean;
    const escaped = (value: number) => String(value).replace(".", "\\.");
    expect(lines[3]).toMatch(
      new RegExp(`^JRC2_3 +273\\.3 +${escaped(Number(mean.toPrecision(4)))} ± ${escaped(Number(half.toPrecision(2)))} +.* ok$`),
    );
    const traced = summary(results, resultsMap, [{ name: "V", terms: [{ sign: 1, output: "V_pce" }], text: "V_pce" }]);
    expect(traced).toMatch(/ mean V \(mV\) +sd V \(mV\) +peak \(Hz\) /);
    // Traces that only rise have no peak.
    expect(traced.split("\n")[2]).toMatch(/^JRC2_0 +60( +\S+ ± \S+){2} +–( +\S+ ± \S+) /);
  });

  test("tells each label and how often it is found, and what has two humps", async () => {
    const { bistable } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = 20*(x - x^3) + 5*u*(t < 1)"], variables: { x: output(0.0), u: input(0.0) } }
pop: { base: NodeTemplate, operators: [op] }
bistable: { base: CircuitTemplate, nodes: { p: pop } }
`);
    const { resultsMap } = await gridSearch({
      circuitTemplate: bistable,
      paramGrid: { start: [0, 2] },
      paramMap: { start: { vars: ["op/x"], nodes: ["p"] } },
      inputs: { "p/op/u": normalNoise({ mean: 0, sd: 1, seed: 4, hold: 0.5 }) },
      simulationTime: 2,
      stepSize: 1e-3,
      outputs: { x: "p/op/x" },
      features: { x: ["last", "regime"] },
      replicates: 41,
      results: false,
    });
    const last = Array.from(resultsMap.getChild("x_last") ?? [], Number).slice(0, 41);
    const above = last.filter((value) => value > 0).length;
    const lines = summary(undefined, resultsMap, []).split("\n");
    expect(lines.slice(4)).toEqual([`x_last of bistable_0 has two humps: ${41 - above} about -1 and ${above} about 1`]);
    // Quartiles at either hump, far beyond the interval of the mean.
    const links = (await drawn(resultsMap, { features: ["x_last"] })).marks("link")[0].map((part) => part.getAttribute("d") ?? "");
    expect(links).toHaveLength(2);
    const drawing = await drawn(resultsMap, { features: ["x_last_median", "x_regime_undecided"] });
    expect(drawing.labels).toEqual(["x_last_median", "start", "x_regime_undecided", "start"]);
  });

  test("has a row for each replicate where they are few", async () => {
    const { resultsMap } = await gridSearch({ ...options, replicates: 2 });
    expect(summary(undefined, resultsMap, []).split("\n")[2]).toMatch(/^JRC2_0_r1 +60 +1 /);
  });
});
