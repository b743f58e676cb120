// Which points are random: by their noise, and by arrays that fluctuate from sample to sample.
import { describe, expect, test } from "vitest";
import { kinds, numbersOf } from "../../bench/support/filtered-noise.mjs";
import { fluctuates } from "../../src/engine/random.ts";
import { type GridSearchOptions, gridSearch, normalNoise, ornsteinUhlenbeck, templatesFromYaml, uniformNoise } from "../../src/index.ts";
import { samples } from "../support/windows.ts";

const turn = 2 * Math.PI;
const { uniform, normal } = numbersOf(7);
const white = samples(4000, normal);

describe("random: an array fluctuates from sample to sample", () => {
  test.each([
    ["white noise", white],
    ["60 samples of it", white.subarray(0, 60)],
    ["uniform noise", samples(1000, uniform)],
    ["noise of which each sample lasts ten", samples(4000, (i) => white[Math.floor(i / 10)])],
    ["noise on a sine", samples(4000, (i) => Math.sin(i / 100) + 0.1 * white[i])],
    ["a burst of noise after rest", samples(4000, (i) => (i < 3000 ? 0 : white[i]))],
    ["coloured noise of 100 samples", kinds["AR(1), 0.99"](4000, numbersOf(1))],
    ["counts of a Poisson process", samples(4000, () => Number(uniform() < 0.1))],
  ])("%s", (_, array) => {
    expect(fluctuates(array)).toBe(true);
  });

  test.each([
    ["a constant", new Float64Array(1000).fill(3)],
    ["a ramp", samples(1000, (i) => i)],
    ["a sine", samples(4000, (i) => Math.sin(i / 10))],
    ["a sine of six samples a period", samples(4000, (i) => Math.sin((turn * i) / 6.1))],
    ["two sines", samples(4000, (i) => Math.sin(i / 10) + Math.sin(i / 17))],
    ["a pulse", samples(1000, (i) => Number(i > 500 && i < 510))],
    ["a train of pulses", samples(40_000, (i) => Number(i % 100 < 10))],
    ["pulses of rising height", samples(4000, (i) => (i % 400 < 50 ? Math.floor(i / 400) : 0))],
    ["a few samples", white.subarray(0, 20)],
  ])("%s does not", (_, array) => {
    expect(fluctuates(array)).toBe(false);
  });
});

describe("random: a point is", () => {
  const { relaxing } = templatesFromYaml(`
op:
  base: OperatorTemplate
  equations: ["x' = (u - x)/tau", "y' = -(1 + s)*y"]
  variables: { x: output(1.0), y: variable(1.0), u: input(0.0), tau: 0.05, s: 0.0 }
pop: { base: NodeTemplate, operators: [op] }
relaxing: { base: CircuitTemplate, nodes: { p: pop } }
`);
  const sd = { paramGrid: { sd: [0, 0.1] }, paramMap: { sd: { vars: ["sd"], noise: ["p/op/x"] } } };
  const s = { paramGrid: { s: [0, 0.1] }, paramMap: { s: { vars: ["op/s"], nodes: ["p"] } } };
  const noise = (of: number | string) => ({ noise: { "p/op/x": { sd: of } }, solver: "euler-maruyama" as const });
  const input = (of: unknown) => ({ inputs: { "p/op/u": of } }) as Partial<GridSearchOptions>;
  const data = Float64Array.from({ length: 8000 }, (_, i) => (i % 2 === 0 ? 1 : white[i >> 1]));
  const [quiet, noisy] = ["fixed point", "noise-driven"];

  test.each([
    ["noise of no intensity", noise(0), [quiet, quiet]],
    ["noise", noise(0.1), [noisy, noisy]],
    ["noise whose intensity is a parameter that the grid sets", { ...noise("p/op/s"), ...s }, [quiet, noisy]],
    ["noise whose intensity the grid sets", { ...noise(0), ...sd }, [quiet, noisy]],
    ["noise whose intensity is an expression", noise("0.1*p/op/tau + 0.05"), [noisy, noisy]],
    ["a source on an input", input(uniformNoise({ low: 0, high: 1, seed: 1 })), [noisy, noisy]],
    ["a source that has no width", input(normalNoise({ mean: 1, sd: 0, seed: 1 })), [quiet, quiet]],
    ["a coloured source", input(ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 0.01, seed: 1 })), [noisy, noisy]],
    ["a fluctuating array", input(white), [noisy, noisy]],
    ["an array of which one column fluctuates", input({ data, columns: 2 }), [quiet, noisy]],
    ["an array with a step", input(samples(4000, (i) => Number(i > 1000))), [quiet, quiet]],
  ])("with %s", async (_, more, wanted) => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: relaxing,
      paramGrid: { tau: [0.05, 0.06] },
      paramMap: { tau: { vars: ["op/tau"], nodes: ["p"] } },
      simulationTime: 40,
      stepSize: 0.01,
      cutoff: 20,
      outputs: { x: "p/op/x" },
      features: { x: ["regime"] },
      results: false,
      workers: 0,
      ...more,
    });
    expect([...(resultsMap.getChild("x_regime") ?? [])]).toEqual(wanted);
  });

  test("and a variable that its noise does not reach is at rest", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: relaxing,
      paramGrid: { tau: [0.05] },
      paramMap: { tau: { vars: ["op/tau"], nodes: ["p"] } },
      simulationTime: 80,
      stepSize: 0.01,
      cutoff: 40,
      outputs: { x: "p/op/x", y: "p/op/y" },
      features: { x: ["regime"], y: ["regime"] },
      ...noise(0.1),
      results: false,
      workers: 0,
    });
    expect(resultsMap.get(0)?.toJSON()).toMatchObject({ x_regime: noisy, y_regime: quiet });
  });
});
