// Figures: what is drawn of which sweep, told from the structure of the SVG.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figure } from "../../src/cli/write-figure.ts";
import { type FigureRequest, sourceOf } from "../../src/figure/source.ts";

import { gridSearch, linspace, logspace, sobol } from "../../src/index.ts";
import { labelled, scaled, unitText } from "../../src/quantity.ts";
import { Drawing } from "../support/drawing.ts";
import { combined, type MapParts, mapOf } from "../support/maps.ts";
import { refusal, small } from "../support/sweep.ts";

async function drawn(parts: MapParts, request: FigureRequest = {}): Promise<Drawing> {
  return new Drawing(await figure(sourceOf(mapOf(parts), undefined), request));
}

const C = [...linspace(60, 700, 60)];

describe("figure: a feature against one axis", () => {
  test("is a line with a dot for each point, titled, with units", async () => {
    const std = C.map((c) => c / 1e5);
    const drawing = await drawn({ keys: { C }, features: { V_std: std }, units: { V_std: "V", C: "1/s" } });
    expect(drawing.texts.slice(0, 2)).toEqual(["M: V_std against C", "60 points · 2 s in steps of 1 ms · rk4"]);
    expect(drawing.labels).toEqual(["V_std (mV)", "C (1/s)"]);
    expect([drawing.count("dot"), drawing.count("line")]).toEqual([[60], [1]]);
  });

  test("has a panel for each feature; labels are dots in rows", async () => {
    const regime = C.map((c) => (c < 130 ? "fixed point" : "oscillation"));
    const drawing = await drawn({ keys: { C }, features: { V_std: C, V_regime: regime } });
    expect(drawing.texts).toEqual(expect.arrayContaining(["V_std", "V_regime"]));
    expect(drawing.count("dot")).toEqual([60, 60]);
    expect(drawing.ticks("y").slice(-2)).toEqual(["oscillation", "fixed point"]);
  });

  test("is on a logarithmic axis where the values are so spaced", async () => {
    const tau = [...logspace(-4, -1, 30)];
    const drawing = await drawn({ keys: { tau }, features: { V_std: tau }, units: { tau: "s" } });
    expect([drawing.labels[1], drawing.ticks("x")]).toEqual(["tau (ms)", ["0.1", "1", "10", "100"]]);
  });

  test("marks points that diverged, and leaves a gap", async () => {
    const status = C.map((_, i) => (i < 7 ? "diverged" : "ok"));
    const drawing = await drawn({ keys: { C }, features: { V_std: C.map((c, i) => (i < 7 ? Number.NaN : c)) }, status });
    expect(drawing.count("dot")).toEqual([53, 7]);
    expect(drawing.texts[1]).toMatch(/^60 points · 7 diverged · /);
    expect(drawing.texts).toContain("diverged");
  });

  test("of points that repeat is the line of their means", async () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.floor(i / 3));
    const drawing = await drawn({ keys: { C: values }, features: { V_std: values.map((value, i) => value + (i % 3)) } });
    expect(drawing.texts[1]).toMatch(/^30 points · mean of 3 points each · /);
    expect(drawing.count("dot")).toEqual([30]);
    expect(drawing.marks("line")[0][0].getAttribute("d")?.split("L")).toHaveLength(10);
  });

  test.each([
    ["few values", [68, 128, 135, 270, 675, 1350], 0],
    ["many with a wide gap", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20], 0],
    ["nine even ones", [0, 1, 2, 3, 4, 5, 6, 7, 8], 1],
    ["powers of two, even on a logarithmic axis", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], 1],
  ])("is dots, and no line, where a line would tell what nobody has computed: %s", async (_, C, lines) => {
    const drawing = await drawn({ keys: { C }, features: { V_std: C.map((value) => value + 1) } });
    expect([drawing.count("line"), drawing.count("dot")]).toEqual([lines === 0 ? [] : [lines], [C.length]]);
  });

  test("has no ticks where no point has a value, and says so", async () => {
    const C = [1, 2, 3];
    const drawing = await drawn({ keys: { C }, features: { V_std: C.map(() => Number.NaN) } });
    expect(drawing.texts).toContain("no point has a value");
    expect(drawing.texts).not.toContain("0.5");
  });

  test("is one axis where a second key goes along with the first", async () => {
    const drawing = await drawn({ keys: { C, u: C.map((c) => 1000 - c) }, features: { V_std: C } });
    expect(drawing.texts.slice(0, 2)).toEqual(["M: V_std against C", expect.stringMatching(/^60 points · u goes along, 300 to 940 · /)]);
    expect(drawing.count("line")).toEqual([1]);
  });

  test("has a line for each value of a second key that has few", async () => {
    const keys = combined({ C, u: [120, 200, 320] });
    const drawing = await drawn({ keys, features: { V_std: keys.C }, units: { u: "1/s" } });
    expect(drawing.count("line")).toEqual([1, 1, 1]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["u = 120 1/s", "u = 200 1/s", "u = 320 1/s"]));
  });

  test("of a single point is that point and its value", async () => {
    const drawing = await drawn({ keys: { C: [135] }, features: { V_std: [0.00213] }, units: { V_std: "V" } });
    expect([drawing.count("dot"), drawing.ticks("x")]).toEqual([[1], ["135"]]);
    expect(drawing.texts).toContain("2.13");
  });

  test("leaves what is about to overflow out of the scale, and says so", async () => {
    const values = C.map((c, i) => (i === 5 ? 1e120 : c));
    const drawing = await drawn({ keys: { C }, features: { V_std: values } });
    expect(drawing.texts[1]).toContain("V_std is outside of the scale at 1 point");
    expect(drawing.ticks("y")).toContain("600");
  });
});

describe("figure: a feature over two axes", () => {
  const keys = combined({ C: [...linspace(60, 700, 12)], u: [...linspace(100, 320, 7)] });

  test("is a heat map with a cell for each point and a colour bar", async () => {
    const drawing = await drawn({ keys, features: { V_std: keys.C.map((c) => c / 1e5) }, units: { V_std: "V", u: "1/s" } });
    expect(drawing.texts[0]).toBe("M: V_std over C and u");
    expect(drawing.count("rect")).toEqual([84]);
    expect([drawing.labels, drawing.bars]).toEqual([["u (1/s)", "C"], [64]]);
    expect(drawing.texts).toContain("V_std (mV)");
    expect(new Set(drawing.marks("rect")[0].map((cell) => cell.getAttribute("fill"))).size).toBe(12);
  });

  test("of labels has a legend, and one colour for each", async () => {
    const regime = keys.C.map((c) => (c < 130 ? "fixed point" : c < 600 ? "oscillation" : "diverged"));
    const drawing = await drawn({ keys, features: { V_regime: regime } });
    expect(drawing.texts).toEqual(expect.arrayContaining(["fixed point", "oscillation", "diverged"]));
    expect(new Set(drawing.marks("rect")[0].map((cell) => cell.getAttribute("fill"))).size).toBe(3);
  });

  test("marks points that diverged, and those that have no value", async () => {
    const values = keys.C.map((c, i) => (i < 10 ? Number.NaN : c));
    const drawing = await drawn({ keys, features: { V_std: values }, status: keys.C.map((_, i) => (i < 4 ? "diverged" : "ok")) });
    const fills = drawing.marks("rect")[0].map((cell) => cell.getAttribute("fill"));
    expect([fills.filter((fill) => fill === "#d55e00").length, fills.filter((fill) => fill === "#dedede").length]).toEqual([4, 6]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["diverged", "no value"]));
  });

  test("has a panel for each value of a third key, all on one scale", async () => {
    const three = combined({ C: [...linspace(60, 700, 12)], u: [...linspace(100, 320, 7)], h: [0.003, 0.0035] });
    const drawing = await drawn({ keys: three, features: { V_std: three.C }, units: { h: "V" } });
    expect(drawing.count("rect")).toEqual([84, 84]);
    expect(drawing.texts).toEqual(expect.arrayContaining(["h = 3 mV", "h = 3.5 mV"]));
  });

  test("gives uneven values an even place each, with all of them written", async () => {
    const uneven = combined({ C: [68, 128, 135, 270, 675, 1350], u: [100, 120, 220, 320, 500] });
    const drawing = await drawn({ keys: uneven, features: { V_std: uneven.C } });
    expect([drawing.ticks("x"), drawing.ticks("y")]).toEqual([
      ["68", "128", "135", "270", "675", "1350"],
      ["100", "120", "220", "320", "500"],
    ]);
    expect(new Set(drawing.marks("rect")[0].map((cell) => cell.getAttribute("width"))).size).toBe(1);
  });

  test("is dots where the points are on no grid", async () => {
    const design = sobol({ C: [60, 700], u: [100, 320] }, 128);
    const drawing = await drawn({ keys: { C: [...design.C], u: [...design.u] }, features: { V_std: [...design.C] } });
    expect([drawing.count("dot"), drawing.count("rect")]).toEqual([[128], []]);
    const one = await drawn({ keys: { C: [...design.C], u: [...design.u] }, features: { V_std: [...design.C] } }, { x: "u" });
    expect([one.count("dot"), one.count("line"), one.labels[1]]).toEqual([[128], [], "u"]);
    expect(one.texts[1]).toContain("C varies, ");
  });
});

describe("figure: traces", () => {
  test("have a panel for each point, in the order of the grid's values, and a line for each output", async () => {
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [270, 68, 135] } }));
    const drawing = new Drawing(await figure(sourceOf(resultsMap, results), {}));
    expect(drawing.texts[0]).toBe("JRC2:V_pceV_pci");
    expect(drawing.texts.filter((text) => /^C = /.test(text))).toEqual(["C = 68", "C = 135", "C = 270"]);
    expect(drawing.count("line")).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(drawing.labels)).toEqual(new Set(["V_pce, V_pci (mV)", "time (ms)"]));
  });

  test("are of chosen points and outputs, and of sums of outputs", async () => {
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: [60, 70, 80, 90] } }));
    const source = sourceOf(resultsMap, results);
    const drawing = new Drawing(await figure(source, { outputs: ["V_pce - V_pci"], points: ["C=70..80", "JRC2_0"] }));
    expect(drawing.texts.filter((text) => /^C = /.test(text))).toEqual(["C = 60", "C = 70", "C = 80"]);
    expect([drawing.count("line"), drawing.texts[0]]).toEqual([[1, 1, 1], "JRC2:V_pce − V_pci"]);
    expect(drawing.texts[1]).toMatch(/^3 points of 4 · /);
    const long = await gridSearch(small({ paramGrid: { C: [60, 70, 80, 90] }, layout: "long" }));
    expect(await figure(sourceOf(long.resultsMap, long.results), {})).toBe(await figure(source, {}));
  });

  test("are of 24 points at most, evenly chosen", async () => {
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { C: linspace(0, 99, 100) } }));
    const drawing = new Drawing(await figure(sourceOf(resultsMap, results), { outputs: ["V_pce"] }));
    const titles = drawing.texts.filter((text) => /^C = /.test(text));
    expect([titles.length, titles[0], titles[23]]).toEqual([24, "C = 0", "C = 99"]);
    expect(drawing.texts[1]).toMatch(/^100 points · 24 of them shown · /);
  });

  test("of a point that diverged say when", async () => {
    const paramMap = { t: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } };
    const { results, resultsMap } = await gridSearch(small({ paramGrid: { t: [0.01, 1e-5] }, paramMap, simulationTime: 1 }));
    const drawing = new Drawing(await figure(sourceOf(resultsMap, results), {}));
    expect(drawing.texts).toEqual(expect.arrayContaining([expect.stringMatching(/^t = 10 µs \(diverged at [\d.]+ ms\)$/), "t = 10 ms"]));
  });

  test("are what is drawn of few points; features are drawn of many, or where asked for", async () => {
    const options = { features: { V_pce: ["mean"] } } as const;
    const few = await gridSearch(small({ paramGrid: { C: [60, 70] }, ...options }));
    const many = await gridSearch(small({ paramGrid: { C: linspace(60, 100, 30) }, ...options }));
    const titleOf = async ({ results, resultsMap }: typeof few, request: FigureRequest) =>
      new Drawing(await figure(sourceOf(resultsMap, results), request)).texts[0];
    expect(await titleOf(few, {})).toBe("JRC2:V_pceV_pci");
    expect(await titleOf(few, { features: ["V_pce_mean"] })).toBe("JRC2: V_pce_mean against C");
    expect(await titleOf(many, {})).toBe("JRC2: V_pce_mean against C");
    expect(await titleOf(many, { points: ["C=60"] })).toBe("JRC2:V_pceV_pci");
    expect(await titleOf(few, { features: ["status"], title: "What became of them" })).toBe("What became of them");
  });
});

describe("any figure", () => {
  test("has the size that was asked for", async () => {
    expect((await drawn({ keys: { C }, features: { V_std: C } }, { width: 333, height: 222 })).size).toEqual([333, 222]);
  });

  test("shows names as they are, and breaks titles that are too long", async () => {
    const name = 'V<b>&"x"</b>.std';
    const drawing = await drawn({ keys: { C }, features: { [name]: C } });
    expect(drawing.svg).toContain("V&lt;b&gt;&amp;");
    expect(drawing.svg).not.toContain("<b>");
    const long = await drawn({ keys: { C }, features: { V_std: C } }, { title: "word ".repeat(40).trim(), width: 500 });
    const lines = long.texts.filter((text) => text.startsWith("word"));
    expect(lines.length).toBe(3);
    for (const line of lines) expect(line.length).toBeLessThan(60);
  });

  test("is well-formed XML with any names of keys, features and any title", async () => {
    const wrong = [
      "\0",
      "a\u0001b",
      "\u001b[31m",
      "\ud800",
      "x\udfff",
      "\ufffe",
      "\uffff",
      "]]>",
      "-->",
      "&#0;",
      "<&>\"'",
      "\t",
      "__proto__",
    ];
    const name = fc.oneof(fc.constantFrom(...wrong), fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii", minLength: 1 }));
    const property = fc.asyncProperty(name, name, name, async (key, feature, title) => {
      const { svg } = await drawn({ keys: { [`k${key}`]: C }, features: { [`V${feature}_std`]: C } }, { title });
      expect(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(svg)).toBe(null);
      const texts = svg.replaceAll(/<\/?[\w:]+(?: [\w:-]+="[^"<]*")* ?\/?>/g, "");
      expect(texts).not.toMatch(/<|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i);
    });
    await fc.assert(property, { numRuns: 100, seed: 21, examples: wrong.map((each) => [each, each, each]) });
  });

  test("of any numbers has finite coordinates, and a point for each finite value", async () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, 0, 1, -1, 5e-324, 1e308, -1e308, Number.POSITIVE_INFINITY),
      fc.integer({ min: -5, max: 5 }),
    );
    const grid = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    const column = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(column(value), column(grid), column(fc.oneof(grid, fc.constant(1))), fc.boolean(), async (values, x, y, one) => {
        const { svg } = await drawn({ keys: { x, y }, features: { V_std: values } }, one ? { x: "x" } : {});
        expect(svg).not.toMatch(/="[^"]*(?:NaN|Infinity|undefined)[^"]*"/);
      }),
      {
        numRuns: 150,
        examples: [[[1e308, 0, Number.NaN, 1e9, 1e9, 1, 5e-324, 1.6e308], [0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 1, 0, 1, 1], false]],
      },
    );
  });
});

describe("figure: what is refused", () => {
  const source = () => sourceOf(mapOf({ keys: { C, u: C.map((c) => c % 7) }, features: { V_std: C, V_mean: C } }), undefined);
  const refused: [string, FigureRequest, string, RegExp][] = [
    ["an unknown key", { x: "CC" }, "E_UNKNOWN_KEY", /unknown grid key CC for --x; did you mean C\?/],
    ["one key twice", { x: "C", y: "C" }, "E_FIGURE", /--x and --y are both C/],
    ["an unknown feature", { features: ["V_maen"] }, "E_UNKNOWN_FEATURE", /unknown feature V_maen of the sweep; did you mean V_mean\?/],
    ["an unknown point", { points: ["M_60"] }, "E_UNKNOWN_KEY", /unknown point M_60 of the sweep; did you mean M_0\?/],
    ["a condition on an unknown key", { points: ["D=1"] }, "E_UNKNOWN_KEY", /unknown grid key D in --points D=1; there are: C, u/],
    ["a value that no point has", { points: ["C=61"] }, "E_FIGURE", /no point has C = 61; the nearest value is 60/],
    ["a range without points", { points: ["C=61..62"] }, "E_FIGURE", /no point of the sweep has C=61..62/],
    ["a condition that is none", { points: ["C=1..2..3"] }, "E_FIGURE", /--points C=1..2..3 is none of C=1, C=1,2 and C=1..2/],
    ["traces where there are none", { outputs: ["V"] }, "E_FIGURE", /the sweep has no traces/],
    [
      "traces and features in one",
      { outputs: ["V"], features: ["V_std"] },
      "E_FIGURE",
      /--output draws traces against time, and --feature draws features/,
    ],
  ];
  test.each(refused)("%s", async (_, request, code, message) => {
    const error = await refusal(() => figure(source(), request));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test("a sweep without points", async () => {
    const error = await refusal(() => drawn({ keys: { C: [] }, features: { V_std: [] } }));
    expect([error.code, error.message]).toEqual(["E_FIGURE", expect.stringMatching(/the sweep has no points/)]);
  });

  test("an output that there is not", async () => {
    const { results, resultsMap } = await gridSearch(small());
    for (const outputs of [["V_pc"], ["V_pce - V_pc"]]) {
      const error = await refusal(() => figure(sourceOf(resultsMap, results), { outputs }));
      expect([error.code, error.message]).toEqual(["E_UNKNOWN_OUTPUT", expect.stringMatching(/did you mean V_pc[ei]\?/)]);
    }
  });
});

test("figure: numbers have a prefix or a power of ten beside the unit", () => {
  const forms: [number, string, number, string][] = [
    [0.02, "V", 1e-3, "mV"],
    [6e-18, "V", 1e-18, "10⁻¹⁸ V"],
    [7e-4, "V^2/Hz", 1e-3, "10⁻³ V²/Hz"],
    [50, "s", 1, "s"],
    [0.05, "s", 1e-3, "ms"],
    [3e7, "1", 1e6, "10⁶"],
    [320, "1/s", 1, "1/s"],
    [0, "V", 1, "V"],
  ];
  for (const [largest, unit, scale, name] of forms) expect(scaled(largest, unit)).toEqual({ scale, unit: name });
  expect([unitText("1"), labelled("V", ""), labelled("V", "mV")]).toEqual(["", "V", "V (mV)"]);
});
