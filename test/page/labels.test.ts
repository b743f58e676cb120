// What the page says of numbers and names: labels that tell signals apart, units that read well, and heights of marks.
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { describeModel, templatesFromYaml } from "../../src/index.ts";
import { AlongLine } from "../../src/page/along-line.ts";
import { MapData } from "../../src/page/map-data.ts";
import { equations } from "../../src/page/math.ts";
import { planeLabels, shownLabels, signalLabel } from "../../src/page/signal-labels.ts";
import { type Axis, published, type State } from "../../src/page/state.ts";
import { axisSide } from "../../src/page/words.ts";
import { amountText, scaled } from "../../src/quantity.ts";

/** A map whose points have all come, with a value for each of its axis's. */
function mapOf(axis: Partial<Axis>, values: readonly number[]): MapData {
  const along: Axis = {
    path: "jrc/jrc_op/c",
    key: "C",
    scale: "linear",
    from: 0,
    to: values.length - 1,
    count: values.length,
    values: [],
    ...axis,
  };
  const state: State = { ...published, axes: [along], pins: [] };
  const map = new MapData(state);
  const layer = { name: "V_std", unit: "V", values: Float64Array.from(values) };
  map.add({ stride: 1, points: Uint32Array.from(values.keys()), layers: [layer], failed: [] });
  return map;
}

describe("page labels", () => {
  test("tell variables of one name apart by as much of their paths as that takes", () => {
    expect(signalLabel("jrc/jrc_op/V_e - jrc/jrc_op/V_i")).toBe("V_e − V_i");
    expect(signalLabel("pc/rpo_e_in/v + pc/rpo_i/v")).toBe("rpo_e_in/v + rpo_i/v");
    expect(signalLabel("sqrt(real(p1/op/z * conj(p1/op/z)))")).toBe("sqrt(real(z * conj(z)))");
    expect(signalLabel("-p/fhn_op/x")).toBe("−x");
    const of = (signal: string) => ({ signal, feature: "mean" as const });
    expect(shownLabels([of("e/rate_op/r"), of("i/rate_op/r"), of("e/rate_op/m_in")])).toEqual([
      "mean of e/r",
      "mean of i/r",
      "mean of e/m_in",
    ]);
    expect(planeLabels({ ...published, signal: "e/rate_op/r", plane: "i/rate_op/r" })).toEqual(["e/r", "i/r"]);
  });

  test("have units that read well, of a unit with a prefix too", () => {
    expect([amountText(2.2e-6, "mV"), amountText(-70, "mV"), amountText(0.5, "mV"), amountText(2e6, "mV")]).toEqual([
      "2.2 nV",
      "−70 mV",
      "0.5 mV",
      "2 kV",
    ]);
    expect([amountText(1e-9, "1/s"), amountText(-1e-9, "1/s"), amountText(5e6, "1/s")]).toEqual([
      "1·10⁻⁹ 1/s",
      "−1·10⁻⁹ 1/s",
      "5000000 1/s",
    ]);
    expect(scaled(2.2e-6, "mV")).toEqual({ scale: 1e-6, unit: "nV" });
    expect(scaled(90, "mV")).toEqual({ scale: 1, unit: "mV" });
    const description = describeModel("model_templates.neural_mass_models.jansenrit.JRC2");
    const axis: Axis = { path: "jrc/jrc_op/h_e", key: "h", scale: "linear", from: 0.002, to: 0.009, count: 8, values: [] };
    expect(axisSide(axis, Float64Array.of(0.002, 0.009), description)).toEqual({ label: "h (mV)", scale: 1e-3 });
  });

  test("a mark between points is on the line, and has no height where there is none", () => {
    const line = new AlongLine(mapOf({}, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]));
    expect(line.isLine).toBe(true);
    expect([line.heightAt(3, false), line.heightAt(2.5, false), line.heightAt(2.5, true), line.heightAt(11, false)]).toEqual([
      9,
      6.5,
      6,
      Number.NaN,
    ]);
    const dots = new AlongLine(mapOf({ scale: "list", values: [1, 5, 9] }, [10, 50, 90]));
    expect([dots.isLine, dots.heightAt(5, false), dots.heightAt(4, false)]).toEqual([false, 50, Number.NaN]);
  });

  test("equations have digits as an index, signs with room on both sides, and papers of arXiv as links", () => {
    const { document } = parseHTML("<html></html>");
    Object.assign(globalThis, { document });
    const { c } =
      templatesFromYaml(`op: { base: OperatorTemplate, equations: ["x' = v0 + tau1_e - e10th"], variables: { x: output, v0: 1.0, tau1_e: 1.0, e10th: 1.0 } }
n: { base: NodeTemplate, operators: [op] }
c: { base: CircuitTemplate, description: "Paper: A 2022, arXiv:2206.08813", nodes: { p: n } }`);
    const drawn = equations(describeModel(c));
    expect([...drawn.querySelectorAll("msub")].map((each) => [...each.childNodes].map((part) => part.textContent))).toEqual([
      ["v", "0"],
      ["τ", "1, e"],
    ]);
    expect([...drawn.querySelectorAll("mi")].map((each) => each.textContent)).toContain("e10th");
    expect([...drawn.querySelectorAll("mo")].flatMap((each) => (each.textContent === "˙" ? [] : [each.getAttribute("form")]))).toEqual([
      "infix",
      "infix",
      "infix",
    ]);
    expect(drawn.querySelector("a")?.getAttribute("href")).toBe("https://arxiv.org/abs/2206.08813");
  });
});
