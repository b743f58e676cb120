// One source of what a figure looks like: colours, ticks and envelopes have one home, and colours can be told apart.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { categoryColors, channelsOf, lineColor, NO_VALUE, rampNames, rampOf, seriesColors } from "../../src/figure/colors.ts";
import { cellEdges, evenTicks, logTicks, tick, tickTexts, valueScale } from "../../src/figure/scale.ts";
import { REGIMES } from "../../src/sweep/regimes.ts";
import { filesUnder } from "../support/imports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const faces = ["src/cli", "src/page", "src/figure"].flatMap((folder) => filesUnder(root, folder, [".ts"]));
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("figure colors: one home", () => {
  test("no colour of data is written anywhere but in src/figure/colors.ts", () => {
    const literal = /["'`]#[0-9a-fA-F]{3,8}["'`]|\b(?:rgb|hsl)a?\(/;
    expect(faces.filter((file) => literal.test(read(file)))).toEqual(["src/figure/colors.ts"]);
    // The page's style sheet has colours of its controls alone.
    expect(read("src/page/page.css")).not.toMatch(/--(?:pin|series|empty|failed)/);
  });

  test("ticks, edges of cells, scales of values and envelopes of traces are made in one function each", () => {
    const made = faces.flatMap((file) =>
      Array.from(
        read(file).matchAll(
          /function (\w*(?:[tT]icks?|[sS]plits|[eE]nvelope|[tT]hinned|[cC]rowds|cellEdges|[vV]iridis|extent|valueScale)\w*)\(/g,
        ),
        ([, name]) => `${file} ${name}`,
      ),
    );
    expect(made.sort()).toEqual([
      "src/figure/lines.ts envelope",
      ...[
        "cellEdges",
        "evenTicks",
        "extentOf",
        "logTicks",
        "roundTicks",
        "tick",
        "tickCount",
        "tickText",
        "tickTexts",
        "valueScale",
        "verticalTicks",
      ].map((name) => `src/figure/scale.ts ${name}`),
      "src/page/chart.ts ticksOf",
      "src/page/point-charts.ts extentOfAll",
    ]);
  });
});

describe("figure colors: colours", () => {
  const luminance = (color: string) => {
    const [red, green, blue] = channelsOf(color).map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  test("of lines and pins have a contrast of 3 to the page in light and dark, and are eight", () => {
    const [[, ...papers], ...more] = read("src/page/page.css").matchAll(/--paper: light-dark\((#\w+), (#\w+)\);/g);
    expect([papers.length, more]).toEqual([2, []]);
    for (const color of seriesColors) for (const paper of papers) expect(contrast(color, paper)).toBeGreaterThanOrEqual(3);
    expect(new Set(Array.from({ length: 8 }, (_, i) => lineColor(i))).size).toBe(8);
  });

  test.each(rampNames)("of numbers get lighter from the least to the largest: %s", (name) => {
    const lightness = rampOf(name)
      .filter((_, i) => i % 5 === 0)
      .map(luminance);
    expect(lightness.every((value, i) => i === 0 || value >= lightness[i - 1])).toBe(true);
    expect([rampOf()[0], rampOf()[255]]).toEqual(["#440154", "#fde725"]);
  });

  test("of regimes can be told apart, also by the colour-blind, and from those of no value and of failure", () => {
    /** What is seen with each kind of cones missing: Machado, Oliveira and Fernandes 2009, IEEE Trans. Vis. Comput. Graph. 15:1291. */
    const visions = [
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
      [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
      [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
    ];
    const linear = (color: string) =>
      channelsOf(color).map((channel) => (channel <= 10 ? channel / 3295 : ((channel / 255 + 0.055) / 1.055) ** 2.4));
    /** Lightness and the two axes of colour of CIELAB. */
    const lab = (color: string, m: readonly number[]) => {
      const [r, g, b] = linear(color);
      const [red, green, blue] = [0, 3, 6].map((i) => Math.min(1, Math.max(0, m[i] * r + m[i + 1] * g + m[i + 2] * b)));
      const root = (x: number) => (x > 0.008856 ? Math.cbrt(x) : 7.787 * x + 16 / 116);
      const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
      const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
      const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
      return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
    };
    const colors = [...categoryColors([...Object.values(REGIMES), "diverged"]).values(), NO_VALUE];
    expect(colors).toHaveLength(7);
    for (const vision of visions) {
      const seen = colors.map((color) => lab(color, vision));
      const distances = seen.flatMap((a, i) => seen.slice(0, i).map((b) => Math.hypot(...[0, 1, 2].map((k) => a[k] - b[k]))));
      // A difference of 2.3 is just noticed side by side; a legend needs several times that.
      expect(Math.min(...distances)).toBeGreaterThan(14);
    }
  });

  test("of texts do not depend on the order in which the texts are found", () => {
    const texts = ["oscillation", "b", "fixed point", "a", "diverged"];
    expect(categoryColors([...texts].reverse())).toEqual(categoryColors(texts));
    expect(new Set(categoryColors(texts).values()).size).toBe(5);
  });
});

describe("figure colors: scales", () => {
  test("ticks are round numbers, as exact as they are printed", () => {
    expect(evenTicks([-0.05, 0.33], 5)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(evenTicks([1e6, 1e6 + 3], 3)).toEqual([1000000, 1000001, 1000002, 1000003]);
    expect(evenTicks([1e300, 1.0000000000000002e300], 5)).toEqual([1e300]);
    expect(logTicks([0.1, 1000], 400).map(tick)).toEqual(["0.1", "1", "10", "100", "1000"]);
    expect(tickTexts([-3.05112, -3.05111])).toEqual(["−3.05112", "−3.05111"]);
    expect([1e-7, -2500, 3e5, 0].map(tick)).toEqual(["10⁻⁷", "−2500", "3·10⁵", "0"]);
  });

  test("a scale is logarithmic where most values crowd at its bottom, and leaves out what is about to overflow", () => {
    const crowded = Float64Array.from({ length: 100 }, (_, i) => 10 ** (-6 + i / 15) + 1e-9);
    expect(valueScale(crowded).log).toBe(true);
    expect(valueScale([1, 2, 3, 4e120, Number.NaN])).toEqual({ range: [1, 3], log: false, allIntegers: true });
    expect(valueScale([Number.NaN])).toEqual({ range: [0, 0], log: false, allIntegers: true });
  });

  test("cells reach halfway to their neighbours", () => {
    expect(cellEdges([1, 2, 4], false)).toEqual([0.5, 1.5, 3, 5]);
    expect(cellEdges([7], false)).toEqual([6.5, 7.5]);
    expect(cellEdges([1, 100], true).map((edge) => Number(edge.toPrecision(12)))).toEqual([0.1, 10, 1000]);
  });
});
