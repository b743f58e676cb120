// A model of one's own: what is wrong with its text, what is shown of it first, and what is asked about it.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { describeModel, MassgridError, type Problem, templatesFromYaml } from "../../src/index.ts";
import { defaultState } from "../../src/page/state.ts";
import { timeScalesOf } from "../../src/page/time-scales.ts";
import { suggestedTimes } from "../../src/page/times.ts";
import { chromiumPath } from "../support/chromium.ts";
import { changed, useExplorer } from "../support/explorer-page.ts";

const own = `op:
  base: OperatorTemplate
  equations:
    - "x' = (c*a - x)/tau"
    - "y' = -y/tau_y"
    - "m = a*x^2 + y"
  variables:
    x: variable(0.5)
    y: variable(0.1)
    m: output
    a: 2.0
    c: 0.3
    tau: 10.0
    tau_y: 2.0
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }
`;

const scalesOf = async (text: string) => {
  const { net } = templatesFromYaml(text);
  return await timeScalesOf(net, describeModel(net));
};

/** The text from where the caret of a problem stands. */
function atCaret({ source }: Problem): string | undefined {
  return /^\w+/.exec(source?.text.slice(source.column - 1) ?? "")?.[0];
}

describe("page own model: what is wrong in an edge", () => {
  test("is told under the wrong name of its path, and for all edges at once", () => {
    const wired = own
      .replace("    x: variable(0.5)", "    x: variable(0.5)\n    u: input(0.0)")
      .replace("(c*a - x)/tau", "(c*a + u - x)/tau")
      .replace("nodes: { p: node }", "nodes: { p: node, q: node }, edges: [EDGES]");
    const problemsOf = (edges: string): readonly Problem[] => {
      try {
        describeModel(templatesFromYaml(wired.replace("EDGES", edges)).net);
      } catch (error) {
        if (error instanceof MassgridError) return error.problems;
        throw error;
      }
      return [];
    };
    expect(problemsOf("[p/op/m, q/op/u, null, { weight: 1.0 }]")).toEqual([]);
    const wrong = problemsOf(
      '[p/op/y1, q/op/u, null, {}], [p/op/m, "q/opp/u", null, {}], { source: r/op/x, target: q/op/u }, [p/op/m, q/op/a, null, {}]',
    );
    expect(wrong.map(({ code }) => code)).toEqual(["E_EDGE_SOURCE", "E_EDGE_TARGET", "E_EDGE_SOURCE", "E_EDGE_TARGET"]);
    expect(wrong.map(atCaret)).toEqual(["y1", "opp", "r", "a"]);
    expect(wrong.map(({ suggestion }) => suggestion).slice(0, 3)).toEqual(["p/op/y", "q/op/u", "p/op/x"]);
  });
});

describe("page own model: what is shown first", () => {
  test("is the declared output, with a step and a duration by the time constants", async () => {
    const scales = await scalesOf(own);
    expect(scales?.shortest).toBeCloseTo(2, 4);
    expect(scales?.longest).toBeCloseTo(10, 4);
    const { net } = templatesFromYaml(own);
    const state = defaultState({ text: own, circuit: "net" }, describeModel(net), scales);
    expect(state.signal).toBe("p/op/m");
    const { stepSize, simulationTime, samplingStepSize, cutoff } = state;
    expect({ stepSize, simulationTime, samplingStepSize, cutoff }).toEqual({
      ...{ stepSize: 0.02, simulationTime: 500, samplingStepSize: 0.2, cutoff: 125 },
    });
  });

  test("has the time constants of equations of second order, and none where there are none", async () => {
    const second = templatesFromYaml(`op:
  base: OperatorTemplate
  equations: ["V' = X", "X' = (1 - 2*X*tau - V)/tau^2"]
  variables: { V: output(0.0), X: variable(0.0), tau: 0.01 }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`).net;
    const found = await timeScalesOf(second, describeModel(second));
    expect(found?.shortest).toBeCloseTo(0.005, 6);
    expect(found?.longest).toBeCloseTo(0.01, 6);
    expect(await scalesOf(own.replace("(c*a - x)/tau", "c*a").replace("-y/tau_y", "a"))).toBeUndefined();
  });

  test.each([
    [{ shortest: 0.005, longest: 0.02 }, [1e-4, 2]],
    [{ shortest: 5, longest: 20 }, [0.1, 2000]],
    [{ shortest: 1e-3, longest: 1e3 }, [2e-5, 0.5]],
  ])("suggests round numbers, and no endless run: %o", (scales, wanted) => {
    const { stepSize, simulationTime } = suggestedTimes(scales);
    expect([stepSize, simulationTime]).toEqual(wanted);
  });
});

describe.skipIf(chromiumPath === undefined)("page own model: the explorer", () => {
  const served = useExplorer();

  async function opened(text: string): Promise<Page> {
    const page = await served.open();
    await changed(page, () =>
      page
        .locator("input[type=file]")
        .first()
        .setInputFiles({ name: "own.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) }),
    );
    return page;
  }

  test("a broken text has all that is wrong told at once, each under its name, while the figures are greyed", async () => {
    const page = await opened(own);
    await page.getByRole("heading", { name: "range of m over a" }).waitFor();
    const editor = page.getByLabel("The model's template in YAML");
    const figure = page.locator(".sweep .chart canvas").first();
    const opacity = () => figure.evaluate((canvas) => getComputedStyle(canvas).opacity);
    expect(await opacity()).toBe("1");
    await editor.fill(own.replace("c*a - x", "c*aa - x").replace("/tau_y", "/tau_z").replace("a: 2.0", "a: two"));
    await page
      .getByRole("button", { name: /^Line \d+$/ })
      .nth(2)
      .waitFor();
    expect(await page.getByRole("button", { name: /^Line \d+$/ }).allTextContents()).toEqual(["Line 4", "Line 5", "Line 11"]);
    const under = (frame: string | null) => {
      const [line, caret] = (frame ?? "").split("\n");
      return /^[\w]+/.exec(line.slice(caret.indexOf("^")))?.[0];
    };
    expect((await page.locator("pre.frame").allTextContents()).map(under)).toEqual(["aa", "tau_z", "two"]);
    expect(await opacity()).toBe("0.45");
    await page.getByText("The model's text has 3 problems, which are told below it.").waitFor();
    // The button puts the cursor to the name.
    await page.getByRole("button", { name: "Line 5" }).click();
    expect(await editor.evaluate((text) => text instanceof HTMLTextAreaElement && text.value.slice(text.selectionStart).slice(0, 5))).toBe(
      "tau_z",
    );
    await editor.fill(own);
    await expect.poll(opacity).toBe("1");
    expect(await page.locator("pre.frame").count()).toBe(0);
  });

  test("a text without units is asked for them, and its times can be set to what suits its time constants", async () => {
    const page = await opened(own);
    await page.getByText("In which units are x, y, a, c, tau, tau_y and 1 more?").waitFor();
    await page.getByText("In which unit is time?").waitFor();
    expect(await page.getByLabel("Step", { exact: true }).inputValue()).toBe("0.02");
    const suggestion = page.getByRole("button", { name: "Step 0.02, time 500" });
    expect(await suggestion.isVisible()).toBe(false);
    await changed(page, () => page.getByLabel("Step", { exact: true }).fill("0.1"));
    await page.getByText("Time constants at the initial state are from 2 to 10; to suit them:").waitFor();
    await changed(page, () => suggestion.click());
    expect(await page.getByLabel("Step", { exact: true }).inputValue()).toBe("0.02");
    const editor = page.getByLabel("The model's template in YAML");
    const units = `  description: "Units: x mV, y mV, a 1, c mV, tau ms, tau_y ms, m mV"\n`;
    await editor.fill(own.replace("  equations", `${units}  equations`).replace("net: {", 'net: { description: "Time: ms",'));
    await page.getByText("In which unit").waitFor({ state: "hidden" });
    await page.getByText("Times are in ms.").waitFor();
  });
});
