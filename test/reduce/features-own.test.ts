// Reducers of the user's own.
import { describe, expect, test } from "vitest";
import { type Feature, type FeatureReducer, gridSearch, trace } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { noisy, V } from "../support/noisy.ts";
import { refusal, small } from "../support/sweep.ts";

// A mistyped call is what no type allows: options are built as plain records here.
type Loose = Record<string, unknown>;

function call(changes: Loose): Promise<unknown> {
  return Reflect.apply(gridSearch, undefined, [{ ...small(), ...changes }]);
}

const all: Feature[] = ["mean", "regime", { peakFrequency: { window: 16 } }, { crossings: { level: 1 } }];
const machine = { budget: 1e9, openFile: openFiles() };

describe("a reducer of the user's own", () => {
  /** Where a trace is largest, and whether that is after a time. */
  const largest: FeatureReducer = {
    name: "largest",
    columns: [{ name: "timeOfMax", unit: "s" }, { name: "late", values: "text" }, "count"],
    start({ lanes, startTime, spacing, output, unit, timeUnit, samples }) {
      expect([output, unit, timeUnit, samples]).toEqual(["V", "V", "s", 450]);
      const best = new Float64Array(lanes).fill(Number.NEGATIVE_INFINITY);
      const at = new Float64Array(lanes);
      const seen = new Float64Array(lanes);
      return {
        add(values, lane) {
          for (const value of values) {
            if (value > best[lane]) {
              best[lane] = value;
              at[lane] = seen[lane];
            }
            seen[lane]++;
          }
        },
        finish: () => [at.map((row) => startTime + row * spacing), Array.from(at, (row) => (row > 225 ? "yes" : "no")), [...seen]],
      };
    },
  };

  test("sees every trace once and in order, and makes its columns", async () => {
    const { results, resultsMap } = await gridSearch(small({ ...noisy, outputs: V, features: { V: ["max", largest] } }));
    const times = Array.from({ length: 131 }, (_, i) => {
      const values = trace(results, `JRC2_${i}`, "V");
      return 0.1 + values.indexOf(Math.max(...values)) * 2e-3;
    });
    Array.from(resultsMap.getChild("V_timeOfMax") ?? [], Number).forEach((time, i) => {
      expect(time).toBeCloseTo(times[i], 9);
    });
    expect(new Set(resultsMap.getChild("V_count"))).toEqual(new Set([450]));
    expect(Array.from(resultsMap.getChild("V_late") ?? [])).toEqual(times.map((time) => (time > 0.1 + 225 * 2e-3 + 1e-9 ? "yes" : "no")));
    expect(resultsMap.schema.fields.find(({ name }) => name === "V_timeOfMax")?.metadata.get("unit")).toBe("s");
  });

  test("that returns what it should not ends the sweep, by name", async () => {
    const wrong = (finish: () => unknown) => call({ outputs: V, features: { V: [{ ...largest, start: () => ({ add() {}, finish }) }] } });
    expect((await refusal(() => wrong(() => []))).message).toMatch(/^E_FEATURE_RESULT: .*largest must return 3 columns/);
    expect((await refusal(() => wrong(() => [[1], [2], [3]]))).message).toMatch(/a list of 6 values for timeOfMax/);
    const six = new Array(6).fill(0);
    expect((await refusal(() => wrong(() => [six, six, six]))).message).toMatch(/strings for late/);
    const failing = {
      ...largest,
      start: () => ({
        add: () => {
          throw new RangeError("mine");
        },
        finish: () => [],
      }),
    };
    await expect(call({ outputs: V, features: { V: [failing] } })).rejects.toThrow(new RangeError("mine"));
  });

  test("cannot be sent to another thread, as those of the table can", () => {
    const featuresOf = (features: readonly Feature[]) => makePlan(small({ outputs: V, features: { V: features } }), machine).features;
    expect(() => structuredClone(featuresOf(["mean", largest]))).toThrow();
    expect(() => structuredClone(featuresOf(all))).not.toThrow();
  });
});
