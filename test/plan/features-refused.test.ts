// What is refused of features, before anything runs.
import { describe, expect, test } from "vitest";
import { gridSearch } from "../../src/index.ts";
import { refusal, small } from "../support/sweep.ts";

// A mistyped call is what no type allows: options are built as plain records here.
type Loose = Record<string, unknown>;

function call(changes: Loose): Promise<unknown> {
  return Reflect.apply(gridSearch, undefined, [{ ...small(), ...changes }]);
}

const V = { V: "jrc/jrc_op/V_e" };

/** Features of V, code, place, and what the message must say. */
const refused: [string, unknown, string, string, RegExp][] = [
  ["name", ["maen"], "E_UNKNOWN_FEATURE", "V.0", /unknown feature maen; did you mean mean\?/],
  ["name far from all", ["xyzzy"], "E_UNKNOWN_FEATURE", "V.0", /there are: mean, std, min/],
  ["name with options", [{ crosings: { level: 1 } }], "E_UNKNOWN_FEATURE", "V.0.crosings", /did you mean crossings\?/],
  [
    "option",
    [{ crossings: { levle: 1 } }],
    "E_UNKNOWN_OPTION",
    "V.0.crossings.levle",
    /features.V\[0\].crossings.levle; did you mean level\?/,
  ],
  [
    "option of another feature",
    [{ regime: { distinct: 0.1 } }],
    "E_UNKNOWN_OPTION",
    "V.0.regime.distinct",
    /there are: absolute, relative, prominence/,
  ],
  ["option of a feature without", [{ mean: { level: 1 } }], "E_UNKNOWN_OPTION", "V.0.mean.level", /unknown option/],
  ["value of an option", [{ crossings: { level: "0" } }], "E_TYPE", "V.0.crossings.level", /a finite number, but the string "0"/],
  ["infinite option", [{ crossings: { level: Infinity } }], "E_TYPE", "V.0.crossings.level", /a finite number, but Infinity/],
  [
    "window that is no power of two",
    [{ peakFrequency: { window: 24 } }],
    "E_TYPE",
    "V.0.peakFrequency.window",
    /power of two, from 8 to 65536, but 24/,
  ],
  ["window that is too small", [{ peakFrequency: { window: 4 } }], "E_TYPE", "V.0.peakFrequency.window", /power of two/],
  ["overlap of 1", [{ peakPower: { overlap: 1 } }], "E_TYPE", "V.0.peakPower.overlap", /below 1, but 1/],
  ["negative tolerance", [{ maxima: { relative: -1 } }], "E_TYPE", "V.0.maxima.relative", /not negative, but -1/],
  ["options that are none", [{ crossings: 3 }], "E_TYPE", "V.0.crossings", /takes an object of options, but 3/],
  [
    "window longer than the trace",
    [{ peakFrequency: { window: 64 } }],
    "E_FEATURE_SAMPLES",
    "V.0.peakFrequency",
    /needs 64 samples after the cutoff, but there are 50/,
  ],
  ["no list", "mean", "E_TYPE", "V", /a list such as \["mean", "std"\], but the string "mean"/],
  ["number", [1], "E_TYPE", "V.0", /a feature is the name .*, but 1 was found/],
  ["two names in one", [{ mean: {}, std: {} }], "E_TYPE", "V.0", /but an object with mean, std/],
  ["the same twice", ["mean", "mean"], "E_FEATURE_DUPLICATE", "V.1", /called V_mean: .*second name in outputs/],
  ["the same with other options", ["crossings", { crossings: { level: 1 } }], "E_FEATURE_DUPLICATE", "V.1.crossings", /V_crossings/],
  ["own without start", [{ name: "mine", columns: ["a"] }], "E_TYPE", "V.0.start", /a function, but nothing was found/],
  ["own with a name that is no column's", [{ name: "mine", columns: ["a.b"], start() {} }], "E_TYPE", "V.0.columns", /a list of names/],
  ["own without columns", [{ name: "mine", columns: [], start() {} }], "E_TYPE", "V.0.columns", /a list of names/],
];

describe("refused", () => {
  test.each(refused)("%s", async (_, list, code, place, message) => {
    const [problem] = (await refusal(() => call({ outputs: V, features: { V: list } }))).problems;
    expect([problem.code, problem.path.slice(1).join(".")]).toEqual([code, place]);
    expect(problem.message).toMatch(message);
  });

  test("an output that is not recorded, with the nearest; one that is at fault itself only once", async () => {
    const [unknown] = (await refusal(() => call({ outputs: { V_pce: V.V }, features: { V_pec: ["mean"] } }))).problems;
    expect(unknown).toMatchObject({ code: "E_UNKNOWN_OUTPUT", path: ["features", "V_pec"], suggestion: "V_pce" });
    const wrong = await refusal(() => call({ outputs: { V: "jrc/jrc_op/V_x" }, features: { V: ["mean"] } }));
    expect(wrong.problems.map(({ code }) => code)).toEqual(["E_UNKNOWN_OUTPUT"]);
  });

  test("everything that is wrong, at once; and a run without samples", async () => {
    const { problems } = await refusal(() =>
      call({ solver: "eular", outputs: V, features: { V: ["maen", { crossings: { levle: 1 } }], W: ["std"] } }),
    );
    expect(problems.map(({ code }) => code).sort()).toEqual([
      "E_UNKNOWN_FEATURE",
      "E_UNKNOWN_OPTION",
      "E_UNKNOWN_OUTPUT",
      "E_UNKNOWN_SOLVER",
    ]);
    expect((await refusal(() => call({ cutoff: 1, outputs: V, features: { V: ["mean"] } }))).code).toBe("E_FEATURE_SAMPLES");
    expect((await refusal(() => call({ features: ["mean"] }))).code).toBe("E_TYPE");
    expect((await refusal(() => call({ results: 0 }))).code).toBe("E_TYPE");
  });

  test("a grid key that would be called as a feature", async () => {
    const paramMap = { V_mean: { vars: ["jrc_op/c"], nodes: ["jrc"] } };
    const [problem] = (await refusal(() => call({ paramGrid: { V_mean: [1] }, paramMap, outputs: V, features: { V: ["mean"] } }))).problems;
    expect(problem.code).toBe("E_FEATURE_DUPLICATE");
  });
});
