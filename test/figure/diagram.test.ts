// Bifurcation diagrams: what is drawn of tables of branches, cycles and curves, told from the structure of the SVG.
import { describe, expect, test } from "vitest";
import { figure, nodeSurface } from "../../src/cli/write-figure.ts";
import { diagram } from "../../src/figure/diagram.ts";
import type { DiagramSource } from "../../src/figure/diagram-source.ts";
import { placeLabels } from "../../src/figure/place-labels.ts";
import { sourceOf } from "../../src/figure/source.ts";
import { continueCurve, continueCycle, continueEquilibrium, gridSearch } from "../../src/index.ts";
import { Drawing } from "../support/drawing.ts";
import { mapOf } from "../support/maps.ts";
import { oneNode } from "../support/one-node.ts";
import { refusal } from "../support/sweep.ts";

const drawn = (source: DiagramSource) => new Drawing(diagram(nodeSurface(), source));
const dashesOf = (drawing: Drawing) => (drawing.svg.match(/stroke-dasharray="[^"]*"/g) ?? []).map((text) => text.slice(18, -1));

/** x grows to a circle at mu > 0, as the supercritical Hopf normal form has it, stretched so that x is in mV. */
const ring = {
  circuitTemplate: oneNode(
    ["x' = mu*x - y - x*(x*x + y*y)", "y' = x + mu*y - y*(x*x + y*y)"],
    "{ x: output(0.5), y: variable(0.0), mu: -0.5 }",
  ),
  ...{ parameter: "n/op/mu", range: [-1, 1] as const, outputs: { x: "n/op/x" } },
};

describe("figure diagram: of equilibria and cycles", () => {
  test("lines are solid where stable and dashed where not; cycles are their extremes; points have labels", async () => {
    const equilibria = await continueEquilibrium(ring);
    const cycles = (await continueCycle({ ...ring, from: equilibria })).table;
    const drawing = drawn({ equilibria, cycles });
    expect(drawing.texts[0]).toBe("net: x against n/op/mu");
    expect(drawing.labels).toEqual(["n/op/mu", "x"].reverse());
    // largest and smallest values are two lines beside the two stretches of equilibria
    expect(drawing.count("line")).toEqual([1, 1, 1, 1]);
    expect(dashesOf(drawing).length).toBe(2);
    // the Hopf point alone, with its label once
    expect(drawing.count("dot")).toEqual([1]);
    expect(drawing.texts.filter((text) => text === "HB")).toHaveLength(1);
    expect(drawing.texts).toEqual(expect.arrayContaining(["stable equilibria", "unstable equilibria", "stable cycles", "HB Hopf point"]));
    const alone = drawn({ cycles });
    expect(alone.texts.filter((text) => text === "HB")).toHaveLength(1);
  });

  test("without outputs there is a panel for each state; values of the user's are rings without a label", async () => {
    const { outputs: _, ...plain } = ring;
    const drawing = drawn({ equilibria: await continueEquilibrium({ ...plain, userValues: [0.5] }) });
    expect(drawing.labels.sort()).toEqual(["n/op/mu", "n/op/mu", "n/op/x", "n/op/y"]);
    expect(drawing.count("dot")).toEqual([2, 2]);
    expect(drawing.texts).toContain("user value");
    expect(drawing.texts).not.toContain("UZ");
  });

  test("axes have the units of the tables, which read well", async () => {
    const template = "model_templates.neural_mass_models.jansenrit.JRC2";
    const equilibria = await continueEquilibrium({
      ...{ circuitTemplate: template, parameter: "jrc/jrc_op/u", range: [0, 400], from: { "jrc/jrc_op/u": 300 } },
      outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    });
    expect(drawn({ equilibria }).labels.sort()).toEqual(["V (mV)", "jrc/jrc_op/u (1/s)"]);
  });
});

describe("figure diagram: of curves", () => {
  test("folds are a line in the plane of both parameters, with their cusp", async () => {
    const curves = await continueCurve({
      circuitTemplate: oneNode(["x' = b + a*x - x^3"], "{ x: output(-1.0), a: 0.5, b: -1.0 }"),
      parameters: ["n/op/b", "n/op/a"],
      ranges: [
        [-1, 1],
        [-1, 1],
      ],
    });
    const drawing = drawn({ curves });
    expect(drawing.texts[0]).toBe("net: bifurcations in n/op/b and n/op/a");
    expect(drawing.labels.sort()).toEqual(["n/op/a", "n/op/b"]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["CP", "folds", "CP cusp"]));
    expect(drawing.count("line")).toEqual([1]);
  });
});

describe("figure diagram: curves over a heat map", () => {
  const cusp = {
    circuitTemplate: oneNode(["x' = b + a*x - x^3"], "{ x: output(-1.0), a: 0.5, b: -1.0 }"),
    paramMap: { a: { vars: ["op/a"], nodes: ["n"] }, b: { vars: ["op/b"], nodes: ["n"] } },
    parameters: ["b", "a"] as const,
    ranges: [
      [-1, 1],
      [-1, 1],
    ] as const,
    from: { b: -1 },
  };
  const steps = Array.from({ length: 20 }, (_, i) => -0.95 + 0.1 * i);
  const keys = (first: string, second: string) => ({
    [first]: steps.flatMap((value) => steps.map(() => value)),
    [second]: steps.flatMap(() => steps),
  });
  const mapOver = (first: string, second: string) => mapOf({ keys: keys(first, second), features: { V_mean: steps.flatMap(() => steps) } });

  test("are lines along the axes of their names, with a legend", async () => {
    const curves = await continueCurve(cusp);
    const drawing = new Drawing(await figure(sourceOf(mapOver("b", "a"), undefined), { curves }));
    expect(drawing.labels.sort()).toEqual(["a", "b"]);
    // each on a rim of paper
    expect(drawing.count("line")).toEqual([1, 1]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["CP", "folds"]));
    const turned = new Drawing(await figure(sourceOf(mapOver("b", "a"), undefined), { curves, x: "a" }));
    expect(turned.marks("line")[1][0].getAttribute("d")).not.toBe(drawing.marks("line")[1][0].getAttribute("d"));
  });

  test("are refused where the axes are others", async () => {
    const curves = await continueCurve(cusp);
    const draw = (map: ReturnType<typeof mapOf>, request = {}) => refusal(() => figure(sourceOf(map, undefined), { curves, ...request }));
    expect(await draw(mapOver("b", "c"))).toMatchObject({
      code: "E_FIGURE",
      message: expect.stringContaining("they are in b, a, and the axes are b, c"),
    });
    expect((await draw(mapOver("b", "a"), { outputs: ["V"] })).code).toBe("E_FIGURE");
  });
});

describe("figure diagram: branches over a sweep of one key", () => {
  const mu = Array.from({ length: 21 }, (_, i) => -1 + 0.1 * i);
  const named = { ...ring, parameter: "mu", paramMap: { mu: { vars: ["op/mu"], nodes: ["n"] } } };
  const sweep = async (key: string, features: ("max" | "std")[]) => {
    const options = {
      ...{ circuitTemplate: ring.circuitTemplate, paramGrid: { [key]: mu }, paramMap: { [key]: named.paramMap.mu } },
      outputs: ring.outputs,
    };
    const times = { simulationTime: 5, stepSize: 0.05, solver: "heun" as const };
    return sourceOf((await gridSearch({ ...options, ...times, features: { x: features }, results: false })).resultsMap, undefined);
  };

  test("are drawn over the levels of their outputs, on a scale that has room for them", async () => {
    const equilibria = await continueEquilibrium(named);
    const cycles = (await continueCycle({ ...named, from: equilibria })).table;
    const branches = { equilibria, cycles };
    const drawing = new Drawing(await figure(await sweep("mu", ["std", "max"]), { branches }));
    // Of both features the one that is a level.
    expect(drawing.labels.sort()).toEqual(["mu", "x_max"]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["HB", "stable equilibria", "unstable equilibria", "stable cycles"]));
    // The sweep's own line, and four of branches, each on a rim of paper.
    expect(drawing.count("line")).toHaveLength(9);
    const ticks = drawing.texts.map((text) => Number(text.replace("−", "-"))).filter(Number.isFinite);
    expect(Math.min(...ticks)).toBeLessThanOrEqual(-0.9);
    expect(Math.max(...ticks)).toBeGreaterThanOrEqual(0.9);
  });

  test("are refused over other features and other keys", async () => {
    const branches = { equilibria: await continueEquilibrium(named) };
    const refused = async (source: ReturnType<typeof sweep>, request = {}) => {
      const swept = await source;
      return await refusal(() => figure(swept, { branches, ...request }));
    };
    expect(await refused(sweep("mu", ["std"]))).toMatchObject({
      code: "E_FIGURE",
      message: expect.stringContaining("the figure would show x_std"),
    });
    expect(await refused(sweep("tau", ["max"]))).toMatchObject({
      code: "E_FIGURE",
      message: expect.stringContaining("they are in mu, and the axes are tau"),
    });
    expect((await refused(sweep("mu", ["max"]), { y: "mu" })).code).toBe("E_FIGURE");
  });
});

describe("figure diagram: labels", () => {
  const around = { frame: { left: 0, right: 200, top: 0, bottom: 100 }, paths: [], fontSize: 10, radius: 3 };

  test("stand beside their marks, within the frame and not on each other", () => {
    const marks = [
      { x: 198, y: 2, text: "LP" },
      { x: 100, y: 50, text: "HB" },
      { x: 103, y: 50, text: "BT" },
      { x: 106, y: 50, text: "GH" },
    ];
    const placed = placeLabels(marks, around);
    const boxes = placed.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 8, bottom: y }));
    for (const box of boxes) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(200);
      expect(box.top).toBeGreaterThanOrEqual(0);
    }
    const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b] as const));
    for (const [a, b] of pairs) expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
  });

  test("avoid lines", () => {
    const line = Array.from({ length: 20 }, (_, i) => ({ x: 100 + 5 * i, y: 50 - 2.5 * i }));
    const [{ x, y }] = placeLabels([{ x: 100, y: 50, text: "LP" }], { ...around, paths: [line] });
    expect(x < 100 || y > 50).toBe(true);
  });
});
