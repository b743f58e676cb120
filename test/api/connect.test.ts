// Networks by a matrix of weights, from TypeScript and from a template.
import { describe, expect, test } from "vitest";
import { type CircuitTemplate, connect, describeModel, gridSearch, simulate, templatesFromYaml, trace } from "../../src/index.ts";
import { bits, refusal } from "../support/sweep.ts";

const jrc2 = "model_templates.neural_mass_models.jansenrit.JRC2";
const matrixOf = (n: number, value: (i: number, j: number) => number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => value(i, j)));

describe("connect", () => {
  const ends = { source: "jrc_op/m", target: "jrc_op/m_in" };
  const run = (circuitTemplate: CircuitTemplate | string, more = {}) =>
    simulate({ circuitTemplate, simulationTime: 0.3, stepSize: 1e-3, outputs: { V: "all/jrc_op/V_e" }, ...more });

  test("repeats a circuit of one node, and the weights are rows of targets", async () => {
    const net = connect(jrc2, {
      ...ends,
      weights: [
        [0, 0, 30],
        [0, 0, 0],
        [0, 0, 0],
      ],
    });
    const results = await run(net);
    const node = (i: number) => bits(Float64Array.from(results.getChild(`V/jrc_${i}`) ?? []));
    const alone = await simulate({ circuitTemplate: jrc2, simulationTime: 0.3, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" } });
    expect(node(1)).toEqual(bits(Float64Array.from(alone.getChild("V") ?? [])));
    expect(node(2)).toEqual(node(1));
    expect(node(0)).not.toEqual(node(1));
  });

  test("90 uncoupled columns are 90 single ones, bit for bit; sweeps and expressions reach each", async () => {
    const net = connect(jrc2, { ...ends, weights: matrixOf(90, () => 0) });
    const c = [68, 135, 270];
    const options = {
      paramGrid: { c },
      simulationTime: 0.2,
      stepSize: 1e-3,
      solver: "heun" as const,
    };
    const { results } = await gridSearch({
      ...options,
      circuitTemplate: net,
      paramMap: { c: { vars: ["jrc_op/c"], nodes: ["jrc_0", "jrc_89"] } },
      outputs: { V: "all/jrc_op/V_e", d: "jrc_89/jrc_op/m - jrc_5/jrc_op/m" },
    });
    const alone = await gridSearch({
      ...options,
      circuitTemplate: jrc2,
      paramMap: { c: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
      outputs: { V: "jrc/jrc_op/V_e", m: "jrc/jrc_op/m" },
    });
    c.forEach((_, i) => {
      const expected = bits(trace(alone.results, `JRC2_${i}`, "V"));
      expect(bits(trace(results, `JRC2_${i}`, "V/jrc_89"))).toEqual(expected);
      expect(bits(trace(results, `JRC2_${i}`, "V/jrc_5"))).toEqual(bits(trace(alone.results, "JRC2_1", "V")));
      const [swept, standard] = [trace(alone.results, `JRC2_${i}`, "m"), trace(alone.results, "JRC2_1", "m")];
      expect(bits(trace(results, `JRC2_${i}`, "d"))).toEqual(bits(swept.map((value, k) => value - standard[k])));
    });
  });

  test("weights and delays as matrices of the template are those of connect", async () => {
    const [weights, delays] = [matrixOf(3, (i, j) => (i === j ? 0 : i + 2 * j)), matrixOf(3, (i, j) => 0.01 * (i + j))];
    const { yaml } = templatesFromYaml(`
yaml:
  base: CircuitTemplate
  nodes: { a: model_templates.neural_mass_models.jansenrit.jrc_pop, b: model_templates.neural_mass_models.jansenrit.jrc_pop, c: model_templates.neural_mass_models.jansenrit.jrc_pop }
  edges:
    - { source: jrc_op/m, target: all/jrc_op/m_in, weights: ${JSON.stringify(weights)}, delays: ${JSON.stringify(delays)} }
`);
    const called = await run(connect(jrc2, { ...ends, weights, delays }));
    const written = await run(yaml);
    ["a", "b", "c"].forEach((name, i) => {
      expect(bits(Float64Array.from(written.getChild(`V/${name}`) ?? []))).toEqual(
        bits(Float64Array.from(called.getChild(`V/jrc_${i}`) ?? [])),
      );
    });
  });

  test.each([3, 20])("matrices kept together are the same model as their edges one by one, %i nodes", async (n) => {
    const weights = matrixOf(n, (i, j) => (i === 1 || i === j ? 0 : 1 + ((3 * i + j) % 5)));
    const delays = matrixOf(n, (i, j) => 1e-3 * ((i + 2 * j) % 4));
    const first = connect(jrc2, { ...ends, weights, delays });
    // Further edges between the same nodes have numbers of their own.
    const kept = connect(connect(first, { ...ends, weights: 0.5 }), {
      ...ends,
      weights,
      delays: delays.map((row) => row.map((d) => 2 * d)),
    });
    const written = { ...kept };
    expect(Object.getOwnPropertyDescriptor(kept, "edges")?.get).toBeDefined();
    expect(Object.getOwnPropertyDescriptor(written, "edges")?.value).toHaveLength(2 * (n - 1) ** 2 + n * n);
    expect(describeModel(kept)).toEqual(describeModel(written));
    const [ours, others] = [await run(kept), await run(written)];
    for (let i = 0; i < n; i++) {
      const [a, b] = [ours, others].map((results) => bits(Float64Array.from(results.getChild(`V/jrc_${i}`) ?? [])));
      expect(a).toEqual(b);
    }
    const sweep = async (circuitTemplate: CircuitTemplate) => {
      const { results } = await gridSearch({
        ...{ circuitTemplate, simulationTime: 0.05, stepSize: 1e-3, outputs: { V: "jrc_2/jrc_op/V_e" } },
        paramGrid: { d: [0, 0.002, 0.01] },
        paramMap: { d: { vars: ["delay"], edges: [["jrc_0/jrc_op/m", "jrc_2/jrc_op/m_in", 2]] } },
      });
      return bits(trace(results, "JRC2_2", "V"));
    };
    expect(await sweep(kept)).toEqual(await sweep(written));
  });

  test("what is done to its arrays later changes nothing", () => {
    const weights = [new Float64Array([0, 1]), new Float64Array([2, 0])];
    const net = connect(jrc2, { ...ends, weights });
    weights[0][1] = 5;
    expect(net.edges.map(({ values }) => values.get("weight")?.re)).toEqual([1, 2]);
  });

  test("each weight and each delay can be swept", async () => {
    const weights = matrixOf(20, (i, j) => (i === j ? 0 : 1));
    const net = connect(jrc2, { ...ends, weights });
    const edge = ["jrc_3/jrc_op/m", "jrc_7/jrc_op/m_in"];
    const { results } = await gridSearch({
      circuitTemplate: net,
      paramGrid: { w: [1, 5, 5], d: [0, 0, 0.02] },
      paramMap: { w: { vars: ["weight"], edges: [edge] }, d: { vars: ["delay"], edges: [edge] } },
      simulationTime: 0.1,
      stepSize: 1e-3,
      outputs: { V: "all/jrc_op/V_e" },
    });
    for (const [i, w, d] of [
      [0, 1, 0],
      [1, 5, 0],
      [2, 5, 0.02],
    ]) {
      const changed = weights.map((row, k) => row.map((value, j) => (k === 7 && j === 3 ? w : value)));
      const delays = weights.map((row, k) => row.map((_, j) => (k === 7 && j === 3 ? d : 0)));
      const alone = await run(connect(jrc2, { ...ends, weights: changed, delays }), { simulationTime: 0.1 });
      for (const node of ["jrc_3", "jrc_7", "jrc_12"])
        expect(bits(trace(results, `JRC2_${i}`, `V/${node}`))).toEqual(bits(Float64Array.from(alone.getChild(`V/${node}`) ?? [])));
    }
  });

  test("a key may drive all 8 010 edges of a network: their names are looked up, and not searched for", async () => {
    const net = connect(jrc2, { ...ends, weights: matrixOf(90, (i, j) => (i === j ? 0 : 0.01)) });
    const names = Array.from({ length: 90 }, (_, i) => `jrc_${i}/jrc_op`);
    const edges = names.flatMap((to) => names.filter((from) => from !== to).map((from) => [`${from}/m`, `${to}/m_in`]));
    for (const [name, least] of [
      ["weight", 0.02],
      ["delay", 0.002],
    ] as const) {
      const before = process.cpuUsage();
      const { results } = await gridSearch({
        circuitTemplate: net,
        paramGrid: { k: [least, 2 * least] },
        paramMap: { k: { vars: [name], edges } },
        simulationTime: 0.02,
        stepSize: 1e-3,
        outputs: { V: "jrc_3/jrc_op/V_e" },
      });
      // Searching every edge for each took 5 s.
      expect(process.cpuUsage(before).user).toBeLessThan(2_500_000);
      expect(bits(trace(results, "JRC2_0", "V"))).not.toEqual(bits(trace(results, "JRC2_1", "V")));
    }
  });

  test("all-to-all phase oscillators reach the order parameter of the Kuramoto model", async () => {
    const n = 60;
    const { sine_net } = templatesFromYaml(`
sine_op: { base: OperatorTemplate, equations: "s = k*sin(a - b)", variables: { s: output, a: input, b: input, k: 1.0 } }
sine: { base: EdgeTemplate, operators: [sine_op] }
op: { base: OperatorTemplate, equations: "theta' = omega + s_in", variables: { theta: output(0.0), omega: 0.0, s_in: input } }
node: { base: NodeTemplate, operators: [op] }
sine_net:
  base: CircuitTemplate
  nodes: { ${Array.from({ length: n }, (_, i) => `n${i}: node`).join(", ")} }
  edges:
    - source: op/theta
      target: op/s_in
      template: sine
      variables: { "sine/sine_op/a": source, "sine/sine_op/b": op/theta, "sine_op/k": 2.0 }
      weights: ${JSON.stringify(matrixOf(n, () => 1 / n))}
`);
    // Lorentzian frequencies of half width 1/2: K = 2 is twice the critical coupling, and the order parameter sqrt(1 - 1/2).
    const params = Object.fromEntries(
      Array.from({ length: n }, (_, i) => [`n${i}/op/omega`, 0.5 * Math.tan(Math.PI * ((i + 0.5) / n - 0.5))]),
    );
    const starts = Object.fromEntries(Array.from({ length: n }, (_, i) => [`n${i}/op/theta`, (i * 0.37) % 1]));
    const results = await simulate({
      circuitTemplate: sine_net,
      params: { ...params, ...starts },
      simulationTime: 40,
      stepSize: 0.02,
      samplingStepSize: 0.1,
      cutoff: 20,
      solver: "heun",
      outputs: { theta: "all/op/theta" },
    });
    const phases = Array.from({ length: n }, (_, i) => Float64Array.from(results.getChild(`theta/n${i}`) ?? []));
    const order = Array.from(phases[0], (_, k) =>
      Math.hypot(...[Math.cos, Math.sin].map((f) => phases.reduce((sum, theta) => sum + f(theta[k]), 0) / n)),
    );
    const mean = order.reduce((sum, r) => sum + r, 0) / order.length;
    expect(Math.abs(mean - Math.SQRT1_2)).toBeLessThan(0.05);
  });

  test.each([
    [{ weights: [[1, 2]] }, /weights must be 1 × 1 .* 1 × 2 was found/],
    [
      {
        weights: [
          [1, 2],
          [1, Number.NaN],
        ],
      },
      /weights\[1\]\[1\] must be a finite number, but NaN/,
    ],
    [
      {
        weights: [
          [1, 2],
          [1, 2],
        ],
        delays: [
          [1, -1],
          [0, 0],
        ],
      },
      /delays\[0\]\[1\] must be a finite number, 0 or more, but -1/,
    ],
    [{ source: "jrc_op/mm", weights: [[0]] }, /no node has the variable jrc_op\/mm; did you mean jrc_op\/m\?/],
    [{ weight: [[0]], weights: [[0]] }, /unknown option connect\.weight; did you mean weights\?/],
  ])("%j is refused", async (options, message) => {
    const error = await refusal(() => connect(jrc2, { ...ends, ...options }));
    expect(error.message).toMatch(message);
    expect(["E_EDGE_MATRIX", "E_UNKNOWN_OPTION"]).toContain(error.code);
  });
});
