// Delays of edges between steps, and what was before time 0: against closed forms of the method of steps.
import { describe, expect, test } from "vitest";
import { connect, type GridSearchOptions, gridSearch, simulate, templatesFromYaml, trace } from "../../src/index.ts";
import { fixedNames } from "../support/fixed.ts";
import { bits, refusal } from "../support/sweep.ts";

/** Numbers from a seed (Park and Miller). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const column = (table: { getChild: (name: string) => Iterable<unknown> | null }, name: string) =>
  Float64Array.from([...(table.getChild(name) ?? [])].map(Number));

describe("history: delays of edges between steps", () => {
  const ramp = (delays: readonly number[]) =>
    templatesFromYaml(`
source_op: {base: OperatorTemplate, equations: ["x' = 1"], variables: {x: output(0.0)}}
target_op: {base: OperatorTemplate, equations: ["y' = m_in"], variables: {y: output(0.0), m_in: input(0.0)}}
source: {base: NodeTemplate, operators: [source_op]}
target: {base: NodeTemplate, operators: [target_op]}
net:
  base: CircuitTemplate
  nodes: {s: source, ${delays.map((_, i) => `a${i}: target`).join(", ")}}
  edges: [${delays.map((delay, i) => `[s/source_op/x, a${i}/target_op/m_in, null, {weight: 1.0, delay: ${delay}}]`).join(", ")}]
`).net;

  test.each(fixedNames)("%s: a ramp arrives when it has been sent, for any delay", async (solver) => {
    const random = seeded(3);
    const delays = [1.02, 1.04, 1.05, 1, 0.1, ...Array.from({ length: 20 }, () => 0.1 + 3 * random())];
    const outputs = { m: "all/target_op/m_in", y: "all/target_op/y" };
    const table = await simulate({ circuitTemplate: ramp(delays), simulationTime: 5, stepSize: 0.1, solver, outputs });
    delays.forEach((delay, i) => {
      const y = column(table, `y/a${i}`);
      column(table, `m/a${i}`).forEach((value, k) => {
        const since = Math.max(0, 0.1 * k - delay);
        expect(Math.abs(value - since)).toBeLessThan(1e-12);
        if (solver !== "euler") expect(Math.abs(y[k] - since ** 2 / 2)).toBeLessThan(0.01);
      });
    });
  });

  test("swept delays are the runs of their points, bit for bit", async () => {
    const d = Array.from({ length: 40 }, (_, i) => 0.1 + 0.013 * i);
    const sweep = (delays: readonly number[]) =>
      gridSearch({
        circuitTemplate: ramp([0.5]),
        paramGrid: { d: delays },
        paramMap: { d: { vars: ["delay"], edges: [["s/source_op/x", "a0/target_op/m_in"]] } },
        simulationTime: 2,
        stepSize: 0.1,
        solver: "heun",
        history: { "s/source_op/x": [-3, 4, 1] },
        outputs: { y: "a0/target_op/y" },
      });
    // Three samples reach back two steps alone.
    expect((await refusal(() => sweep(d))).message).toMatch(/3 samples 0\.1 apart, which reach back to -0\.2.*give 8 samples/);
    const short = d.filter((delay) => delay <= 0.2);
    const { results } = await sweep(short);
    for (const i of [0, 3, short.length - 1]) {
      const alone = await sweep([short[i]]);
      expect(bits(trace(results, `net_${i}`, "y"))).toEqual(bits(trace(alone.results, "net_0", "y")));
    }
  });
});

const feedback = (delay: number, x0 = 1) =>
  templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = m_in"], variables: {x: output(${x0}), m_in: input(0.0)}}
past_op: {base: OperatorTemplate, equations: ["x' = -past(x, tau)"], variables: {x: output(${x0}), tau: ${delay}}}
node: {base: NodeTemplate, operators: [op]}
past_node: {base: NodeTemplate, operators: [past_op]}
edges: {base: CircuitTemplate, nodes: {p: node}, edges: [[p/op/x, p/op/m_in, null, {weight: -1.0, delay: ${delay}}]]}
past: {base: CircuitTemplate, nodes: {p: past_node}}
`);

interface Delayed extends Partial<GridSearchOptions> {
  delay: number;
  x0?: number;
}

async function solve({ delay, x0, ...more }: Delayed, kind: "edges" | "past"): Promise<Float64Array> {
  const operator = kind === "edges" ? "op" : "past_op";
  const history = Object.fromEntries(Object.entries(more.history ?? {}).map(([name, past]) => [`p/${operator}/${name}`, past]));
  const call = { simulationTime: 5, stepSize: 0.01, solver: "rk4", ...more, history } as const;
  const table = await simulate({
    circuitTemplate: feedback(delay, x0)[kind],
    outputs: { x: `p/${operator}/x` },
    ...(call as object),
  } as never);
  return column(table, "x");
}

/** x' = -x(t - tau): x = 1 to time 0 (`late` 1), or 0 before it and 1 at it (`late` 0). */
function bySteps(t: number, tau: number, late: 0 | 1): number {
  let sum = late;
  let factor = 1;
  for (let k = late; (k - late) * tau <= t; k++) {
    if (k > 0) factor *= -1 / k;
    sum += factor * (t - (k - late) * tau) ** k;
  }
  return sum;
}

const worst = (found: Float64Array, step: number, truth: (t: number) => number) =>
  found.reduce((most, value, k) => Math.max(most, Math.abs(value - truth(k * step))), 0);

describe("history: a number", () => {
  test("x' = -x(t - tau) with edges and with past(), random delays: the method of steps, of order 2", async () => {
    const random = seeded(11);
    for (let i = 0; i < 12; i++) {
      const delay = 0.3 + 1.5 * random();
      const errors: number[] = [];
      for (const stepSize of [0.05, 0.025]) {
        const simulationTime = 5;
        const edge = await solve({ delay, history: { x: 1 }, stepSize, simulationTime }, "edges");
        const past = await solve({ delay, stepSize, simulationTime }, "past");
        expect(bits(edge)).toEqual(bits(past));
        errors.push(worst(edge, stepSize, (t) => bySteps(t, delay, 1)));
      }
      expect(errors[1]).toBeLessThan(0.5 * 0.025 ** 2);
    }
  });

  test.each(fixedNames)("%s: the number that holds without one says the same, and changes no initial value", async (solver) => {
    const call = { delay: 0.4, stepSize: 0.1, solver } as const;
    expect(bits(await solve({ ...call, history: { x: 0 } }, "edges"))).toEqual(bits(await solve(call, "edges")));
    expect(bits(await solve({ ...call, history: { x: 1 } }, "past"))).toEqual(bits(await solve(call, "past")));
    expect(bits(await solve({ ...call, history: { x: { data: [0.7, 0.7, 0.7, 0.7, 0.7] } }, x0: 0.7 }, "edges"))).toEqual(
      bits(await solve({ ...call, history: { x: 0.7 }, x0: 0.7 }, "edges")),
    );
  });

  test("nothing before time 0: the fundamental solution", async () => {
    const found = await solve({ delay: 1, stepSize: 0.01, history: { x: 0 } }, "past");
    // The solution jumps in its slope where the jump arrives.
    expect(worst(found, 0.01, (t) => bySteps(t, 1, 0))).toBeLessThan(0.01);
  });
});

describe("history: samples", () => {
  test("end at time 0, where they are the initial value; joined by straight lines", async () => {
    // x = 2 + t before 0: x' = -(2 + t - tau) at first.
    const [delay, step] = [0.73, 0.01];
    const data = Float64Array.from({ length: 75 }, (_, i) => 2 + (i - 74) * step);
    for (const kind of ["edges", "past"] as const) {
      for (const given of [data, [...data], { data, step }, { data: [1, 1.5, 2], step: 0.5 }]) {
        const found = await solve({ delay, stepSize: step, simulationTime: 0.73, history: { x: given } }, kind);
        expect(worst(found, step, (t) => 2 - (2 - delay) * t - t ** 2 / 2)).toBeLessThan(1e-12);
      }
    }
  });

  test("an initial value that is given stays", async () => {
    const call = { simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" }, history: { "p/op/x": [5, 5, 5, 5, 5, 5] } } as const;
    const first = async (more: object) => column(await simulate({ circuitTemplate: feedback(0.5).edges, ...call, ...more }), "x")[0];
    expect(await first({})).toBe(5);
    expect(await first({ params: { "p/op/x": 3 } })).toBe(3);
  });

  test("do not depend on the step: half of it goes through the same history", async () => {
    const random = seeded(5);
    const data = Float64Array.from({ length: 12 }, () => random());
    const at = async (stepSize: number) =>
      await solve({ delay: 0.97, stepSize, samplingStepSize: 0.1, simulationTime: 3, history: { x: { data, step: 0.1 } } }, "edges");
    const [coarse, fine, finest] = [await at(0.05), await at(0.025), await at(0.0125)];
    const change = (a: Float64Array, b: Float64Array) => a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);
    expect(change(coarse, fine)).toBeLessThan(1e-3);
    expect(change(fine, finest)).toBeLessThan(change(coarse, fine));
  });
});

describe("history: networks", () => {
  const operators = `
op: {base: OperatorTemplate, equations: ["x' = -x + 0*m_in", "y = 3*x + u"], variables: {x: output(1.0), y: variable(0.0), u: input(0.5), m_in: input(0.0)}}
node: {base: NodeTemplate, operators: [op]}
`;

  test.each([4, 30])("%i nodes: each its own past, of a state and of what is computed of it", async (count) => {
    const random = seeded(count);
    const names = Array.from({ length: count }, (_, i) => `n${i}`);
    const weights = names.map(() => names.map(() => (random() < 0.4 ? random() : 0)));
    const delays = names.map(() => names.map(() => 0.1 + 0.4 * random()));
    for (const source of ["x", "y"]) {
      const { net } = templatesFromYaml(`${operators}
net:
  base: CircuitTemplate
  nodes: {${names.map((name) => `${name}: node`).join(", ")}}
  edges: [{source: op/${source}, target: op/m_in, weights: ${JSON.stringify(weights)}, delays: ${JSON.stringify(delays)}}]
`);
      const past = names.map(() => random());
      const run = async (history: Record<string, number>) => {
        const table = await simulate({ circuitTemplate: net, simulationTime: 0.1, stepSize: 0.1, history, outputs: { m: "all/op/m_in" } });
        return names.map((name) => column(table, names.some((each) => table.getChild(`m/${each}`)) ? `m/${name}` : "m")[0]);
      };
      const sums = (of: (j: number) => number) => weights.map((row) => row.reduce((sum, weight, j) => sum + weight * of(j), 0));
      const close = (found: number[], expected: number[]) => {
        found.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-12);
        });
      };
      close(
        await run({}),
        sums(() => 0),
      );
      const own = Object.fromEntries(names.map((name, i) => [`${name}/op/${source}`, past[i]]));
      close(
        await run(own),
        sums((j) => past[j]),
      );
      // Of the state alone, what is computed of it follows.
      const ofState = Object.fromEntries(names.map((name, i) => [`${name}/op/x`, past[i]]));
      close(
        await run(ofState),
        sums((j) => (source === "x" ? past[j] : 3 * past[j] + 0.5)),
      );
      close(
        await run({ "all/op/x": 2 }),
        sums(() => (source === "x" ? 2 : 6.5)),
      );
      // Others deliver nothing still.
      close(
        await run({ [`n0/op/${source}`]: 7 }),
        sums((j) => (j === 0 ? 7 : 0)),
      );
    }
  });

  test.each([1, 20])("delays with a spread begin as if their source had always been what it is given, %i targets", async (count) => {
    const names = Array.from({ length: count }, (_, i) => `n${i}`);
    const edges = names
      .map((name, i) => `[s/op/y, ${name}/op/m_in, null, {weight: 1.0, delay: ${0.2 + 0.01 * i}, spread: 0.1}]`)
      .join(", ");
    const { net } = templatesFromYaml(`${operators}
held_op: {base: OperatorTemplate, equations: ["x' = 0", "y = 3*x"], variables: {x: output(2.0), y: variable(0.0)}}
net: {base: CircuitTemplate, nodes: {s: held, ${names.map((name) => `${name}: node`).join(", ")}}, edges: [${edges.replaceAll("s/op/y", "s/held_op/y")}]}
held: {base: NodeTemplate, operators: [held_op]}
`);
    const call = { circuitTemplate: net, simulationTime: 1, stepSize: 0.01, outputs: { m: "all/op/m_in" } } as const;
    const table = await simulate({ ...call, history: { "s/held_op/y": 6 } });
    const fields = table.schema.fields.map(({ name }) => name).slice(1);
    for (const name of fields) for (const value of column(table, name)) expect(Math.abs(value - 6)).toBeLessThan(1e-12);
    expect(column(await simulate(call), fields[0])[0]).toBe(0);
    // A stage is an initial value as any other.
    const params = { "s/held_op/y_d0_1": 1 };
    const stage = { stage: "s/held_op/y_d0_1" };
    expect(column(await simulate({ ...call, outputs: stage, params, history: { "s/held_op/y": 6 } }), "stage")[0]).toBe(1);
    const error = await refusal(() => simulate({ ...call, history: { "s/held_op/y": [6, 6] } }));
    expect(error.message).toMatch(/goes through a delay with a spread.*give a number/);
  });

  test("a Jansen-Rit pair with a history of zeros sends S(0): the number of TVB", async () => {
    const weights = [
      [0, 10 / 45],
      [0, 0],
    ];
    const delays = [
      [0, 0.01],
      [0, 0],
    ];
    const pair = connect("model_templates.neural_mass_models.jansenrit.JRC2", {
      source: "jrc_op/m",
      target: "jrc_op/m_in",
      weights,
      delays,
    });
    const call = { circuitTemplate: pair, simulationTime: 0.1001, stepSize: 1e-4, inputs: { "all/jrc_op/u": 220 } } as const;
    const run = async (history: Record<string, number>) => {
      const table = await simulate({
        ...call,
        history,
        outputs: { V: "all/jrc_op/V_e - all/jrc_op/V_i", m: "jrc_op/m", m_in: "jrc_op/m_in" },
      });
      const [V] = table.schema.fields.map(({ name }) => name).filter((name) => name.startsWith("V/"));
      return { mV: 1e3 * column(table, V)[1000], table };
    };
    // Two columns, weight 10, delay 10 ms, Euler's method at 0.1 ms: TVB has 7.94602 mV at 100 ms.
    expect((await run({})).mV).toBeCloseTo(7.97724, 5);
    const { mV, table } = await run({ "all/jrc_op/V_e": 0, "all/jrc_op/V_i": 0 });
    expect(mV).toBeCloseTo(7.94602, 5);
    const [received, sent] = ["m_in/jrc_0", "m/jrc_1"].map((name) => column(table, name));
    for (let k = 0; k < 100; k++) expect(received[k]).toBe(weights[0][1] * sent[0]);
  });
});

describe("history: what is refused", () => {
  const call = { circuitTemplate: feedback(0.5).edges, simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" } } as const;
  test.each([
    [
      { "p/op/x": [1, 2] },
      "E_HISTORY",
      /2 samples 0\.1 apart, which reach back to -0\.1, but p\/op\/x is looked at 0\.5 before.*give 6 samples/,
    ],
    [{ "p/op/x": Number.NaN }, "E_HISTORY", /must be finite, but NaN was found/],
    [{ "p/op/x": [1, 1, Number.POSITIVE_INFINITY] }, "E_HISTORY", /must be finite, but sample 2 is Infinity/],
    [{ "p/op/x": [] }, "E_HISTORY", /it has no samples/],
    [{ "p/op/m_in": 1 }, "E_HISTORY", /nothing looks at the past of history p\/op\/m_in: delays are those of p\/op\/x/],
    [{ "p/op/x": 1, "all/op/x": 2 }, "E_HISTORY", /both give the history of p\/op\/x; keep one/],
    [{ "p/op/z": 1 }, "E_UNKNOWN_VARIABLE", /unknown variable op\/z on node p for history p\/op\/z/],
    [{ "p/op/x": "0" }, "E_TYPE", /must be a number, samples of which the last is at time 0, or \{ data, step \}/],
    [{ "p/op/x": { data: [1, 2], steps: 1 } }, "E_UNKNOWN_OPTION", /did you mean/],
    [{ "p/op/x": { data: [1, 2], step: 0 } }, "E_TYPE", /a finite time above 0/],
  ])("%o", async (history, code, says) => {
    const error = await refusal(() => Reflect.apply(simulate, undefined, [{ ...call, history }]));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
  });

  test("a model that does not look back", async () => {
    const { plain } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = -x"], variables: {x: output(1.0)}}
node: {base: NodeTemplate, operators: [op]}
plain: {base: CircuitTemplate, nodes: {p: node}}
`);
    for (const solver of ["euler", "rk45"] as const) {
      const error = await refusal(() => simulate({ ...call, circuitTemplate: plain, solver, history: { "p/op/x": 1 } }));
      expect(error.message).toMatch(/nothing looks at the past of history p\/op\/x: the model has no delays/);
    }
  });
});
