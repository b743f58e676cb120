// "Find where it changes": branches, cycles and curves in the explorer, in a worker of their own, as a user meets them.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { continueEquilibrium } from "../../src/index.ts";
import { linkOf } from "../../src/page/link.ts";
import { readModel } from "../../src/page/models.ts";
import { type Axis, published, type State } from "../../src/page/state.ts";
import { chromiumPath } from "../support/chromium.ts";
import { changed, colorCounts, download, useExplorer } from "../support/explorer-page.ts";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const axis = (path: string, key: string, [from, to]: [number, number], count: number): Axis => ({
  ...{ path, key, scale: "linear", from, to, count, values: [] },
});
const p = axis("jrc/jrc_op/u", "p", [-60, 400], 24);
/** Jansen and Rit's column over its input p at C = 135, with the largest value of its signal. */
const alongP: State = {
  ...published,
  ...{ values: { "jrc/jrc_op/c": 135 }, noise: {}, axes: [p], feature: "max", pins: [] },
  ...{ simulationTime: 2, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 1, solver: "heun" },
};
const ofC = axis("jrc/jrc_op/c", "C", [50, 300], 10);

async function found(page: Page, act: () => Promise<unknown> = () => find(page)): Promise<void> {
  await page.evaluate(() => performance.clearMarks("massgrid diagram finished"));
  await act();
  await page.waitForFunction(() => performance.getEntriesByName("massgrid diagram finished").length > 0, undefined, { timeout: 50_000 });
}

async function find(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Find where it changes" }).click();
}

/** The special points that are listed: label, and what stands in the other cells. */
async function listed(page: Page): Promise<string[][]> {
  return await page.$$eval(".special tbody tr", (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

/** Numbers of the rows with a label, in the column behind what the row is. */
function valuesOf(rows: readonly (readonly string[])[], label: string, column = 2): number[] {
  return rows.filter(([own]) => own === label).map((row) => Number(row[column].replace("−", "-")));
}

/** Processor times of the tasks of the page's thread while something is done, in ms. */
async function longestTask(page: Page, work: () => Promise<unknown>): Promise<number> {
  const { tasksOf } = await import("../../bench/support/explorer.mjs");
  return Math.max(0, ...(await tasksOf(page, work)));
}

describe.skipIf(chromiumPath === undefined)("page diagram: find where it changes", () => {
  const served = useExplorer();
  const folder = folderFor("diagram");

  test("Jansen and Rit over p: two folds, three Hopf points and the fold of the large cycle, over the sweep's own figure", async () => {
    const page = await served.open(await linkOf(alongP));
    const longest = await longestTask(page, () => found(page));
    expect(longest).toBeLessThan(50);
    const rows = await listed(page);
    expect(rows.map(([label]) => label).sort()).toEqual(["HB", "HB", "HB", "HB", "HB", "HC", "LP", "LP", "LPC", "HB"].sort());
    expect(valuesOf(rows, "LP").sort()).toEqual([-41.3014104878, 113.586273213].sort());
    expect(valuesOf(rows, "HB").slice(0, 3)).toEqual([-12.1474923484, 89.8291079696, 315.696428069]);
    expect(rows.slice(0, 5).map(([, what]) => what)).toEqual([
      ...["fold", "fold", "Hopf point, subcritical", "Hopf point, supercritical", "Hopf point, supercritical"],
    ]);
    expect(valuesOf(rows, "LPC")[0]).toBeCloseTo(137.379267, 5);
    // It grew while it was computed, and is drawn over the figure of the sweep, whose scale has room for it.
    expect(await page.evaluate(() => performance.getEntriesByName("massgrid diagram drawn").length)).toBeGreaterThan(3);
    const picture = await page.locator(".sweep .blocks .chart canvas").screenshot();
    const colors = await colorCounts(page, `data:image/png;base64,${picture.toString("base64")}`);
    expect(colors.get("rgb(0, 158, 115)") ?? 0).toBeGreaterThan(50);
    expect(await page.locator(".diagram .legend").textContent()).toMatch(
      /stable equilibria.*unstable equilibria.*stable cycles.*unstable cycles.*LP/,
    );
  });

  test("a click on a branch opens its cycle with the multipliers; a button of the list and arrow keys walk along it", async () => {
    const page = await served.open(await linkOf(alongP));
    await found(page);
    const over = page.locator(".sweep .blocks .u-over");
    const box = await over.boundingBox();
    if (box === null) throw new Error("the figure has no place");
    // A Hopf point at 315.7, where a margin of 4 % stands on both sides: the pointer goes down until its name is told.
    const left = ((315.696 + 60 + 18.4) / (460 + 36.8)) * box.width;
    let top = 2;
    for (; top < box.height; top += 3) {
      await over.hover({ position: { x: left, y: top } });
      if ((await over.getAttribute("title"))?.startsWith("HB: Hopf point")) break;
    }
    await over.click({ position: { x: left, y: top } });
    const detail = page.locator(".point-detail");
    await detail.getByRole("heading", { name: /Hopf point.*p = 315\.69/ }).waitFor();
    // No point has been pinned by that click.
    expect(await page.locator(".trace-title").allTextContents()).not.toContain("p = 320 1/s");
    await page.getByRole("button", { name: /^LPC, fold of cycles: p = 137\.379/ }).click();
    await detail.getByRole("img", { name: /^multipliers in the complex plane: 1 / }).waitFor();
    await detail.getByText("One period of the cycle, and the cycle in the phase plane.").waitFor();
    await detail.getByRole("img", { name: /^V_e − V_i against time, .*cycle at p = 137\.379.*between .* mV$/ }).waitFor();
    await detail.getByRole("img", { name: /^Phase plane/ }).waitFor();
    const slider = page.getByRole("slider", { name: "Point of the branch" });
    await slider.focus();
    const before = await slider.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).not.toBe(before);
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/cycle: p = /);
    // An equilibrium opens with its eigenvalues, and a run that begins beside it.
    await page.getByRole("button", { name: /^LP, fold: p = 113\.586/ }).press("Enter");
    await detail.getByRole("img", { name: /^eigenvalues in the complex plane/ }).waitFor();
    await detail.getByText(/^A run of 2 s from a thousandth off this equilibrium/).waitFor();
    await page.evaluate(axe);
    const wrong: unknown = await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))",
    );
    expect(wrong).toEqual([]);
  });

  test("a map of p and C has the curves over it, with their points of codimension two", async () => {
    const page = await served.open(await linkOf({ ...alongP, values: {}, axes: [{ ...p, count: 10 }, ofC], feature: "std" }));
    await found(page);
    const rows = await listed(page);
    const near = (label: string, wanted: readonly [number, number]) => {
      const [x, y] = [valuesOf(rows, label), valuesOf(rows, label, 3)];
      expect(Math.min(...x.map((value, i) => Math.hypot(value - wanted[0], y[i] - wanted[1])))).toBeLessThan(1e-4);
    };
    near("BT", [15.93709, 110.3444]);
    near("CP", [168.7046, 59.1138]);
    near("GH", [42.8805, 137.1533]);
    const picture = await page.locator(".sweep .blocks .chart canvas").first().screenshot();
    const colors = await colorCounts(page, `data:image/png;base64,${picture.toString("base64")}`);
    // Lines of folds and of Hopf points, whose edges are mixed with what lies below.
    for (const own of [
      [180, 125, 0],
      [138, 99, 199],
    ]) {
      const isOf = (text: string) => (text.match(/\d+/g) ?? []).every((part, i) => Math.abs(Number(part) - own[i]) < 30);
      expect([...colors].reduce((sum, [text, count]) => sum + (isOf(text) ? count : 0), 0)).toBeGreaterThan(60);
    }
  });

  test("a link shows it again, Undo takes it away, and its spec gives the command line the same rows", async () => {
    const page = await served.open(await linkOf({ ...alongP, feature: "std" }));
    await found(page);
    // A feature that is no level of the signal leaves its figure as it is: branches have their own below it.
    await page.getByRole("heading", { name: "Equilibria and cycles: V_e − V_i over p (1/s)" }).waitFor();
    await page.waitForTimeout(400);
    const rows = await listed(page);
    const other = await served.open(page.url());
    await found(other, () => Promise.resolve());
    expect(await listed(other)).toEqual(rows);
    const saved = tableFromIPC(await download(page, "diagram as arrow"));
    expect(String(await download(page, "Figure of the diagram as svg"))).toContain("stable equilibria");
    writeFileSync(join(folder, "continue.yaml"), await download(page, "Spec of the diagram"));
    const { status, stderr } = spawnSync(process.execPath, [cli, "continue", "continue.yaml", "--out", "d.arrow"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const own = tableFromIPC(readFileSync(join(folder, "d.arrow")));
    for (const name of ["label", "p", "signal", "eigenvalue_1_re"])
      expect(Array.from(own.getChild(name) ?? [])).toEqual(Array.from(saved.getChild(name) ?? []));
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => page.locator(".diagram").isVisible()).toBe(false);
    expect(await page.locator(".sweep .blocks .chart canvas").count()).toBe(1);
  });

  test("Stop ends it, and it is followed anew when it is asked for again, or when a parameter changes", async () => {
    const page = await served.open(await linkOf(alongP));
    await find(page);
    await page.getByRole("button", { name: "Stop following branches" }).click();
    await page.getByText(/^Where it changes: stopped at/).waitFor();
    await found(page);
    const before = await listed(page);
    await found(page, () => changed(page, () => page.getByLabel("c of jrc/jrc_op, as a number").fill("136")));
    expect(valuesOf(await listed(page), "LP")).toHaveLength(2);
    expect(await listed(page)).not.toEqual(before);
  });

  const own = (equation: string) => `
fhn_op:
  base: OperatorTemplate
  equations: ["v' = ${equation}", "w' = 0.08*(v + 0.7 - 0.8*w)"]
  variables: { v: output(-1.0), w: variable(-0.5), I: 0.0 }
node: { base: NodeTemplate, operators: [fhn_op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`;
  const ofOwn = (equation: string): State => ({
    ...alongP,
    ...{ model: { text: own(equation), circuit: "net" }, values: {}, axes: [axis("n/fhn_op/I", "I", [-0.5, 2], 12)] },
    ...{ signal: "n/fhn_op/v", plane: "n/fhn_op/w", simulationTime: 200, stepSize: 0.1, samplingStepSize: 0.1 },
    ...{ solver: "stochastic-heun" as const, white: { "n/fhn_op/v": { sd: 0.01, seed: 1 } } },
  });

  test("a model of one's own with noise: FitzHugh and Nagumo's Hopf points, and that its noise is left out", async () => {
    const page = await served.open(await linkOf(ofOwn("v - v*v*v/3 - w + I")));
    await found(page);
    const hopfs = valuesOf(await listed(page), "HB").slice(0, 2);
    expect(hopfs.map((value) => value.toFixed(4))).toEqual(["0.3313", "1.4187"]);
    await page.getByText(/^Branches are of the equations without noise: that of n\/fhn_op\/v is left out/).waitFor();
  });

  const rossler: State = {
    ...alongP,
    ...{
      model: {
        text: `
op:
  base: OperatorTemplate
  equations: ["x' = -y - z", "y' = x + a*y", "z' = b + z*(x - c)"]
  variables: { x: output(1.0), y: variable(1.0), z: variable(0.0), a: 0.2, b: 0.2, c: 2.0 }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { n: node } }
`,
        circuit: "net",
      },
    },
    ...{ values: {}, axes: [axis("n/op/c", "c", [1.8, 6], 6), axis("n/op/a", "a", [0.15, 0.25], 4)], pins: [[2, 0.2]] },
    ...{ signal: "n/op/x", plane: "n/op/y", simulationTime: 50, stepSize: 0.02, samplingStepSize: 0.02 },
  };

  test("curves of cycles are followed where that is asked for: Rössler's period doublings over a map, in links and in the spec", async () => {
    const page = await served.open(await linkOf(rossler));
    await found(page);
    const told = page.locator(".diagram [role=alert]");
    // It has no equilibrium that changes here: what else there is to look for is said.
    await told.getByText(/no folds or Hopf points/).waitFor();
    await told.getByText(/choose “folds and period doublings of cycles too”/).waitFor();
    const box = page.getByLabel("folds and period doublings of cycles too");
    await found(page, () => box.check());
    expect(await told.isVisible()).toBe(false);
    expect(await page.locator(".diagram .legend").textContent()).toBe("period doublings");
    const slider = page.getByRole("slider", { name: "Point of the branch" });
    await slider.press("ArrowRight");
    const detail = page.locator(".point-detail");
    await detail.getByRole("heading", { name: /^period doubling: c = .*, a = / }).waitFor();
    await detail.getByText("One period of the cycle, and the cycle in the phase plane.").waitFor();
    await detail.getByRole("img", { name: /^multipliers in the complex plane: / }).waitFor();
    const real = await detail.locator(".facts table tbody td:first-child").allTextContents();
    expect(real.slice(0, 2)).toEqual(["1", "−1"]);
    await detail.getByRole("img", { name: /against time, .*cycle at c = / }).waitFor();
    const saved = tableFromIPC(await download(page, "diagram as arrow"));
    writeFileSync(join(folder, "continue.yaml"), await download(page, "Spec of the diagram"));
    writeFileSync(join(folder, "model.yaml"), "text" in rossler.model ? rossler.model.text : "");
    const { status, stderr } = spawnSync(process.execPath, [cli, "continue", "continue.yaml", "--out", "curves.arrow"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const own = tableFromIPC(readFileSync(join(folder, "curves.arrow")));
    for (const name of ["curve", "c", "a", "period", "multiplier_2_re"])
      expect(Array.from(own.getChild(name) ?? [])).toEqual(Array.from(saved.getChild(name) ?? []));
    // A link has the choice; Undo takes it back.
    const other = await served.open(page.url());
    await expect.poll(() => other.getByLabel("folds and period doublings of cycles too").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => box.isChecked()).toBe(false);
  });

  const edge = (from: string, to: string) => `    - [${from}/op/x, ${to}/op/c, null, { weight: 0.2 }]`;
  const weight = "weight 0 of a/op/x to b/op/c";
  const network: State = {
    ...alongP,
    ...{
      model: {
        text: `
op:
  base: OperatorTemplate
  equations: ["x' = x*(mu - x*x - y*y) - y + c", "y' = y*(mu - x*x - y*y) + x"]
  variables: { x: output(0.1), y: variable(0.0), mu: -0.5, c: input(0.0) }
node: { base: NodeTemplate, operators: [op] }
net:
  base: CircuitTemplate
  nodes: { a: node, b: node }
  edges:
${edge("a", "b")}
${edge("b", "a")}
`,
        circuit: "net",
      },
    },
    ...{ values: {}, axes: [axis("a/op/mu", "mu", [-1, 1], 8)], signal: "a/op/x - b/op/x", plane: "b/op/y" },
    ...{ simulationTime: 20, stepSize: 0.02, samplingStepSize: 0.02 },
  };

  test("a network: a parameter of one node, and the weight of an edge beside it", async () => {
    const page = await served.open(await linkOf(network));
    await found(page);
    const { template: circuitTemplate } = readModel(network.model);
    const mapping = { mu: { vars: ["op/mu"], nodes: ["a"] }, weight: { vars: ["weight"], edges: [["a/op/x", "b/op/c"]] } } as const;
    const call = {
      circuitTemplate,
      paramMap: { mu: mapping.mu },
      parameter: "mu",
      range: [-1, 1] as const,
      from: { mu: -0.5 },
      starts: 32,
    };
    const own = (await continueEquilibrium(call)).toArray().filter(({ label }) => label === "HB");
    expect(own.length).toBe(1);
    const hopfs = valuesOf(await listed(page), "HB");
    expect(hopfs.length).toBe(2);
    for (const value of hopfs) expect(value).toBeCloseTo(own[0].mu, 6);
    // What several nodes have is told apart by these.
    await page.getByRole("heading", { name: "max of a/x − b/x over mu" }).waitFor();
    const detail = page.locator(".point-detail");
    await page.getByRole("button", { name: /^HB, Hopf point, supercritical: mu = / }).click();
    await detail.getByText(/^A run of 20 from a thousandth off this equilibrium/).waitFor();
    expect(await detail.locator("details td:first-child").allTextContents()).toEqual([
      "a/op/x",
      "a/op/y",
      "b/op/x",
      "b/op/y",
      "signal",
      "y",
    ]);
    await page.getByLabel("Branch to walk along").selectOption("cycles, branch 0");
    await page.getByRole("slider", { name: "Point of the branch" }).press("End");
    await detail.getByText("One period of the cycle, and the cycle in the phase plane.").waitFor();
    await detail.getByRole("img", { name: /^multipliers in the complex plane: / }).waitFor();
    const plane = await served.open(
      await linkOf({ ...network, axes: [...network.axes, axis(weight, "weight", [0, 0.5], 4)], pins: [[-1, 0.2]] }),
    );
    await found(plane);
    await plane.getByLabel("Branch to walk along").selectOption("curve 0: Hopf point");
    await plane.getByRole("slider", { name: "Point of the branch" }).press("Home");
    const ends = plane.locator(".special output");
    await found(plane, () => plane.getByLabel("folds and period doublings of cycles too").check());
    await plane.getByText("No cycle was found here whose branch folds, or at which the period doubles.").waitFor();
    await plane.getByRole("slider", { name: "Point of the branch" }).press("ArrowRight");
    expect(await ends.textContent()).toMatch(/^Hopf point: mu = −0\.\d+, weight = 0\.\d+$/);
  });

  test("equations that depend on the time are refused, in a sentence", async () => {
    const page = await served.open(await linkOf(ofOwn("v - v*v*v/3 - w + I + 0.1*sin(0.3*t)")));
    await found(page);
    await page
      .locator(".diagram [role=alert]")
      .getByText(/depends on the time t/)
      .waitFor();
    expect(await listed(page)).toEqual([]);
  });
});
